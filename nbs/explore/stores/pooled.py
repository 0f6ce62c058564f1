"One client of aiobotocore for all requests: what a careful view does"
import asyncio
from functools import cache

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from django.core.asgi import get_asgi_application
from django.http import StreamingHttpResponse

from .store import account,bucket,connections,urls

@cache
def client():
    "The client, to be awaited; the first request makes it"
    config = AioConfig(max_pool_connections=connections())
    return asyncio.ensure_future(get_session().create_client(**account(), config=config).__aenter__())

async def blocks(body):
    try:
        while block := await body.read(65536): yield block
    finally: body.close()

async def view(request, key):
    found = await (await client()).get_object(Bucket=bucket(), Key=key)
    return StreamingHttpResponse(blocks(found['Body']), headers={'Content-Length':str(found['ContentLength'])})

urlpatterns = urls(view)
application = get_asgi_application()
