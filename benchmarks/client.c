/* An HTTP/1.1 client for measuring: one thread, epoll, any number of connections, one line of JSON at the end.
   A status or a length that is not the expected one is an error: a wrong answer must not look fast. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CLOSED, CONNECTING, HEAD, BODY };
enum { HEAD_MAX = 8192, BUFFER = 1 << 18, KEPT = 1 << 21, TICK_MS = 50 };

typedef struct { int fd, state, head_len, served; double began; long left, got; char head[HEAD_MAX + 1]; } Conn;

static struct {
    int port, connections, status, keep, discard, abort_early, receive_buffer;
    long requests, size, files, stride, rate, gap;  /* gap: microseconds */
    double seconds, warmup;
    const char *path;
} opt = {.connections = 1, .status = 200, .size = -1, .path = "/"};

static Conn *conns;
static int ep;
static volatile sig_atomic_t stopped;
static char buffer[BUFFER], problem[300];
static double start, window;
static long started, finished, counted, bytes, errors, reconnects, kept_first, kept;
static double *first, *full;
static unsigned long seed = 88172645463325252UL;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned long rnd(void) { /* xorshift: the same sequence in every run */
    seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17;
    return seed;
}

static void stop(int signal) { (void)signal; stopped = 1; }

static void fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (!errors++) vsnprintf(problem, sizeof problem, format, args);
    va_end(args);
}

static void hang_up(Conn *c) {
    if (c->state != CLOSED) close(c->fd);
    c->state = CLOSED;
}

static void dial(Conn *c) {
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(opt.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) { perror("socket"); exit(2); }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (opt.receive_buffer) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &opt.receive_buffer, sizeof opt.receive_buffer);
    c->state = CONNECTING;
    c->began = now();
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) fail("connect: %s", strerror(errno));
    if (opt.rate) return;
    struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}

static void ask(Conn *c) {
    char path[512], range[80] = "", request[1024];
    unsigned long which = !opt.files ? 0 : opt.keep ? rnd() % opt.files : (unsigned long)started % opt.files;
    snprintf(path, sizeof path, opt.path, which);
    if (opt.stride) {
        long at = which * opt.stride;
        snprintf(range, sizeof range, "Range: bytes=%ld-%ld\r\n", at, at + opt.size - 1);
    }
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", path, range,
                     opt.keep ? "" : "Connection: close\r\n");
    if (opt.keep && c->state != CONNECTING) c->began = now();
    started++;
    c->head_len = 0;
    c->got = 0;
    if (send(c->fd, request, n, MSG_NOSIGNAL) != n) fail("request not sent: %s", strerror(errno));
    c->state = HEAD;
    if (opt.rate) return;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static int more(void) { return !stopped && !errors && (!opt.requests || started < opt.requests); }

static void next(Conn *c) {
    if (!opt.keep || opt.abort_early) hang_up(c);
    if (opt.gap) usleep(opt.gap);  /* only sensible with one connection */
    if (!more()) return hang_up(c);
    if (c->state == CLOSED) dial(c); else ask(c);
}

static void done(Conn *c) {
    double t = now();
    finished++;
    if (t >= window) {
        counted++;
        if (kept < KEPT) full[kept++] = t - c->began;
    }
    next(c);
}

static void first_byte(Conn *c) {
    double t = now();
    c->served = 1;
    if (t >= window && kept_first < KEPT) first[kept_first++] = t - c->began;
}

/* The length that the head promises, or -1 after `fail` */
static long parse(Conn *c) {
    int status = 0;
    long length = -1;
    if (sscanf(c->head, "HTTP/1.%*d %d", &status) != 1 || status != opt.status)
        return fail("status %d: %.80s", status, c->head), -1;
    for (char *line = strstr(c->head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, "content-length:", 15)) length = atol(line + 17);
    if (length < 0) return fail("no Content-Length"), -1;
    if (opt.size >= 0 && length != opt.size) return fail("Content-Length %ld instead of %ld", length, opt.size), -1;
    return length;
}

/* More of the head, perhaps with the beginning of the body */
static void head_read(Conn *c, int n) {
    c->head_len += n;
    c->head[c->head_len] = 0;
    char *end = strstr(c->head, "\r\n\r\n");
    if (!end) { if (c->head_len == HEAD_MAX) fail("a head without an end"); return; }
    long body = c->head + c->head_len - (end + 4);
    end[2] = 0;
    if ((c->left = parse(c)) < 0) return;
    c->state = BODY;
    c->left -= body;
    c->got = body;
    bytes += body;
    if (c->left < 0) return fail("%ld bytes too many", -c->left);
    if (body || !c->left) first_byte(c);
    if (!c->left || (opt.abort_early && body)) done(c);
}

static void body_read(Conn *c, long n) {
    if (!c->got) first_byte(c);
    c->got += n;
    c->left -= n;
    bytes += n;
    if (!c->left || opt.abort_early) done(c);
}

