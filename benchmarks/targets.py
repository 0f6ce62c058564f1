"The servers that are measured: how each is started, and what it is asked for"
import http.client,os,shutil,ssl,subprocess,sys
from contextlib import contextmanager
from dataclasses import dataclass,field
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tools.processes import child,free_port,tail,wait_for

from .machine import pinned,server_cpu

here = Path(__file__).parent
in_loop = 'FILERESPONSE_MIDDLEWARE_IN_LOOP' # The setting that runs Django's own middleware in the event loop
zero_copy = 'fileresponse.uvicorn:ZeroCopyProtocol'

class Missing(Exception): "What a target needs and this machine has not got"

@dataclass(frozen=True)
class Target:
    "One server with one application"
    name:str # `application@server`
    server:str # Key of `commands`, or `nginx`
    app:str='' # Key of `apps.make`
    path:str='file' # Directory of its URLs
    env:dict=field(default_factory=dict) # More for its environment
    needs:tuple=() # Modules that must be there
    sendfile:bool=True # Of nginx

@dataclass(frozen=True)
class Running:
    "A target that answers"
    target:Target
    port:int
    pid:int

    def path(self, name): # URL path of a file; `empty` is the empty view
        return '/empty' if name=='empty' else f'/{self.target.path}/{name}'

module,app = [sys.executable, '-m'],'benchmarks.apps:application'
uvicorn = [*module, 'uvicorn', app, '--host=127.0.0.1', '--port={port}', '--no-access-log', '--log-level=error']
commands = {
    'uvicorn': [*uvicorn, '--http=httptools', '--loop=uvloop'],
    'asyncio': [*uvicorn, '--http=httptools', '--loop=asyncio'],
    'h11': [*uvicorn, '--http=h11', '--loop=uvloop'],
    'zerocopy': [*uvicorn, f'--http={zero_copy}', '--loop=uvloop'],
    'zerocopy-asyncio': [*uvicorn, f'--http={zero_copy}', '--loop=asyncio'],
    'granian': [*module, 'granian', app, '--interface=asgi', '--host=127.0.0.1', '--port={port}', '--workers=1',
                '--no-log'],
    'hypercorn': [*module, 'hypercorn', app, '--bind=127.0.0.1:{port}', '--workers=0', '--backlog=2048',
                  '--log-level=ERROR'],
    'gunicorn': [*module, 'gunicorn', app, '--bind=127.0.0.1:{port}', '--workers=1', '--threads=8',
                 '--no-control-socket', '--log-level=error'],
    'aiohttp': [*module, 'benchmarks.aiohttp_app', '{port}'],
}
everywhere = 'uvicorn','zerocopy','granian','hypercorn','h11','asyncio','zerocopy-asyncio'
tls_servers = 'uvicorn','asyncio','zerocopy','zerocopy-asyncio'
required = dict.fromkeys(('zerocopy', 'zerocopy-asyncio'), ['fileresponse.uvicorn']) \
    | {o: [o] for o in ('granian', 'hypercorn', 'gunicorn')}

def _asgi(what, app, path, servers, **kwargs):
    return [Target(f'{what}@{o}', o, app, path, **kwargs) for o in servers]

catalogue = {o.name: o for o in [
    *_asgi('ours', 'ours', 'ours', everywhere),
    *_asgi('starlette', 'starlette', 'file', everywhere, needs=('starlette',)),
    *_asgi('django', 'stock', 'django', ('uvicorn',)),
    *_asgi('empty', 'ours', 'empty', ('uvicorn', 'zerocopy')),
    *_asgi('empty-stock', 'stock', 'empty', ('uvicorn',)),
    *_asgi('ours-stock', 'stock', 'ours', ('uvicorn',), env=dict(BENCH_PREPARE='1')),
    *_asgi('seed', 'seed', 'seed', ('uvicorn',)),
    *_asgi('ours-middleware', 'ours', 'ours', ('uvicorn',), env=dict(BENCH_MIDDLEWARE='1', BENCH_SETTINGS=in_loop),
          needs=('fileresponse.in_loop',)),
    *_asgi('ours-middleware-stock', 'stock', 'ours', ('uvicorn',), env=dict(BENCH_MIDDLEWARE='1', BENCH_PREPARE='1')),
    *_asgi('ours-middleware-hops', 'ours', 'ours', ('uvicorn',), env=dict(BENCH_MIDDLEWARE='1')),
    Target('django@gunicorn', 'gunicorn', 'wsgi', 'django'),
    Target('ours@gunicorn', 'gunicorn', 'wsgi', 'ours_sync', env=dict(BENCH_PREPARE='1')),
    Target('aiohttp', 'aiohttp', needs=('aiohttp',)),
    Target('nginx', 'nginx'), Target('nginx-copy', 'nginx', sendfile=False)]}

