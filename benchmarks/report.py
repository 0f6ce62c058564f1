"Floors and goals, and what the saved rounds say of them"
import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median

results = Path(__file__).parent/'results.json'

@dataclass(frozen=True)
class Check:
    "One cell of the table of floors and goals"
    row:str # What is asked
    workload:str
    measure:str # Name of the figure
    target:str
    peer:str|None # The ratio to whom; none: the figure itself
    floor:float
    goal:float|None=None
    most:bool=False # Is less better?
    peer_measure:str='' # Another figure of the peer's

    @property
    def label(self):
        "What is compared"
        return f'{self.target} / {self.peer}' if self.peer else self.target

    def meets(self, value, bound):
        "Is the value on the right side of the bound? None without a bound"
        if bound is None: return None
        return value <= bound if self.most else value >= bound

def _stream_rows():
    row,zero = 'one 1 GiB stream, zero copy','ours@zerocopy'
    yield from [Check(row, 'stream', 'mb_s', zero, peer, floor, goal) for peer,floor,goal in
                (('nginx', 0.85, 1.0), ('starlette@uvicorn', 4, None), ('django@uvicorn', 5, None), ('seed@uvicorn', 30, None))]
    yield Check(f'{row}: CPU per GB', 'stream', 'cpu_per_gb', zero, 'nginx', 1.3, 1.1, True)
    for server in ('uvicorn','granian','hypercorn'):
        for peer,floor,goal in (('nginx', 0.55, 0.7), ('nginx-copy', 0.8, 1.0), (f'starlette@{server}', 2.5, 3)):
            yield Check(f'the same on {server}', 'stream', 'mb_s', f'ours@{server}', peer, floor, goal)
    row = '64 streams of 16 MiB'
    yield Check(f'{row}, zero copy', 'streams', 'mb_s', zero, 'nginx', 0.9, 1.0)
    yield Check(f'{row}, zero copy: CPU per GB', 'streams', 'cpu_per_gb', zero, 'nginx', 2.0, 1.2, True)
    yield Check(f'{row}, stock', 'streams', 'mb_s', 'ours@uvicorn', 'nginx', 0.55, 0.65)

def _request_rows():
    row = '4 KiB files, 64 connections'
    yield from [Check(row, 'small', 'per_s', 'ours@uvicorn', peer, floor, goal) for peer,floor,goal in
        (('starlette@uvicorn', 3.5, 4.5), ('django@uvicorn', 8, 10), ('aiohttp', 1.3, 1.7), ('empty@uvicorn', 0.85, 0.95),
         ('seed@uvicorn', 3, 4))]
    yield Check(f'{row}: an empty view', 'small', 'per_s', 'empty@uvicorn', 'empty-stock@uvicorn', 5, 6)
    yield Check("the same behind Django's default middleware", 'middleware', 'per_s', 'ours-middleware@uvicorn',
                'ours-middleware-stock@uvicorn', 2, 5)
    for target in ('ours@zerocopy','ours@uvicorn'):
        yield Check('random 64 KiB ranges over whole 64 KiB files', 'ranges', 'whole_ratio', target, None, 0.9, 1.0)
        yield Check('random 64 KiB ranges a second', 'ranges', 'per_s', target, None, 1000)

def _other_rows():
    row = '1,000 slow clients: KB of RSS each'
    for target,floor,goal in (('ours@zerocopy', 32, 20), ('ours@uvicorn', 330, 200)):
        yield Check(row, 'slow', 'kb_per_client', target, None, floor, goal, True)
        yield Check('1,000 slow clients: threads of the server', 'slow', 'threads', target, None, 64, None, True)
        yield Check('1,000 slow clients: share served', 'slow', 'served_share', target, None, 1)
    yield from [Check('first byte of 100 MB over that of 4 KiB', 'first', 'large_to_small', o, None, 1.5, 1.2, True)
                for o in ('ours@zerocopy','ours@uvicorn')]
    yield from [Check('first byte of 4 KiB', 'first', 'small_ms', o, 'django@uvicorn', 0.5, 0.35, True)
                for o in ('ours@zerocopy','ours@uvicorn')]
    for target in ('ours@zerocopy','ours@uvicorn'):
        yield Check('cold file of 1 GiB', 'cold', 'mb_s', target, 'nginx', 0.8, 0.95)
        yield Check('cold file of 1 GiB: ping p99, ms', 'cold', 'ping_p99_ms', target, None, 15, None, True)
        yield Check('cold file of 1 GiB: ping max, ms', 'cold', 'ping_max_ms', target, None, 50, 15, True)
    for peer,floor in (('nginx', 0.8), ('starlette@uvicorn', 2)):
        yield Check('TLS 1.3', 'tls', 'mb_s', 'ours@uvicorn', peer, floor, 1.0 if peer=='nginx' else None)
    for measure,what in (('mb_s', '1 GiB'), ('per_s', '4 KiB')):
        yield Check(f'WSGI under gunicorn, {what}', 'wsgi', measure, 'ours@gunicorn', 'django@gunicorn', 0.95, 1.0)
    yield Check('import fileresponse.http, ms over django.http', 'import', 'ms', 'python', None, 50, 25, True)
    yield Check('aiobotocore imported before it is needed', 'import', 'aiobotocore', 'python', None, 0, None, True)

