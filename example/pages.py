"The page around the files: who is here, what is on its way, and the crowd"
import re
from html import escape
from inspect import getsource

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from fileresponse.signing import signed_url

from . import crowd, meter, traffic, views

CLIENTS = {'10': '10 clients', '50': '50 clients', '200': '200 clients'}
RATES = {'200000': '200 KB/s each', '1000000': '1 MB/s each', '0': 'as fast as possible'}
LIFETIMES = {'10': '10 seconds', '60': 'a minute', '3600': 'an hour'}
PICTURES = [('morning.jpg', 'Morning', 'A sailing boat on a lake, the sun low above grey-green hills'),
            ('evening.jpg', 'Evening', 'The same boat under an orange and violet sky'),
            ('night.jpg', 'Night', 'The boat in the dark, a full moon and stars over the hills')]
SYNTAX = re.compile(r'''(?P<string>f?'[^'\n]*'|f?"[^"\n]*")|(?P<comment>\#.*)|(?P<ours>\bAsync\w+|ZipFileResponse|SignedURLMixin)|'''
                    r'''(?P<keyword>\b(?:async|await|class|def|for|from|import|in|or|return)\b)''')


def highlighted(source):
    "Python source as HTML with its words marked"
    marked = SYNTAX.sub(lambda m: f'<span class="{m.lastgroup}">{m[0]}</span>', escape(source, quote=False))
    return mark_safe(marked)


async def index(request):
    "The page"
    user = await request.auser()
    context = dict(user=user, member=await views.is_member(request), pictures=PICTURES, public=settings.PUBLIC_FILES,
                   clients=CLIENTS, rates=RATES, lifetimes=LIFETIMES, source=highlighted(getsource(views).strip()))
    return render(request, 'index.html', context)


async def check_member(request):
    "Raise `PermissionDenied` for everybody else"
    if not await views.is_member(request): raise PermissionDenied('This is for members.')


@require_POST
async def share(request):
    "A link to a picture that works for a time, for whoever has it"
    await check_member(request)
    seconds = request.POST.get('seconds')
    if seconds not in LIFETIMES: raise BadRequest('no such time')
    link = signed_url(reverse('shared', args=['evening.jpg']), expires=int(seconds))
    return JsonResponse(dict(url=link, seconds=int(seconds)))


async def stats(request):
    "What the chart shows, as of now"
    return JsonResponse(dict(memory=meter.memory(), crowd=crowd.running(), streams=meter.running_streams(),
                             traffic=traffic.sent))


@require_POST
async def start_crowd(request):
    "Start many downloads in the visitor's name"
    await check_member(request)
    clients, rate = request.POST.get('clients'), request.POST.get('rate')
    if clients not in CLIENTS or rate not in RATES: raise BadRequest('no such crowd')
    crowd.start(request.scope['server'], int(clients), int(rate), request.headers.get('Cookie', ''))
    return HttpResponse(status=204)


@require_POST
async def stop_crowd(request):
    "Stop them"
    crowd.stop()
    return HttpResponse(status=204)
