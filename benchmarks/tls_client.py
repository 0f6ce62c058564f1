"Fetch one file over TLS 1.3, with as little work as Python can, and say what `client.c` says: PORT PATH SIZE"
import json,re,socket,ssl,sys,time

def main(port, path, size):
    "Connect, ask, read `size` bytes"
    context = ssl._create_unverified_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with context.wrap_socket(socket.create_connection(('127.0.0.1', port), 60)) as s:
        began = time.perf_counter()
        s.sendall(f'GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'.encode())
        head = b''
        while b'\r\n\r\n' not in head: head += s.recv(65536)
        head,_,body = head.partition(b'\r\n\r\n')
        buffer,got,first = bytearray(1<<18),len(body),time.perf_counter()
        while got<size and (n := s.recv_into(buffer)): got += n
        seconds = time.perf_counter()-began
    promised = re.search(rb'(?i)content-length: *(\d+)', head)
    good = head.startswith(b'HTTP/1.1 200') and promised and int(promised[1])==size==got
    first = {'p50': (first-began)*1000}
    print(json.dumps(dict(seconds=seconds, bytes=got, finished=1, counted=1, first_ms=first, errors=int(not good),
                          problem='' if good else f'{got} bytes of {size}: {head[:60]!r}')))

if __name__=='__main__': main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
