// OpenBLAS on the right kernels for the CPU.
#include "CKernels.h"
#include <stdlib.h>
#include <string.h>

// Exported by OpenBLAS builds that choose their kernels at run time; absent from others.
extern void gotoblas_dynamic_quit(void) __attribute__((weak));
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern int openblas_read_env(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

bool petl_openblas_select_kernels(void) {
#if defined(__x86_64__)
  if (!gotoblas_dynamic_quit || !gotoblas_dynamic_init || !openblas_read_env ||
      !openblas_get_corename)
    return false;
  if (getenv("OPENBLAS_CORETYPE")) return false;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v4")) return false;
  const char *core = openblas_get_corename();
  if (!strcmp(core, "SkylakeX") || !strcmp(core, "Cooperlake") ||
      !strcmp(core, "SapphireRapids"))
    return false;
  setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
  gotoblas_dynamic_quit();
  openblas_read_env();
  gotoblas_dynamic_init();
  unsetenv("OPENBLAS_CORETYPE");
  return true;
#else
  return false;
#endif
}
