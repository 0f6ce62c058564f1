"One file, three ways to it"
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from fileresponse.asgi import get_asgi_application
from fileresponse.http import AiobotocoreFileResponse,AiofileFileResponse

def permitted(request):
    "Who may have a file? Here, whoever says so"
    if request.META.get('HTTP_X_USER')!='reader': raise PermissionDenied

def stream(request, name):
    permitted(request)
    return AiofileFileResponse(Path(settings.FILES)/name, offload=False)

def offload(request, name):
    permitted(request)
    return AiofileFileResponse(Path(settings.FILES)/name)

def redirect(request, name):
    permitted(request)
    return AiobotocoreFileResponse(None, name, redirect=True)

def asynchronous(view):
    "The same as an asynchronous view"
    async def res(request, name): return view(request, name)
    return res

def alive(request): return HttpResponse('alive')

ways = dict(stream=stream, offload=offload, redirect=redirect)
urlpatterns = [path('', alive), *(path(f'{k}/<name>', asynchronous(o)) for k,o in ways.items()),
               *(path(f'sync/{k}/<name>', o) for k,o in ways.items())]
application,wsgi = get_asgi_application(),get_wsgi_application()
