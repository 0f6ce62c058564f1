"A line between a server and its store, which has a speed and can be cut"
import asyncio,socket,struct
from contextlib import asynccontextmanager,suppress

block = 65536

class Line:
    "Passes bytes on in both directions"
    def __init__(self, port, rate): self.target,self.rate,self.sockets = port,rate,set()

    async def listen(self, port=0):
        "Take connections; on any port at first, on the same one after a cut"
        self.listening = await asyncio.start_server(self.connected, '127.0.0.1', port)
        self.port = self.listening.sockets[0].getsockname()[1]

    async def connected(self, reader, writer):
        "Join a new connection with one to the store"
        far_reader,far_writer = await asyncio.open_connection('127.0.0.1', self.target, limit=block)
        both = writer,far_writer
        self.sockets.update(both)
        there,back = self.carry(reader, far_writer),self.carry(far_reader, writer)
        with suppress(ConnectionError): await asyncio.gather(there, back)
        self.sockets.difference_update(both)
        for o in both: o.close()

    async def carry(self, reader, writer):
        "One direction, no faster than the line is"
        due = asyncio.get_running_loop().time()
        while data := await reader.read(block):
            now = asyncio.get_running_loop().time()
            due = max(due, now-0.01)+len(data)/self.rate
            if due > now: await asyncio.sleep(due-now)
            writer.write(data)
            await writer.drain()
        writer.close()

    async def cut(self):
        "Reset every connection, and take no new ones"
        self.listening.close()
        for o in list(self.sockets):
            o.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            o.transport.abort()

    async def mend(self):
        "Take connections again, where they were taken before"
        await self.listen(self.port)

@asynccontextmanager
async def line(
    port, # Where the store listens
    rate # Bytes per second, of each connection and direction
): # A `Line`
    "Lay a line to the store for the length of the block; it works in the event loop of the caller"
    res = Line(port, rate)
    await res.listen()
    try: yield res
    finally: await res.cut()
