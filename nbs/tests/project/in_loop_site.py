"A site that does everything that Django's default middleware looks at, asynchronous views and synchronous ones"
from asgiref.sync import iscoroutinefunction,markcoroutinefunction,sync_to_async
from django.contrib import messages
from django.contrib.auth import alogin,alogout,get_user_model,login
from django.core.exceptions import PermissionDenied,SuspiciousOperation
from django.http import Http404,HttpResponse,HttpResponseRedirect,JsonResponse,StreamingHttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import get_token,rotate_token
from django.urls import path
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import lazystr
from django.views.decorators.clickjacking import xframe_options_exempt,xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

def text(value, **kwargs): return HttpResponse(str(value), content_type='text/plain', **kwargs)

async def plain(request): return text('hello')
def plain_sync(request): return text('hello')
async def tagged(request):
    return text('hello', headers={'ETag': '"a"', 'Last-Modified': 'Mon, 01 Jan 2024 00:00:00 GMT'})
async def large(request): return text('x'*100_000)

# Sessions
async def visit(request):
    n = await request.session.aget('n', 0)+1
    await request.session.aset('n', n)
    return text(n)
def visit_sync(request):
    request.session['n'] = request.session.get('n', 0)+1
    return text(request.session['n'])
async def look(request): return text(sorted(await request.session.aitems()))
def look_sync(request): return text(sorted(request.session.items()))
async def flush(request):
    await request.session.aflush()
    return text('flushed')
async def clear(request):
    request.session.clear()
    return text('cleared')
async def cycle(request):
    await request.session.acycle_key()
    return text('cycled')
async def expire(request):
    await request.session.aset_expiry(int(request.GET.get('seconds', 0)))
    return text('expires')
async def visit_and_fail(request):
    await request.session.aset('n', 99)
    raise RuntimeError('failed')
async def visit_and_503(request):
    await request.session.aset('n', 503)
    return text('busy', status=503)
async def deleted(request):
    "Changes a session that somebody deletes at the same time"
    await request.session.aset('n', 7)
    if request.session.session_key: await type(request.session)(request.session.session_key).adelete()
    return text('deleted')
async def without_session(request):
    del request.session
    return text('no session')

# CSRF and users
async def token(request): return text(get_token(request))
async def rotate(request):
    rotate_token(request)
    return text('rotated')
async def form(request): return text(sorted(request.POST.items()))
@csrf_exempt
async def exempt(request): return text(request.body)
async def log_in(request):
    user = await get_user_model().objects.aget(username='jo')
    await alogin(request, user, backend='django.contrib.auth.backends.ModelBackend')
    return text(user)
def log_in_sync(request):
    login(request, get_user_model().objects.get(username='jo'), backend='django.contrib.auth.backends.ModelBackend')
    return text(request.user)
async def log_out(request):
    await alogout(request)
    return text('out')
async def who(request): return text(await request.auser())
def who_sync(request): return text(request.user)

# Messages
async def say(request):
    await sync_to_async(messages.success)(request, request.GET.get('text', 'well done'))
    return HttpResponseRedirect('/read')
async def say_lazily(request):
    messages.info(request, lazystr('later'))
    return text('said')
async def say_much(request):
    for i in range(40): messages.info(request, str(i)*60)
    return text('said much')
def read(request): return text([str(o) for o in messages.get_messages(request)])

# Errors, redirects, frames, streams
async def missing(request): raise Http404('nothing')
async def denied(request): raise PermissionDenied
async def suspicious(request): raise SuspiciousOperation('strange')
async def failing(request): raise ValueError('failed')
async def nothing(request): return None
@xframe_options_exempt
async def framed(request): return text('framed')
@xframe_options_sameorigin
async def framed_here(request): return text('framed here')
async def own_headers(request):
    return text('own', headers={'X-Frame-Options': 'X', 'Referrer-Policy': 'x', 'Vary': 'Accept'})
async def streaming(request):
    async def parts():
        for o in (b'a', b'b'): yield o
    return StreamingHttpResponse(parts())
async def json(request): return JsonResponse({'session': request.session.session_key is not None})

views = (
    plain, plain_sync, tagged, large, visit, visit_sync, look, look_sync, flush, clear, cycle, expire,
    visit_and_fail, visit_and_503, deleted, without_session, token, rotate, form, exempt, log_in, log_in_sync,
    log_out, who, who_sync, say, say_lazily, say_much, read, missing, denied, suspicious, failing, nothing,
    framed, framed_here, own_headers, streaming, json)
urlpatterns = [path('', plain), path('slash/', plain)] + [path(o.__name__, o) for o in views]

# Middleware that is not Django's
@sync_and_async_middleware
def function(get_response):
    "Is a function, around everything that follows"
    if not iscoroutinefunction(get_response): return lambda request: get_response(request)
    async def middleware(request): return await get_response(request)
    return middleware

class Synchronous:
    "Has never heard of asynchronous code"
    def __init__(self, get_response): self.get_response = get_response
    def __call__(self, request):
        response = self.get_response(request)
        response['X-User'] = str(request.user)
        return response

class Common(CommonMiddleware):
    "A subclass"

class Rejecting:
    "Looks at the view, and at exceptions"
    async_capable,sync_capable = True,False
    def __init__(self, get_response):
        self.get_response = get_response
        markcoroutinefunction(self)
    async def __call__(self, request): return await self.get_response(request)
    def process_view(self, request, callback, args, kwargs):
        if 'reject' in request.GET: return text(request.user)
    def process_exception(self, request, e): return text('handled', status=418) if 'handle' in request.GET else None
