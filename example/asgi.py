"The application that the server runs: Django, with a meter around it"
import os

from fileresponse.asgi import get_asgi_application

from .meter import Meter

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'example.settings')
application = Meter(get_asgi_application())
