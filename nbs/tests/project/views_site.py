"Views of every kind, open and guarded, synchronous and asynchronous, for the tests of views and of access"
import os

from django.conf import settings
from django.contrib.auth import mixins
from django.db import models
from django.http import Http404,HttpResponse
from django.urls import path
from django.views.generic import View
from fileresponse import views
from fileresponse.http import AiofileFileResponse
from fileresponse.shortcuts import afile_response,file_response

def files(): return settings.FILES

class Document(models.Model):
    slug = models.SlugField()
    file = models.FileField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    class Meta: app_label = 'project'

class Rules:
    "Each may have what is his, or what is everybody's"
    def has_permission(self): return self.request.user.pk==self.object.owner_id

class AsyncRules:
    async def has_permission(self): return (await self.request.auser()).pk==self.object.owner_id

class Generated:
    filename = 'count.txt'
    def get_content(self): return (f'{o}\n'.encode() for o in range(1000))

class AsyncGenerated:
    filename = 'count.txt'
    async def get_content(self):
        for o in range(1000): yield f'{o}\n'.encode()

class Placeholder:
    def get_root(self): return files()
    def file_not_found(self, error): return AiofileFileResponse(os.path.join(files(), 'placeholder'), status=404)

class Writable:
    "A handler that somebody has added"
    def has_permission(self): return self.request.headers.get('X-Pass')=='yes'
    def get_root(self): return files()

class WritableView(Writable, views.PathFileView):
    def post(self, request, path): return HttpResponse('written')

class AsyncWritableView(Writable, views.AsyncPathFileView):
    async def post(self, request, path): return HttpResponse('written')

class Shown(View):
    def get(self, request): return HttpResponse('shown', headers={'Cache-Control':'public, max-age=60, s-maxage=60'})
class AsyncShown(View):
    async def get(self, request): return HttpResponse('shown', headers={'Cache-Control':'public, max-age=60, s-maxage=60'})

def source(request, name): return request.GET['s3'] if 's3' in request.GET else os.path.join(files(), name)
def naming(request): return dict(as_attachment=True, filename=request.GET['as']) if 'as' in request.GET else {}

def shortcut(request, path):
    try: return file_response(request, source(request, path), **naming(request))
    except Http404: return HttpResponse('nothing', status=404)

async def Asyncshortcut(request, path):
    try: return await afile_response(request, source(request, path), **naming(request))
    except Http404: return HttpResponse('nothing', status=404)

class Named:
    "The file name comes from the client"
    def get_filename(self): return self.request.GET.get('as', '')
    def get_root(self): return files()

def guarded(name, mixin, view, **attributes):
    "A path view behind an access mixin"
    return type(name, (mixin, view), dict(get_root=lambda self: files(), login_url='/login', cache_control='public, max-age=60', **attributes))

def is_staff(self): return self.request.user.is_staff

class LazyRoot(os.PathLike):
    "The settings are read when the path is needed"
    def __fspath__(self): return files()

def kinds(mode, prefix, access):
    "Routes to the views of one mode; names of its classes begin with `prefix`, and `access` has its access mixins"
    of,ours = (lambda name: getattr(views, prefix+name)),(lambda name: globals()[prefix+name])
    mixin = lambda name: getattr(access, prefix+name)
    file = of('PathFileView')
    mine = type('Mine', (ours('Rules'), of('ObjectFileView')), dict(model=Document))
    named = type('Named', (Named, file), {})
    below = {
        'path': file.as_view(root=LazyRoot()),
        'hidden': file.as_view(root=LazyRoot(), allow_hidden=True),
        'nolinks': file.as_view(root=LazyRoot(), follow_symlinks=False),
        'storage': of('StorageFileView').as_view(storage='default'),
        'placeholder': type('WithPlaceholder', (Placeholder, file), {}).as_view(),
        'named': named.as_view(as_attachment=True),
        'inline': named.as_view(),
        'write': ours('WritableView').as_view(),
        'login': guarded('Login', mixin('LoginRequiredMixin'), file).as_view(),
        'login403': guarded('Login', mixin('LoginRequiredMixin'), file).as_view(raise_exception=True),
        'perm': guarded('Perm', mixin('PermissionRequiredMixin'), file, permission_required='auth.view_user').as_view(),
        'staff': guarded('Staff', mixin('UserPassesTestMixin'), file, test_func=is_staff).as_view(),
        'shortcut': ours('shortcut')}
    rest = {
        'object/<int:pk>': of('ObjectFileView').as_view(model=Document),
        'slug/<slug:slug>': of('ObjectFileView').as_view(queryset=Document.objects.defer('file')),
        'mine/<int:pk>': mine.as_view(),
        'mine403/<int:pk>': mine.as_view(forbidden_status=403),
        'generated': type('Count', (ours('Generated'), of('GeneratedFileView')), {}).as_view(),
        'remote': of('RemoteFileView').as_view(url=os.environ.get('REMOTE', '')),
        'shown': type('Shown', (mixin('LoginRequiredMixin'), ours('Shown')), dict(login_url='/login')).as_view()}
    routes = {f'{k}/<path:path>':v for k,v in below.items()} | rest
    return [path(f'{mode}/{k}', v) for k,v in routes.items()]

urlpatterns = [path('', lambda request: HttpResponse('alive')), *kinds('sync', '', mixins), *kinds('async', 'Async', views)]
