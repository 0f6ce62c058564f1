"A Django project under a real server, and what that server holds while it serves"
import http.client,os,shutil,sys,tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from .processes import child,free_port,tail,wait_for

asgi_servers = 'uvicorn','granian','hypercorn','daphne'
wsgi_servers = 'gunicorn','runserver'

@dataclass(frozen=True)
class Server:
    "A running server"
    kind: str
    url: str
    port: int
    process: object
    log: Path

    def processes(self):
        "The processes that make up the server, children included"
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def worker(self):
        "The process that answers requests"
        return self.processes()[-1]

    @property
    def pids(self): return [o.pid for o in self.processes()]
    @property
    def text(self): return self.log.read_text(errors='replace')

    def descriptors(self):
        "Number of open files, sockets and pipes"
        return sum(o.num_fds() for o in self.processes())

    def open_paths(self):
        "What the descriptors point at"
        fds = [o for pid in self.pids for o in Path(f'/proc/{pid}/fd').iterdir()]
        return [_target(o) for o in fds]

    def holds(self, path):
        "How many descriptors are open on the file at `path`"
        return sum(o.removesuffix(' (deleted)')==str(path) for o in self.open_paths())

    def memory(self):
        "Resident bytes of the process that answers"
        return self.worker().memory_info().rss

    def peak_memory(self):
        "The most resident bytes that the process that answers ever had"
        status = Path(f'/proc/{self.worker().pid}/status').read_text()
        return next(int(o.split()[1])*1024 for o in status.splitlines() if o.startswith('VmHWM'))

    def threads(self):
        "Number of threads of the process that answers"
        return self.worker().num_threads()

    def bytes_read(self):
        "Bytes that the answering process has got from read calls since it started, from cache or disk"
        return self.worker().io_counters().read_chars

    def connections(self, port):
        "Established connections to a server on `port`"
        open_now = [c for o in self.processes() for c in o.net_connections('tcp') if c.raddr]
        return sum(c.raddr.port==port and c.status==psutil.CONN_ESTABLISHED for c in open_now)

    @contextmanager
    def few_descriptors(self, spare=0):
        "For the length of the block the answering process can open only `spare` descriptors more"
        worker = self.worker()
        before,used = worker.rlimit(psutil.RLIMIT_NOFILE),{int(o.name) for o in Path(f'/proc/{worker.pid}/fd').iterdir()}
        free = [o for o in range(len(used)+spare+1) if o not in used]
        worker.rlimit(psutil.RLIMIT_NOFILE, (free[spare], before[1]))
        try: yield
        finally: worker.rlimit(psutil.RLIMIT_NOFILE, before)

def _target(fd):
    "What the entry `fd` of /proc/PID/fd points at, or nothing when it is gone"
    try: return os.readlink(fd)
    except OSError: return ''

def powerless():
    "A command prefix under which root obeys file permissions too; empty for other users"
    if os.name=='nt' or os.geteuid(): return []
    if not shutil.which('setpriv'): raise RuntimeError('setpriv is missing, and root may read every file')
    return ['setpriv', '--bounding-set=-dac_override,-dac_read_search']

def command(kind, app, port, strict=False):
    "The command that runs `app` under a server of `kind`"
    bind = f'127.0.0.1:{port}'
    return [sys.executable, *(['-W', 'error'] if strict else []), '-m', *{
        'uvicorn': ['uvicorn', app, '--host=127.0.0.1', f'--port={port}', '--no-access-log'],
        'granian': ['granian', app, '--interface=asgi', '--host=127.0.0.1', f'--port={port}', '--workers=1'],
        'hypercorn': ['hypercorn', app, f'--bind={bind}', '--workers=0'],
        'daphne': ['daphne', '-b', '127.0.0.1', '-p', port, '--access-log', os.devnull, app],
        'gunicorn': ['gunicorn', app, f'--bind={bind}', '--workers=1', '--threads=8', '--no-control-socket'],
        'runserver': ['django', 'runserver', bind, '--noreload', '--skip-checks'],
    }[kind]]

def answers(port, path):
    "Does anything answer HTTP on `port`?"
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=5)
    try:
        connection.request('GET', path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException): return False
    finally: connection.close()

def _answers(server, path):
    "Does `server` answer? Raises when it has ended"
    if server.process.poll() is not None: raise RuntimeError(f'{server.kind} ended:\n{tail(server.log)}')
    return answers(server.port, path)

@contextmanager
def serve(
    kind:str, # `uvicorn`, `granian`, `hypercorn`, `daphne`, `gunicorn` or `runserver`
    app:str, # Import string of the application; unused by `runserver`
    settings:str, # Django settings module
    paths=(), # Directories to import from
    environ=None, # More environment variables
    strict=False, # Make every warning of the server process an error?
    prefix=(), # Command to run the server with, as `powerless()`
    options=(), # More arguments for the server
    ready='/', # Path to ask for until there is an answer
    seconds:float=60 # Deadline of the start
): # A `Server`
    "Run a Django project under a real server on a free loopback port for the length of the block"
    port = free_port()
    found = os.pathsep.join([*(str(Path(o).absolute()) for o in paths), os.environ.get('PYTHONPATH', '')]).strip(os.pathsep)
    env = os.environ | dict(DJANGO_SETTINGS_MODULE=settings, PYTHONPATH=found, PYTHONUNBUFFERED='1') | (environ or {})
    with tempfile.TemporaryDirectory(prefix=f'{kind}-') as tmp:
        log = Path(tmp)/'log'
        args = [*prefix, *command(kind, app, port, strict), *options]
        with child(args, log, litter=[tmp], env=env, cwd=tmp) as process:
            server = Server(kind, f'http://127.0.0.1:{port}', port, process, log)
            late = lambda: f'{kind} was not ready after {seconds} s:\n{tail(log)}'
            wait_for(lambda: _answers(server, ready), seconds, late, pause=0.05)
            yield server
