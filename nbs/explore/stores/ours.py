"This library; `OPTIONS` in the environment are keywords of the response"
import json,os

from fileresponse.asgi import get_asgi_application
from fileresponse.http import AiobotocoreFileResponse

from .store import urls

options = json.loads(os.environ.get('OPTIONS', '{}'))

async def view(request, key): return AiobotocoreFileResponse(None, key, **options)

urlpatterns = urls(view)
application = get_asgi_application()
