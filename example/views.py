"Files for those who may see them: from disk, from S3, both in one zip, and by a link that expires"
from django.conf import settings
from django.views import View

from fileresponse.archives import ZipFileResponse
from fileresponse.signing import SignedURLMixin
from fileresponse.views import AsyncPathFileView, AsyncStorageFileView, AsyncUserPassesTestMixin


async def is_member(request):
    "Does the visitor belong to the group of members?"
    user = await request.auser()
    return await user.groups.filter(name='members').aexists()


class MembersOnly(AsyncUserPassesTestMixin):
    "Members may see everything, everybody else what is public"
    raise_exception = True  # the 403 page for strangers, too, rather than the login page

    async def test_func(self):
        return self.kwargs.get('path') in settings.PUBLIC_FILES or await is_member(self.request)

    async def get_permission_denied_message(self):
        user = await self.request.auser()
        return f'{user.get_username().title() or "A stranger"} may not see {self.kwargs.get("path", "this")}.'


class FromDisk(MembersOnly, AsyncPathFileView):
    "A file of the media directory"
    root = settings.MEDIA_ROOT


class FromS3(MembersOnly, AsyncStorageFileView):
    "An object of the bucket"
    storage = 'bucket'


class Shared(SignedURLMixin, AsyncStorageFileView):
    "An object of the bucket, for everybody with a link that has not expired"
    storage = 'bucket'


class Album(MembersOnly, View):
    "All of it as one archive, which is never built and yet can be resumed"
    async def get(self, request):
        disk = [(f'disk/{name}', settings.MEDIA_ROOT / name) for name in settings.ALBUM]
        bucket = [(f's3/{name}', ('bucket', name)) for name in (*settings.ALBUM, 'large.bin')]
        return ZipFileResponse(disk + bucket, filename='lake.zip', limit_rate=settings.ALBUM_RATE)
