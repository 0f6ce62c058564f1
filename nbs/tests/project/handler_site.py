"A site whose views, middleware and receivers write down what happens to them, and in which thread and context"
import asyncio,contextvars,sys,threading
from pathlib import Path

from asgiref.sync import async_to_sync,iscoroutinefunction,markcoroutinefunction,sync_to_async
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import FileResponse,HttpResponse,StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import get_script_prefix,get_urlconf,path,reverse
from django.utils import translation

from fileresponse.http import AiofileFileResponse

var = contextvars.ContextVar('var', default='nothing')

class Log(list):
    "What happened in one request; somebody may wait for an entry"
    def __init__(self): self.loop,self.awaited,self.reached = asyncio.get_running_loop(),None,asyncio.Event()
    def write(self, *what):
        self.append(what)
        if what[0]==self.awaited:
            if threading.get_ident()==loop_thread: self.reached.set()
            else: self.loop.call_soon_threadsafe(self.reached.set)

log,loop_thread = contextvars.ContextVar('log'),threading.get_ident()

def note(*what):
    "Write it down, with the kind of thread and the value of `var`"
    log.get().write(*what, 'loop' if threading.get_ident()==loop_thread else 'thread', var.get())

def noting(name, value=None, error=None):
    "A receiver or a closer that says that it was called, and sets `var`"
    def call(**kwargs):
        note(name, *sorted(k for k in kwargs if k!='signal'))
        if value: var.set(value)
        if error: raise error
    return call
def anoting(*args):
    call = noting(*args)
    async def acall(**kwargs): call(**kwargs)
    return acall

def text(value='hello', **kwargs): return HttpResponse(str(value), content_type='text/plain', **kwargs)

def at_end(response, *names):
    response._resource_closers += [noting(o) for o in names]
    return response

# That need not wait
async def plain(request): return text()
async def sets(request):
    note('view')
    var.set('by the view')
    return text()
async def failing(request): raise ValueError('failed')
async def denied(request): raise PermissionDenied
async def nothing(request): return None
async def forgotten(request): return plain(request)
async def closing(request): return at_end(text(), 'closer')
async def closing_badly(request):
    response = at_end(text(), 'closer')
    response._resource_closers.insert(0, noting('bad closer', None, OSError('no')))
    return response
async def closing_differently(request):
    response,close = text(),HttpResponse.close
    def own():
        note('own close')
        close(response)
    response.close = own
    return response
class Own(HttpResponse):
    def close(self):
        note('close of a class')
        super().close()
async def own_class(request): return Own('own')
async def template(request): return TemplateResponse(request, engines['django'].from_string('{{ a }}'), dict(a=1))
async def names(request): return text([get_script_prefix(), get_urlconf(), reverse('names')])
async def language(request):
    translation.activate('de')
    return text(translation.get_language())
async def cached(request):
    await cache.aset('a', 1)
    return text(await cache.aget('a'))

# That wait
async def waits(request):
    note('view')
    var.set('by the view')
    for _ in range(3): await asyncio.sleep(0)
    note('view again')
    return text()
async def fails_late(request):
    await asyncio.sleep(0)
    raise ValueError('late')
async def context_of_errors(request):
    "What is being handled, before and after something has failed"
    async def fail():
        await asyncio.sleep(0)
        raise KeyError
    try: await asyncio.create_task(fail())
    except KeyError: pass
    note('handled', sys.exc_info())
    try: raise ValueError
    except ValueError as e: note('context', e.__context__)
    return text()
async def timing_out(request):
    try:
        async with asyncio.timeout(0.01): await asyncio.Event().wait()
    except TimeoutError: note('timed out')
    return text()
async def grouping(request):
    async def part(): var.set('by a part')
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(part())
            await asyncio.sleep(0)
            raise KeyError
    except* KeyError: note('group')
    return text()
async def own_task(request):
    task = asyncio.current_task()
    await asyncio.sleep(0)
    note('same task', task is asyncio.current_task(), task.cancelling())
    return text()
async def cancels_itself(request):
    asyncio.current_task().cancel()
    try: await asyncio.sleep(0)
    except asyncio.CancelledError: note('cancelled')
    asyncio.current_task().uncancel()
    return text()
def sync(request):
    note('view')
    var.set('by the view')
    return text()
