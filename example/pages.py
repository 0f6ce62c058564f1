"The page around the files: who is here, what is on its way, and the crowd"
import re
from html import escape
from inspect import getsource

from django.conf import settings
from django.contrib.auth import alogin, alogout, get_user_model
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import aget_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from fileresponse.http import AiofileFileResponse

from . import crowd, meter, views

CLIENTS = {'10': '10 clients', '50': '50 clients', '200': '200 clients'}
RATES = {'200000': '200 KB/s each', '1000000': '1 MB/s each', '0': 'as fast as possible'}
PICTURES = [('morning.jpg', 'Morning', 'A sailing boat on a lake, the sun low above grey-green hills'),
            ('evening.jpg', 'Evening', 'The same boat under an orange and violet sky'),
            ('night.jpg', 'Night', 'The boat in the dark, a full moon and stars over the hills')]
SYNTAX = re.compile(r'''(?P<string>'[^'\n]*'|"[^"\n]*")|(?P<comment>\#.*)|(?P<ours>\bAio\w+)|'''
                    r'''(?P<keyword>\b(?:async|await|def|from|if|import|in|not|or|raise|return)\b)''')


def highlighted(source):
    "Python source as HTML with its words marked"
    marked = SYNTAX.sub(lambda m: f'<span class="{m.lastgroup}">{m[0]}</span>', escape(source, quote=False))
    return mark_safe(marked)


async def index(request):
    "The page"
    user = await request.auser()
    member = await user.groups.filter(name='members').aexists()
    context = dict(visitor=user.username.title(), member=member, pictures=PICTURES, public=settings.PUBLIC_FILES,
                   clients=CLIENTS, rates=RATES, source=highlighted(getsource(views).strip()))
    return render(request, 'index.html', context)


async def static(request, name):
    "Style sheet and script: files like any other"
    return AiofileFileResponse(settings.BASE / 'static' / name)


def back(request):
    "To the page that the visitor came from"
    address = request.POST.get('next', '/')
    return redirect(address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else '/')


@require_POST
async def be(request, name):
    "Log in, without a password since this is a demo"
    await alogin(request, await aget_object_or_404(get_user_model(), username=name))
    return back(request)


@require_POST
async def leave(request):
    "Log out"
    await alogout(request)
    return back(request)


async def stats(request):
    "What the chart shows, as of now"
    return JsonResponse(dict(memory=meter.memory(), crowd=crowd.running(), streams=meter.running_streams()))


@require_POST
async def start_crowd(request):
    "Start many downloads in the visitor's name"
    await views.check_visitor(request, 'large.bin')
    clients, rate = request.POST.get('clients'), request.POST.get('rate')
    if clients not in CLIENTS or rate not in RATES: raise BadRequest('no such crowd')
    crowd.start(request.scope['server'], int(clients), int(rate), request.headers.get('Cookie', ''))
    return HttpResponse(status=204)


@require_POST
async def stop_crowd(request):
    "Stop them"
    crowd.stop()
    return HttpResponse(status=204)
