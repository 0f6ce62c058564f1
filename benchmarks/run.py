"Measure, print, and save"
import hashlib,json,os,shutil,subprocess,tempfile,time
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tools.processes import process_group

from . import machine,report
from .targets import Missing,catalogue,certificate,serving
from .workloads import Bench,Files,quick,Sizes,smoke,workloads

quiet = 0.12 # Cores that others may use during a run; above that it is repeated, twice at most
sizes = dict(full=Sizes(), quick=quick, smoke=smoke)
cache = Path(os.environ.get('XDG_CACHE_HOME') or Path.home()/'.cache')/'fileresponse-benchmarks'
began = time.monotonic()

def say(text): print(f'{time.monotonic()-began:6.0f} s  {text}', flush=True)

def compiled(folder): # Where it is kept
    "The client, compiled once; none where there is no C compiler"
    source = Path(__file__).parent/'client.c'
    binary = folder/f'client-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}'
    if binary.exists(): return binary
    compiler = next(filter(None, map(shutil.which, ('cc', 'gcc', 'clang'))), None)
    if not compiler: return None
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, '-O2', '-o', f'{binary}.{os.getpid()}', source], check=True)
    os.replace(f'{binary}.{os.getpid()}', binary)
    return binary

def install():
    "Get nginx, openssl and a C compiler from Debian where that is possible; say what is missing"
    wanted = {'nginx': 'nginx-light', 'cc': 'gcc libc6-dev', 'openssl': 'openssl'}
    missing = [o for o in wanted if not shutil.which(o)]
    if not missing: return
    packages = [p for o in missing for p in wanted[o].split()]
    if shutil.which('apt-get') and os.geteuid()==0:
        say(f"installing {' '.join(packages)}")
        env = os.environ | dict(DEBIAN_FRONTEND='noninteractive', RUNLEVEL='1')
        for args in (['update', '-q'], ['install', '-qy', '--no-install-recommends', *packages]):
            subprocess.run(['apt-get', *args], env=env, stdout=subprocess.DEVNULL, check=False)
    for o in missing:
        if not shutil.which(o): say(f'missing: {o} (Debian: apt-get install {wanted[o]}); what needs it is skipped')

def one(workload, bench, running, tries=3):
    "One run; again where others were using the machine, and then the least disturbed one"
    seen = []
    for _ in range(tries):
        bench.files.need(*workload.files)
        seen.append(workload.run(running, bench))
        if seen[-1].get('foreign', 0) <= quiet: break
    best = min(seen, key=lambda o: o.get('foreign', 0))
    return best | dict(tries=len(seen), disturbed=best.get('foreign', 0) > quiet)

def _planned_end(name, options):
    "Seconds after which the workload should have ended"
    weights = [workloads[o].weight for o in options.only]
    done = sum(weights[:options.only.index(name)+1])
    return options.minutes*60*done/sum(weights)

class Series:
    "The rounds of one workload"
    def __init__(self, workload, bench, tmp, options):
        self.workload,self.bench,self.tmp,self.options = workload,bench,tmp,options
        self.until = _planned_end(workload.name, options)
        self.runs,self.skipped,self.running,self.cert = [],{},{},None

    def skip(self, name, why):
        why = ' '.join(str(why).split())[-300:]
        say(f'{self.workload.name}: {name} is skipped: {why}')
        self.skipped[name] = why

    def serve(self, name, stack):
        "A running target"
        return stack.enter_context(serving(catalogue[name], self.bench.files.root, self.tmp, self.cert))

    def start(self, stack):
        "Start every target; those that do not start are skipped by name"
        names = self.workload.chosen(self.options.targets)
        if not self.workload.targets: self.running = dict.fromkeys(names)
        if not self.workload.targets: return
        self.bench.files.need('probe', 'small')
        try: self.cert = certificate(self.tmp) if self.workload.tls else None
        except (Missing, subprocess.CalledProcessError) as e: return [self.skip(o, e) for o in names]
        for name in names:
            with ExitStack() as attempt:
                try: self.running[name] = self.serve(name, attempt)
                except Exception as e: self.skip(name, e)
                else: (attempt.close if self.workload.fresh else lambda: stack.push(attempt.pop_all()))()

    @property
    def tries(self):
        "Runs may be repeated as long as the workloads after this one get their time"
        return self.options.tries if time.monotonic()-began < self.until else 1

    def run(self, name, round):
        "One figure of one target"
        with ExitStack() as stack:
            try:
                running = self.serve(name, stack) if self.workload.fresh else self.running[name]
                note = one(self.workload, self.bench, running, self.tries)
            except Exception as e:
                self.running.pop(name)
                return self.skip(name, f'{type(e).__name__} in round {round+1}: {e}')
        self.runs.append(dict(target=name, round=round, **note))

    def rounds(self):
        "Round by round, each beginning with another target"
        with ExitStack() as stack:
            self.start(stack)
            for i in range(self.options.rounds):
                if late(self.options): return self.skip(f'round {i+1} and later', 'the time is over')
                names = list(self.running)
                for name in names[i%max(1, len(names)):]+names[:i%max(1, len(names))]: self.run(name, i)
                self.progress(i)

    def progress(self, i):
        got = [f"{o['target']} {report.number(o[self.workload.unit])}" for o in self.runs if o['round']==i]
        say(f"{self.workload.name} {i+1}/{self.options.rounds}: {', '.join(got)}")

    def saved(self):
        w = self.workload
        return dict(title=w.title, unit=w.unit, rounds=self.options.rounds, when=time.strftime('%Y-%m-%d %H:%M', time.gmtime()),
                    copying=not self.bench.discard, sizes=asdict(self.bench.sizes), skipped=self.skipped,
                    runs=[{k: _short(v) for k,v in o.items()} for o in self.runs])

