"Settings of every design; `DESIGN` in the environment names the module with its view"
import os

ALLOWED_HOSTS,SECRET_KEY,MIDDLEWARE = ['*'],'only to explore',[]
ROOT_URLCONF = f"stores.{os.environ['DESIGN']}"
globals().update({k:v for k,v in os.environ.items() if k.startswith('FILERESPONSE_S3_')})
FILERESPONSE_S3_MAX_CONNECTIONS = int(os.environ.get('FILERESPONSE_S3_MAX_CONNECTIONS', 100))
