"Run notebooks, each once and in a process of its own, and count their code cells"
import json,os,signal,subprocess,sys,tempfile,time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass,field
from pathlib import Path

here = Path(__file__).parent

@dataclass
class Result:
    "What became of one notebook, or of another check"
    name:str # Path of the notebook, or what was checked
    passed:int=0
    failed:int=0
    skipped:list[str]=field(default_factory=list) # What could not be checked, and why
    not_run:int=0 # Code cells after the one that failed
    seconds:float=0
    log:str='' # What went wrong

    def __str__(self):
        others = [(self.failed, 'failed'), (len(self.skipped), 'skipped'), (self.not_run, 'not run')]
        counts = ', '.join([f'{self.passed} passed', *[f'{n} {what}' for n,what in others if n]])
        line = f"{'FAIL' if self.failed else 'ok  '} {self.name}: {counts} ({self.seconds:.1f} s)"
        return '\n'.join([line, *[f'     skipped: {o}' for o in self.skipped]])

def environment(**extra): # Variables to add
    "An environment in which runs give the same output: no credentials of the user's, one time zone, one order of sets"
    env = {k:v for k,v in os.environ.items() if not k.startswith(('AWS_', 'FILERESPONSE_'))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env | dict(PATH=path, PYTHONHASHSEED='0', TZ='UTC', AWS_EC2_METADATA_DISABLED='true') | extra

def wait(cmd:list,     # Command to run
         timeout:float, # Seconds until it is killed, with everything that it started
         env:dict,     # Its environment
        ): # Its exit code and output
    "Run `cmd` in a process group that does not outlive it"
    with tempfile.TemporaryFile() as out:
        p = subprocess.Popen(cmd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        try: code = p.wait(timeout)
        except subprocess.TimeoutExpired: code = f'no end after {timeout:.0f} s'
        finally:
            try: os.killpg(p.pid, signal.SIGKILL)
            except ProcessLookupError: pass
        p.wait()
        out.seek(0)
        return code,out.read().decode(errors='replace')

def run(fn:Path,           # Notebook to run
        save:bool=False,   # Write its outputs back when every cell passed?
        timeout:float=300, # Seconds that it may take
        **extra): # Environment variables for it
    "Run one notebook in a process of its own"
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as tmp:
        notes = Path(tmp)/'notes.json'
        cmd = [sys.executable, here/'notebook.py', fn, notes, 'save' if save else 'leave']
        code,log = wait(cmd, timeout, environment(**extra)) if fn.is_file() else ('no such notebook', '')
        seen = json.loads(notes.read_text()) if notes.exists() else dict(cells=0, good=0, passed=0, skipped=[])
        if code==0 and not notes.exists(): code = 'nothing ran'
    failed = int(code!=0)
    return Result(str(fn), seen['passed'], failed, seen['skipped'], max(0, seen['cells']-seen['good']-failed),
                  time.monotonic()-start, f'{log}{fn}: {code}' if failed else '')

def run_all(fns:list, # Notebooks to run
            workers:int=1, # How many at a time
            **kwargs): # For `run`
    "Run the notebooks, say what became of each as soon as it is known, and return that"
    def one(fn):
        res = run(fn, **kwargs)
        print(res, file=sys.stdout, flush=True)
        if res.failed: print(res.log, file=sys.stderr, flush=True)
        return res
    with ThreadPoolExecutor(workers) as ex: return list(ex.map(one, fns))

def total(results:list): # What became of each notebook and check
    "Print the closing line, and return the exit code: 1 as well when nothing ran"
    passed,failed,skipped = (sum(o) for o in zip((0, 0, 0), *[(o.passed, o.failed, len(o.skipped)) for o in results]))
    for o in results:
        if o.failed: print(f'FAIL {o.name}')
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''), flush=True)
    return int(failed>0 or passed==0)

def main():
    "Run the notebooks named on the command line"
    parser = ArgumentParser(description=__doc__)
    parser.add_argument('notebooks', nargs='+', type=Path)
    parser.add_argument('--save', action='store_true', help='write the outputs back to the notebooks that pass')
    parser.add_argument('--timeout', type=float, default=300, help='seconds that a notebook may take')
    args = parser.parse_args()
    sys.exit(total(run_all(args.notebooks, save=args.save, timeout=args.timeout)))

if __name__=='__main__': main()
