"What is measured: for each workload its targets, and how one of them is measured once"
import json,os,subprocess,sys,time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .files import KiB,MiB,part
from .machine import client_cpu,drop,pinned
from .measure import compiler,memory,watched

here = Path(__file__).parent

@dataclass(frozen=True)
class Scale:
    "How much of everything"
    rounds:int=7 # At least, of each workload
    few:int=3 # Rounds of what hardly differs from one to the next, such as memory
    seconds:float=1.5 # That a request rate is measured for
    warmup:float=0.3 # Seconds before that
    downloads:int=2 # Of the one large file, one after the other
    streams:int=64 # At once
    connections:int=64 # That ask for small files
    clients:int=1000 # That are slow
    patience:float=8 # Seconds that they are watched
    firsts:int=40 # First bytes of each size
    imports:int=3 # Fresh interpreters in each round, of which the quickest counts
    tries:int=3 # To find a quiet moment

full = Scale()
quick = Scale(rounds=2, few=1, seconds=0.4, warmup=0.1, downloads=1, streams=16, clients=200, patience=4, firsts=15,
              imports=2, tries=1)
tiny = Scale(rounds=1, few=1, seconds=0.1, warmup=0, downloads=1, streams=4, connections=4, clients=10, patience=0.5,
             firsts=2, imports=1, tries=1)
quick_files = dict(big=256*MiB, seed=16*MiB, each=8*MiB, number=200)
tiny_files = dict(big=MiB, seed=MiB, each=MiB, slow=MiB, wide=8*MiB, number=10)

@dataclass(frozen=True)
class Workload:
    "Something that all targets are asked to do"
    name:str
    what:str # One line for the reader
    measure:Callable # `(bench, running)` to figures
    targets:tuple=() # Names in the catalogue
    files:tuple=() # That have to be in memory
    rare:bool=False # Does it hardly differ from round to round?
    fresh:bool=False # Has each measurement a new server?
    cold:bool=False # Is reading from the disk what is measured?
    tls:bool=False
    weight:float=1 # Its share of the time

def _volume(res):
    "Figures of a run in which bytes count: MB/s, and processor seconds per GB"
    o = res['client']
    cost = {k: res[k]/o['bytes']*1e9 for k in ('cpu', 'kernel')}
    return {k: res[k] for k in ('util', 'others', 'disk')} | dict(rate=o['bytes']/o['seconds']/1e6, cost=cost['cpu'],
        kernel=cost['kernel'], first=o['first_ms']['p50'], seconds=o['seconds'])

def _requests(res):
    "Figures of a run in which requests count: requests per second, and processor microseconds of each"
    o = res['client']
    cost = {k: res[k]/o['finished']*1e6 for k in ('cpu', 'kernel')}
    return {k: res[k] for k in ('util', 'others', 'disk')} | dict(rate=o['counted']/o['seconds'], cost=cost['cpu'],
        kernel=cost['kernel'], p50=o['full_ms']['p50'], p99=o['full_ms']['p99'], seconds=o['seconds'])

def large(running):
    "Which file is the large one: the seed needs half a minute for 1 GiB"
    return 'seed' if running.target.app=='seed' else 'big'

def _stream(bench, running, z=False):
    name = large(running)
    n = bench.scale.downloads if running.target.server in ('nginx', 'aiohttp', 'zerocopy') else 1
    bench.files.fetch(name)
    return _volume(watched(running, lambda: bench.ask(running, name, n=n, s=bench.files.sizes[name], z=z, d=120)))

def _discarded(bench, running): return _stream(bench, running, z=True)

def _streams(bench, running, z=False):
    n,size = bench.scale.streams,bench.files.sizes['each']
    options = dict(c=n, n=n, f=bench.files.each, s=size, z=z, d=120)
    return _volume(watched(running, lambda: bench.ask(running, 'each/%lu', **options)))

def _streams_discarded(bench, running): return _streams(bench, running, z=True)

