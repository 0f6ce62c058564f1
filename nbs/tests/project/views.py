"Views that return every kind of response of the library"
import asyncio,os

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from fileresponse.http import AiobotocoreFileResponse,AiofileFileResponse,AsyncResponse

def alive(request): return HttpResponse('alive')

def keywords(request):
    "The query as keywords of a response"
    found = request.GET.dict()
    if 'chunk_size' in found: found['chunk_size'] = int(found['chunk_size'])
    return found | ({'as_attachment':True} if 'as_attachment' in found else {})

def on_disk(request, name): return AiofileFileResponse(os.path.join(settings.FILES, name), **keywords(request))
def in_store(request, bucket, key): return AiobotocoreFileResponse(bucket, key, **keywords(request))

async def disk(request, name): return on_disk(request, name)
def sync_disk(request, name): return on_disk(request, name)
async def s3(request, bucket, key): return in_store(request, bucket, key)
def sync_s3(request, bucket, key): return in_store(request, bucket, key)

@cache_control(private=True, max_age=60)
async def decorated(request, name):
    "A view that has set headers of its own"
    path = os.path.join(settings.FILES, name)
    response = AiofileFileResponse(path, headers={'ETag':'"ours"', 'X-Own':'yes'}, content_type='application/x-own')
    response.set_cookie('seen', 'yes')
    return response

pattern = bytes(range(251))

class Counting:
    "A stream of `size` bytes that count up"
    def __init__(self, size): self.left,self.done = size,0

    async def read(self, size):
        "The next bytes"
        n = min(size, self.left-self.done)
        data = (pattern*(n//251+2))[(first := self.done%251):first+n]
        self.done += n
        return data

class CountingResponse(AsyncResponse):
    "A response that only says how it is streamed, as the seed's users write them"
    def __init__(self, stream, **kwargs):
        super().__init__(**kwargs)
        self._stream = stream

    async def stream(self, send): await self.send_stream_to_client(self._stream, send)

class Word:
    "A stream that gives text"
    def __init__(self, word): self.word = word

    async def read(self, size):
        "The next letters"
        res,self.word = self.word[:size],self.word[size:]
        return res

async def counting(request, size): return CountingResponse(Counting(size), chunk_size=1000)
def sync_counting(request, size): return CountingResponse(Counting(size), chunk_size=1000)
async def text(request, word): return CountingResponse(Word(word), chunk_size=3, content_type='text/plain; charset=utf-8')
async def tasks(request): return HttpResponse(str(len(asyncio.all_tasks())))