def late(options): return time.monotonic()-began > options.minutes*60

def show(name, saved, against):
    "The figures of one workload"
    names = dict.fromkeys(o['target'] for o in saved['runs'])
    against = against or [o for o in names if not o.startswith('ours')][:5]
    if saved['runs']: print(f"\n{saved['title']}\n{report.plain([*report.figures(saved, against)])}\n", flush=True)

def _short(o):
    "A figure without the digits that mean nothing"
    return float(f'{o:.5g}') if isinstance(o, float) else o

def save(path, described, done):
    "Put what was measured in the place of what was saved of the same workloads"
    old = report.load(path) if path.exists() else dict(workloads={})
    kept = {k:v for k,v in (old['workloads']|done).items() if k in workloads}
    machines = {k: described if k in done else old['machines'].get(k, {}) for k in kept}
    text = json.dumps(dict(workloads=kept, machines=machines), indent=None, separators=(',', ':'))
    part = path.with_suffix('.part')
    part.write_text(text.replace('{"target"', '\n{"target"')+'\n')
    os.replace(part, path)

def arguments(args=None):
    parser = ArgumentParser(prog='python -m benchmarks', description='Measure our responses and their peers, interleaved.')
    names = lambda text: text.split(',')
    parser.add_argument('--only', type=names, default=[*workloads], help=f"workloads, of {','.join(workloads)}")
    parser.add_argument('--targets', type=names, default=[], help='as ours@zerocopy, or ours for all servers')
    parser.add_argument('--against', type=names, default=[], help='targets to show ratios to; default: the first peers')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--tries', type=int, default=3, help='runs until one was undisturbed')
    parser.add_argument('--size', choices=[*sizes], default='full')
    parser.add_argument('--minutes', type=float, default=24, help='no round begins after that')
    parser.add_argument('--copy', action='store_true', help='a client that copies what it gets, as others do')
    parser.add_argument('--save', type=Path, nargs='?', const=report.results, help='merge into this JSON file')
    parser.add_argument('--install', action='store_true', help='install what is missing, as root on Debian')
    parser.add_argument('--files', type=Path, default=cache, help='directory for the files to be served, seven GB at full size')
    parser.add_argument('--clean', action='store_true', help='remove them at the end')
    parser.add_argument('--list', action='store_true', help='say which workloads and targets there are')
    res = parser.parse_args(args)
    if unknown := [o for o in res.only if o not in workloads]: parser.error(f"no such workload: {', '.join(unknown)}")
    return res

def measure(options):
    "Run the workloads; what was found, by name"
    done,described = {},None
    with tempfile.TemporaryDirectory(prefix='benchmarks-') as tmp, process_group(tmp):
        files = Files(options.files/options.size, sizes[options.size])
        bench = Bench(compiled(options.files), files, files.sizes, not options.copy)
        for name in options.only:
            series = Series(workloads[name], bench, Path(tmp), options)
            if late(options): series.skip('all', 'the time is over')
            else: series.rounds()
            described = described or machine.describe(options.files)
            done[name] = series.saved()
            show(name, done[name], options.against)
            if options.save and series.runs: save(options.save, described, {name: done[name]})
    return done

def main(args=None):
    "What the command line asks for"
    options = arguments(args)
    if options.list:
        for o in workloads.values(): print(f"{o.name:12}{o.title}: {', '.join(o.targets)}")
        return
    if options.install: install()
    if len(machine.cpus) < 2: say('one processor only: server and client share it')
    try: done = measure(options)
    finally:
        if options.clean: shutil.rmtree(options.files, ignore_errors=True)
    rows = [report.line(o) for o in report.verdict(dict(workloads=done)) if o['median'] is not None]
    if rows: print(report.plain([report.head, *rows]))
    for name,o in done.items():
        for target,why in o['skipped'].items(): print(f'skipped: {name}: {target}: {why}')
    say('end')
