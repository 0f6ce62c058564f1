"nginx, Apache and lighttpd in front of a server, on free loopback ports"
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tools.processes import child,free_port,tail,wait_for
from tools.servers import Server,answers

nginx_conf = '''
daemon off; master_process off; worker_processes 1; pid {tmp}/pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off; default_type application/octet-stream; sendfile on; keepalive_requests 1000000;
    proxy_max_temp_file_size 0;
    client_body_temp_path {tmp}/body; proxy_temp_path {tmp}/proxy; fastcgi_temp_path {tmp}/fastcgi;
    uwsgi_temp_path {tmp}/uwsgi; scgi_temp_path {tmp}/scgi;
    upstream django {{ server 127.0.0.1:{behind}; keepalive 32; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=511;
        location / {{
            proxy_pass http://django; proxy_set_header Host $host;
            proxy_http_version 1.1; proxy_set_header Connection "";
        }}
        location ~ \\.txt$ {{ proxy_pass http://django; proxy_set_header Host $host; add_header X-Where regex; }}
        {block}
    }}
}}
'''
apache_conf = '''
ServerRoot {tmp}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {tmp}/pid
ErrorLog /dev/stderr
DefaultRuntimeDir {tmp}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule xsendfile_module {modules}/mod_xsendfile.so
XSendFile on
XSendFilePath "{root}"
AllowEncodedSlashes NoDecode
ProxyPass / http://127.0.0.1:{behind}/ nocanon
'''
lighttpd_conf = '''
server.modules = ("mod_proxy")
server.document-root = "{tmp}"
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "/dev/stderr"
server.upload-dirs = ("{tmp}")
proxy.server = ("" => (("host" => "127.0.0.1", "port" => {behind},
    "x-sendfile" => "enable", "x-sendfile-docroot" => ("{root}"))))
'''
commands = {
    'nginx': ['nginx', '-e', 'stderr', '-p', '{tmp}', '-c', '{conf}'],
    'apache': ['apache2', '-d', '{tmp}', '-f', '{conf}', '-DFOREGROUND'],
    'lighttpd': ['lighttpd', '-D', '-f', '{conf}'],
}
confs = dict(nginx=nginx_conf, apache=apache_conf, lighttpd=lighttpd_conf)
apache_modules = Path('/usr/lib/apache2/modules')

@contextmanager
def front(
    kind, # `nginx`, `apache` or `lighttpd`
    behind, # Port of the server behind it
    root='', # Directory that Apache or lighttpd may send
    block='' # What `nginx_block` returned
): # A `Server`
    "Run a server in front of another for the length of the block"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix=f'{kind}-') as tmp:
        conf,log = Path(tmp)/'conf',Path(tmp)/'log'
        said = dict(tmp=tmp, port=port, behind=behind, root=root, block=block, modules=apache_modules)
        conf.write_text(confs[kind].format(**said))
        command = [o.format(tmp=tmp, conf=conf) for o in commands[kind]]
        with child(command, log, litter=[tmp]) as process:
            wait_for(lambda: process.poll() is not None or answers(port, '/')==200, 30, lambda: tail(log))
            if process.poll() is not None: raise RuntimeError(f'{kind} ended:\n{tail(log)}')
            yield Server(kind, f'http://127.0.0.1:{port}', port, process, log)
