"A site that makes content, and that passes on what another server has"
import asyncio,threading,time
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404,HttpResponse,JsonResponse
from django.urls import path

from fileresponse.http import AiofileFileResponse
from fileresponse.remote import HttpFileResponse,IteratorFileResponse

block,events = bytes(range(256))*256,[]  # 64 KiB; what has happened to content

def note(what): events.append(what)

async def endless():
    note('begun')
    try:
        while True: yield block
    finally: note('closed')

def endless_sync():
    note('begun')
    try:
        while True: yield block
    finally: note('closed')

async def waits():
    "Asleep after its first part"
    note('begun')
    try:
        yield block
        await asyncio.sleep(3600)
    finally: note('closed')

async def text():
    for i in range(1000): yield f'Grüße {i}\n'
def text_sync():
    for i in range(1000): yield f'Grüße {i}\n'
def fails():
    yield block*4
    raise ZeroDivisionError('made to fail')
async def afails():
    yield block*4
    yield block
    raise ZeroDivisionError('made to fail')
async def missing():
    raise Http404('not there')
    yield
def denied():
    raise PermissionDenied
    yield
def broken():
    raise ZeroDivisionError('at once')
    yield
def counted():
    for i in range(20_000): yield b'%09d\n'%i
async def acounted():
    for i in range(200): yield b''.join(b'%09d\n'%o for o in range(i*100, i*100+100))
def threads():
    "The threads that it runs in, and one query that is read over several steps"
    with connection.cursor() as cursor:
        cursor.execute('with recursive n(i) as (select 1 union all select i+1 from n where i < 30) select i from n')
        for i, in cursor:
            time.sleep(0.011)  # a step of its own
            yield f'{threading.current_thread().name} {i}\n'
def big():
    for _ in range(256): yield block*4
async def pdf(): return b'%PDF made asynchronously'
def picture(): return bytes(2_000_000)

made = {'bytes': (b'0123456789', {}), 'bytes-of-function': (lambda: b'0123456789', {}), 'pdf': (pdf, dict(filename='a.pdf')),
    'picture': (picture, dict(filename='a.png')), 'endless': (endless, {}), 'endless-sync': (endless_sync, {}), 'waits': (waits, {}),
    'text': (text, dict(filename='a.txt')), 'text-sync': (text_sync, dict(filename='a.txt', charset='latin-1')), 'missing': (missing, {}),
    'denied': (denied, {}), 'broken': (broken, {}), 'fails': (fails, {}), 'afails': (afails, {}), 'fails-sized': (afails, dict(size=1<<20)),
    'counted': (counted, dict(size=200_000, etag='v1')), 'acounted': (acounted, dict(size=200_000, etag='v1')),
    'counted-loosely': (counted, dict(size=200_000)), 'too-few': (counted, dict(size=200_001)), 'too-many': (counted, dict(size=199_999)),
    'atoo-few': (acounted, dict(size=200_001)), 'atoo-many': (acounted, dict(size=199_999)), 'threads': (threads, {}), 'big': (big, {}),
    'endless-sized': (endless, dict(size=1<<40)), 'endless-sync-sized': (endless_sync, dict(size=1<<40))}

def response(name):
    content,kwargs = made[name]
    return IteratorFileResponse(content, **kwargs)

async def amake(request, name): return response(name)
def make(request, name): return response(name)

def fetched(request, name):
    using = {k:float(v) for k,v in request.GET.items() if k.endswith('_timeout')}
    return HttpFileResponse(f'{request.GET.get("server") or settings.UPSTREAM}/{quote(name)}', **using)

async def aremote(request, name): return fetched(request, name)
def remote(request, name): return fetched(request, name)

async def disk(request, name): return AiofileFileResponse(Path(settings.FILES)/name)
async def happened(request): return JsonResponse(events, safe=False)
async def forget(request):
    events.clear()
    return HttpResponse()
async def alive(request): return HttpResponse('alive')

urlpatterns = [path('', alive), path('made/<name>', amake), path('sync/made/<name>', make), path('remote/<path:name>', aremote),
    path('sync/remote/<path:name>', remote), path('disk/<path:name>', disk), path('happened', happened), path('forget', forget)]