checks = [*_stream_rows(), *_request_rows(), *_other_rows()]

def by_round(runs, target, measure):
    "The figures of one target by round"
    return {o['round']: o[measure] for o in runs if o['target']==target and o.get(measure) is not None}

def ratios(runs, measure, target, peer, peer_measure=''):
    "Ratios of two targets, each inside one round"
    mine,theirs = by_round(runs, target, measure),by_round(runs, peer, peer_measure or measure)
    return [mine[o]/theirs[o] for o in mine if theirs.get(o)]

def values(check, workload): # What is saved of the workload
    "The figures, or ratios, that a check looks at"
    runs = workload['runs']
    if not check.peer: return list(by_round(runs, check.target, check.measure).values())
    return ratios(runs, check.measure, check.target, check.peer, check.peer_measure)

def verdict(saved): # What `results.json` holds
    "A row for each check that was measured: label, floor, goal, median, spread, met or not"
    for o in checks:
        found = values(o, saved['workloads'][o.workload]) if o.workload in saved['workloads'] else []
        if not found:
            yield dict(check=o, median=None)
            continue
        middle = median(found)
        yield dict(check=o, median=middle, low=min(found), high=max(found), rounds=len(found),
                   floor=o.meets(middle, o.floor), goal=o.meets(middle, o.goal))

def number(value):
    "Three digits are enough"
    if value is None: return '-'
    return f'{value:,.0f}' if abs(value) >= 100 else f'{value:.3g}'

def bound(check, value):
    "A floor or goal as text"
    return '-' if value is None else f"{'≤' if check.most else '≥'} {number(value)}"

def line(o): # A row of `verdict`
    "The cells of a row of the table"
    check = o['check']
    if o['median'] is None: return [check.row, check.label, bound(check, check.floor), bound(check, check.goal), 'not measured', '', '']
    said = {True: 'yes', False: 'NO', None: '-'}
    spread = f"{number(o['median'])} ({number(o['low'])} to {number(o['high'])})"
    return [check.row, check.label, bound(check, check.floor), bound(check, check.goal), spread, said[o['floor']], said[o['goal']]]

head = ['', 'what', 'floor', 'goal', 'median (min to max)', 'floor met', 'goal met']

def plain(rows):
    "Rows of cells in columns"
    widths = [max(len(o) for o in column) for column in zip(*rows)]
    return '\n'.join('  '.join(o.ljust(w) for o,w in zip(row, widths)).rstrip() for row in rows)

def figures(workload, against=()): # What is saved of a workload; targets to compare with
    "A row for each target: medians of its figures, and of its ratios to others"
    runs,unit = workload['runs'],workload['unit']
    names = list(dict.fromkeys(o['target'] for o in runs))
    cost = next((o for o in ('cpu_per_gb','cpu_us') if any(o in r for r in runs)), None)
    yield ['target', 'rounds', unit, cost or '', 'server busy', 'foreign, worst', *(f'/ {o}' for o in against)]
    for name in names:
        mine = [o for o in runs if o['target']==name]
        middle = lambda key: number(median(o[key] for o in mine)) if all(o.get(key) is not None for o in mine) else ''
        yield [name, str(len(mine)), middle(unit), middle(cost) if cost else '', middle('util'),
               number(max(o.get('foreign', 0) for o in mine)), *(_ratio(runs, unit, name, o) for o in against)]

def _ratio(runs, unit, name, peer):
    found = ratios(runs, unit, name, peer)
    return f'{number(median(found))} ({number(min(found))}..{number(max(found))})' if found else ''

def load(path=results):
    "What was saved"
    return json.loads(Path(path).read_text())
