// The kernels compiled for x86-64-v3 (AVX2 and FMA).
#define VL 8
#define NAME(f) petl_avx2_##f
#define LEVEL_NAME "avx2"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
