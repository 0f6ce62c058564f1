"Floors and goals, and what was measured beside them"
from dataclasses import dataclass
from statistics import median

@dataclass(frozen=True)
class Row:
    "One figure of ours, alone or divided by a peer's from the same round"
    group:str # What is done
    what:str # What is compared
    workload:str
    ours:tuple # Target and figure
    peer:tuple|None=None # The same of a peer
    floor:float|None=None
    goal:float|None=None
    more:bool=True # Is more better?
    unit:str='×'

    def values(self, results): # Workloads by name, as they are saved
        "The figure of each round in which all that it needs was measured"
        runs = results.get(self.workload, {}).get('runs', {})
        ours = _by_round(runs, self.ours)
        if not self.peer: return list(ours.values())
        peer = _by_round(runs, self.peer)
        return [o/peer[n] for n,o in ours.items() if peer.get(n)]

    def met(self, value, bound):
        "Does a value reach a bound? Nothing where there is no bound"
        return None if bound is None else value>=bound if self.more else value<=bound

def _by_round(runs, key):
    target,figure = key
    return {o['round']: o[figure] for o in runs.get(target, []) if figure in o}

@dataclass(frozen=True)
class Verdict:
    "A row and what became of it"
    row:Row
    values:list

    @property
    def value(self): return median(self.values) if self.values else None
    @property
    def floor(self): return self.values and self.row.met(self.value, self.row.floor)
    @property
    def goal(self): return self.values and self.row.met(self.value, self.row.goal)

    @property
    def word(self):
        "In a word or two"
        if not self.values: return 'not measured'
        if self.row.floor is None and self.row.goal is None: return ''
        if self.floor is False: return 'floor not met'
        if self.goal is False: return 'floor met' if self.floor else 'goal not met'
        return 'goal met' if self.goal else 'floor met'

def _rate(group, what, workload, ours, peer, floor=None, goal=None, **kwargs):
    return Row(group, what, workload, (ours, 'rate'), (peer, 'rate'), floor, goal, **kwargs)

def _cost(group, what, workload, ours, peer, floor=None, goal=None):
    return Row(group, what, workload, (ours, 'cost'), (peer, 'cost'), floor, goal, more=False)

def _alone(group, what, workload, target, figure, floor=None, goal=None, unit=''):
    return Row(group, what, workload, (target, figure), None, floor, goal, more=False, unit=unit)

def _portable(server):
    "One stream without zero copy"
    group = f'1 GiB, one stream, {"stock uvicorn" if server=="uvicorn" else server}'
    peers = [('nginx, sendfile', 'nginx', .55, .7), ('nginx, no sendfile', 'nginx-copy', .8, 1.),
             ('Starlette on the same server', f'starlette@{server}', 2.5, 3.)]
    if server!='uvicorn': peers.append(('Starlette, stock uvicorn', 'starlette@uvicorn')) # granian has `pathsend` for it
    return [_rate(group, what, 'stream', f'ours@{server}', *peer) for what,*peer in peers]

def _of_small(server, name, judged):
    "Small files; floors and goals are for what needs nothing switched on"
    peers = (('Starlette FileResponse', 'starlette@uvicorn', 3.5, 4.5), ('Django FileResponse', 'django@uvicorn', 8., 10.),
             ('aiohttp', 'aiohttp', 1.3, 1.7), ('an empty view, our handler', f'empty@{server}', .85, .95),
             ('the seed', 'seed@uvicorn', 3., 4.))
    return [_rate(small, f'{what}, {name}', 'small', f'ours@{server}', peer, *(bounds if judged else ()))
            for what,peer,*bounds in peers]

def _from_disk(server, name):
    "A file that is not in memory"
    group,target = f'1 GiB from the disk, {name}',f'ours@{server}'
    return [_rate(group, 'nginx', 'cold', target, 'nginx', .8, .95),
            _alone(group, 'ping meanwhile, p99', 'cold', target, 'ping_p99', 15., None, 'ms'),
            _alone(group, 'ping meanwhile, longest', 'cold', target, 'ping_max', 50., 15., 'ms')]

