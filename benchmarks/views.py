"The same file by our response, by Django's, and by the way this library began with; and nothing at all"
import os

import aiofiles
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import path

from fileresponse.http import AiofileFileResponse

root = os.environ['BENCH_FILES']

class Seed(HttpResponseBase):
    "The first design: aiofiles in a thread for each 4 KiB, and an empty message at the end"
    is_async_fileresponse,streaming = True,True

    def __init__(self, path):
        super().__init__(content_type='application/octet-stream')
        self.path = path
        self['Content-Length'] = os.path.getsize(path) # it had none; the client counts bytes

    async def stream(self, send):
        headers = [(k.encode(), v.encode()) for k,v in self.items()]
        await send(dict(type='http.response.start', status=200, headers=headers))
        async with aiofiles.open(self.path, 'rb') as f:
            more = True
            while more:
                chunk = await f.read(4096)
                more = bool(chunk)
                await send(dict(type='http.response.body', body=chunk, more_body=more))

async def ours(request, name): return AiofileFileResponse(f'{root}/{name}')
def ours_sync(request, name): return AiofileFileResponse(f'{root}/{name}')
async def seed(request, name): return Seed(f'{root}/{name}')
def django(request, name): return FileResponse(open(f'{root}/{name}', 'rb'))
async def empty(request, name=''): return HttpResponse(headers={'Content-Length': '0'}) # which CommonMiddleware would set

views = {o.__name__: o for o in (ours, ours_sync, seed, django, empty)}
asked = os.environ['BENCH_PATH'] # one view in each server: all are found in the same way, and take as long for it
urlpatterns = [path(f'{asked}/<path:name>', views[asked]), path('empty', empty)]
