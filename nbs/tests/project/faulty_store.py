"A store that fails in a chosen way: the key of an object says how, and at which of the requests for it"
import asyncio,itertools,random,re,socket,struct,threading
from base64 import b64encode
from contextlib import contextmanager,suppress
from dataclasses import dataclass,replace
from zlib import crc32

from .limited_store import asked_part

from tools.processes import free_port

size,part = 2<<20,1_000_000
content = random.Random(1).randbytes(size)
big = 128<<20 # bytes of the objects whose key begins with `big`: `content`, again and again
tag,other_tag = '"faulty"','"another"'
first_date,later_date = 'Sun, 01 Nov 2026 00:00:00 GMT','Sun, 01 Nov 2026 00:00:01 GMT'

@dataclass(frozen=True)
class Asked:
    "A request that the store has got"
    method: str
    key: str
    range: str # Empty where none was asked for
    if_match: str
    connection: int # The how-manieth
    access_key: str # That signed it

    @property
    def size(self): return big if self.key.startswith('big') else size
    @property
    def span(self):
        "The part that was asked for; nothing if there is none"
        return asked_part(self.range, self.size)

def right(asked):
    "Status, headers and the part to send, as a store has them that is in order"
    about = {'ETag':tag, 'Last-Modified':first_date, 'Content-Type':'application/x-faulty', 'Accept-Ranges':'bytes'}
    nothing = {'Content-Length':0}
    if asked.if_match not in ('', tag): return '412 Precondition Failed',about | nothing,(0, 0)
    span = asked.span
    if not span: return '416 Range Not Satisfiable',about | nothing | {'Content-Range':f'bytes */{asked.size}'},(0, 0)
    about |= {'Content-Length':span[1]-span[0]}
    if not asked.range: return '200 OK',about,span
    return '206 Partial Content',about | {'Content-Range':f'bytes {span[0]}-{span[1]-1}/{asked.size}'},span

def named(fields):
    "Keywords as the names of fields"
    return {k.replace('_', '-'):v for k,v in fields.items()}

def head(status, fields):
    "The head of an answer; fields that are `None` are left out"
    lines = [f'{k}: {v}' for k,v in fields.items() if v is not None]
    return '\r\n'.join([f'HTTP/1.1 {status}', *lines, '', '']).encode()

