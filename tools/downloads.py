"An HTTP client that reads only when told to, so that tests decide how slow it is and when it leaves"
import http.client,socket,struct
from contextlib import contextmanager

class Client(http.client.HTTPConnection):
    "One connection to a server on the loopback interface"
    def __init__(self,
        server, # Anything with a `port`
        buffer:int=None, # Bytes that the kernel may keep for this side; its own choice by default
        seconds:float=60 # Deadline of every single read
    ):
        super().__init__('127.0.0.1', server.port, timeout=seconds)
        self.buffer,self.raw,self.response = buffer,None,None

    def connect(self):
        "Connect, with a receive buffer of the wanted size"
        self.sock = self.raw = socket.socket()
        self.sock.settimeout(self.timeout)
        if self.buffer: self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
        self.sock.connect((self.host, self.port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path, method='GET', **headers):
        "Send a request, and read the head of the response"
        self.request(method, path, headers={k.replace('_', '-'):v for k,v in headers.items()})
        self.response = self.getresponse()
        return self.response

    def leave(self, reset=False):
        "Close the connection as it is; `reset` throws away what was not read"
        if self.raw and reset: self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        if self.response: self.response.close()
        self.close()
        if self.raw: self.raw.close()

@contextmanager
def client(server, **kwargs):
    "A `Client` that leaves at the end of the block"
    res = Client(server, **kwargs)
    try: yield res
    finally: res.leave()

def fetch(server, path, method='GET', **headers):
    "One request on a connection of its own: status, headers and body"
    with client(server) as c:
        response = c.ask(path, method, **headers)
        return response.status,response.headers,response.read()
