"One measurement: the client and what is watched meanwhile"
import json,os,shutil,subprocess,sys,threading,time
from contextlib import ExitStack,contextmanager
from functools import cache
from pathlib import Path

from tools.processes import process_group

from . import machine,wrk
from .machine import client_cpu,pinned
from .targets import Missing,certificate,serving

here = Path(__file__).parent
limit = 0.12 # Processors that others may use during a measurement which counts as undisturbed

def compiler(): return next(filter(None, map(shutil.which, ('cc', 'gcc', 'clang'))), None)

@cache
def compiled(tmp):
    "The client, compiled"
    cc = compiler()
    if not cc: raise Missing('a C compiler is not installed')
    subprocess.run([cc, '-O2', '-o', tmp/'client', here/'client.c'], check=True, capture_output=True, text=True)
    return tmp/'client'

def _figures(process, seconds):
    "What a client says in its last line; an error when something was wrong with an answer"
    try: out,err = process.communicate(timeout=seconds)
    finally:
        process.kill()
        process.wait()
    if not out.strip(): raise RuntimeError(f'the client ended with {process.returncode}: {err[-300:]}')
    res = json.loads(out)
    if res['errors']: raise RuntimeError(res['problem'])
    return res

class Bench:
    "What the measurements of one run share"
    def __init__(self, files, tmp, scale, say=print, keep=False):
        self.files,self.tmp,self.scale,self.say,self.keep = files,tmp,scale,say,keep
        self.group,self._open,self._running = None,ExitStack(),{}

    @contextmanager
    def opened(self):
        "Servers and clients that do not outlive the block"
        with process_group() as self.group:
            try: yield self
            finally: self.close()

    def server(self, target, tls=False):
        "A target that answers: started when it is first asked for"
        key = target.name,tls
        if key not in self._running:
            one = ExitStack()
            cert = certificate(self.tmp) if tls else None
            self._running[key] = one.enter_context(serving(target, self.files.root, self.tmp, cert)),one
            self._open.push(one)
        return self._running[key][0]

    def forget(self, target, tls=False):
        "End a server, so that the next one to ask gets a new one"
        _,one = self._running.pop((target.name, tls), (None, None))
        if one: one.close()

    def close(self):
        "End all servers"
        self._running.clear()
        self._open.close()

    def spawn(self, command):
        "Start a client on its processor"
        return subprocess.Popen([str(o) for o in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                process_group=self.group, preexec_fn=pinned(client_cpu))

    def command(self, running, name, **options):
        "The command line of the client: `c=64, k=True` is `-c 64 -k`"
        given = [o for k,v in options.items() if v is not None and v is not False
                 for o in ([f'-{k}'] if v is True else [f'-{k}', v])]
        return [compiled(self.tmp), '-P', running.port, '-p', running.path(name), *given]

    def ask(self, running, name, limit=60, **options):
        "Run the client to its end"
        return _figures(self.spawn(self.command(running, name, **options)), limit)

    def ask_wrk(self, running, name, size, connections, seconds):
        "As many requests for whole files as wrk makes: where there is no compiler"
        if not shutil.which('wrk'): raise Missing('neither a C compiler nor wrk is installed')
        command = wrk.command(self.tmp, running.port, running.path(name), self.files.number, connections, seconds)
        return wrk.figures(self.spawn(command), size, seconds+30)

    def ask_tls(self, running, name, size, limit=60):
        "The same over TLS, one file"
        command = [sys.executable, here/'tls_client.py', running.port, running.path(name), size]
        return _figures(self.spawn(command), limit)

    @contextmanager
    def ping(self, running):
        "Ask for the empty view every 2 ms; the figures are in the list when the block has ended"
        process,res = self.spawn(self.command(running, 'empty', c=1, k=True, g=2000, d=60)),[]
        time.sleep(0.02)
        try: yield res
        finally:
            process.terminate()
            res.append(_figures(process, 10))

def disturbance(before, after, seconds):
    "Processors that were used by others, those that the host took away included"
    return max(0, (after['busy']-before['busy']-(after['own']-before['own'])+after['steal']-before['steal'])/seconds)

def _now(pid):
    "Time, and who has used how much processor time until now"
    busy,steal = machine.busy()
    cpu,user,kernel = machine.used(pid)
    return dict(time=time.monotonic(), cpu=cpu, user=user, kernel=kernel, own=machine.used(os.getpid())[0], busy=busy,
                steal=steal, disk=machine.read_from_disk(pid))

def watched(running, action):
    "Call `action`, and add to its figures what the server and others used meanwhile"
    before = _now(running.pid)
    client = action()
    after = _now(running.pid)
    cpu,user,kernel,disk = (after[o]-before[o] for o in ('cpu', 'user', 'kernel', 'disk'))
    seconds = client.get('elapsed', client['seconds'])
    return dict(client=client, cpu=cpu, kernel=cpu*kernel/((user+kernel) or 1), util=cpu/seconds, disk=disk,
                others=disturbance(before, after, after['time']-before['time']))

class Memory(threading.Thread):
    "Looks at the memory and the threads of a server until it is told to stop"
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid,self.most,self.stopped = pid,(0, 0),threading.Event()

    def run(self):
        while not self.stopped.wait(0.25): self.most = tuple(map(max, self.most, machine.memory(self.pid)))

@contextmanager
def memory(pid):
    "The most resident bytes and threads during the block, in `most`"
    res = Memory(pid)
    res.start()
    try: yield res
    finally:
        res.stopped.set()
        res.join()
