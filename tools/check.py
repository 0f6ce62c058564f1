"What `make test` does: regenerate, run every notebook and the type checker, and demand that nothing changed"
import os,subprocess,sys,tempfile,time
from hashlib import sha256
from pathlib import Path
from shutil import copytree,ignore_patterns

import django

from notebooks import Result,environment,run_all,total,wait

generating = sys.version_info[:2]==(3,11) and django.VERSION[:2]==(5,2)

def command(name:str, # What is checked
            *cmd): # The command that checks it
    "A check that is a command: its exit code says whether it passed"
    start = time.monotonic()
    code,log = wait(cmd, 600, environment())
    res = Result(name, int(code==0), int(code!=0), seconds=time.monotonic()-start, log=log)
    print(res, flush=True)
    if code: print(log, file=sys.stderr, flush=True)
    return res

def snapshot():
    "A digest of every file that git tracks or would track, by path; nothing where there is no git"
    listing = ['git', 'ls-files', '-coz', '--exclude-standard']
    try: names = subprocess.run(listing, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError): return
    paths = [Path(os.fsdecode(o)) for o in names.split(b'\0') if o]
    return {str(o): sha256(o.read_bytes()).hexdigest() for o in paths if o.is_file()}

def unchanged(before): # The snapshot from before everything was regenerated
    "Did regenerating leave every file as it was?"
    after,name = snapshot(),'generated files are up to date'
    if before is None or after is None: return Result(name, skipped=['git: this is not a git checkout'])
    changed = sorted(o for o in before.keys()|after.keys() if before.get(o)!=after.get(o))
    if not changed: return Result(name, 1)
    advice = 'Changed by regenerating; look at the difference, then keep it or make it deterministic:'
    return Result(name, 0, 1, log='\n'.join([advice, *changed]))

def modules():
    "Run the module notebooks and the guides for moving; the generating pair saves what they put out"
    fns = [*sorted(Path('nbs').glob('*.ipynb')), *sorted(Path('nbs','moving').glob('*.ipynb'))]
    return run_all(fns, workers=2, save=generating)

def others():
    "Run the heavier notebooks, three at a time: their servers wait more than they work, and no timing decides a test"
    fns = [o for folder in ('tests','explore') for o in sorted(Path('nbs', folder).glob('*.ipynb'))]
    return run_all(fns, workers=3, FILERESPONSE_EXPLORE='short')

def types():
    "Check the types of the package, and that its public names are fully annotated"
    return [command('types', 'basedpyright'),
            command('types of public names', 'basedpyright', '--verifytypes', 'fileresponse', '--ignoreexternal')]

def regenerate():
    "Everything, on the pair of versions that the committed files come from"
    before = snapshot()
    results = [command('export', 'nbdev_export'), *modules(), *others(), *types(),
               command('docs and README', sys.executable, 'tools/docs.py')]
    last = unchanged(before)
    print(last, *filter(None, [last.log]), sep='\n', flush=True)
    return [*results, last]

def in_copy():
    "The notebooks alone, in a copy of the tree, on any other pair"
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)/'tree'
        copytree('.', root, ignore=ignore_patterns('.git', '.venv*', '_proc', '__pycache__', '*.egg-info'))
        os.chdir(root)
        os.environ['PYTHONPATH'] = str(root)
        return [*modules(), *others()]

def main():
    "Say which pair this is, check, and exit with 1 when anything failed"
    print(f"Python {sys.version.split()[0]}, Django {django.__version__}"
          f"{'' if generating else ': testing a copy, nothing is regenerated'}", flush=True)
    sys.exit(total(regenerate() if generating else in_copy()))

if __name__=='__main__': main()