def _rate(bench, running, name, size, **options):
    o = bench.scale
    if not compiler() and not options.keys()-{'c'}:
        many = options.get('c', o.connections)
        return _requests(watched(running, lambda: bench.ask_wrk(running, name, size, many, o.warmup+o.seconds)))
    options = dict(c=o.connections, k=True, s=size, f=bench.files.number, d=o.warmup+o.seconds, w=o.warmup or None) \
        | options
    return _requests(watched(running, lambda: bench.ask(running, name, **options)))

def _small(bench, running): return _rate(bench, running, 'small/%lu', 0 if running.target.path=='empty' else 4*KiB)

def _ranges(bench, running):
    "Ranges of a wide file, and then as many whole files of the same size"
    res = _rate(bench, running, 'wide', part, S=206, R=bench.files.stride)
    whole = _rate(bench, running, 'whole/%lu', part)
    return res | dict(whole=whole['rate'], whole_cost=whole['cost'], others=max(res['others'], whole['others']))

def _slow(bench, running):
    "Clients that take 50 KB/s each: what the server grows by"
    n,size = bench.scale.clients,bench.files.sizes['slow']
    bench.ask(running, 'small/%lu', c=20, n=40, f=bench.files.number)
    bench.ask(running, 'slow', n=1, s=size, z=True)
    with memory(running.pid) as before: time.sleep(0.6)
    options = dict(c=n, d=bench.scale.patience, r=50_000, b=64*KiB, s=size)
    with memory(running.pid) as during: res = watched(running, lambda: bench.ask(running, 'slow', **options))
    served = res['client']['served'] or 1
    rss,threads = (after-begin for after,begin in zip(during.most, before.most))
    first = res['client']['first_ms']
    return {k: res[k] for k in ('util', 'others', 'disk')} | dict(served=served, clients=n, kb=rss/served/1000,
        threads=during.most[1], threads_each=max(0, threads)/served, rss=during.most[0]/1e6, first=first['p50'],
        first_p99=first['p99'])

