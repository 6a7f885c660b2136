// Which set of kernels runs.
#include "CKernels.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const petl_kernels petl_baseline_table;
#if defined(__x86_64__)
extern const petl_kernels petl_avx2_table, petl_avx512_table,
    petl_avx512vnni_table, petl_avx512bf16_table;
#endif

const petl_kernels *petl_kernels_level(int level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool hasVNNI = __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512vnni");
  if (level == 4) return hasVNNI && __builtin_cpu_supports("avx512bf16") ? &petl_avx512bf16_table : NULL;
  if (level == 3) return hasVNNI ? &petl_avx512vnni_table : NULL;
  if (level == 2) return __builtin_cpu_supports("x86-64-v4") ? &petl_avx512_table : NULL;
  if (level == 1) return __builtin_cpu_supports("x86-64-v3") ? &petl_avx2_table : NULL;
#endif
  return level == 0 ? &petl_baseline_table : NULL;
}

static const petl_kernels *choose(void) {
  const char *wanted = getenv("PETL_KERNELS");
  const petl_kernels *best = NULL;
  for (int level = 4; level >= 0; level--) {
    const petl_kernels *set = petl_kernels_level(level);
    if (!set) continue;
    if (wanted && strcmp(wanted, set->name) == 0) return set;
    if (!best) best = set;
  }
  return best;
}

// The environment is read once: other threads may be changing it later (OpenBLAS's set-up does).
const petl_kernels *petl_kernels_selected(void) {
  static _Atomic(const petl_kernels *) selected;
  const petl_kernels *set = atomic_load(&selected);
  if (!set) {
    set = choose();
    atomic_store(&selected, set);
  }
  return set;
}
