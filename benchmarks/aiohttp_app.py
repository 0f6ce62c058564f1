"aiohttp's own file response"
import os,sys

from aiohttp import web

root = os.environ['BENCH_FILES']

async def file(request): return web.FileResponse(f"{root}/{request.match_info['name']}")
async def empty(request): return web.Response()

app = web.Application()
app.add_routes([web.get('/empty', empty), web.get('/file/{name:.+}', file)])

if __name__=='__main__':
    web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), access_log=None, print=None, backlog=2048)
