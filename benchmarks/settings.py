"A Django project as small as one can be; environment variables say which handler and whether middleware"
import os

SECRET_KEY,ALLOWED_HOSTS,ROOT_URLCONF = 'only to measure',['*'],'benchmarks.views'
USE_TZ,DEBUG,LOGGING_CONFIG = True,False,None
DATABASES = dict(default=dict(ENGINE='django.db.backends.sqlite3', NAME=':memory:'))

defaults = [f'django.{o}' for o in (
    'middleware.security.SecurityMiddleware', 'contrib.sessions.middleware.SessionMiddleware',
    'middleware.common.CommonMiddleware', 'middleware.csrf.CsrfViewMiddleware',
    'contrib.auth.middleware.AuthenticationMiddleware', 'contrib.messages.middleware.MessageMiddleware',
    'middleware.clickjacking.XFrameOptionsMiddleware')] # what `startproject` writes

MIDDLEWARE = []
if os.environ.get('BENCH_MIDDLEWARE'):
    INSTALLED_APPS = [f'django.contrib.{o}' for o in ('auth', 'contenttypes', 'sessions', 'messages')]
    MIDDLEWARE = [*defaults]
if os.environ.get('BENCH_PREPARE'): MIDDLEWARE.append('fileresponse.middleware.FileResponseMiddleware')
globals().update({name: True for name in os.environ.get('BENCH_SETTINGS', '').split()})