class Exchange:
    "A request, and the connection to answer it on"
    def __init__(self, store, reader, writer, asked):
        self.store,self.reader,self.writer,self.asked = store,reader,writer,asked

    async def say(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def send(self, start, stop, block=1<<17):
        "Bytes of the object"
        while start < stop:
            n = min(block, stop-start, size-start%size)
            await self.say(content[start%size:start%size+n])
            start += n

# The ends of an answer: what becomes of its connection; `False` closes it

async def keep(x): return True
async def hang_up(x): return False

async def stall(x):
    "Say nothing more, until the other side closes the connection"
    while not (x.reader.at_eof() or x.reader.exception()): await asyncio.sleep(0.01)
    return False

async def reset(x):
    "Make the close of the connection a reset"
    raw = x.writer.get_extra_info('socket')
    if raw: raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    return False

def away(seconds):
    "Close the connection, and refuse others for a while"
    async def end(x):
        await x.store.close_for(seconds)
        return False
    return end

# The steps of a script: each answers one request, the last one all that follow

def fine(until=None, most=None, end=None, status=None, length=0, after=b'', **fields):
    "The right answer, with other fields; or its beginning, `until` a position or for at `most` so many bytes"
    async def step(x):
        found,about,(start, stop) = right(x.asked)
        about |= named(fields)
        if length: about['Content-Length'] += length
        await x.say(head(status or found, about))
        if x.asked.method=='HEAD': return True
        last = min(o for o in (stop, until, most and start+most) if o is not None)
        await x.send(start, last)
        await x.say(after)
        if last==stop and (until or most): return True # nothing was left out
        return await (end or (keep if last==stop else hang_up))(x)
    return step

def whole(**fields):
    "The right answer to somebody who has not asked for a part, whatever was asked for"
    async def step(x):
        x.asked = replace(x.asked, range='')
        return await fine(**fields)(x)
    return step

def refusal(status, code):
    "A refusal in S3's words"
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
    async def step(x):
        await x.say(head(status, {'Content-Type':'application/xml', 'Content-Length':len(body)}))
        if x.asked.method!='HEAD': await x.say(body)
        return True
    return step

def raw(data, end=hang_up):
    "These bytes, whatever was asked for; `end` may be another step"
    async def step(x):
        await x.say(data)
        return await end(x)
    return step

def chunked(broken=False, **fields):
    "The right content in chunks; `broken`: what comes after the first of them is none"
    async def step(x):
        found,about,(start, stop) = right(x.asked)
        about |= {'Content-Length':None, 'Transfer-Encoding':'chunked'} | named(fields)
        if not about.get('Content-Range'): found = '200 OK'
        middle = (start+stop)//2
        await x.say(head(found, about)+f'{middle-start:x}\r\n'.encode())
        await x.send(start, middle)
        if broken: return await raw(b'\r\nthis is not a size\r\n')(x)
        await x.say(f'\r\n{stop-middle:x}\r\n'.encode())
        await x.send(middle, stop)
        await x.say(b'\r\n0\r\n\r\n')
        return True
    return step

def slowly(pieces=20, seconds=0.02, of_head=False):
    "The right answer in so many pieces, with pauses between them: its head, or its content"
    async def step(x):
        found,about,(start, stop) = right(x.asked)
        text = head(found, about)
        n = len(text)//pieces+1 if of_head else len(text)
        for i in range(0, len(text), n):
            await x.say(text[i:i+n])
            await asyncio.sleep(seconds)
        n = stop-start if of_head else (stop-start)//pieces+1
        for i in range(start, stop, n):
            await x.send(i, min(i+n, stop))
            await asyncio.sleep(seconds)
        return True
    return step

def late(step, seconds=0.02):
    "The same, but not at once"
    async def later(x):
        await asyncio.sleep(seconds)
        return await step(x)
    return later

half,hints = fine(until=part),b'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'
expired = refusal('400 Bad Request', 'ExpiredToken')
busy,gone = refusal('503 Slow Down', 'SlowDown'),refusal('404 Not Found', 'NoSuchKey')
changed = refusal('412 Precondition Failed', 'PreconditionFailed')
crc = b64encode(crc32(content).to_bytes(4, 'big')).decode()
summed = {'x_amz_checksum_crc32':crc, 'x_amz_checksum_type':'FULL_OBJECT'}
garbage = raw(b'\x16\x03\x01\x00 this is not HTTP\r\n\r\n')
internal = refusal('500 Internal Server Error', 'InternalError')
elsewhere = f'bytes {part+7}-{size-1}/{size}'

breaks = [fine(most=100_000), fine(most=60_000, end=reset)]
trouble = [*breaks, busy, internal, garbage, chunked(broken=True), hang_up, reset, expired]

def hail(n, seed=0):
    "Faults of the moment of all kinds, a part of the content now and then, and in the end the right answer"
    chosen = random.Random(seed).choices(trouble, [6, 6, *[1]*(len(trouble)-2)], k=n)
    return [late(fine(most=100_000)), *map(late, chosen), late(fine())]

nothing = {'Content-Length':0, 'ETag':tag, 'Last-Modified':first_date, 'Content-Range':f'bytes {part}-{size-1}/{size}'}
trickling = slowly(20, 0.005)

scripts = {
    'whole': [fine()], 'big': [fine()], 'big-half': [half, fine()], 'big-stalls': [fine(until=part, end=stall)],
    'big-busy': [half, busy], 'big-slow': [slowly(10_000)], 'late': [late(fine())], 'hail': hail(40),
    'parts-late': [trickling, late(fine())], 'parts-stall': [trickling, late(fine(most=100_000, end=stall))],
    'parts-hail': [trickling, *hail(40, seed=1)], 'end-before-last-stalls': [fine(until=size-1, end=stall)],
    'tired': [*[fine(most=100_000), busy]*20, fine()],
    # the connection ends
    'end': [half, fine()],
    'reset': [fine(until=part, end=reset), fine()],
    'stall': [fine(until=part, end=stall), fine()],
    'end-at-0': [fine(until=0), fine()],
    'end-at-1': [fine(until=1), fine()],
    'end-before-last': [fine(until=size-1), fine()],
    'many-ends': [fine(most=300_000)], 'many-resets': [fine(most=300_000, end=reset)],
    'two-stalls': [fine(most=part, end=stall), fine(most=part, end=stall), fine()],
    # and then there is a fault of the moment
    'busy-once': [half, busy, fine()], 'busy-thrice': [half, busy, busy, busy, fine()],
    'throttled-once': [half, refusal('429 Too Many Requests', 'TooManyRequests'), fine()],
    'internal-once': [half, internal, fine()],
    'gateway-once': [half, raw(b'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>'), fine()],
    'timeout-once': [half, refusal('400 Bad Request', 'RequestTimeout'), fine()],
    'garbage-once': [half, garbage, fine()],
    'nothing-once': [half, hang_up, fine()], 'reset-once': [half, reset, fine()],
    'half-a-head-once': [half, raw(b'HTTP/1.1 206 Partial Content\r\nContent-Le'), fine()],
    'silent-once': [half, stall, fine()], 'expired-once': [half, expired, fine()],
    'denied-once-expired': [half, refusal('403 Forbidden', 'ExpiredToken'), fine()],
    'away': [fine(until=part, end=away(1)), fine()],
    'empty-part-once': [half, raw(head('206 Partial Content', nothing), keep), fine()],
    'broken-chunk-once': [half, chunked(broken=True), fine()],
    'half-an-error-once': [half, raw(b'HTTP/1.1 500 Oh\r\nContent-Length: 1000\r\n\r\n<?xml'), fine()],
    # odd, but right
    'part-in-chunks': [half, chunked()], 'slow': [slowly()], 'slow-head': [slowly(of_head=True)],
    'split-head': [half, slowly(40, 0.005, of_head=True)],
    'too-much': [fine(after=b'HTTP/1.1 200 OK and more'*100, end=hang_up)],
    'too-much-part': [half, fine(after=b'more'*100_000, end=hang_up)], 'hangs-up': [fine(end=hang_up)],
    'early-hints': [raw(hints, fine(until=part)), raw(hints, fine())],
    'hints-then-silent': [half, raw(hints, stall), fine()],
    # it is not the same object any more
    'changed': [half, changed], 'deleted': [half, gone], 'other-tag': [half, fine(ETag=other_tag)],
    'other-size': [half, fine(Content_Range=f'bytes {part}-{size-1}/{size+1}')],
    'other-date': [half, fine(Last_Modified=later_date)], 'smaller': [half, refusal('416 Range', 'InvalidRange')],
    'no-tag': [fine(until=part, ETag=None), fine(ETag=None)],
    'weak-tag': [fine(until=part, ETag='W/"w"'), fine(ETag='W/"w"')],
    'weak': [fine(ETag='W/"w"')], 'tagless': [fine(ETag=None)], 'no-ranges': [whole()],
    # or not what was asked for
    'other-place': [half, fine(Content_Range=elsewhere, length=-7)], 'no-place': [half, fine(Content_Range=None)],
    'nonsense-place': [half, fine(Content_Range='bytes all of it')],
    'whole-instead': [half, fine(status='200 OK', Content_Range=None, length=part)],
    'whole-in-chunks': [half, chunked(Content_Range=None)],
    'denied-then': [half, refusal('403 Forbidden', 'AccessDenied')],
    # for ever
    'busy-then': [half, busy], 'silent-then': [half, stall], 'nothing-then': [half, hang_up],
    'expired-then': [half, expired],
    # before the start
    'once-busy': [busy, fine()], 'twice-busy': [busy, busy, fine()], 'once-garbage': [garbage, fine()],
    'once-reset': [reset, fine()], 'once-internal': [internal, fine()],
    'slow-down': [busy], 'throttled': [refusal('429 Too Many Requests', 'TooManyRequests')],
    'internal': [internal], 'denied': [refusal('403 Forbidden', 'AccessDenied')],
    'wrong-region': [refusal('400 Bad Request', 'AuthorizationHeaderMalformed')], 'expired': [expired],
    'elsewhere': [refusal('301 Moved', 'PermanentRedirect')], 'garbage': [garbage],
    'empty': [hang_up], 'resets': [reset], 'silent': [stall], 'missing': [gone], 'chunked': [chunked()],
    'half-a-head': [raw(b'HTTP/1.1 200 OK\r\nContent-Le')],
    'no-length': [raw(b'HTTP/1.1 200 OK\r\nETag: "x"\r\n\r\n'+content[:part])],
    # with a checksum
    'summed': [fine(until=part, **summed), fine(**summed)],
    'wrong-bytes': [fine(until=part, **summed), fine(most=0, after=content[::-1], end=keep, **summed)],
}

class FaultyStore:
    "The store: where it listens, and what it has seen"
    def __init__(self):
        self.port,self.numbers = free_port(),itertools.count(1)
        self.requests,self.busy = [],[] # all that came, and those that are being answered
        self.connections = self.most = 0 # that came; and the most requests that were being answered at a time

    @property
    def endpoint_url(self): return f'http://127.0.0.1:{self.port}'

    def client(self):
        "Keywords of a response that reach this store"
        keys = dict(aws_access_key_id='key', aws_secret_access_key='secret')
        return dict(endpoint_url=self.endpoint_url, region_name='us-east-1', **keys)

    def settings(self, prefix='FILERESPONSE_S3_'):
        "The settings that reach this store"
        keys = dict(ACCESS_KEY_ID='key', SECRET_ACCESS_KEY='secret')
        found = dict(ENDPOINT_URL=self.endpoint_url, REGION='us-east-1', **keys)
        return {prefix+k:v for k,v in found.items()}

    def key(self, script):
        "A key of its own that follows a script from its first step"
        return f'{script}.{next(self.numbers)}'

    def asked(self, key): return [o for o in self.requests if o.key==key]
    def is_busy(self, key): return any(o.key==key for o in self.busy)

    async def connected(self, reader, writer):
        "Serve one connection"
        self.connections += 1
        number = self.connections
        try:
            while asked := await self.read(reader, number):
                if not await self.answered(Exchange(self, reader, writer, asked)): break
        except (ConnectionError, asyncio.CancelledError): pass
        finally: writer.close()

    async def read(self, reader, number):
        "The next request; nothing at the end of the connection"
        if not (line := await reader.readline()): return None
        fields = {}
        while (field := await reader.readline()) not in (b'\r\n', b''):
            name,_,value = field.decode('latin-1').partition(':')
            fields[name.lower()] = value.strip()
        method,target,_ = line.decode('latin-1').split()
        key = target.partition('?')[0].rpartition('/')[2]
        signer = re.search('X-Amz-Credential=([^%]*)|$', target)[1] or ''
        return Asked(method, key, fields.get('range', ''), fields.get('if-match', ''), number, signer)

    async def answered(self, x):
        "Do what the script says; `False` to hang up"
        self.requests.append(x.asked)
        self.busy.append(x.asked)
        self.most = max(self.most, len(self.busy))
        steps,n = scripts[x.asked.key.partition('.')[0]],len(self.asked(x.asked.key))
        try: return await steps[min(n, len(steps))-1](x)
        finally: self.busy.remove(x.asked)

    async def listen(self):
        self.server = await asyncio.start_server(self.connected, '127.0.0.1', self.port, backlog=512)

    async def close_for(self, seconds):
        "Refuse connections for a while"
        self.server.close()
        async def again():
            await asyncio.sleep(seconds)
            await self.listen()
        self.reopening = asyncio.ensure_future(again())

    async def serve(self, started, stop):
        "Listen until `stop` is set"
        await self.listen()
        started.set()
        await stop.wait()
        self.server.close()
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
