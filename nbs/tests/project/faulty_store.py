"A store that fails in a chosen way: the key of an object says how"
import asyncio,socket,struct,threading
from contextlib import contextmanager,suppress

size,part = 4<<20,1_000_000
content = bytes(i%251 for i in range(size))

def refusal(status, code):
    "An answer of S3 that refuses"
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
    return f'HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n'.encode()+body

head = (f'HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nETag: "faulty"\r\nContent-Type: application/x-faulty\r\n'
        'Last-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n\r\n').encode()
chunked = (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: "faulty"\r\n\r\n'
           +f'{part:x}\r\n'.encode()+content[:part]+b'\r\n')
refusals = {'slow-down':refusal('503 Slow Down', 'SlowDown'), 'throttled':refusal('429 Too Many Requests', 'TooManyRequests'),
    'internal':refusal('500 Internal Server Error', 'InternalError'), 'denied':refusal('403 Forbidden', 'AccessDenied'),
    'wrong-region':refusal('400 Bad Request', 'AuthorizationHeaderMalformed'),
    'elsewhere':refusal('301 Moved', 'PermanentRedirect'), 'garbage':b'this is not HTTP\r\n\r\n', 'empty':b''}

class FaultyStore:
    "The store: where it listens, and what it has seen"
    def __init__(self): self.asked,self.open,self.port = [],0,None

    @property
    def endpoint_url(self): return f'http://127.0.0.1:{self.port}'

    def settings(self):
        "The `FILERESPONSE_S3_*` settings that reach this store"
        return dict(FILERESPONSE_S3_ENDPOINT_URL=self.endpoint_url, FILERESPONSE_S3_REGION='us-east-1',
            FILERESPONSE_S3_ACCESS_KEY_ID='key', FILERESPONSE_S3_SECRET_ACCESS_KEY='secret')

    async def connected(self, reader, writer):
        "Serve one connection"
        self.open += 1
        try:
            while line := await reader.readline():
                while await reader.readline() not in (b'\r\n', b''): pass
                key = line.split()[1].decode().split('?')[0].rpartition('/')[2]
                self.asked.append(key)
                if not await self.answer(key, writer): break
        except (ConnectionError, asyncio.CancelledError): pass
        finally:
            self.open -= 1
            writer.close()

    async def answer(self, key, writer):
        "Answer as `key` says; `False` to hang up"
        if key in refusals:
            writer.write(refusals[key])
            return key not in ('garbage', 'empty')
        if key=='silent': return await self.stall()
        first = self.asked.count(key)==1
        if key.startswith('once-') and not first: key = 'whole'
        writer.write(chunked if key=='chunked' else head+content[:size if key=='whole' else part])
        if key=='whole': return True
        await writer.drain()
        if key=='stalls': return await self.stall()
        if key.endswith('reset'): self.reset(writer)
        return False

    async def stall(self): await asyncio.sleep(3600)

    def reset(self, writer):
        "Make the close of the connection a reset"
        raw = writer.get_extra_info('socket')
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))

    async def serve(self, started, stop):
        "Listen until `stop` is set"
        server = await asyncio.start_server(self.connected, '127.0.0.1', 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()
        for o in asyncio.all_tasks()-{asyncio.current_task()}: o.cancel()

@contextmanager
def faulty_store():
    "Run a `FaultyStore` in a thread for the length of the block"
    store,started,made = FaultyStore(),threading.Event(),{}
    async def main():
        made.update(loop=asyncio.get_running_loop(), stop=asyncio.Event())
        await store.serve(started, made['stop'])
    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    started.wait(10)
    try: yield store
    finally:
        with suppress(RuntimeError): made['loop'].call_soon_threadsafe(made['stop'].set)
        thread.join(10)