nginx_conf = '''
daemon off; master_process off; worker_processes 1; pid {tmp}/pid; error_log stderr crit;
events {{ worker_connections 4096; use epoll; }}
http {{
  access_log off; sendfile {sendfile}; tcp_nopush on; keepalive_requests 100000000; keepalive_timeout 600s;
  default_type application/octet-stream; etag on; sendfile_max_chunk 2m;
  client_body_temp_path {tmp}/1; proxy_temp_path {tmp}/2; fastcgi_temp_path {tmp}/3; uwsgi_temp_path {tmp}/4;
  scgi_temp_path {tmp}/5;
  server {{
    listen 127.0.0.1:{port} backlog=2048{ssl};
    {certificate}
    location = /empty {{ return 200 ''; }}
    location = /file/wide {{ alias {files}/wide; tcp_nopush off; }} # with it the end of a range waits for 40 ms
    location /file/ {{ alias {files}/; }}
  }}
}}
'''

def _nginx(target, port, files, tmp, cert):
    "The command of an nginx of one process, its configuration in `tmp`"
    if not shutil.which('nginx'): raise Missing('nginx is not installed')
    certificate = f'ssl_certificate {cert}.pem; ssl_certificate_key {cert}.key; ssl_protocols TLSv1.3;'
    tls = dict(ssl=' ssl', certificate=certificate) if cert else dict(ssl='', certificate='')
    conf = nginx_conf.format(tmp=tmp, port=port, files=files, sendfile='on' if target.sendfile else 'off',
                             **(tls if cert else dict(ssl='', certificate='')))
    (tmp/'nginx.conf').write_text(conf)
    return ['nginx', '-e', 'stderr', '-p', tmp, '-c', tmp/'nginx.conf']

def _command(target, port, files, tmp, cert):
    "The command that starts a target, or `Missing`"
    if target.server=='nginx': return _nginx(target, port, files, tmp, cert)
    needs = [*target.needs, *required.get(target.server, [])]
    for o in needs:
        if not find_spec(o): raise Missing(f'{o} is not there')
    if cert and target.server not in tls_servers: raise Missing(f'no TLS is set up here for {target.server}')
    options = ['--ssl-certfile={cert}', '--ssl-keyfile={key}'] if cert else []
    return [o.format(port=port, cert=f'{cert}.pem', key=f'{cert}.key') for o in [*commands[target.server], *options]]

@cache
def certificate(tmp): # Directory for it
    "A certificate signed by itself; the name of its files without `.pem` and `.key`"
    if not shutil.which('openssl'): raise Missing('openssl is not installed')
    make = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '2',
            '-out', tmp/'cert.pem', '-keyout', tmp/'cert.key']
    subprocess.run(make, check=True, capture_output=True)
    return tmp/'cert'

def _last(log):
    "The last line of a log"
    return next(iter(tail(log).strip().splitlines()[-1:]), 'it said nothing')

def _answers(process, port, log, tls):
    "Does it answer? Raises when it has ended"
    if process.poll() is not None: raise RuntimeError(f'the server ended: {_last(log)}')
    try: return _get(port, '/empty', tls)
    except (OSError, http.client.HTTPException): return False

def _get(port, path, tls=False):
    "Status and body of an answer"
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    connection = kind('127.0.0.1', port, timeout=10, **(dict(context=ssl._create_unverified_context()) if tls else {}))
    try:
        connection.request('GET', path)
        res = connection.getresponse()
        return res.status,res.read()
    finally: connection.close()

def _check(running, files, tls):
    "Is what it sends what the file holds?"
    if running.target.path=='empty': return
    for name in ('probe', 'small/0'):
        status,body = _get(running.port, running.path(name), tls)
        if (status, sha256(body).digest()) != (200, sha256((files/name).read_bytes()).digest()):
            raise RuntimeError(f'a wrong answer for {name}: status {status}, {len(body)} bytes')

@contextmanager
def serving(
    target:Target, # What to start
    files:Path, # Directory that it serves
    tmp:Path, # Directory for its log and configuration
    cert:Path|None=None # For TLS: what `certificate` returned
): # A `Running`
    "Run a target on the processor for servers, for the length of the block"
    port = free_port()
    place = tmp/f'{target.name}-{port}'
    place.mkdir()
    env = os.environ | dict(PYTHONPATH=str(here.parent), DJANGO_SETTINGS_MODULE='benchmarks.settings',
                            BENCH_APP=target.app, BENCH_PATH=target.path, BENCH_FILES=str(files),
                            PYTHONWARNINGS='ignore') | target.env
    command,log = _command(target, port, files, place, cert),place/'log'
    with child(command, log, patience=2, env=env, cwd=place, preexec_fn=pinned(server_cpu)) as process:
        late = lambda: f'not ready in time: {_last(log)}'
        wait_for(lambda: _answers(process, port, log, bool(cert)), 30, late, pause=0.05)
        running = Running(target, port, process.pid)
        _check(running, files, bool(cert))
        yield running
