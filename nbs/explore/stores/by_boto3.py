"boto3 in a synchronous view, its body as a plain iterator"
from functools import cache

import boto3
from botocore.config import Config
from django.core.asgi import get_asgi_application
from django.http import StreamingHttpResponse

from .store import account,bucket,connections,urls

@cache
def client(): return boto3.client(**account(), config=Config(max_pool_connections=connections()))

def view(request, key):
    found = client().get_object(Bucket=bucket(), Key=key)
    blocks = found['Body'].iter_chunks(65536)
    return StreamingHttpResponse(blocks, headers={'Content-Length':str(found['ContentLength'])})

urlpatterns = urls(view)
application = get_asgi_application()
