"The project under the library's handler"
from fileresponse.asgi import get_asgi_application

application = get_asgi_application()
