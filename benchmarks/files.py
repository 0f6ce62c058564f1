"The files that are served"
import os,shutil,tempfile,time
from pathlib import Path

from .machine import file_system,warm

KiB,MiB,GiB = 1<<10,1<<20,1<<30
part = 64*KiB # Of a range request, and of the whole files that it is compared with

def place(candidates=('/var/tmp', tempfile.gettempdir(), '.')):
    "A directory on a disk, with room; not one in memory, from which nothing could be read cold"
    found = [o for o in candidates if os.access(o, os.W_OK) and shutil.disk_usage(o).free > 4*GiB]
    if not found: raise SystemExit(f"no room for 3 GiB of files in {' or '.join(candidates)}: say where with --files")
    return Path(next((o for o in found if file_system(o) not in ('tmpfs', 'ramfs', 'overlay')), found[0]))

def _fill(path, size):
    "A file of `size` bytes that no server could compress to speed things up"
    block = os.urandom(min(size, MiB))
    with open(path, 'wb', buffering=0) as f:
        while size: size -= f.write(block[:size])

def _places(path, size, n):
    "A file with holes: `n` parts that hold data, as far from each other as `size` allows; the distance"
    stride = size//n
    with open(path, 'wb') as f:
        f.truncate(size)
        for i in range(n): os.pwrite(f.fileno(), os.urandom(part), i*stride)
    return stride

class Files:
    "A directory of files, and when each was last read"
    def __init__(self,
        root, # An empty directory
        big=GiB, # Bytes of the one large file
        seed=64*MiB, # Of what those get who would need half a minute for it
        each=16*MiB, # Of each of many streams, whose files together are as large as the large one
        slow=100_000_000, # Of what slow clients get
        wide=10*GiB, # Of the file that ranges are asked of
        number=1000 # Of small files, and of places in the wide one
    ):
        self.root,self.number,self.read = root,number,{}
        self.each = max(1, big//each)
        self.sizes = dict(big=big, seed=seed, slow=slow, probe=MiB+1, each=each)
        for name in ('big', 'seed', 'slow', 'probe'): _fill(root/name, self.sizes[name])
        for name,size,n in (('small', 4*KiB, number), ('whole', part, number), ('each', each, self.each)):
            (root/name).mkdir()
            for i in range(n): _fill(root/name/str(i), size)
        self.wide,self.stride = wide,_places(root/'wide', wide, number)
        os.sync() # what is not on the disk yet cannot be dropped, and would be written while somebody measures

    def fetch(self, name, age=15):
        "See that a file, or the files of a directory, are in memory: some machines forget what is idle for a minute"
        if time.monotonic()-self.read.get(name, -age) < age: return
        path = self.root/name
        if name=='wide': warm([path], [i*self.stride for i in range(self.number)], part)
        else: warm(sorted(path.iterdir()) if path.is_dir() else [path])
        self.read[name] = time.monotonic()
