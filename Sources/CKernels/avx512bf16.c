// The kernels compiled for x86-64-v4 with the bfloat16 dot products of AVX-512.
#define VL 16
#define NAME(f) petl_avx512bf16_##f
#define LEVEL_NAME "avx512bf16"
#define HAS_BF16
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"), min_vector_width(512))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