one,many = '1 GiB, one stream, zero copy','64 streams of 16 MiB'
small,tls,slow = '4 KiB, 64 connections','TLS 1.3, one stream','1,000 slow clients'
ranges = '64 KiB ranges of 10 GiB'
rows = [
    _rate(one, 'nginx, sendfile', 'stream', 'ours@zerocopy', 'nginx', .85, 1.),
    _cost(one, 'CPU per GB, nginx', 'stream', 'ours@zerocopy', 'nginx', 1.3, 1.1),
    _rate(one, 'Starlette, stock uvicorn', 'stream', 'ours@zerocopy', 'starlette@uvicorn', 4.),
    _rate(one, 'Django FileResponse', 'stream', 'ours@zerocopy', 'django@uvicorn', 5.),
    _rate(one, 'the seed', 'stream', 'ours@zerocopy', 'seed@uvicorn', 30.),
    _rate(one, 'aiohttp', 'stream', 'ours@zerocopy', 'aiohttp'),
    _rate(one, 'nginx, client that discards', 'discard', 'ours@zerocopy', 'nginx'),
    _cost(one, 'CPU per GB, nginx, client that discards', 'discard', 'ours@zerocopy', 'nginx'),
    _rate(one, 'Starlette with zero copy, over without', 'stream', 'starlette@zerocopy', 'starlette@uvicorn'),
    *(o for server in ('uvicorn', 'granian', 'hypercorn') for o in _portable(server)),
    _rate(many, 'zero copy, nginx', 'streams', 'ours@zerocopy', 'nginx', .9, 1.),
    _cost(many, 'zero copy, CPU per GB, nginx', 'streams', 'ours@zerocopy', 'nginx', None, 1.2),
    _rate(many, 'zero copy, nginx, client that discards', 'streams-discard', 'ours@zerocopy', 'nginx'),
    _cost(many, 'zero copy, CPU per GB, nginx, client that discards', 'streams-discard', 'ours@zerocopy', 'nginx'),
    _rate(many, 'stock uvicorn, nginx', 'streams', 'ours@uvicorn', 'nginx', .55, .65),
    *_of_small('uvicorn', 'stock uvicorn', True), *_of_small('zerocopy', 'our protocol', False),
    _rate(small, 'empty view on our handler, over stock', 'small', 'empty@uvicorn', 'empty-stock@uvicorn', 5., 6.),
    _rate(small, 'ours on the stock handler, over the seed', 'small', 'ours-stock@uvicorn', 'seed@uvicorn'),
    _rate("4 KiB behind Django's middleware", 'the same view, stock handler', 'middleware', 'ours-middleware@uvicorn',
          'ours-middleware-stock@uvicorn', 2., 5.),
    *(Row(ranges, f'whole files of 64 KiB, {name}', 'ranges', (o, 'rate'), (o, 'whole'), .9, 1.)
      for name,o in (('stock uvicorn', 'ours@uvicorn'), ('zero copy', 'ours@zerocopy'))),
    _alone(ranges, 'requests per second', 'ranges', 'ours@uvicorn', 'rate', unit='/s'),
    _alone(slow, 'zero copy, memory of each', 'slow', 'ours@zerocopy', 'kb', 32., 20., 'KB'),
    _alone(slow, 'zero copy, threads of each', 'slow', 'ours@zerocopy', 'threads_each', .1, .02),
    _alone(slow, 'stock uvicorn, memory of each', 'slow', 'ours@uvicorn', 'kb', 330., 200., 'KB'),
    _alone(slow, 'stock uvicorn, threads of each', 'slow', 'ours@uvicorn', 'threads_each', .1, .02),
    *(Row('first byte', f'{what}, 100 MB over 4 KiB', 'first', (o, 'big'), (o, 'small'), 1.5, 1.2, more=False)
      for what,o in (('stock uvicorn', 'ours@uvicorn'), ('zero copy', 'ours@zerocopy'))),
    Row('first byte', '4 KiB, Django FileResponse', 'first', ('ours@uvicorn', 'small'), ('django@uvicorn', 'small'),
        .5, .35, more=False),
    *(o for server,name in (('zerocopy', 'zero copy'), ('uvicorn', 'stock uvicorn')) for o in _from_disk(server, name)),
    *(o for server,name in (('uvicorn', 'stock uvicorn'), ('zerocopy', 'our protocol')) for o in (
        _rate(tls, f'{name}, nginx', 'tls', f'ours@{server}', 'nginx', .8, 1.),
        _rate(tls, f'{name}, Starlette', 'tls', f'ours@{server}', 'starlette@uvicorn', 2.))),
    _rate('WSGI, gunicorn', '1 GiB, Django FileResponse', 'wsgi', 'ours@gunicorn', 'django@gunicorn', .95, 1.),
    Row('WSGI, gunicorn', '4 KiB, Django FileResponse', 'wsgi',
        ('ours@gunicorn', 'small'), ('django@gunicorn', 'small'), .95, 1.),
    _alone('import', 'over django.http', 'import', 'python', 'ms', 50., 25., 'ms'),
    _alone('import', 'modules of aiobotocore', 'import', 'python', 'modules', 0, 0),
]

