"wrk as the client, where our own cannot be compiled: request rates only"
import json,re

_script = '''
request = function() return wrk.format("GET", (string.gsub("%s", "%%%%lu", tostring(math.random(0, %d))))) end
done = function(summary, latency)
  local e, p = summary.errors, function(n) return latency:percentile(n)/1000 end
  local format = '\\n{"requests": %%d, "bytes": %%d, "seconds": %%f, "errors": %%d, "p50": %%f, "p99": %%f}\\n'
  io.write(string.format(format, summary.requests, summary.bytes, summary.duration/1e6,
    e.connect+e.read+e.write+e.status+e.timeout, p(50), p(99)))
end
'''

def command(tmp, port, path, files, connections, seconds):
    "The command line, and the script that chooses among `files` files"
    (tmp/'wrk.lua').write_text(_script % (path, files-1))
    return ['wrk', '-t1', f'-c{connections}', f'-d{max(1, round(seconds))}s', '-s', tmp/'wrk.lua',
            f'http://127.0.0.1:{port}']

def figures(process, size, limit):
    "What our own client would say"
    out,err = process.communicate(timeout=limit)
    found = re.search(r'^\{.*\}$', out, re.M)
    if not found: raise RuntimeError(f'wrk: {(out+err)[-300:]}')
    o = json.loads(found[0])
    if o['errors'] or o['bytes']<o['requests']*size: raise RuntimeError(f'wrk: {found[0]}')
    return dict(seconds=o['seconds'], bytes=o['bytes'], counted=o['requests'], finished=o['requests'],
                full_ms=dict(p50=o['p50'], p99=o['p99']))
