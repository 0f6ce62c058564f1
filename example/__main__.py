"Start the demo: an S3 server, sample media on it and on disk, and uvicorn; Ctrl-C ends everything"
import logging
import os
import shutil
import signal
import socket
import sys
from contextlib import suppress
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import uvicorn
from django.core.management import call_command

from tools.processes import process_group
from tools.seaweedfs import seaweedfs

from . import crowd

HOST, PORT = '127.0.0.1', 8000
DISK_MB, S3_MB = 300, 64  # sizes of the large download
PASSWORD = 'lake'  # of everybody; the buttons in templates/base.html know it
WELCOME = '''
  The demo is ready: open  http://{host}:{port}/  in a browser.

  Log in there as Ada or as Bob, one click each: Ada is a member and may see
  every file, Bob is not and gets the 403 page. Ctrl-C here ends the demo.
'''


def say(text):
    "Tell the person at the terminal"
    print(text, flush=True)


def listen():
    "A listening socket on our port, or on the next free one"
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)  # small, so that the chart shows what clients take
    for port in (*range(PORT, PORT + 10), 0):
        with suppress(OSError):
            sock.bind((HOST, port))
            break
    sock.listen(512)
    if port != PORT: say(f'Port {PORT} is taken; using {sock.getsockname()[1]} instead.')
    return sock


def make_media(directory, store):
    "Put the sample media and a large file on disk, and under the same names into the bucket"
    media = shutil.copytree(Path(__file__).parent / 'media', directory / 'media')
    large = media / 'large.bin'
    large.write_bytes(os.urandom(1 << 20) * S3_MB)
    client = store.client()
    for path in media.iterdir():
        content_type = guess_type(path.name)[0] or 'application/octet-stream'
        client.upload_file(path, store.bucket, path.name, ExtraArgs={'ContentType': content_type})
    client.close()
    os.truncate(large, DISK_MB << 20)  # on disk it is longer: the rest is a hole, which costs no space


def environment(directory, store):
    "What the settings need to know, and the server's process inherits"
    return {'DJANGO_SETTINGS_MODULE': 'example.settings', 'EXAMPLE_DIRECTORY': directory,
            'EXAMPLE_BUCKET': store.bucket, 'EXAMPLE_ENDPOINT_URL': store.endpoint_url, 'EXAMPLE_REGION': store.region,
            'EXAMPLE_ACCESS_KEY': store.reader.access_key, 'EXAMPLE_SECRET_KEY': store.reader.secret_key}


def make_visitors():
    "Ada, who is a member, and Bob, who is not"
    from django.contrib.auth.models import Group, User

    call_command('migrate', verbosity=0)
    members = Group.objects.create(name='members')
    members.user_set.add(User.objects.create_user('ada', password=PASSWORD))
    User.objects.create_user('bob', password=PASSWORD)


class Server(uvicorn.Server):
    "uvicorn that ends at once and quietly, whatever is still running"

    def handle_exit(self, sig, frame):
        crowd.stop()
        logging.disable()
        super().handle_exit(sig, frame)


def serve(sock):
    "Serve the project on `sock` until a signal comes"
    from .asgi import application

    config = uvicorn.Config(application, http='fileresponse.uvicorn:ZeroCopyProtocol', access_log=False,
                            log_level='warning', timeout_graceful_shutdown=1)
    host, port = sock.getsockname()
    say(WELCOME.format(host=host, port=port))
    server = Server(config)
    signal.signal(signal.SIGHUP, server.handle_exit)  # uvicorn itself takes SIGINT and SIGTERM
    server.run(sockets=[sock])


def run():
    "Start one thing after the other"
    with TemporaryDirectory(prefix='fileresponse-demo-') as name, process_group(name), listen() as sock:
        say('Starting an S3 server and uploading the sample media ...')
        with seaweedfs(buckets=['media']) as store:
            os.environ |= environment(name, store)
            make_media(Path(name), store)
            django.setup()
            make_visitors()
            serve(sock)


def end(*_):
    "What a signal does: unwind everything, as Ctrl-C would"
    raise KeyboardInterrupt


if __name__ == '__main__':
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(number, end)
    try: run()
    except KeyboardInterrupt: pass
    except Exception as e: sys.exit(f'The demo cannot start: {type(e).__name__}: {e}')
    finally: crowd.stop()
    say('\nThe demo has ended; nothing is left behind.')
