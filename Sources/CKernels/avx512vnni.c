// The kernels compiled for x86-64-v4 with the 8-bit dot products of AVX-512.
#define VL 16
#define NAME(f) petl_avx512vnni_##f
#define LEVEL_NAME "avx512vnni"
#define HAS_VNNI
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512vnni"), min_vector_width(512))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