def verdicts(results): return [Verdict(o, o.values(results)) for o in rows]

def short(value):
    "Three digits"
    return '-' if value is None else f'{value:.0f}' if abs(value)>=100 else f'{value:.3g}'

def cells(o): # A verdict
    "The cells of its row in a table"
    sign = '≥' if o.row.more else '≤'
    bounds = [f'{sign}\xa0{short(x)}' if x is not None else '' for x in (o.row.floor, o.row.goal)]
    spread = f'({short(min(o.values))}..{short(max(o.values))})' if o.values else ''
    measured = ' '.join(filter(None, [short(o.value), o.values and o.row.unit, spread])).replace(' ', '\xa0')
    head = 'workload','compared with','floor','goal','measured',' '
    return dict(zip(head, [o.row.group, o.row.what, *bounds, measured, o.word]))

def table(found): # Verdicts
    "The rows of a table, which name each workload once"
    res,last = [],None
    for o in map(cells, found):
        res.append(o | ({'workload':''} if o['workload']==last else {}))
        last = o['workload']
    return res

def text(rows): # Dictionaries with the same keys
    "A table for the terminal"
    lines = [list(rows[0]), *(list(map(str, o.values())) for o in rows)]
    widths = [max(map(len, o)) for o in zip(*lines)]
    return '\n'.join('  '.join(cell.ljust(n) for cell,n in zip(o, widths)).rstrip() for o in lines)

titles = dict(rate='rate', whole='whole files', kb='KB each', threads='threads', small='4 KiB', big='100 MB',
    cost='CPU', kernel='of it kernel', whole_cost='CPU, whole', small_cost='CPU, 4 KiB', util='busy', p50='p50 ms',
    p99='p99 ms', ping_p50='ping p50', ping_p99='ping p99', ping_max='ping max', ms='ms', others='others')
main_figure = dict(first='small', slow='kb') | {'import': 'ms'} # Of workloads in which it is not the rate

def _times(saved, first, name, figure):
    "The first target's figure in multiples of another's: median, and from where to where"
    found = Row('', '', 'w', (first, figure), (name, figure)).values({'w': saved})
    return f'{median(found):.2f} ({min(found):.2f}..{max(found):.2f})' if found else ''

def compared(saved, figure): # One workload, as it is saved, and its main figure
    "The medians of each target, and the first target's figures in multiples of them"
    runs = {k:v for k,v in saved['runs'].items() if v}
    first,known = next(iter(runs), None),[k for k in titles if any(k in o[0] for o in runs.values())]
    ratios = {f'{first} is': figure} | ({'and its CPU': 'cost'} if 'cost' in known else {})
    return [{'target':name} | {titles[k]: short(median(o[k] for o in of)) if k in of[0] else '' for k in known}
            | {k: _times(saved, first, name, v) for k,v in ratios.items()} for name,of in runs.items()]
