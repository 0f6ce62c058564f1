"What the machine is, who uses its processors, and what it keeps in memory"
import os,platform,resource,subprocess,sys,time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError,version
from pathlib import Path

import psutil

cpus = sorted(os.sched_getaffinity(0))
server_cpu,client_cpu = cpus[0],cpus[-1]
tick = os.sysconf('SC_CLK_TCK')
packages = 'Django','asgiref','aiofiles','uvicorn','uvloop','httptools','starlette','aiohttp','granian','Hypercorn','gunicorn'

def pinned(cpu): # Processor that the new process may use, and its children
    "For `preexec_fn`: the processor, and as many descriptors as are allowed"
    def apply():
        os.sched_setaffinity(0, {cpu})
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return apply

def cpu_time(pid):
    "Processor seconds of a process and of its children that have ended; of these in user space, and in the kernel, by ticks"
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

def describe(files): # Directory of the files that are served
    "What has to be known of the machine to read the figures"
    model = next((o.split(': ')[1] for o in Path('/proc/cpuinfo').read_text().splitlines() if o.startswith('model name')), '?')
    mounts = [o for o in psutil.disk_partitions(all=True) if str(files).startswith(o.mountpoint)]
    kind = max(mounts, key=lambda o: len(o.mountpoint)).fstype if mounts else '?'
    virtual = 'hypervisor' in Path('/proc/cpuinfo').read_text()
    return dict(processor=model, virtual=virtual, processors=len(cpus), memory_gib=round(psutil.virtual_memory().total/2**30),
                kernel=platform.release(), file_system=kind, python=sys.version.split()[0], server_cpu=server_cpu,
                client_cpu=client_cpu, nginx=_first(['nginx', '-v'], len('nginx version: ')), compiler=_first(['cc', '--version']),
                openssl=_first(['openssl', 'version']), packages={o: _version(o) for o in packages})
