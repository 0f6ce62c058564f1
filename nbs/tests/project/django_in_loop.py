"Makes Django's own tests go through an asynchronous chain of middleware, for `tools.django_suites`"
import asyncio,atexit,json,os
from collections import Counter
from functools import partial
from pathlib import Path

from asgiref.sync import async_to_sync,sync_to_async
from django.core.handlers.base import BaseHandler
from django.test.client import ClientHandler
from django.utils.deprecation import MiddlewareMixin

from fileresponse import in_loop

with_ours = os.environ['IN_LOOP']=='yes'
counts = Counter()

def counted(name, condition):
    "A condition of a rule, counted by its answer"
    def ask(*args):
        answer = condition(*args)
        counts[f"{name} {'in the loop' if answer else 'in a thread'}"] += 1
        return answer
    return ask

for path,rule in in_loop._RULES.items():
    name = path.rpartition('.')[2]
    before,after = counted(f'{name}.process_request', rule.before),counted(f'{name}.process_response', rule.after)
    in_loop._RULES[path] = in_loop._Rule(before, after)

view_in_loop = in_loop._view_in_loop
def counted_view(process_view):
    inner = view_in_loop(process_view)
    async def view(*args):
        counts['process_view'] += 1
        return await inner(*args)
    return view
in_loop._view_in_loop = counted_view

# Every handler whose chain is asynchronous
adapt = BaseHandler.adapt_method_mode
def adapted(self, is_async, method, *args, **kwargs):
    return adapt(self, is_async, in_loop.middleware_in_loop(method, is_async) if with_ours else method, *args, **kwargs)
BaseHandler.adapt_method_mode = adapted

# The synchronous test client: its requests go through an asynchronous chain
load = BaseHandler.load_middleware
ClientHandler.load_middleware = lambda self, is_async=False: load(self, is_async=True)
ClientHandler.get_response = lambda self, request: async_to_sync(self.get_response_async)(request)

# A middleware that a test calls by itself: its asynchronous twin answers
call = MiddlewareMixin.__call__
def call_twin(self, request):
    rule = in_loop._RULES.get(in_loop._path(type(self)))
    inside = asyncio._get_running_loop() is not None # A test that is asynchronous itself
    if inside or self.async_mode or rule is None or not is_djangos(type(self)): return call(self, request)
    async def get_response(request): return await sync_to_async(self.get_response)(request)
    twin = object.__new__(type(self))
    vars(twin).update(vars(self), get_response=get_response, async_mode=True)
    acall = in_loop._in_loop(twin, rule) if with_ours else partial(MiddlewareMixin.__acall__, twin)
    return async_to_sync(acall)(request)
MiddlewareMixin.__call__ = call_twin

ask = in_loop._is_djangos
def is_djangos(cls):
    "As it would be without the line above"
    MiddlewareMixin.__call__ = call
    try: return ask(cls)
    finally: MiddlewareMixin.__call__ = call_twin
in_loop._is_djangos = is_djangos

atexit.register(lambda: Path(os.environ['NOTES']).write_text(json.dumps(counts)))
