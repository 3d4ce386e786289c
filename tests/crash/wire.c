// SPDX-License-Identifier: MIT
// A shim for LD_PRELOAD that kills or stops its process at the N-th event on its sockets, or writes
// down all events. A stopped process waits for its parent, which does something to the server at
// that very moment and lets it go on. Or the network fails: the socket is shut down, which the
// server notices when it next looks at its end. Events are calls of libpq or libmariadb:
//   send  before the N-th send()
//   torn  as send, but the first half of the message has gone out
//   sent  after the N-th send()
//   recv  after the N-th recv() that brought something, before the library sees it
//
//   KEDGE_WIRE_KIND, KEDGE_WIRE_AT   the kind and the number (from 1) of the event
//   KEDGE_WIRE_DO                    kill, stop or cut
//   KEDGE_WIRE_LOG                   a file that every event is appended to
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

// libpq connects in a thread of its own.
static atomic_long send_count;
static atomic_long recv_count;
static char kind[8];
static long act_at = -1;
static int act_signal = SIGKILL;  // 0: cut
static int log_fd = -1;

__attribute__((constructor)) static void start(void) {
    const char *what = getenv("KEDGE_WIRE_KIND");
    const char *at = getenv("KEDGE_WIRE_AT");
    const char *act = getenv("KEDGE_WIRE_DO");
    const char *log = getenv("KEDGE_WIRE_LOG");
    if (what != NULL && at != NULL) {
        snprintf(kind, sizeof kind, "%s", what);
        act_at = atol(at);
    }
    if (act != NULL && strcmp(act, "stop") == 0) act_signal = SIGSTOP;
    if (act != NULL && strcmp(act, "cut") == 0) act_signal = 0;
    if (log != NULL) log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static int is_due(const char *what, long number) {
    return number == act_at && strcmp(kind, what) == 0;
}

static void act(int fd) {
    if (act_signal == 0) {
        shutdown(fd, SHUT_RDWR);
    } else {
        kill(getpid(), act_signal);
    }
}

// The message's type and its beginning, as text on one line.
static void put_log(const char *call, const unsigned char *data, size_t size) {
    char line[160];
    size_t n = (size_t)snprintf(line, sizeof line, "%s %zu ", call, size);
    if (log_fd < 0) return;
    for (size_t i = 0; i < size && n < sizeof line - 1; ++i) {
        if (i > 0 && i < 5) continue;  // its length
        line[n++] = data[i] >= ' ' && data[i] < 127 ? (char)data[i] : '.';
    }
    line[n++] = '\n';
    if (write(log_fd, line, n) < 0) log_fd = -1;
}

#define REAL(type, name, ...)                               \
    static type (*real)(__VA_ARGS__);                       \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)

ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    const long number = atomic_fetch_add(&send_count, 1) + 1;
    size_t gone = 0;
    put_log("send", data, size);
    if (is_due("send", number)) act(fd);
    if (is_due("torn", number) && size > 1) {
        const ssize_t half = real(fd, data, size / 2, flags);
        act(fd);
        if (half < 0) return half;
        gone = (size_t)half;
    }
    const ssize_t out = real(fd, (const char *)data + gone, size - gone, flags);
    if (is_due("sent", number)) act(fd);
    return out < 0 ? out : out + (ssize_t)gone;
}

ssize_t recv(int fd, void *data, size_t size, int flags) {
    REAL(ssize_t, "recv", int, void *, size_t, int);
    const ssize_t out = real(fd, data, size, flags);
    if (out <= 0) return out;
    const long number = atomic_fetch_add(&recv_count, 1) + 1;
    put_log("recv", data, (size_t)out);
    if (is_due("recv", number)) act(fd);
    return out;
}