def _first(bench, running):
    "Connection, request, first byte of the body: of a small file, and of a large one that the client then gives up"
    n,size = bench.scale.firsts,bench.files.sizes['slow']
    gap = 5000 # the same for both: the longer a processor has rested, the longer it takes
    few = max(1, n//(8 if running.target.path=='django' else 2)) # it reads the whole file first
    small = watched(running, lambda: bench.ask(running, 'small/%lu', n=n, f=bench.files.number, s=4*KiB, g=gap))
    big = watched(running, lambda: bench.ask(running, 'slow', n=few, s=size, o=True, g=gap))
    a,b = small['client']['first_ms'],big['client']['first_ms']
    return dict(others=max(small['others'], big['others']), util=small['util'], disk=0, small=a['p50'],
                small_p90=a['p90'], big=b['p50'], big_p90=b['p90'])

def _cold(bench, running):
    "The large file from the disk, and a ping on the same loop meanwhile"
    size = bench.files.sizes['big']
    drop(bench.files.root/'big')
    bench.files.read.pop('big', None)
    def measured():
        with bench.ping(running) as res: answer = bench.ask(running, 'big', n=1, s=size, d=120)
        return answer | dict(ping=res[0])
    res = watched(running, measured)
    ping = res['client']['ping']
    return _volume(res) | {f'ping_{k}': ping['full_ms'][k] for k in ('p50', 'p99', 'max')} | dict(pings=ping['counted'])

def _tls(bench, running):
    name = large(running)
    return _volume(watched(running, lambda: bench.ask_tls(running, name, bench.files.sizes[name])))

def _both(bench, running):
    "One large stream, and small files over as many connections as there are threads"
    res,small = _stream(bench, running),_rate(bench, running, 'small/%lu', 4*KiB, c=8)
    return res | dict(small=small['rate'], small_cost=small['cost'], others=max(res['others'], small['others']))

_imports = '''
import sys,time,json
import django.http
began,cpu = time.perf_counter(),time.process_time()
import fileresponse.http
print(json.dumps(dict(ms=(time.perf_counter()-began)*1000, cpu=(time.process_time()-cpu)*1000,
    modules=sum(o.startswith("aiobotocore") for o in sys.modules))))
'''

def _import(bench, running):
    "What importing our responses adds to importing Django's, in a fresh interpreter; `running` is nothing"
    env = os.environ | dict(PYTHONPYCACHEPREFIX=str(bench.tmp/'compiled'))
    env.pop('PYTHONDONTWRITEBYTECODE', None)
    def once():
        res = subprocess.run([sys.executable, '-c', _imports], capture_output=True, text=True, check=True, env=env,
                             cwd=here.parent, preexec_fn=pinned(client_cpu))
        return json.loads(res.stdout)
    if not (bench.tmp/'compiled').exists(): once()
    return min((once() for _ in range(bench.scale.imports)), key=lambda o: o['ms'])

asynchronous = 'zerocopy','uvicorn','granian','hypercorn'
workloads = {o.name: o for o in [
    Workload('stream', 'one stream of 1 GiB, to a client that copies what it gets', _stream,
        ('nginx', 'nginx-copy', *(f'{a}@{s}' for s in asynchronous for a in ('ours', 'starlette')), 'aiohttp',
         'django@uvicorn', 'seed@uvicorn'), ('big', 'seed'), weight=4),
    Workload('discard', 'one stream of 1 GiB, to a client that has the kernel discard it, and so keeps nobody waiting',
        _discarded, ('nginx', 'nginx-copy', 'ours@zerocopy', 'ours@uvicorn', 'aiohttp'), ('big',)),
    Workload('streams', '64 streams of 16 MiB at once', _streams,
        ('nginx', 'ours@zerocopy', 'ours@uvicorn', 'starlette@uvicorn', 'aiohttp'), ('each',)),
    Workload('streams-discard', '64 streams of 16 MiB at once, to a client that has the kernel discard them',
        _streams_discarded, ('nginx', 'ours@zerocopy', 'ours@uvicorn', 'aiohttp'), ('each',)),
    Workload('small', 'files of 4 KiB over 64 connections that are kept', _small,
        ('ours@uvicorn', 'empty@uvicorn', 'starlette@uvicorn', 'aiohttp', 'django@uvicorn', 'seed@uvicorn',
         'empty-stock@uvicorn', 'ours-stock@uvicorn', 'ours@zerocopy', 'empty@zerocopy', 'nginx'), ('small',), weight=3),
    Workload('middleware', "files of 4 KiB over 64 connections, behind Django's default middleware", _small,
        ('ours-middleware@uvicorn', 'ours-middleware-hops@uvicorn', 'ours-middleware-stock@uvicorn'), ('small',)),
    Workload('ranges', 'ranges of 64 KiB of a sparse 10 GiB file, at random among 1,000 places that are in memory, and '
        'whole files of 64 KiB, over 64 connections', _ranges,
        ('ours@uvicorn', 'ours@zerocopy', 'nginx'), ('wide', 'whole')),
    Workload('slow', '1,000 clients that take 50 KB/s each of a 100 MB file, with receive buffers of 64 KiB', _slow,
        ('ours@zerocopy', 'ours@uvicorn', 'nginx', 'aiohttp', 'starlette@uvicorn'), ('slow', 'small'),
        rare=True, fresh=True, weight=3),
    Workload('first', 'first byte of 4 KiB and of 100 MB, each over a new connection', _first,
        ('ours@uvicorn', 'ours@zerocopy', 'django@uvicorn', 'starlette@uvicorn', 'aiohttp', 'nginx'),
        ('small', 'slow')),
    Workload('cold', '1 GiB that is not in the page cache, and an empty view asked for every 2 ms', _cold,
        ('ours@zerocopy', 'ours@uvicorn', 'nginx', 'aiohttp', 'starlette@uvicorn'), cold=True),
    Workload('tls', 'one stream of 1 GiB over TLS 1.3', _tls,
        ('ours@uvicorn', 'ours@zerocopy', 'nginx', 'starlette@uvicorn'), ('big',), tls=True),
    Workload('wsgi', 'one stream of 1 GiB, and files of 4 KiB over 8 connections, under gunicorn with 8 threads', _both,
        ('ours@gunicorn', 'django@gunicorn'), ('big', 'small')),
    Workload('import', '`fileresponse.http` imported after `django.http` in a fresh interpreter, the quickest of three',
        _import, ('python',)),
]}
