"The test project on every server: which handler, which middleware, and how to check them all"
import json,sys
from contextlib import ExitStack,contextmanager
from pathlib import Path

here = Path(__file__).parent.parent
root = here.parent.parent
if str(root) not in sys.path: sys.path.append(str(root))

from tools.servers import serve  # noqa: E402

prepares = 'fileresponse.middleware.FileResponseMiddleware'
own,stock,wsgi = 'project.asgi:application','project.asgi_stock:application','project.wsgi:application'

# Name of a stack: server, application, innermost middleware
stacks = {'uvicorn': ('uvicorn', own, []), 'uvicorn, zero copy': ('uvicorn', own, []),
    'granian': ('granian', own, []), 'hypercorn': ('hypercorn', own, []),
    'daphne': ('daphne', own, []), 'uvicorn, stock handler': ('uvicorn', stock, [prepares]),
    'gunicorn': ('gunicorn', wsgi, [prepares]), 'runserver': ('runserver', '', [prepares])}
# hypercorn keeps a connection that its client has closed until its keep-alive time is over: not for five seconds here
options = {'hypercorn': ['--keep-alive=1'], 'uvicorn, zero copy': ['--http=fileresponse.uvicorn:ZeroCopyProtocol']}
own_handler = 'uvicorn','uvicorn, zero copy','granian','hypercorn','daphne'
not_from_disk = tuple(o for o in stacks if o!='uvicorn, zero copy') # which differs for files only
asynchronous = (*own_handler, 'uvicorn, stock handler')
bare = {'uvicorn, bare': ('uvicorn', stock, []), 'gunicorn, bare': ('gunicorn', wsgi, [])}

@contextmanager
def running(
    files, # Directory that is served
    names=tuple(stacks), # Which stacks
    middleware=(), # Outside the innermost
    serving=None, # More arguments for `serve`
    **settings # Of the project
): # Servers by name
    "Run the project on several servers, warnings being errors"
    with ExitStack() as all_of_them:
        res = {}
        for name in names:
            kind,app,inner = (stacks | bare)[name]
            said = settings | dict(FILES=str(files), MIDDLEWARE=[*middleware, *inner])
            environ = {'PROJECT_SETTINGS':json.dumps(said), 'AWS_EC2_METADATA_DISABLED':'true'}
            kwargs = dict(paths=[root, here], environ=environ, strict=True, options=options.get(name, ())) | (serving or {})
            res[name] = all_of_them.enter_context(serve(kind, app, 'project.settings', **kwargs))
        yield res

_signs = ('Internal Server Error', 'Exception in ', 'Exception ignored', 'never retrieved', 'never awaited', 'Unclosed',
    'Task was destroyed', 'Error handling', 'Application callable raised', 'ERROR hypercorn')

def signs_of_trouble(log):
    "Lines of `log` that tell of an error which nobody has dealt with; Django itself logs a 403 with its traceback"
    res,last = [],''
    for line in log.splitlines():
        if line.startswith(('INFO', 'WARNING', 'ERROR', '[')): last = line
        traceback = line.startswith('Traceback') and 'Forbidden' not in last
        if traceback or any(o in line for o in _signs): res.append(f'{last} / {line}')
    return res

def on_each(servers, check):
    "Call `check(server)` for each server, and tell of every failure, not just of the first"
    failures = []
    for name,server in servers.items():
        try: check(server)
        except Exception as e:
            e.add_note(f'on {name}; end of its log:\n{server.text[-3000:]}')
            failures.append(e)
    if failures: raise ExceptionGroup(f'failed on {len(failures)} of {len(servers)} servers', failures)