async def in_and_out(request):
    def inner():
        note('inner')
        var.set('by inner')
        async_to_sync(outer)()
    async def outer():
        note('outer')
        await sync_to_async(note)('innermost')
    await sync_to_async(inner)()
    note('view')
    return text()
async def query(request):
    def rows():
        with connection.cursor() as cursor: return cursor.execute('select 1').fetchall()
    return text(await sync_to_async(rows)())

async def asleep(request): await asyncio.Event().wait()
async def where(request): return text(await sync_to_async(lambda: threading.current_thread().name+';')())
async def tasks(request): return text(len(asyncio.all_tasks()))

# That the client leaves
async def left(request):
    note('view')
    try: await asyncio.Event().wait()
    except asyncio.CancelledError:
        note('cancelled')
        raise
    finally: note('finally')
async def swallows(request):
    note('view')
    try: await asyncio.Event().wait()
    except asyncio.CancelledError: note('cancelled')
    return text('swallowed')
async def swallows_and_waits(request):
    note('view')
    try: await asyncio.Event().wait()
    except asyncio.CancelledError: note('cancelled')
    for _ in range(5): await asyncio.sleep(0)
    async with asyncio.timeout(10): await asyncio.sleep(0.01)
    note('waited', asyncio.current_task().cancelling())
    return at_end(text('late'), 'closer')
async def turns_into_an_error(request):
    note('view')
    try: await asyncio.Event().wait()
    except asyncio.CancelledError: raise ValueError('instead')
async def left_in_thread(request):
    go,gone = threading.Event(),threading.Event()
    def wait():
        note('view')
        go.wait(10)
        note('went on')
        gone.set()
    try: await sync_to_async(wait)()
    except asyncio.CancelledError:
        note('cancelled')
        go.set()
        gone.wait(10)
        raise
async def left_in_child(request):
    async def child():
        note('view')
        try: await asyncio.Event().wait()
        except asyncio.CancelledError:
            note('child cancelled')
            raise
    async with asyncio.TaskGroup() as group: group.create_task(child())
async def streams(request):
    async def parts():
        try:
            for i in range(100):
                note('part')
                yield b'part'
                await asyncio.sleep(0)
                if i==3:
                    note('waits')
                    await asyncio.Event().wait()
        except asyncio.CancelledError:
            note('stream cancelled')
            raise
        finally: note('stream over')
    return at_end(StreamingHttpResponse(parts()), 'closer')
async def breaks(request):
    async def parts():
        yield b'part'
        raise ValueError('broken')
    return StreamingHttpResponse(parts())
def sync_stream(request): return StreamingHttpResponse(iter([b'a', b'b']))

# Bodies
def body(request): return text([len(request.body), type(request._stream).__name__])
async def abody(request): return text(len(request.body))
def upload(request):
    found = [(k, o.name, o.size, hasattr(o, 'temporary_file_path')) for k,o in request.FILES.items()]
    note('files', *[Path(o.temporary_file_path()).exists() for o in request.FILES.values() if hasattr(o, 'temporary_file_path')])
    uploads.append([o.temporary_file_path() for o in request.FILES.values() if hasattr(o, 'temporary_file_path')])
    return text(found)
uploads = []

# Files
file = Path(__file__)
async def ours(request): return AiofileFileResponse(file)
async def missing(request): return AiofileFileResponse(file.with_name('missing'))
def djangos(request): return FileResponse(file.open('rb'))

class Middleware:
    "Asynchronous"
    sync_capable,async_capable = False,True
    def __init__(self, get_response):
        self.get_response = get_response
        markcoroutinefunction(self)
    async def __call__(self, request):
        note('middleware')
        response = await self.get_response(request)
        note('middleware again', response.status_code)
        return response

def synchronous(get_response):
    def middleware(request):
        note('synchronous middleware')
        response = get_response(request)
        note('synchronous middleware again')
        return response
    return middleware

views = {k:v for k,v in globals().items() if callable(v) and getattr(v, '__module__', '')==__name__ and iscoroutinefunction(v)}
views |= dict(sync=sync, body=body, upload=upload, sync_stream=sync_stream, djangos=djangos)
urlpatterns = [path(k, v, name=k) for k,v in views.items()]