static void receive(Conn *c, long most) {
    int reading_head = c->state == HEAD;
    long n;
    if (reading_head) n = recv(c->fd, c->head + c->head_len, HEAD_MAX - c->head_len, 0);
    else {
        long want = opt.discard ? 1 << 22 : BUFFER;
        if (want > c->left) want = c->left;
        if (most && want > most) want = most;
        n = recv(c->fd, buffer, want, opt.discard ? MSG_TRUNC : 0);
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)) return;
    if (n > 0) { if (reading_head) head_read(c, n); else body_read(c, n); return; }
    if (reading_head && !c->head_len && opt.keep && counted) { /* closed between two requests */
        reconnects++; started--;
        hang_up(c);
        if (more()) dial(c);
        return;
    }
    fail("closed after %ld bytes, %ld missing: %s", c->got, reading_head ? -1 : c->left, n ? strerror(errno) : "end");
}

static void fast(void) {
    struct epoll_event events[256];
    for (int i = 0; i < opt.connections && more(); i++) dial(conns + i);
    while (!errors) {
        if (opt.requests ? finished >= opt.requests : now() - start >= opt.seconds) break;
        if (stopped) break;
        int n = epoll_wait(ep, events, 256, 100);
        for (int i = 0; i < n && !errors; i++) {
            Conn *c = events[i].data.ptr;
            if (c->state == CONNECTING) ask(c); else if (c->state != CLOSED) receive(c, 0);
        }
        if (opt.requests && opt.seconds && now() - start >= opt.seconds) fail("not finished after %.0f s", opt.seconds);
    }
}

/* Connections that take `rate` bytes a second each, for a time */
static void slow(void) {
    int dialled = 0;
    while (!stopped && !errors && now() - start < opt.seconds) {
        for (int i = 0; i < 50 && dialled < opt.connections; i++) dial(conns + dialled++);
        for (int i = 0; i < dialled; i++) {
            Conn *c = conns + i;
            if (c->state == CONNECTING) {
                struct tcp_info info;
                socklen_t len = sizeof info;
                getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len);
                if (info.tcpi_state == TCP_ESTABLISHED) ask(c);
            } else if (c->state == HEAD) receive(c, 0);
            else if (c->state == BODY) {
                long due = (now() - c->began) * opt.rate - c->got;
                if (due > 0) receive(c, due);
            }
        }
        usleep(TICK_MS * 1000);
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(double *)a, y = *(double *)b;
    return (x > y) - (x < y);
}

static void show(const char *name, double *values, long n) {
    qsort(values, n, sizeof *values, by_size);
    #define AT(p) (n ? values[(long)((n - 1) * p)] * 1000 : 0.0)
    printf("\"%s\": {\"p50\": %.4f, \"p90\": %.4f, \"p99\": %.4f, \"max\": %.4f}, ",
           name, AT(.5), AT(.9), AT(.99), AT(1));
}

int main(int argc, char **argv) {
    int o;
    while ((o = getopt(argc, argv, "P:c:n:d:w:s:S:p:f:R:r:b:g:kzo")) != -1) switch (o) {
        case 'P': opt.port = atoi(optarg); break;
        case 'c': opt.connections = atoi(optarg); break;
        case 'n': opt.requests = atol(optarg); break;
        case 'd': opt.seconds = atof(optarg); break;
        case 'w': opt.warmup = atof(optarg); break;
        case 's': opt.size = atol(optarg); break;
        case 'S': opt.status = atoi(optarg); break;
        case 'p': opt.path = optarg; break;
        case 'f': opt.files = atol(optarg); break;
        case 'R': opt.stride = atol(optarg); break;
        case 'r': opt.rate = atol(optarg); break;
        case 'b': opt.receive_buffer = atoi(optarg); break;
        case 'g': opt.gap = atol(optarg); break;
        case 'k': opt.keep = 1; break;
        case 'z': opt.discard = 1; break;
        case 'o': opt.abort_early = 1; break;
        default: return 2;
    }
    struct rlimit files = {opt.connections + 100, opt.connections + 100}, old;
    getrlimit(RLIMIT_NOFILE, &old);
    if (old.rlim_cur < files.rlim_cur) { files.rlim_max = old.rlim_max; setrlimit(RLIMIT_NOFILE, &files); }
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    conns = calloc(opt.connections, sizeof *conns);
    first = malloc(KEPT * sizeof *first);
    full = malloc(KEPT * sizeof *full);
    ep = epoll_create1(0);
    start = now();
    window = start + opt.warmup;
    if (opt.rate) slow(); else fast();
    double seconds = now() - (opt.warmup ? window : start);
    long served = 0;
    for (int i = 0; i < opt.connections; i++) served += conns[i].served;
    printf("{\"seconds\": %.6f, \"elapsed\": %.6f, \"counted\": %ld, \"finished\": %ld, "
           "\"bytes\": %ld, \"served\": %ld, \"reconnects\": %ld, ",
           seconds, now() - start, counted, finished, bytes, served, reconnects);
    show("first_ms", first, kept_first);
    show("full_ms", full, kept);
    for (char *q = problem; *q; q++) if (*q < 32 || *q == '"' || *q == '\\') *q = ' ';
    printf("\"errors\": %ld, \"problem\": \"%s\"}\n", errors, problem);
    return errors > 0;
}
