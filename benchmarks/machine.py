"What the machine is, who uses its processors, and what it keeps in memory"
import os,platform,resource,subprocess,sys,time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError,version
from pathlib import Path

import psutil

cpus = sorted(os.sched_getaffinity(0))
server_cpu,client_cpu = cpus[0],cpus[-1]
tick = os.sysconf('SC_CLK_TCK')
packages = ('Django', 'asgiref', 'aiofiles', 'uvicorn', 'uvloop', 'httptools', 'starlette', 'aiohttp', 'granian',
    'Hypercorn', 'gunicorn')

def pinned(cpu): # Processor that the new process may use, and its children
    "For `preexec_fn`: the processor, and as many descriptors as are allowed"
    def apply():
        os.sched_setaffinity(0, {cpu})
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return apply

def cpu_time(pid):
    "Processor seconds of a process, ended children included; of these in user space and in the kernel, by ticks"
    with suppress(OSError, IndexError):
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
        user,system,dead_user,dead_system = (int(o)/tick for o in fields[11:15])
        exact = time.clock_gettime((~pid<<3)|2) # its CPU clock: nanoseconds, threads that have ended included
        return exact+dead_user+dead_system,user+dead_user,system+dead_system
    return 0,0,0

def tree(pid):
    "A process and all its descendants"
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []

def used(pid):
    "Processor seconds of a process tree: all; in user space and in the kernel, by ticks"
    return tuple(map(sum, zip(*[cpu_time(o.pid) for o in tree(pid)]))) or (0, 0, 0)

def read_from_disk(pid):
    "Bytes that a process tree made the machine read from its disk"
    res = 0
    for o in tree(pid):
        with suppress(psutil.Error): res += o.io_counters().read_bytes
    return res

def memory(pid):
    "Resident bytes and number of threads of a process tree"
    rss = threads = 0
    for o in tree(pid):
        with suppress(psutil.NoSuchProcess):
            rss += o.memory_info().rss
            threads += o.num_threads()
    return rss,threads

def busy():
    "Processor seconds that the machine has worked, and those that its host has taken away"
    user,nice,system,_,_,irq,softirq,steal = (int(o)/tick for o in Path('/proc/stat').read_text().split()[1:9])
    return user+nice+system+irq+softirq, steal

def drop(path):
    "Let the page cache forget a file"
    with open(path, 'rb') as f:
        os.fsync(f.fileno())
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

def warm(paths, starts=(0,), size=None):
    "Read files, or `size` bytes at each of `starts`, so that they are in the page cache"
    buffer = bytearray(min(size or 1<<20, 1<<20))
    for path in paths:
        with open(path, 'rb', buffering=0) as f:
            for start in starts:
                f.seek(start)
                while f.readinto(buffer) and not size: pass

def _first(command, skip=0):
    "The first line that a command says of itself"
    try: res = subprocess.run(command, capture_output=True, text=True)
    except OSError: return 'not installed'
    return (res.stdout+res.stderr).strip().split('\n')[0][skip:]

def _version(package):
    try: return version(package)
    except PackageNotFoundError: return 'not installed'

def _processors():
    "How many of what kind, and who gets which"
    text = Path('/proc/cpuinfo').read_text()
    models = [o.split(': ')[1] for o in text.splitlines() if o.startswith('model name')]
    virtual = ', virtual' if 'hypervisor' in text else ''
    return f"{len(cpus)} of {(models or ['?'])[0]}{virtual}; server on {server_cpu}, client on {client_cpu}"

def file_system(path):
    "The kind of file system that a path is on"
    disks = {o.mountpoint: o.fstype for o in psutil.disk_partitions(all=True)}
    found = [o for o in disks if Path(path).resolve().is_relative_to(o)]
    return disks[max(found, key=len)] if found else '?'

def describe(files): # Directory of the files that are served
    "What has to be known of the machine to read the figures"
    return dict(processors=_processors(), memory=f'{psutil.virtual_memory().total/2**30:.0f} GiB',
        kernel=f'{platform.system()} {platform.release()}', file_system=file_system(files),
        python=sys.version.split()[0], nginx=_first(['nginx', '-v'], len('nginx version: ')),
        compiler=_first(['cc', '--version']), openssl=_first(['openssl', 'version']),
        packages={o: _version(o) for o in packages})
