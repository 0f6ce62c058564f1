"What every design knows about the store, and the two paths that each of them serves"
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

def bucket(): return settings.FILERESPONSE_S3_STORAGE_BUCKET_NAME
def connections(): return settings.FILERESPONSE_S3_MAX_CONNECTIONS

def account():
    "Arguments of `create_client` and `boto3.client`"
    return dict(service_name='s3', endpoint_url=settings.FILERESPONSE_S3_ENDPOINT_URL,
        region_name=settings.FILERESPONSE_S3_REGION, aws_access_key_id=settings.FILERESPONSE_S3_ACCESS_KEY_ID,
        aws_secret_access_key=settings.FILERESPONSE_S3_SECRET_ACCESS_KEY)

@cache
def presigned(key):
    "A URL that anybody can fetch the object with for an hour, made once"
    import boto3
    from botocore.config import Config
    client = boto3.client(**account(), config=Config(signature_version='s3v4'))
    return client.generate_presigned_url('get_object', {'Bucket':bucket(), 'Key':key}, 3600)

async def alive(request): return HttpResponse('alive')

def urls(view): return [path('', alive), path('<path:key>', view)]
