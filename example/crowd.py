"Many clients that download at once, in a process of their own"
import asyncio
import os
import socket
import subprocess
import sys

SECONDS = 60  # then the crowd goes home by itself
_processes = []


async def download(host, port, path, rate):
    "Fetch `path` and throw it away, at no more than `rate` bytes per second (0: as fast as possible)"
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # or the kernel would read ahead for a slow client
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (host, port))
    reader, writer = await asyncio.open_connection(sock=sock)
    cookie = os.environ['CROWD_COOKIE']
    writer.write(f'GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n'.encode())
    while await reader.read(rate // 10 or 1 << 18):
        if rate: await asyncio.sleep(0.1)
    writer.close()


async def visit(host, port, path, rate):
    "Download again and again"
    while True:
        await download(host, port, path, rate)
        await asyncio.sleep(0.5)


async def gather(host, port, clients, rate):
    "Let half of the clients read from disk, half from S3, until the time is over"
    visits = [visit(host, port, f'/{("disk", "s3")[n % 2]}/large.bin', rate) for n in range(clients)]
    async with asyncio.timeout(SECONDS): await asyncio.gather(*visits)


def start(server, clients, rate, cookie):
    "Send a crowd to `server`, its host and port; the one before goes home"
    stop()
    command = [sys.executable, '-m', __name__, *map(str, (*server, clients, rate))]
    _processes.append(subprocess.Popen(command, env=os.environ | {'CROWD_COOKIE': cookie}, start_new_session=True,
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def stop():
    "Send the crowd home"
    while _processes:
        process = _processes.pop()
        process.kill()
        process.wait()


def running():
    "Is a crowd here?"
    return any(o.poll() is None for o in _processes)


if __name__ == '__main__':
    host, port, clients, rate = sys.argv[1:]
    asyncio.run(gather(host, int(port), int(clients), int(rate)))
