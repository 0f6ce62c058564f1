"A session and a client for each request, 4096 bytes at a time: how this library began"
import django
from aiobotocore.session import get_session
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase

from .store import account,bucket,urls

class Seed(HttpResponseBase):
    "Sends status and headers, and only then asks the store"
    streaming = True

    def __init__(self, key):
        super().__init__()
        self.key = key

    async def stream(self, send):
        headers = [(k.encode(), v.encode()) for k,v in self.items()]
        await send({'type':'http.response.start', 'status':self.status_code, 'headers':headers})
        async with get_session().create_client(**account()) as client:
            body = (await client.get_object(Bucket=bucket(), Key=self.key))['Body']
            while chunk := await body.read(4096):
                await send({'type':'http.response.body', 'body':chunk, 'more_body':True})
        await send({'type':'http.response.body', 'body':b''})

class Handler(ASGIHandler):
    "Lets such a response stream itself"
    async def send_response(self, response, send):
        if isinstance(response, Seed): await response.stream(send)
        else: await super().send_response(response, send)

async def view(request, key): return Seed(key)

urlpatterns = urls(view)
django.setup(set_prefix=False)
application = Handler()
