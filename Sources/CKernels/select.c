// Which set of kernels runs.
#include "CKernels.h"
#include <stdlib.h>
#include <string.h>

extern const petl_kernels petl_baseline_table;
#if defined(__x86_64__)
extern const petl_kernels petl_avx2_table, petl_avx512_table;
#endif

const petl_kernels *petl_kernels_level(int level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (level == 2) return __builtin_cpu_supports("x86-64-v4") ? &petl_avx512_table : NULL;
  if (level == 1) return __builtin_cpu_supports("x86-64-v3") ? &petl_avx2_table : NULL;
#endif
  return level == 0 ? &petl_baseline_table : NULL;
}

const petl_kernels *petl_kernels_selected(void) {
  const char *wanted = getenv("PETL_KERNELS");
  for (int level = 2; level >= 0; level--) {
    const petl_kernels *set = petl_kernels_level(level);
    if (set && (!wanted || strcmp(wanted, set->name) == 0)) return set;
  }
  return &petl_baseline_table;
}
