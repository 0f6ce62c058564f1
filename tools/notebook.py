"Run one notebook through `nbdev_test`, noting what becomes of each code cell; `tools/notebooks.py` runs many"
import json,sys
from pathlib import Path

import nbdev.test
from execnb.nbio import read_nb,write_nb
from execnb.shell import CaptureShell
from nbdev.clean import clean_nb

def stdout(cell): # A code cell that ran
    "What `cell` printed"
    return ''.join(''.join(o.text) for o in cell.outputs if o.output_type=='stream' and o.name=='stdout')

def skips(cell): # A code cell that ran
    "What `cell` says it could not check, from lines such as `skipped: nginx: not installed`"
    return [o.removeprefix('skipped:').strip() for o in stdout(cell).splitlines() if o.startswith('skipped:')]

class NotingShell(CaptureShell):
    "The shell of `nbdev_test`, which also says how far the notebook came"
    ran,notes = [],Path('/dev/null')

    def run_all(self, nb, exc_stop=False, preproc=bool, **kwargs):
        "Run the cells that `preproc` lets through"
        todo = [o for o in nb.cells if not preproc(o)]
        for o in todo: o.outputs = []
        def note(cell=None):
            if cell: self.ran.append(cell)
            if self.exc: print(stdout(cell), file=sys.stderr)
            good = self.ran[:-1] if self.exc else self.ran
            skipped,passed = [o for c in good for o in skips(c)],sum(not skips(o) for o in good)
            self.notes.write_text(json.dumps(dict(cells=len(todo), good=len(good), passed=passed, skipped=skipped)))
        note()
        super().run_all(nb, exc_stop=exc_stop, preproc=preproc, postproc=note, **kwargs)

def save(fn:Path,    # Notebook to write
         cells:list, # Its cells that ran
        ): # Nothing; the notebook gets their outputs, cleaned as nbdev does
    "Put the outputs of `cells` into the notebook at `fn`, which `nbdev_test` itself holds without its directives"
    nb,outputs = read_nb(fn),{o.id:o.outputs for o in cells}
    for o in nb.cells:
        if o.id in outputs: o.outputs = outputs[o.id]
    clean_nb(nb)
    here = [o.id for o in nb.cells if str(Path.cwd()) in json.dumps(o.get('outputs', []))]
    if here: sys.exit(f'{fn}: a path of this machine is in the output of {", ".join(here)}')
    write_nb(nb, fn)

def main(fn:str,    # Notebook to run
         notes:str, # Where to note the counts, after each cell
         keep:str): # 'save' to write the outputs back when every cell passed
    "Run the notebook, and exit as `nbdev_test` does"
    NotingShell.notes = Path(notes)
    nbdev.test.CaptureShell = NotingShell
    nbdev.test.nbdev_test(path=fn, n_workers=0)
    if keep=='save': save(Path(fn), NotingShell.ran)

if __name__=='__main__': main(*sys.argv[1:])
