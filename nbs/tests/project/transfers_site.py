"A site whose receivers note what was sent, and whose views use a database"
import asyncio,json,os,threading

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection,models,transaction
from django.db.models import F
from django.http import FileResponse,HttpResponse
from django.urls import path

from fileresponse.http import AiofileFileResponse,AsyncResponse
from fileresponse.limits import streams
from fileresponse.remote import IteratorFileResponse
from fileresponse.signals import file_sent,file_served
from project.views import Counting,CountingResponse

numbers = {'limit_rate':float, 'limit_burst':int}

def answer(request, name):
    "A file, with the query as keywords"
    keywords = {k:numbers.get(k, bool)(v) for k,v in request.GET.items() if k in (*numbers, 'delete')}
    return AiofileFileResponse(os.path.join(settings.FILES, name), **keywords)

async def disk(request, name): return answer(request, name)
def sync_disk(request, name): return answer(request, name)
async def counting(request, size): return CountingResponse(Counting(size))

def plain(request, name): return FileResponse(open(os.path.join(settings.FILES, name), 'rb'))
async def generated(request, size):
    async def content():
        for _ in range(size//1000): yield bytes(1000)
    return IteratorFileResponse(content(), filename='generated.bin')

def number_of_users(): return get_user_model().objects.count()

async def asks(request, name):
    "Asks the database first"
    await get_user_model().objects.acount()
    return answer(request, name)
def sync_asks(request, name):
    number_of_users()
    return answer(request, name)

@transaction.non_atomic_requests
async def open_streams(request): return HttpResponse(str(len(streams)))

class Traffic(models.Model):
    "What a user has downloaded"
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    sent = models.BigIntegerField(default=0)
    class Meta: app_label = 'project'

async def account(sender, request, bytes_sent, **kwargs):
    "The receiver of the documentation"
    user = await request.auser()
    if not user.is_authenticated: return
    await Traffic.objects.aget_or_create(user=user)
    await Traffic.objects.filter(user=user).aupdate(sent=F('sent')+bytes_sent)

notes = [] # What the receivers were told
said = 'status','bytes_sent','completed','reason','spans','duration'

def _note(kind, sender, request, signal, response, **kwargs):
    thread = threading.current_thread()
    note = dict(kind=kind, sent=signal is file_sent, path=request.path, sender=sender.__name__, thread=thread.name,
        main=thread is threading.main_thread(), database=number_of_users() if kind=='sync' and settings.DATABASES else None)
    notes.append(note | {k:kwargs[k] for k in said if k in kwargs})
    if settings.NOTES:
        with open(settings.NOTES, 'a') as f: f.write(json.dumps(notes[-1])+'\n')

def synchronous(**kwargs): _note('sync', **kwargs)
async def asynchronous(**kwargs):
    await asyncio.sleep(0.01)
    _note('async', **kwargs)
def failing(**kwargs): raise ValueError('a receiver failed')
async def afailing(**kwargs): raise ValueError('an asynchronous receiver failed')

receivers = synchronous,asynchronous,failing,afailing

def connect():
    for o in receivers:
        file_served.connect(o)
        file_sent.connect(o)

def disconnect():
    for o in receivers:
        file_served.disconnect(o)
        file_sent.disconnect(o)

if getattr(settings, 'CONNECT', False): connect()

urlpatterns = [path('disk/<path:name>', disk), path('sync/disk/<path:name>', sync_disk), path('counting/<int:size>', counting),
    path('generated/<int:size>', generated), path('plain/<path:name>', plain),
    path('asks/<path:name>', asks), path('sync/asks/<path:name>', sync_asks), path('streams', open_streams)]
