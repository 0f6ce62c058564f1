"obstore, which is object_store of Rust: no S3 library of Python at all"
from functools import cache

import obstore
from django.core.asgi import get_asgi_application
from django.http import StreamingHttpResponse
from obstore.store import S3Store

from .store import account,bucket,urls

@cache
def store():
    about = account()
    return S3Store(bucket(), endpoint=about['endpoint_url'], region=about['region_name'],
        access_key_id=about['aws_access_key_id'], secret_access_key=about['aws_secret_access_key'],
        virtual_hosted_style_request=False, client_options={'allow_http':True, 'timeout':'1h'})

async def blocks(found):
    async for block in found.stream(min_chunk_size=1<<18): yield bytes(block)

async def view(request, key):
    found = await obstore.get_async(store(), key)
    return StreamingHttpResponse(blocks(found), headers={'Content-Length':str(found.meta['size'])})

urlpatterns = urls(view)
application = get_asgi_application()
