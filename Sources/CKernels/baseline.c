// The kernels compiled for whatever the target's baseline is (SSE2 on x86-64, NEON on aarch64).
#define VL 4
#define NAME(f) petl_baseline_##f
#define LEVEL_NAME "baseline"

#include "vector.inc"
#include "elementwise.inc"
#include "rows.inc"
#include "thin.inc"
#include "packed.inc"
#include "tiles.inc"
#include "attention.inc"
#include "table.inc"

