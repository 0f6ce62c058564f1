"Middleware for the tests"
import os

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import sync_and_async_middleware
from fileresponse.http import AiofileFileResponse

def _by_itself(request):
    "A middleware's own file, for a path that no view has"
    prefix = '/by-middleware/'
    if request.path.startswith(prefix): return AiofileFileResponse(os.path.join(settings.FILES, request.path[len(prefix):]))

@sync_and_async_middleware
def answers_itself(get_response):
    "Answer some requests with a file"
    if not iscoroutinefunction(get_response): return lambda request: _by_itself(request) or get_response(request)
    async def middleware(request): return _by_itself(request) or await get_response(request)
    return middleware

@sync_and_async_middleware
def answers_otherwise(get_response):
    "Throw the view's response away, or fail, when the query asks for it"
    def instead(request, response):
        if 'fail' in request.GET: raise RuntimeError('a middleware failed')
        return HttpResponse('otherwise') if 'otherwise' in request.GET else response
    if not iscoroutinefunction(get_response): return lambda request: instead(request, get_response(request))
    async def middleware(request): return instead(request, await get_response(request))
    return middleware
