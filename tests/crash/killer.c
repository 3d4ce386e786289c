// SPDX-License-Identifier: MIT
// A shim for LD_PRELOAD that kills its process with SIGKILL at the N-th event of a kind, or writes
// down all events. Events are calls, counted before they happen:
//   stmt  sqlite3_prepare_v2, sqlite3_step, sqlite3_exec
//   file  write, pwrite, fsync, fdatasync, ftruncate, unlink, rename on files of one folder
//   torn  as file, but a write puts down its first half before the process dies
//
//   KEDGE_KILL_KIND, KEDGE_KILL_AT   the kind and the number (from 1) of the event to die at
//   KEDGE_KILL_DIR                   the folder; events on other files don't count
//   KEDGE_KILL_LOG                   a file that every event is appended to
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long stmt_count;
static long file_count;
static long kill_at = -1;
static int kill_stmt;
static int kill_file;
static int torn;
static int log_fd = -1;
static char folder[4096];
static size_t folder_length;

__attribute__((constructor)) static void start(void) {
    const char *kind = getenv("KEDGE_KILL_KIND");
    const char *at = getenv("KEDGE_KILL_AT");
    const char *log = getenv("KEDGE_KILL_LOG");
    const char *dir = getenv("KEDGE_KILL_DIR");
    if (kind != NULL && at != NULL) {
        kill_at = atol(at);
        torn = strcmp(kind, "torn") == 0;
        kill_stmt = strcmp(kind, "stmt") == 0;
        kill_file = torn || strcmp(kind, "file") == 0;
    }
    if (dir != NULL) snprintf(folder, sizeof folder, "%s", dir);
    folder_length = strlen(folder);
    if (log != NULL) log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void put_log(const char *kind, const char *call, const char *file) {
    char line[512];
    if (log_fd < 0) return;
    const int n = snprintf(line, sizeof line, "%s %s %s\n", kind, call, file);
    syscall(SYS_write, log_fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

// SQLite's own reading of the schema comes by the same calls, and is not counted.
static void stmt_event(const char *call, const char *text) {
    char head[80];
    size_t n = 0;
    if (text == NULL || strncmp(text, "SELECT*FROM\"", 12) == 0) return;
    for (; text[n] != '\0' && n < sizeof head - 1; ++n) {
        head[n] = text[n] == '\n' ? ' ' : text[n];
    }
    head[n] = '\0';
    ++stmt_count;
    put_log("stmt", call, head);
    if (kill_stmt && stmt_count == kill_at) die();
}

static int counts(const char *path) {
    return folder_length > 0 && strncmp(path, folder, folder_length) == 0 &&
           path[folder_length] == '/';
}

// 1 where the caller is to do half of its work and die.
static int path_event(const char *call, const char *path) {
    if (!counts(path)) return 0;
    ++file_count;
    put_log("file", call, path + folder_length + 1);
    if (!kill_file || file_count != kill_at) return 0;
    if (torn) return 1;
    die();
    return 0;
}

static int fd_event(const char *call, int fd) {
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = '\0';
    return path_event(call, path);
}

#define REAL(type, name, ...)                               \
    static type (*real)(__VA_ARGS__);                       \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)

int sqlite3_prepare_v2(void *db, const char *sql, int n, void **out, const char **tail) {
    REAL(int, "sqlite3_prepare_v2", void *, const char *, int, void **, const char **);
    stmt_event("prepare", sql);
    return real(db, sql, n, out, tail);
}

int sqlite3_step(void *statement) {
    REAL(int, "sqlite3_step", void *);
    static const char *(*text)(void *);
    if (text == NULL) *(void **)&text = dlsym(RTLD_NEXT, "sqlite3_sql");
    stmt_event("step", text(statement));
    return real(statement);
}

int sqlite3_exec(void *db, const char *sql, void *callback, void *data, char **error) {
    REAL(int, "sqlite3_exec", void *, const char *, void *, void *, char **);
    stmt_event("exec", sql);
    return real(db, sql, callback, data, error);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (fd_event("write", fd)) {
        real(fd, data, size / 2);
        die();
    }
    return real(fd, data, size);
}

static ssize_t do_pwrite(int fd, const void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (fd_event("pwrite", fd)) {
        real(fd, data, size / 2, at);
        die();
    }
    return real(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return do_pwrite(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return do_pwrite(fd, data, size, at);
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    if (fd_event("fsync", fd)) die();
    return real(fd);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    if (fd_event("fdatasync", fd)) die();
    return real(fd);
}

static int do_ftruncate(int fd, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    if (fd_event("ftruncate", fd)) die();
    return real(fd, size);
}

int ftruncate64(int fd, off64_t size) { return do_ftruncate(fd, size); }
int ftruncate(int fd, off_t size) { return do_ftruncate(fd, size); }

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (path_event("unlink", path)) die();
    return real(path);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (path_event("rename", from)) die();
    return real(from, to);
}
