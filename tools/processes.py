"Child processes that never outlive the work they were started for"
import os,random,signal,socket,subprocess,time
from contextlib import contextmanager
from pathlib import Path

# Reads to the end of its pipe, which comes when the parent closes it or dies; then its whole group goes
_guard = 'cat >/dev/null; trap "" TERM; kill -TERM 0; [ $# = 0 ] || { sleep 0.2; rm -rf -- "$@"; }; kill -KILL 0'

def free_port(
    low:int=10000, # First port to try
    high:int=32000 # One past the last; below the range that outgoing sockets are given
)->int: # A port on which nothing listens
    "Choose a free loopback port that no outgoing connection can take"
    while True:
        port = random.randrange(low, high)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try: s.bind(('127.0.0.1', port))
            except OSError: continue
            return port

def wait_for(
    ready, # Called until it returns something true
    seconds:float=30, # Deadline
    failure=lambda: 'not ready in time', # Makes the text of the error
    pause:float=0.02 # Seconds between two calls
): # What `ready` returned
    "Wait until `ready()`, or raise `TimeoutError` with the text of `failure()`"
    end = time.monotonic()+seconds
    while not (res := ready()):
        if time.monotonic() > end: raise TimeoutError(failure())
        time.sleep(pause)
    return res

def tail(log, n=4000):
    "The end of the file `log`, as text"
    return Path(log).read_text(errors='replace')[-n:]

@contextmanager
def process_group(
    *litter # Files and directories to remove if this process dies before the block ends
): # Its id
    "A process group that is killed when the block ends, or when this process dies in any way"
    r,w = os.pipe()
    guard = subprocess.Popen(['sh', '-c', _guard, 'guard', *map(str, litter)], stdin=r, process_group=0,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(r)
    try: yield guard.pid
    finally:
        try: os.killpg(guard.pid, signal.SIGKILL)
        finally:
            guard.wait()
            os.close(w)

def stop(process, seconds=5):
    "Ask `process` to end; kill it when it has not ended after `seconds`"
    process.terminate()
    try: process.wait(seconds)
    except subprocess.TimeoutExpired: process.kill()

@contextmanager
def child(
    command, # Program and arguments
    log, # File that gets its stdout and stderr
    patience:float=5, # Seconds it is given to end by itself; 0 kills at once
    litter=(), # What to remove if this process dies before the block ends
    **kwargs # For `subprocess.Popen`
):
    "Run `command` for the length of the block; neither it nor its children stay behind"
    with process_group(*litter) as group, open(log, 'wb') as out:
        process = subprocess.Popen([str(o) for o in command], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, process_group=group, **kwargs)
        try: yield process
        finally:
            if patience: stop(process, patience)
            else: process.kill()
            process.wait()
