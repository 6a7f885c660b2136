// The kernels compiled for whatever the target's baseline is (SSE2 on x86-64, NEON on aarch64).
#define VL 4
#define NAME(f) petl_baseline_##f
#define LEVEL_NAME "baseline"

#include "kernels.inc"

