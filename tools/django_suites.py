"Django's own tests, unmodified, with something of ours in the place of something of Django's"
import json,os,re,subprocess,sys,tarfile,tempfile
from dataclasses import dataclass,field
from pathlib import Path

import django

def source():
    "The source distribution of the Django that is installed, unpacked; pip fetches it once for each environment"
    version = django.get_version()
    there = Path(sys.prefix)/'django-source'
    folder = there/f'django-{version}'
    if not folder.exists():
        there.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=there) as tmp:
            subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '--no-binary', 'django',
                            '-d', tmp, f'django=={version}'], check=True, capture_output=True, text=True, timeout=120)
            with tarfile.open(next(Path(tmp).glob('*.tar.gz'))) as archive: archive.extractall(tmp, filter='data')
            try: os.replace(next(o for o in Path(tmp).iterdir() if o.is_dir()), folder)
            except OSError:
                if not folder.exists(): raise # otherwise another process has fetched it meanwhile
    return folder

@dataclass
class Outcome:
    "What became of some suites"
    ran: int
    bad: list = field(default_factory=list) # Names of the tests that failed, or raised something
    notes: dict = field(default_factory=dict) # What the patch has written
    log: str = ''

start = '''import os,runpy,sys
from importlib import import_module
sys.path[:0] = {paths}
os.chdir({tests!r})
{patch}
sys.argv = ['runtests.py', '--parallel=1', '--noinput', '-v0', *{labels}]
runpy.run_path('runtests.py', run_name='__main__')'''

def run(labels,       # Which suites
        patch='',     # Dotted name of a module that is imported before
        path=(),      # Folders where it is
        timeout=120,  # Seconds that it may take
        **env): # Environment variables for it
    "Run some of Django's suites in a process of their own, with a database in memory"
    tests = source()/'tests'
    with tempfile.TemporaryDirectory() as tmp:
        notes = Path(tmp)/'notes.json'
        code = start.format(paths=[str(o) for o in (*path, tests)], tests=str(tests), labels=list(labels),
                            patch=patch and f'import_module({patch!r})')
        own = {k:v for k,v in os.environ.items() if k!='DJANGO_SETTINGS_MODULE'}
        env = own | dict(NOTES=str(notes), TMPDIR=tmp) | env
        p = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], env=env, timeout=timeout, text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        log,seen = p.stdout,json.loads(notes.read_text()) if notes.exists() else {}
    ran = re.search(r'^Ran (\d+) tests? in', log, re.M)
    assert ran, f'{log[-3000:]}\n{labels}: nothing ran'
    bad = sorted(set(re.findall(r'^(?:ERROR|FAIL): (\S+ \(\S+?\))', log, re.M)))
    assert p.returncode==0 or bad, log[-3000:]
    return Outcome(int(ran[1]), bad, seen, log)
