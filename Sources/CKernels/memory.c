// Memory that the C library keeps after it was freed.
#include "CKernels.h"
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void petl_release_freed_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
