// A library to be preloaded: one call of those that change a file system fails, as on a disk that is full or broken.
//
//   FAULT_BELOW  a folder; only calls on files below it count
//   FAULT_AT     which of them fails, from 1; 0 for none
//   FAULT_ERRNO  with what; ENOSPC unless told
//   FAULT_COUNT  a file that takes the number of calls at the end
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_below(const char *path) {
  const char *folder = getenv("FAULT_BELOW");
  return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_open_below(int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

/// Whether this call is the one; a call that does not count never is.
static int fails(int counts) {
  if (!counts) return 0;
  long at = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
  if (atomic_fetch_add(&calls, 1) + 1 != at) return 0;
  errno = getenv("FAULT_ERRNO") ? atoi(getenv("FAULT_ERRNO")) : ENOSPC;
  return 1;
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("FAULT_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (file) fprintf(file, "%ld\n", (long)calls), fclose(file);
}

#define OPEN(name)                                            \
  int name(const char *path, int flags, ...) {                \
    va_list rest;                                             \
    va_start(rest, flags);                                    \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                             \
    int writes = (flags & O_ACCMODE) != O_RDONLY;             \
    if (fails(writes && is_below(path))) return -1;           \
    return REAL(name)(path, flags, mode);                     \
  }
OPEN(open)
OPEN(open64)

int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  if (fails(writes && (is_below(path) || (folder >= 0 && is_open_below(folder))))) return -1;
  return REAL(openat)(folder, path, flags, mode);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (fails(is_open_below(descriptor))) return -1;
  return REAL(write)(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  if (fails(is_open_below(descriptor))) return -1;
  return REAL(pwrite)(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  if (fails(is_open_below(descriptor))) return -1;
  return REAL(fsync)(descriptor);
}

int ftruncate(int descriptor, off_t length) {
  if (fails(is_open_below(descriptor))) return -1;
  return REAL(ftruncate)(descriptor, length);
}

int rename(const char *from, const char *to) {
  if (fails(is_below(to))) return -1;
  return REAL(rename)(from, to);
}

int mkdir(const char *path, mode_t mode) {
  if (fails(is_below(path))) return -1;
  return REAL(mkdir)(path, mode);
}

int unlink(const char *path) {
  if (fails(is_below(path))) return -1;
  return REAL(unlink)(path);
}
