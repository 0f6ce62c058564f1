"Settings of the project; its directory of files, its middleware and its store come from the environment"
import os

ALLOWED_HOSTS,SECRET_KEY = ['*'],'only to explore'
ROOT_URLCONF = 'choices.site'
MIDDLEWARE = os.environ.get('MIDDLEWARE', '').split()
FILES = os.environ['FILES']
FILERESPONSE_OFFLOAD = 'nginx'
FILERESPONSE_OFFLOAD_ROOTS = {FILES: '/protected/'}
globals().update({k:v for k,v in os.environ.items() if k.startswith('FILERESPONSE_S3_')})
