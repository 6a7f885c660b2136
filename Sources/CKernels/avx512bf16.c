// The kernels compiled for x86-64-v4 with the dot products of AVX-512 in 8 bits and in bfloat16.
#define VL 16
#define NAME(f) petl_avx512bf16_##f
#define LEVEL_NAME "avx512bf16"
#define HAS_BF16
#define HAS_VNNI
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512vnni,avx512bf16"), min_vector_width(512))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
