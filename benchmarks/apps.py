"The applications: Django with one of three handlers, and Starlette"
import os

import django
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'benchmarks.settings')

class SeedHandler(ASGIHandler):
    "The stock handler, and a response that streams itself does so"
    async def send_response(self, response, send):
        if hasattr(response, 'is_async_fileresponse'): await response.stream(send)
        else: await super().send_response(response, send)

def seed():
    django.setup(set_prefix=False)
    return SeedHandler()

def ours():
    from fileresponse.asgi import get_asgi_application as get_ours
    return get_ours()

def starlette():
    "Starlette's own file response, without middleware"
    from starlette.applications import Starlette
    from starlette.responses import FileResponse, Response
    from starlette.routing import Route
    root = os.environ['BENCH_FILES']
    async def file(request): return FileResponse(f"{root}/{request.path_params['name']}")
    async def empty(request): return Response()
    return Starlette(routes=[Route('/empty', empty), Route('/file/{name:path}', file)])

make = dict(stock=get_asgi_application, ours=ours, seed=seed, starlette=starlette, wsgi=get_wsgi_application)
application = make[os.environ['BENCH_APP']]()
