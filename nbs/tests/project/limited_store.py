"A store that gives each connection so many bytes a second, and its first byte late, as the large ones do"
import asyncio,os,random,re,socket,sys,tempfile,urllib.request
from contextlib import contextmanager,suppress
from dataclasses import dataclass
from pathlib import Path

root = Path(__file__).absolute().parent.parent.parent.parent
if str(root) not in sys.path: sys.path.append(str(root))

from tools.processes import child,free_port,tail,wait_for  # noqa: E402

period,block = 1_048_573,262_144 # a prime: no two blocks of an object are alike
pattern = random.Random(0).randbytes(period)
repeated = pattern+pattern[:block]

def content(start, stop):
    "The bytes from `start` to `stop` of any object"
    first = start%period
    return (pattern*((first+stop-start)//period+1))[first:first+stop-start]

def size_of(target):
    "The size of an object, which its key ends with (`/bucket/film-200000000`); nothing if there is no such object"
    found = re.fullmatch(r'/[^/?]+/\D*(\d+)(?:\?.*)?', target)
    return found and int(found[1])

def asked_part(text, size):
    "Where the part that `Range` asks for starts and stops; nothing if there is none"
    found = re.fullmatch(r'bytes=(\d*)-(\d*)', text)
    if not found: return 0,size
    first,last = found.groups()
    start,stop = (int(first), int(last or size)+1) if first else (max(0, size-int(last)), size)
    return (start, min(stop, size)) if start < min(stop, size) else None

def decided(target, headers):
    "Status, headers and the part to send"
    size = size_of(target)
    if size is None: return '404 Not Found',{},(0, 0)
    tag = {'ETag':f'"limited-{size}"', 'Accept-Ranges':'bytes', 'Last-Modified':'Sun, 01 Nov 2026 00:00:00 GMT'}
    if headers.get('if-match', tag['ETag'])!=tag['ETag']: return '412 Precondition Failed',tag,(0, 0)
    part = asked_part(headers.get('range', ''), size)
    if not part: return '416 Range Not Satisfiable',tag|{'Content-Range':f'bytes */{size}'},(0, 0)
    if 'range' not in headers: return '200 OK',tag,part
    return '206 Partial Content',tag|{'Content-Range':f'bytes {part[0]}-{part[1]-1}/{size}'},part

class Connections:
    "Serves the store's connections, and counts what they ask for"
    def __init__(self, rate, delay, file):
        self.rate,self.delay,self.file = rate,delay,file
        self.requests = self.busy = self.most = 0

    async def connected(self, sock):
        "Answer requests until the client hangs up"
        head,self.loop = b'',asyncio.get_running_loop()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with sock, suppress(ConnectionError):
            while received := await self.loop.sock_recv(sock, 65536):
                head += received
                if not head.endswith(b'\r\n\r\n'): continue
                first,*lines = head.decode('latin-1').strip().splitlines()
                await self.asked(sock, *first.split()[:2], {k.lower():v for k,v in (o.split(': ', 1) for o in lines)})
                head = b''

    async def asked(self, sock, method, target, headers):
        "Answer one request"
        if target=='/-/seen': return await self.send_head(sock, '200 OK', {'Content-Length':0, 'Seen':self.seen()})
        self.requests,self.busy = self.requests+1,self.busy+1
        self.most = max(self.most, self.busy)
        try:
            status,fields,(start, stop) = decided(target, headers)
            await asyncio.sleep(self.delay)
            await self.send_head(sock, status, fields|{'Content-Length':stop-start})
            if method=='GET': await self.send_body(sock, start, stop)
        finally: self.busy -= 1

    def seen(self):
        "Requests, and the most of them at a time, since this was asked last"
        res,self.requests,self.most = f'{self.requests} {self.most}',0,self.busy
        return res

    async def send_head(self, sock, status, fields):
        lines = f'HTTP/1.1 {status}',*(f'{k}: {v}' for k,v in fields.items())
        await self.loop.sock_sendall(sock, '\r\n'.join([*lines, '', '']).encode())

    async def send_body(self, sock, start, stop):
        "Send a block whenever it is due; a client that dawdles may catch up by two blocks"
        due = self.loop.time()
        while start < stop:
            n = min(block, stop-start)
            due = max(due, self.loop.time()-2*block/self.rate)+n/self.rate
            await asyncio.sleep(due-self.loop.time())
            await self.loop.sock_sendfile(sock, self.file, start%period, n)
            start += n

async def main(port, rate, delay):
    "Serve on `port` until somebody ends this process"
    loop = asyncio.get_running_loop()
    with socket.create_server(('127.0.0.1', port), backlog=512) as listening, tempfile.TemporaryFile() as file:
        file.write(repeated)
        file.flush()
        listening.setblocking(False)
        connections,tasks = Connections(rate, delay, file),set()
        while True:
            sock,_ = await loop.sock_accept(listening)
            tasks.add(task := asyncio.create_task(connections.connected(sock)))
            task.add_done_callback(tasks.discard)

@dataclass(frozen=True)
class LimitedStore:
    "Where it listens"
    endpoint_url: str

    def settings(self):
        "The `FILERESPONSE_S3_*` settings that reach this store"
        return dict(FILERESPONSE_S3_ENDPOINT_URL=self.endpoint_url, FILERESPONSE_S3_REGION='us-east-1',
            FILERESPONSE_S3_ACCESS_KEY_ID='key', FILERESPONSE_S3_SECRET_ACCESS_KEY='secret',
            FILERESPONSE_S3_STORAGE_BUCKET_NAME='limited')

    def seen(self):
        "Requests, and the most of them at a time, since this was asked last"
        with urllib.request.urlopen(f'{self.endpoint_url}/-/seen', timeout=10) as answer:
            return tuple(map(int, answer.headers['Seen'].split()))

def _answers(store, process, log):
    "Does `store` answer? Raises when its process has ended"
    if process.poll() is not None: raise RuntimeError(f'the store ended:\n{tail(log)}')
    try: return store.seen()
    except OSError: return None

@contextmanager
def limited_store(
    rate=85e6, # Bytes per second of each connection
    delay=0.03 # Seconds until the head of an answer
): # A `LimitedStore`
    "Run the store in a process of its own for the length of the block"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix='limited-store-') as tmp:
        log = Path(tmp)/'log'
        command = [sys.executable, __file__, port, rate, delay]
        with child(command, log, patience=0, litter=[tmp], env=os.environ|{'PYTHONUNBUFFERED':'1'}) as process:
            store = LimitedStore(f'http://127.0.0.1:{port}')
            wait_for(lambda: _answers(store, process, log), 30)
            yield store

if __name__=='__main__': asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
