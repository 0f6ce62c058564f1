"nginx in front of the same store, without Python"
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tools.processes import child,free_port,tail,wait_for
from tools.servers import Server,answers

config = '''
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off; proxy_max_temp_file_size 0; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream store {{ server {store}; keepalive 32; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=511;
        location = / {{ return 200 alive; }}
        {locations}
    }}
}}
'''
location = '''
        location = /{key} {{
            proxy_pass http://store{path}?{query}; proxy_pass_request_headers off;
            proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host {store};
        }}
'''

def configured(folder, port, urls):
    "The configuration that passes each key of `urls` on to its presigned URL"
    found = {k:urlsplit(v) for k,v in urls.items()}
    store = next(iter(found.values())).netloc
    locations = ''.join(location.format(key=k, path=o.path, query=o.query, store=store) for k,o in found.items())
    return config.format(folder=folder, port=port, store=store, locations=locations)

@contextmanager
def nginx(
    urls # Presigned URLs by key
): # A `Server`
    "Run nginx for the length of the block"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix='nginx-') as folder:
        conf,log = Path(folder)/'conf',Path(folder)/'log'
        conf.write_text(configured(folder, port, urls))
        with child(['nginx', '-p', folder, '-e', 'stderr', '-c', conf], log, litter=[folder]) as process:
            wait_for(lambda: process.poll() is not None or answers(port, '/'), 30, lambda: tail(log))
            if process.poll() is not None: raise RuntimeError(f'nginx ended:\n{tail(log)}')
            yield Server('nginx', f'http://127.0.0.1:{port}', port, process, log)
