"A proxy for TCP whose connections can all be cut at once, as when a load balancer is restarted"
import asyncio,socket,struct,threading
from contextlib import contextmanager,suppress

class BreakingProxy:
    "The proxy: where it listens, how many connections it has had, and what cuts them"
    def __init__(self, port, after):
        self.target,self.after,self.port,self.accepted = port,after,None,0
        self._writers = set()

    @property
    def url(self): return f'http://127.0.0.1:{self.port}'
    @property
    def open(self): return len(self._writers)//2

    async def connected(self, reader, writer):
        "Forward one connection, in both directions"
        self.accepted += 1
        try: there,back = await asyncio.open_connection('127.0.0.1', self.target)
        except OSError: return writer.close()
        pair = {writer, back}
        self._writers |= pair
        try: await asyncio.gather(self.forward(reader, back), self.forward(there, writer, self.after))
        except (OSError, asyncio.CancelledError): pass
        finally:
            self._writers -= pair
            for o in pair: o.close()

    async def forward(self, reader, writer, most=None):
        "Pass on what comes; after `most` bytes both ends are cut"
        while data := await reader.read(65536):
            writer.write(data[:most])
            await writer.drain()
            if most is not None and (most := most-len(data)) <= 0: raise ConnectionResetError
        with suppress(OSError): writer.write_eof()

    def _cut(self, reset):
        for o in self._writers:
            if reset: o.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            o.transport.abort()

    def cut(self,
        reset=False # With a reset, instead of an end that looks like any other?
    ): # How many were open
        "Cut every connection; new ones work again"
        res = self.open
        self._loop.call_soon_threadsafe(self._cut, reset)
        return res

    async def serve(self, started):
        "Listen until `stop` is called"
        self._loop,self._stop = asyncio.get_running_loop(),asyncio.Event()
        server = await asyncio.start_server(self.connected, '127.0.0.1', 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for o in asyncio.all_tasks()-{asyncio.current_task()}: o.cancel()

    def stop(self):
        "Close everything"
        with suppress(RuntimeError): self._loop.call_soon_threadsafe(self._stop.set)

@contextmanager
def breaking_proxy(
    port, # Of what is behind it, on the loopback interface
    after=None # Bytes from there after which each connection is cut; by default only `cut` does that
): # A `BreakingProxy`
    "Run a `BreakingProxy` in a thread for the length of the block"
    proxy,started = BreakingProxy(port, after),threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(proxy.serve(started)), daemon=True)
    thread.start()
    started.wait(10)
    try: yield proxy
    finally:
        proxy.stop()
        thread.join(10)
