"Measure: all workloads, or some of them"
import json,os,re,sys,tempfile,time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from tools.processes import process_group

from .files import Files,place
from .goals import compared,main_figure,table,text,verdicts
from .install import install
from .machine import client_cpu,describe,server_cpu
from .measure import Bench
from .results import Results
from .targets import catalogue
from .workloads import full,quick,quick_files,tiny,tiny_files,workloads

where = Path(__file__).parent/'results.json'
began = time.monotonic()

def say(*args):
    "Print a line with the time that has passed"
    passed = int(time.monotonic()-began)
    print(f'{passed//60:2}:{passed%60:02}', *args, flush=True)

def arguments(args=None):
    parser = ArgumentParser(prog='python -m benchmarks', description=__doc__)
    parser.add_argument('--only', help=f'workloads, with commas between them: {", ".join(workloads)}')
    parser.add_argument('--targets', help=f'targets, or all that begin with a name before `@`: {", ".join(catalogue)}')
    parser.add_argument('--rounds', type=int, help='rounds of each workload')
    parser.add_argument('--seconds', type=float, help='seconds that a request rate is measured for')
    parser.add_argument('--tries', type=int, help='measurements to find one that nobody disturbed')
    parser.add_argument('--quick', action='store_true', help='two minutes: less of everything')
    parser.add_argument('--tiny', action='store_true', help='seconds: does everything work?')
    parser.add_argument('--save', action='store_true', help=f'put the results into {where.name}')
    parser.add_argument('--files', type=Path, help='make the files in a directory there')
    parser.add_argument('--minutes', type=float, default=24, help='begin no round after so much time')
    parser.add_argument('--no-install', action='store_true', help='do not install what is missing')
    return parser.parse_args(args)

def chosen(workload, names):
    "The targets of a workload that were asked for; `ours` means `ours@` any server. Others may be named in full"
    if not names: return workload.targets
    asked = names.split(',')
    return [t for o in asked for t in workload.targets if o in (t, t.partition('@')[0])] \
        + [o for o in asked if o in catalogue and o not in workload.targets and '@' in o]

def scale_of(args):
    "How much of everything, and the sizes of the files"
    scale,sizes = (tiny, tiny_files) if args.tiny else (quick, quick_files) if args.quick else (full, {})
    said = {k: v for k in ('rounds', 'seconds', 'tries') if (v := getattr(args, k)) is not None}
    if 'rounds' in said: said['few'] = min(said['rounds'], scale.few)
    return replace(scale, **said),sizes

def measured(bench, names, targets, seconds):
    "The results of workloads, one after the other, which share the time"
    weights = [workloads[o].weight for o in names]
    for n,name in enumerate(names):
        workload = workloads[name]
        bench.say(f'{name}: {workload.what}')
        rounds = bench.scale.few if workload.rare else bench.scale.rounds
        patience = began+seconds*sum(weights[:n+1])/sum(weights)
        yield name,Results(bench, workload, chosen(workload, targets), rounds, patience, began+seconds).all()

def rounded(o):
    "Results without digits that mean nothing"
    if isinstance(o, dict): return {k: rounded(v) for k,v in o.items()}
    if isinstance(o, list): return [*map(rounded, o)]
    return float(f'{o:.4g}') if isinstance(o, float) else o

def save(new):
    "Put new results in place of those of the same workloads; there is a whole file at any moment"
    old = json.loads(where.read_text()) if where.exists() else {}
    text = json.dumps(old | rounded(new), separators=(',', ':'))
    part = where.with_suffix('.part')
    part.write_text(re.sub(r'(\{"round"|"\w+":\{"what"|"(?:machine|runs|trouble)":|"[\w@-]+":\[)', r'\n\1', text)+'\n')
    os.replace(part, where)

def report(results):
    "Tables of everything that was measured"
    for name,res in results.items():
        if rows := compared(res, main_figure.get(name, 'rate')): print(f'\n{name}: {res["what"]}\n{text(rows)}')
        for target,troubles in res['trouble'].items(): print(f'  {target}: {"; ".join(troubles)}')
    found = table([o for o in verdicts(results) if o.values])
    if found: print(f'\n{text(found)}')

def unexpected(res):
    "Targets that could not be measured although everything is there for it"
    return [k for k,v in res['trouble'].items() if not any(o.startswith('not measured') for o in v)]

def run(args, tmp):
    "Make the files, measure, and save what there is after each workload"
    scale,sizes = scale_of(args)
    say('making the files')
    (root := tmp/'files').mkdir()
    bench,results = Bench(Files(root, **sizes), tmp, scale, say, keep=args.quick or args.tiny),{}
    names = args.only.split(',') if args.only else list(workloads)
    machine = describe(root)
    with bench.opened():
        for name,res in measured(bench, names, args.targets, args.minutes*60):
            results[name] = dict(machine=machine) | res
            if args.save: save(results)
    return results

def main():
    "Measure, and print the tables"
    args = arguments()
    unknown = [o for o in (args.only or '').split(',') if o and o not in workloads]
    if unknown: sys.exit(f'no such workload: {", ".join(unknown)}')
    if args.save and (args.targets or args.quick or args.tiny): sys.exit('only whole workloads at full size are saved')
    if not args.no_install: install(say)
    os.sched_setaffinity(0, {client_cpu})
    if server_cpu==client_cpu: say('one processor for server and client: the figures mean little')
    with tempfile.TemporaryDirectory(prefix='benchmarks-', dir=args.files or place()) as tmp, process_group(tmp):
        results = run(args, Path(tmp))
    report(results)
    say('done')
    if args.tiny and any(map(unexpected, results.values())): sys.exit(1)

if __name__=='__main__': main()
