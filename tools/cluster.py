"A SeaweedFS cluster on the loopback interface, whose parts can be killed and started again"
import json,os,tempfile,urllib.request
from contextlib import ExitStack,contextmanager
from pathlib import Path

import psutil

from .processes import child,free_port,tail,wait_for
from .seaweedfs import Store,answers,configure,ready,weed_binary

def numbers(text):
    "The numbers in a list such as `1-3 5`"
    ends = [o.split('-') for o in text.split()]
    return {n for o in ends for n in range(int(o[0]), int(o[-1])+1)}

class Part:
    "A process of the cluster"
    def __init__(self,
        directory, # Where it keeps its data; its log lies beside that
        kind, # The subcommand of `weed`
        litter, # What to remove if this process dies while the part runs
        flags # Its options
    ):
        self.directory,self.kind,self.litter,self.flags = directory,kind,litter,flags
        self.port,self.grpc = free_port(),free_port()
        self.log,self.process,self._running = directory.with_suffix('.log'),None,ExitStack()
        directory.mkdir()

    @property
    def address(self): return f'127.0.0.1:{self.port}.{self.grpc}' # as the other parts want it
    @property
    def url(self): return f'http://127.0.0.1:{self.port}'

    def start(self):
        "Run it; what it knew when it was killed is still there"
        flags = {'ip.bind':'127.0.0.1', 'port':self.port, 'port.grpc':self.grpc} | self.flags
        command = [weed_binary(), self.kind, *(f'-{k}={v}' for k,v in flags.items())]
        env = os.environ|{'TMPDIR':str(self.directory)} # for log files that it writes besides
        self.process = self._running.enter_context(
            child(command, self.log, patience=0, litter=self.litter, cwd=self.directory, env=env))

    def kill(self):
        "SIGKILL: it has no time to say goodbye"
        self._running.close()

    def answers(self):
        "Does it answer? Raises when it has ended by itself"
        if self.process.poll() is not None: raise RuntimeError(f'{self.directory.name} ended:\n{tail(self.log)}')
        return answers(self.url)

    def ask(self, path):
        "Its answer to a question, from JSON"
        with urllib.request.urlopen(self.url+path, timeout=10) as answer: return json.load(answer)

    def written(self):
        "Bytes that it has written since it was started, most of them to the network"
        return psutil.Process(self.process.pid).io_counters().write_chars

class Cluster:
    "One master, some volume servers, a filer and an S3 gateway"
    def __init__(self, tmp, buckets, volumes, replication, gateway):
        self.buckets,(config,self.identities) = buckets,configure(tmp, buckets[0])
        def part(name, kind, **flags):
            return Part(tmp/name, kind, [tmp], {k.replace('_', '.'):v for k,v in flags.items()})
        at = {'ip':'127.0.0.1'}
        master = part('master', 'master', mdir=tmp/'master', peers='none', defaultReplication=replication,
            volumeSizeLimitMB=64, telemetry='false', **at)
        self.volumes = {o: part(o, 'volume', dir=tmp/o, max=20, master=master.address, preStopSeconds=0, **at)
                        for o in (f'volume{i+1}' for i in range(volumes))}
        filer = part('filer', 'filer', master=master.address, defaultReplicaPlacement=replication, maxMB=4,
            defaultStoreDir=tmp/'filer', localSocket=tmp/'filer.sock', **at)
        s3 = part('gateway', 's3', filer=filer.address, config=config, port_iceberg=0, port_lance=0,
            localSocket=tmp/'gateway.sock', **gateway)
        self.parts = {'master':master, **self.volumes, 'filer':filer, 'gateway':s3}

    def __getitem__(self, name): return self.parts[name]

    @property
    def store(self):
        "The cluster as its clients see it: the gateway"
        gateway = self['gateway']
        return Store(gateway.url, self.buckets, *self.identities, gateway.log, gateway.process.pid)

    def kill(self, name):
        "Kill a part"
        self[name].kill()

    def start(self, name, seconds=30):
        "Start a part, and wait until it answers"
        self[name].start()
        wait_for(self[name].answers, seconds, lambda: f'{name} was not ready:\n{tail(self[name].log)}', pause=0.05)

    def servers(self):
        "Names of the volume servers that the master knows to be alive, and the numbers of the volumes on each"
        centers = self['master'].ask('/dir/status')['Topology'].get('DataCenters') or []
        nodes = [node for center in centers for rack in center['Racks'] for node in rack['DataNodes']]
        found = {o['Url']:o['VolumeIds'] for o in nodes}
        named = {name:found.get(f'127.0.0.1:{o.port}') for name,o in self.volumes.items()}
        return {name:numbers(ids) for name,ids in named.items() if ids is not None}

    def holders(self, key, bucket=None):
        "The volume servers that are alive and hold blocks of an object, and how many"
        chunks = self['filer'].ask(f'/buckets/{bucket or self.buckets[0]}/{key}?metadata=true')['chunks']
        held = {name:sum(o['fid']['volume_id'] in volumes for o in chunks) for name,volumes in self.servers().items()}
        return {name:n for name,n in held.items() if n}

@contextmanager
def cluster(
    buckets=('test',), # Made at the start; `reader` may read the first
    volumes:int=3, # Number of volume servers
    replication='001', # Where copies are, in SeaweedFS's terms: one more on another server of the same rack
    gateway=None, # More options of `weed s3`
    seconds:float=60 # Deadline of the start
): # A `Cluster`
    "Run a cluster for the length of the block"
    with tempfile.TemporaryDirectory(prefix='cluster-', ignore_cleanup_errors=True) as tmp, ExitStack() as running:
        res = Cluster(Path(tmp), tuple(buckets), volumes, replication, gateway or {})
        for o in res.parts.values(): running.callback(o.kill)
        for name in res.parts: res.start(name, seconds)
        wait_for(lambda: len(res.servers())==volumes, seconds, lambda: tail(res['master'].log), pause=0.05)
        process = res['gateway'].process
        wait_for(lambda: ready(res.store, process), seconds, lambda: tail(res['gateway'].log), pause=0.1)
        yield res
