"No Django and no S3 library: one presigned URL, and every byte of it passed on by aiohttp"
from functools import cache

import aiohttp
from yarl import URL

from .store import presigned

@cache
def session(): return aiohttp.ClientSession(auto_decompress=False, connector=aiohttp.TCPConnector(limit=0))

async def start(send, size):
    await send({'type':'http.response.start', 'status':200, 'headers':[(b'content-length', str(size).encode())]})

async def application(scope, receive, send):
    "An ASGI application without anything around it"
    if scope['type']!='http': return
    if scope['path']=='/':
        await start(send, 0)
        return await send({'type':'http.response.body'})
    async with session().get(URL(presigned(scope['path'][1:]), encoded=True)) as answer:
        answer.raise_for_status()
        await start(send, answer.content_length)
        async for block in answer.content.iter_any():
            await send({'type':'http.response.body', 'body':block, 'more_body':True})
    await send({'type':'http.response.body'})
