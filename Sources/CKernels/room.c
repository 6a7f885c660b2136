// What the process may still take of memory.
#include "CKernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

bool petl_can_reserve(long bytes) {
  void *place = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) return false;
  munmap(place, (size_t)bytes);
  return true;
}

static long read_limit(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  char text[32] = "";
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  // "max" is no number, and says that there is no limit.
  char *end = text;
  long value = count ? strtol(text, &end, 10) : -1;
  return end == text ? -1 : value;
}

long petl_group_memory_limit(void) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  if (!file) return -1;
  char line[1024], path[1200];
  long least = -1;
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "0::/", 4)) continue;
    line[strcspn(line, "\n")] = 0;
    // The limits of the groups above hold too.
    for (char *group = line + 3;;) {
      snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", group);
      long limit = read_limit(path);
      if (limit >= 0 && (least < 0 || limit < least)) least = limit;
      char *slash = strrchr(group, '/');
      if (!slash) break;
      *slash = 0;
    }
  }
  fclose(file);
  return least;
}
