"Makes Django's own tests, and its test clients, go through our ASGI handler, for `tools.django_suites`"
import atexit,json,os
from collections import Counter
from pathlib import Path

import django.core.asgi,django.core.handlers.asgi
from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIHandler
from django.test.client import AsyncClientHandler,ClientHandler

from fileresponse import handlers,threads
from fileresponse.handlers import AsyncFileASGIHandler

Handler = dict(stock=ASGIHandler, ours=AsyncFileASGIHandler)[os.environ['HANDLER']]
counts = Counter()

def counting(name, function):
    "The same, counted"
    def call(*args):
        counts[name] += 1
        return function(*args)
    return call

handlers._are_left = counting('requests', handlers._are_left)
handlers._close = counting('closed in the loop', handlers._close)
handlers._Watched._wait = counting('waited', handlers._Watched._wait)
handlers._Watched._end = counting('listener ended', handlers._Watched._end)
handlers._is_unprepared = counting('prepared', handlers._is_unprepared)
threads._take = counting('threads', threads._take)

django.core.handlers.asgi.ASGIHandler = django.core.asgi.ASGIHandler = Handler

# The test clients: what is below the chain of middleware, and the chain, are the handler's
def load_middleware(self, is_async=False): self._middleware_chain = Handler()._middleware_chain
ClientHandler.load_middleware = AsyncClientHandler.load_middleware = load_middleware
ClientHandler.get_response = lambda self, request: async_to_sync(self.get_response_async)(request)

atexit.register(lambda: Path(os.environ['NOTES']).write_text(json.dumps(counts)))
