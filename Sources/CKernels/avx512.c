// The kernels compiled for x86-64-v4 (AVX-512 F, BW, CD, DQ, VL), on full-width vectors.
#define VL 16
#define NAME(f) petl_avx512_##f
#define LEVEL_NAME "avx512"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
