"ASGI and WSGI applications, asked by hand: the client can look at each message, and leave"
import asyncio

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

async def asgi(
    application,
    path, # With its query
    method='GET',
    leave=None, # Messages after which the client leaves; `None`: it takes all
    seen=None, # Awaited with each message
    client='192.0.2.1', # Its address
    **headers
): # Status, headers and body
    "Ask an ASGI application"
    first,gone,sent = [{'type':'http.request', 'body':b''}],asyncio.Event(),[]
    async def receive():
        if first: return first.pop()
        await gone.wait()
        return {'type':'http.disconnect'}
    async def send(message):
        sent.append(message)
        if seen: await seen(message)
        if len(sent)==leave:
            gone.set()
            await asyncio.sleep(30)
    path,_,query = path.partition('?')
    scope = dict(type='http', method=method, path=path, query_string=query.encode(), http_version='1.1', client=(client, 1),
        headers=[(k.replace('_', '-').encode(), v.encode()) for k,v in headers.items()])
    await asyncio.wait_for(application(scope, receive, send), 30)
    names = {k.decode().lower():v.decode() for k,v in sent[0]['headers']}
    return sent[0]['status'],names,b''.join(o.get('body', b'') for o in sent)

def wsgi(
    path, # With its query
    parts=None, # Parts after which the client leaves; `None`: it takes all
    seen=None, # Called with each part
    **environ
): # Status, headers and body
    "Ask the WSGI application"
    answer,got = [],[]
    result = WSGIHandler()(RequestFactory().get(path).environ | environ, lambda *args: answer.append(args))
    for part in result:
        got.append(part)
        if seen: seen(part)
        if len(got)==parts: break
    result.close()
    status,headers = answer[0]
    return int(status.split()[0]),{k.lower():v for k,v in headers},b''.join(got)

class Wrapper:
    "A `wsgi.file_wrapper` in Python: it reads"
    def __init__(self, file, size=65536): self.file,self.size,self.close = file,size,file.close
    def __iter__(self): return iter(lambda: self.file.read(self.size), b'')
