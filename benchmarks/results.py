"Rounds of measurements, and what is kept of them"
import time
from dataclasses import asdict
from pathlib import Path

from .measure import limit
from .targets import Missing,catalogue

def _once(bench, workload, name):
    "One measurement of one target"
    if name=='python': return workload.measure(bench, None)
    for o in workload.files: bench.files.fetch(o)
    running = bench.server(catalogue[name], workload.tls)
    try: res = workload.measure(bench, running)
    except Exception:
        bench.forget(running.target, workload.tls)
        raise
    if workload.fresh: bench.forget(running.target, workload.tls)
    return res

def disturbed(workload, res):
    "Was anybody else at work, or did the disk have to be asked? Speed does not count"
    return res.get('others', 0)>limit or not workload.cold and res.get('disk', 0) > 4e6

def quietest(measure, workload, tries):
    "Measure until nobody disturbs; else keep the measurement that was least disturbed"
    seen = []
    while not seen or disturbed(workload, seen[-1]) and len(seen)<tries: seen.append(measure())
    best = min(seen, key=lambda o: (disturbed(workload, o), o.get('others', 0)))
    return best | dict(tries=len(seen), disturbed=disturbed(workload, best))

class Results:
    "The rounds of one workload as they come in"
    def __init__(self, bench, workload, targets, rounds,
        patience, # When measurements are not repeated any more, so that the workloads after this one get their time
        deadline # When no round begins any more
    ):
        self.bench,self.workload,self.rounds,self.patience,self.deadline = bench,workload,rounds,patience,deadline
        self.runs = {o: [] for o in targets}
        self.trouble = {}

    def measure(self, name, n):
        "Measure one target in round `n`; trouble is noted, and ends only the target when it comes twice"
        tries = self.bench.scale.tries if time.monotonic()<self.patience else 1
        try: res = quietest(lambda: _once(self.bench, self.workload, name), self.workload, tries)
        except Missing as e: self.trouble[name] = [f'not measured: {e}']
        except Exception as e:
            said = f'round {n+1}: {type(e).__name__}: {e}'[:300].replace(str(Path.cwd()), '.')
            self.trouble.setdefault(name, []).append(said)
        else: self.runs[name].append(dict(round=n) | res)
        return self.runs[name][-1] if self.runs[name] and self.runs[name][-1]['round']==n else None

    def alive(self, name):
        "Is it worth another round?"
        trouble = self.trouble.get(name, [])
        return len(trouble)<2 and not any(o.startswith('not measured') for o in trouble)

    def round(self, n):
        "Every target once, in another order in each round"
        names = [o for o in self.runs if self.alive(o)]
        turn = n%len(names) if names else 0
        for name in names[turn:]+names[:turn]:
            res = self.measure(name, n)
            self.bench.say(line(name, n, res) if res else f'  {name}: {self.trouble[name][-1]}')

    def all(self):
        "All rounds, as far as there is time"
        done = 0
        for n in range(self.rounds):
            if n and time.monotonic() > self.deadline: break
            self.round(n)
            done = n+1
        if not self.bench.keep: self.bench.close()
        return dict(what=self.workload.what, rounds=done, wanted=self.rounds, runs=self.runs, trouble=self.trouble,
                    scale=asdict(self.bench.scale), sizes=self.bench.files.sizes, made=time.strftime('%Y-%m-%d %H:%M'))

shown = dict(rate='.0f', cost='.3f', util='.2f', kb='.1f', threads='d', small='.3g', big='.3g', whole='.0f',
             ping_p99='.1f', ping_max='.1f', ms='.1f', others='.2f', tries='d')

def line(name, n, res):
    "A measurement in one line, for those who wait"
    return f"  {n+1} {name:<30} " + ' '.join(f'{k} {res[k]:{f}}' for k,f in shown.items() if k in res)
