"No store: bytes that are already there, to see what a request costs in any case"
import asyncio

from django.core.asgi import get_asgi_application
from django.http import HttpResponse,StreamingHttpResponse

from .store import urls

async def endless():
    block = bytes(65536)
    while True:
        yield block
        await asyncio.sleep(0) # or nobody could stop it

async def view(request, key):
    if key=='large': return StreamingHttpResponse(endless())
    return HttpResponse(bytes(4096), headers={'Content-Length':'4096'})

urlpatterns = urls(view)
application = get_asgi_application()
