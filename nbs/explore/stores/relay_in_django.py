"The same relay as a view"
from django.core.asgi import get_asgi_application
from django.http import StreamingHttpResponse
from yarl import URL

from .relay import session
from .store import presigned,urls

async def blocks(answer):
    async with answer:
        async for block in answer.content.iter_any(): yield block

async def view(request, key):
    answer = await session().get(URL(presigned(key), encoded=True), raise_for_status=True)
    return StreamingHttpResponse(blocks(answer), headers={'Content-Length':str(answer.content_length)})

urlpatterns = urls(view)
application = get_asgi_application()
