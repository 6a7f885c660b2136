// Products with a frozen matrix by oneDNN, behind a C interface: the library's own is C++ and differs
// between its versions 2 and 3. Without the package trait OneDNN everything here is there and does
// nothing: petl_onednn_version() is then NULL.
#pragma once
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A matrix [k, cols] in oneDNN's own layout, with an optional bias [cols].
typedef struct petl_onednn_product petl_onednn_product;

/// The library's version, such as 2.6.3, or NULL where it is not built in.
const char *_Nullable petl_onednn_version(void);
/// The instruction set that the library uses, in its own words, such as avx512_core_bf16.
const char *_Nonnull petl_onednn_isa(void);
/// Whether the CPU has instructions for products of bfloat16 that the library uses.
bool petl_onednn_has_bf16(void);

/// Puts w[t, c] = source[t * row_stride + c * column_stride], t < k, c < cols, into the library's
/// layout, in 32-bit floats or rounded to bfloat16. `rows` is how many rows of x are usual.
/// NULL where the library is not built in or has no such product on this CPU.
petl_onednn_product *_Nullable petl_onednn_create(long k, long cols, const float *_Nonnull source,
                                                  long row_stride, long column_stride,
                                                  const float *_Nullable bias, bool bf16, long rows);
void petl_onednn_destroy(petl_onednn_product *_Nonnull product);

/// How many bytes petl_onednn_run wants at `scratch` for that many rows; -1 where it would fail.
long petl_onednn_scratch(petl_onednn_product *_Nonnull product, long rows, bool accumulate);
/// y = (or +=) x w + bias on the calling thread alone: x [rows, k], y [rows, cols], both contiguous.
/// Several threads may run one product at once.
/// `scratch` is aligned to 64 bytes. 0, or the library's status where it failed.
int petl_onednn_run(petl_onednn_product *_Nonnull product, long rows, const float *_Nonnull x,
                    float *_Nonnull y, bool accumulate, void *_Nonnull scratch);

#ifdef __cplusplus
}
#endif
