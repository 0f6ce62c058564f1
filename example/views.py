"Files for those who may see them, from disk and from S3"
from django.conf import settings
from django.core.exceptions import PermissionDenied

from fileresponse.http import AiobotocoreFileResponse, AiofileFileResponse


async def check_visitor(request, name):
    "Members may see everything, everybody else what is public"
    if name in settings.PUBLIC_FILES: return
    user = await request.auser()
    if not await user.groups.filter(name='members').aexists():
        raise PermissionDenied(f'{user.username.title() or "A stranger"} may not see {name}.')


async def from_disk(request, name):
    "Send a file of the media directory"
    await check_visitor(request, name)
    download = 'download' in request.GET
    return AiofileFileResponse(settings.MEDIA_ROOT / name, as_attachment=download)


async def from_s3(request, name):
    "Send an object of the bucket"
    await check_visitor(request, name)
    download = 'download' in request.GET
    return AiobotocoreFileResponse(settings.MEDIA_BUCKET, name, as_attachment=download)
