// How much of a matrix stays near a core.
#include "CKernels.h"
#include <stdatomic.h>
#include <unistd.h>

enum { USUAL_CACHE = 1 << 19, MOST_CACHE = 1 << 22 };

long petl_second_cache(void) {
  static _Atomic long known;
  long bytes = atomic_load_explicit(&known, memory_order_relaxed);
  if (bytes) return bytes;
  bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
  bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  if (bytes < USUAL_CACHE) bytes = USUAL_CACHE;
  if (bytes > MOST_CACHE) bytes = MOST_CACHE;
  atomic_store_explicit(&known, bytes, memory_order_relaxed);
  return bytes;
}
