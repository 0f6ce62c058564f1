"Settings of the demo; `__main__` puts what is decided at start into the environment"
import os
import secrets
from pathlib import Path

BASE = Path(__file__).parent
DIRECTORY = Path(os.environ.get('EXAMPLE_DIRECTORY', BASE))  # temporary: media, database

FILERESPONSE_S3_ENDPOINT_URL = os.environ.get('FILERESPONSE_S3_ENDPOINT_URL')
FILERESPONSE_S3_REGION = os.environ.get('FILERESPONSE_S3_REGION')
FILERESPONSE_S3_ACCESS_KEY_ID = os.environ.get('FILERESPONSE_S3_ACCESS_KEY_ID')
FILERESPONSE_S3_SECRET_ACCESS_KEY = os.environ.get('FILERESPONSE_S3_SECRET_ACCESS_KEY')
FILERESPONSE_S3_MAX_CONNECTIONS = 150  # the largest crowd takes 100

MEDIA_ROOT = DIRECTORY / 'media'
MEDIA_BUCKET = 'media'
PUBLIC_FILES = {'morning.jpg'}  # everything else is for members

ALLOWED_HOSTS = ['127.0.0.1', 'localhost']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': DIRECTORY / 'db.sqlite3'}}
DEBUG = False  # so that the pages in templates/ are shown, 403.html and 404.html among them
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes']
LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'handlers': {'console': {'class': 'logging.StreamHandler'}},
    'loggers': {'django': {'handlers': ['console'], 'level': 'ERROR', 'propagate': False}},
}
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
]
ROOT_URLCONF = 'example.urls'
SECRET_KEY = secrets.token_hex()
SESSION_COOKIE_NAME = 'fileresponse_demo'
SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'
TEMPLATES = [{
    'BACKEND': 'django.template.backends.django.DjangoTemplates',
    'DIRS': [BASE / 'templates'],
    'OPTIONS': {'context_processors': ['django.template.context_processors.request']},
}]
USE_TZ = True
