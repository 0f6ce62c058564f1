"Settings of the project that the tests serve; the environment variable PROJECT_SETTINGS (JSON) overrides any of them"
import json,os
from pathlib import Path

SECRET_KEY = 'only for tests'
ALLOWED_HOSTS = ['*']
ROOT_URLCONF = 'project.urls'
WSGI_APPLICATION = 'project.wsgi.application'
DATABASES = {}
MIDDLEWARE = []
TEMPLATES = [{'BACKEND':'django.template.backends.django.DjangoTemplates', 'DIRS':[Path(__file__).parent/'templates']}]
LOGGING = {'version':1, 'disable_existing_loggers':False,
    'formatters':{'plain':{'format':'%(levelname)s %(name)s: %(message)s'}},
    'handlers':{'console':{'class':'logging.StreamHandler', 'formatter':'plain'}},
    'root':{'handlers':['console'], 'level':'INFO'}}
FILES = '' # Directory that the views serve from

globals().update(json.loads(os.environ.get('PROJECT_SETTINGS', '{}')))
