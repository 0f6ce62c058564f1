"Settings of the demo; `__main__` puts what is decided at start into the environment"
import os
import secrets
from pathlib import Path

BASE = Path(__file__).parent
DIRECTORY = Path(os.environ.get('EXAMPLE_DIRECTORY', BASE))  # temporary: media, database

MEDIA_ROOT = DIRECTORY / 'media'
PUBLIC_FILES = {'morning.jpg'}  # everything else is for members
ALBUM = ['morning.jpg', 'evening.jpg', 'night.jpg', 'tune.mp3', 'day.webm']
ALBUM_RATE = 16_000_000  # bytes per second, so that there is time to break it off

STORAGES = {
    'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},
    'bucket': {
        'BACKEND': 'storages.backends.s3.S3Storage',
        'OPTIONS': {
            'bucket_name': os.environ.get('EXAMPLE_BUCKET', 'media'),
            'endpoint_url': os.environ.get('EXAMPLE_ENDPOINT_URL'),
            'region_name': os.environ.get('EXAMPLE_REGION'),
            'access_key': os.environ.get('EXAMPLE_ACCESS_KEY'),
            'secret_key': os.environ.get('EXAMPLE_SECRET_KEY'),
        },
    },
}
FILERESPONSE_S3_MAX_CONNECTIONS = 150  # the largest crowd takes 100

ALLOWED_HOSTS = ['127.0.0.1', 'localhost']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': DIRECTORY / 'db.sqlite3'}}
DEBUG = False  # so that the pages in templates/ are shown, 403.html and 404.html among them
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'fileresponse']
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = 'index'
LOGIN_URL = 'login'
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
    'OPTIONS': {'context_processors': [
        'django.template.context_processors.request',
        'django.contrib.auth.context_processors.auth',
    ]},
}]
USE_TZ = True
