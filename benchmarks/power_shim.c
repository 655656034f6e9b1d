/* Logs what a program writes to files of one folder, and refuses writes for a while as a full disk does.
 *
 * POWER_SHIM_FOLDER: only files in it count. POWER_SHIM_LOG: where each operation goes, in order:
 * one line "op path offset length" and, after a write, its bytes. POWER_SHIM_FULL: "from until", numbers of writes
 * between which there is no space left. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -2;
static long writes, full_from = -1, full_until = -1;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t), (*real_fsync)(int), (*real_fdatasync)(int), (*real_unlink)(const char *);

static void begin(void) {
    if (log_fd != -2) return;
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    const char *path = getenv("POWER_SHIM_LOG"), *full = getenv("POWER_SHIM_FULL");
    log_fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (full) sscanf(full, "%ld %ld", &full_from, &full_until);
}

static int ours(const char *path, char *name) {
    const char *folder = getenv("POWER_SHIM_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length) || path[length] != '/') return 0;
    strcpy(name, path + length + 1);
    return !strstr(name, "-shm"); /* it is built anew after a power cut */
}

static int ours_fd(int fd, char *name) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return ours(path, name);
}

static void note(const char *op, const char *name, off_t offset, const void *bytes, size_t length) {
    char line[PATH_MAX + 64];
    if (log_fd < 0) return;
    int size = snprintf(line, sizeof line, "%s %s %lld %zu\n", op, name, (long long)offset, length);
    real_write(log_fd, line, size);
    if (bytes) real_write(log_fd, bytes, length);
}

static int is_full(const char *name) {
    if (!strcmp(name, "acks")) return 0;
    writes++;
    return full_from >= 0 && writes >= full_from && writes < full_until;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
    char name[PATH_MAX];
    begin();
    pthread_mutex_lock(&lock);
    int known = ours_fd(fd, name);
    ssize_t done;
    if (known && is_full(name)) { errno = ENOSPC; done = -1; }
    else {
        done = real_pwrite(fd, bytes, length, offset);
        if (known && done > 0) note("write", name, offset, bytes, done);
        errno = done < 0 ? errno : 0;
    }
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t write(int fd, const void *bytes, size_t length) {
    char name[PATH_MAX];
    begin();
    int known = fd > 2 && ours_fd(fd, name);
    if (!known) return real_write(fd, bytes, length);
    pthread_mutex_lock(&lock);
    off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t done;
    if (is_full(name)) { errno = ENOSPC; done = -1; }
    else {
        done = real_write(fd, bytes, length);
        if (done > 0) note("write", name, at, bytes, done);
    }
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}

int ftruncate64(int fd, off_t length) {
    char name[PATH_MAX];
    begin();
    pthread_mutex_lock(&lock);
    int done = real_ftruncate(fd, length);
    if (!done && ours_fd(fd, name)) note("truncate", name, length, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int (*real)(int)) {
    char name[PATH_MAX];
    pthread_mutex_lock(&lock);
    int done = real(fd);
    if (!done && ours_fd(fd, name)) note("sync", name, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { begin(); return synced(fd, real_fsync); }

int fdatasync(int fd) { begin(); return synced(fd, real_fdatasync); }

int unlink(const char *path) {
    char name[PATH_MAX];
    begin();
    pthread_mutex_lock(&lock);
    int done = real_unlink(path);
    if (!done && path[0] == '/' && ours(path, name)) note("unlink", name, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
