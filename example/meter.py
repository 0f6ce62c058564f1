"Count the bytes of every file on its way, for the chart on the page"
import os
import resource
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

SOURCES = {'disk': 'disk', 's3': 'S3', 'shared': 'S3', 'zip': 'zip'}  # first part of the path: where it comes from
LINGER = 2  # seconds that a finished stream stays in the list
_numbers = count(1)
_streams = []


@dataclass
class Stream:
    "A response on its way"
    source: str
    name: str
    size: int = 0
    sent: int = 0
    number: int = field(default_factory=lambda: next(_numbers))
    ended: float | None = None

    def follow(self, message):
        "Take note of an ASGI message that the server has accepted"
        if message['type'] == 'http.response.start':
            headers = {k.lower(): v for k, v in message['headers']}
            self.size = int(headers.get(b'content-length', 0))
            if message['status'] < 300: _streams.append(self)
        else: self.sent += len(message.get('body', b'')) or message.get('count', 0)


class Meter:
    "ASGI middleware that follows the responses below those paths"
    def __init__(self, app): self.app = app

    async def __call__(self, scope, receive, send):
        _, first, name, *_ = (scope.get('path', '') + '//').split('/')
        if first not in SOURCES: return await self.app(scope, receive, send)
        stream = Stream(SOURCES[first], name)

        async def followed(message):
            await send(message)
            stream.follow(message)

        try: await self.app(scope, receive, followed)
        finally: stream.ended = time.monotonic()


def running_streams():
    "What is on its way, and what has just arrived, as JSON can say it"
    now = time.monotonic()
    _streams[:] = [o for o in _streams if o.ended is None or now - o.ended < LINGER]
    return [dict(number=o.number, source=o.source, name=o.name, size=o.size, sent=o.sent, ended=o.ended is not None)
            for o in _streams]


def memory():
    "Bytes of memory that this process occupies; where there is no `/proc`, the most it ever did"
    statm = Path('/proc/self/statm')
    if statm.exists(): return int(statm.read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE')
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else peak * 1024
