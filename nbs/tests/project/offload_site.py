"A site with a login: whoever is logged in may have files, staff the private ones, too"
import os

from django.conf import settings
from django.contrib.auth import authenticate,login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path
from fileresponse.http import AiofileFileResponse

def alive(request): return HttpResponse('alive')

def enter(request):
    "Log in"
    user = authenticate(request, username=request.GET['name'], password=request.GET['password'])
    if user is None: raise PermissionDenied('wrong name or password')
    login(request, user)
    return HttpResponse('welcome')

def permitted(user, name):
    "Raise `PermissionDenied` unless `user` may have the file"
    if not user.is_authenticated or name.startswith('private/') and not user.is_staff: raise PermissionDenied(name)

def response(request, name):
    "The file, as the query wants it"
    query = request.GET
    res = AiofileFileResponse(os.path.join(settings.FILES, name), as_attachment='as_attachment' in query,
        filename=query.get('filename', ''), offload=False if 'ours' in query else None, headers={'X-Own': 'yes'},
        limit_rate=int(query['limit']) if 'limit' in query else None)
    res.set_cookie('seen', 'yes')
    return res

async def file(request, name):
    permitted(await request.auser(), name)
    return response(request, name)

def sync_file(request, name):
    permitted(request.user, name)
    return response(request, name)

async def odd(request, number):
    "A file whose name need not fit into a URL, by its number"
    permitted(await request.auser(), 'odd')
    return response(request, os.path.join('odd', sorted(os.listdir(os.path.join(settings.FILES, 'odd')))[number]))

urlpatterns = [path('', alive), path('enter', enter), path('file/<path:name>', file),
    path('sync/<path:name>', sync_file), path('odd/<int:number>', odd)]
