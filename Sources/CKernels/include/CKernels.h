// Small loops that have no library of their own, compiled for several instruction sets and chosen
// at run time. Every function works on one thread; the callers split the rows.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Element-wise functions of one argument.
enum petl_unary {
  PETL_EXP, PETL_LOG, PETL_SQRT, PETL_ABS, PETL_SQUARE, PETL_RELU, PETL_QUICK_GELU,
  PETL_TANH, PETL_SIGMOID, PETL_RECIPROCAL, PETL_SIGN, PETL_SIN, PETL_COS,
  PETL_SOFTPLUS, PETL_SILU
};
/// Element-wise functions of two arguments.
enum petl_binary { PETL_ADD, PETL_SUBTRACT, PETL_MULTIPLY, PETL_DIVIDE, PETL_MAXIMUM, PETL_MINIMUM };

/// What a packed product does with v = (x w)[i, j] + bias[j].
enum petl_finish {
  /// y = v
  PETL_STORE,
  /// y = v + other; other may be y itself
  PETL_ADD_OTHER,
  /// y = gelu(v), other = its slope unless that is NULL
  PETL_GELU_SLOPE,
  /// y = v * other
  PETL_TIMES_OTHER,
  /// y = v / (1 + exp(-1.702 v)), other = its slope unless that is NULL
  PETL_QUICK_GELU_SLOPE
};

/// The function of a gate.
enum petl_gate { PETL_GATE_SILU, PETL_GATE_GELU_TANH };

/// The query heads of a text that share one head of keys and values.
typedef struct petl_grouped {
  /// How many keys and values there are, how many queries, and how many heads of queries.
  long keys, queries, group;
  /// The length of a head; the heads of queries lie side by side.
  long width;
  /// The number of the key that the first query stands at.
  long offset;
  /// How many keys a query sees with a causal mask, itself included: at least 1, less than 2^30.
  long window;
  /// Whether a query sees no key after itself.
  bool causal;
  /// What scores are multiplied by.
  float scale;
  /// Floats from row to row of queries, keys, values and outputs; of gradients too.
  long ldq, ldk, ldv, ldy;
} petl_grouped;
/// How many numbers of a row may have a factor of their own.
enum { PETL_QUANTIZED_FAR = 4 };
/// What belongs to a row of integers. They are multiplied by the factor; where the far factor is not 0, some
/// numbers that are far larger than the others stand as integers of their own, and as 0 among the others.
typedef struct petl_quantized_row {
  float factor;
  /// The sum of the integers.
  int32_t sum;
  float far_factor;
  int32_t far_sum;
  /// The quads of the row that they stand in, and the lanes of these, without the others.
  int32_t far_quads[PETL_QUANTIZED_FAR];
  int32_t far_lanes[2 * PETL_QUANTIZED_FAR];
} petl_quantized_row;
/// How blocks of numbers are stored, as GGUF names it; the last five are mlx's and bitsandbytes'.
enum petl_block_format {
  PETL_F32, PETL_F16, PETL_BF16, PETL_Q8_0, PETL_Q4_0, PETL_Q4_1, PETL_Q5_0, PETL_Q5_1, PETL_Q4_K,
  PETL_Q5_K, PETL_Q6_K, PETL_AFFINE4_32, PETL_AFFINE4_64, PETL_AFFINE8_32, PETL_AFFINE8_64, PETL_NF4
};

/// One set of kernels, compiled for one instruction set.
/// Names of lengths: rows, cols (the contiguous axis), rank, width. `ld*` are row strides.
typedef struct petl_kernels {
  const char *_Nonnull name;
  /// y = f(x)
  void (*_Nonnull unary)(int op, long n, const float *_Nonnull x, float *_Nonnull y);
  /// dx = f'(x) dy, from x and y = f(x)
  void (*_Nonnull unary_backward)(int op, long n, const float *_Nonnull x, const float *_Nonnull y,
                                  const float *_Nonnull dy, float *_Nonnull dx);
  /// y[i] = a[i*sa] op b[i*sb]; strides 0 or 1 are fast
  void (*_Nonnull binary)(int op, long n, const float *_Nonnull a, long sa, const float *_Nonnull b,
                          long sb, float *_Nonnull y);
  /// y = gelu(x), slope = gelu'(x) unless that is NULL; y may be x
  void (*_Nonnull gelu)(long n, const float *_Nonnull x, float *_Nonnull y,
                        float *_Nullable slope);
  /// The same with x / (1 + exp(-1.702 x)).
  void (*_Nonnull quick_gelu)(long n, const float *_Nonnull x, float *_Nonnull y,
                              float *_Nullable slope);
  /// y = alpha x
  void (*_Nonnull scale)(long n, float alpha, const float *_Nonnull x, float *_Nonnull y);
  /// y += alpha x
  void (*_Nonnull axpy)(long n, float alpha, const float *_Nonnull x, float *_Nonnull y);
  /// y[row] = v, row by row; ld is the row stride of y
  void (*_Nonnull fill_rows)(long rows, long cols, const float *_Nonnull v, float *_Nonnull y,
                             long ld);
  /// out[col] += sum over rows of x
  void (*_Nonnull add_column_sums)(long rows, long cols, const float *_Nonnull x, long ld,
                                   float *_Nonnull out);
  /// y = x + (x s + b), each column with its own s and b; y may be x
  void (*_Nonnull scale_columns)(long rows, long cols, const float *_Nonnull x, long ldx,
                                 const float *_Nonnull s, const float *_Nullable b,
                                 float *_Nonnull y, long ldy);
  /// ds += sum dy x, db += sum dy, dx = dy + dy s; what is NULL is left out, and x with ds
  void (*_Nonnull scale_columns_backward)(long rows, long cols, const float *_Nonnull dy, long ldd,
                                          const float *_Nullable x, long ldx,
                                          const float *_Nonnull s, float *_Nullable ds,
                                          float *_Nullable db, float *_Nullable dx, long ldo);
  float (*_Nonnull sum)(long n, const float *_Nonnull x);
  float (*_Nonnull dot)(long n, const float *_Nonnull x, const float *_Nonnull y);
  /// y = gamma (x - mean) rstd + beta; mean and rstd [rows] are kept for the backward pass
  void (*_Nonnull layer_norm)(long rows, long cols, float eps, const float *_Nonnull x,
                              const float *_Nonnull gamma, const float *_Nonnull beta,
                              float *_Nonnull y, float *_Nonnull mean, float *_Nonnull rstd);
  /// dx = or += gradient with respect to x
  void (*_Nonnull layer_norm_backward)(long rows, long cols, const float *_Nonnull x,
                                       const float *_Nonnull gamma, const float *_Nonnull mean,
                                       const float *_Nonnull rstd, const float *_Nonnull dy,
                                       float *_Nonnull dx, bool accumulate);
  /// dgamma += sum dy (x - mean) rstd, dbeta += sum dy, for columns [first, last)
  void (*_Nonnull layer_norm_affine)(long rows, long cols, long first, long last,
                                     const float *_Nonnull x, const float *_Nonnull mean,
                                     const float *_Nonnull rstd, const float *_Nonnull dy,
                                     float *_Nonnull dgamma, float *_Nonnull dbeta);
  void (*_Nonnull softmax)(long rows, long cols, const float *_Nonnull x, float *_Nonnull y);
  void (*_Nonnull softmax_backward)(long rows, long cols, const float *_Nonnull y,
                                    const float *_Nonnull dy, float *_Nonnull dx);
  /// How many floats of scratch memory attention of one head takes, forward or backward.
  long (*_Nonnull attention_scratch)(long tokens, long width, bool backward);
  /// y = softmax(scale q k^T) v for one head: q [queries, width], k and v [tokens, width], all with
  /// row stride ld, y [queries, width] with ldy. Kept in norm [2, queries]: the largest score of each
  /// query, times scale log2(e), and 1 / the sum of the exponentials. A bias [tokens, ldb] is added to
  /// q k^T before the scaling, transposed: ldb is at least the queries, filled up to 16.
  void (*_Nonnull attention)(long tokens, long queries, long width, float scale,
                             const float *_Nonnull q, const float *_Nonnull k,
                             const float *_Nonnull v, long ld, const float *_Nullable bias,
                             long ldb, float *_Nonnull y, long ldy, float *_Nonnull norm,
                             float *_Nonnull scratch);
  /// dq, dk and dv, each [tokens, width] with row stride ld, from dy with row stride ldy; dq of
  /// what is no query is zero.
  void (*_Nonnull attention_backward)(long tokens, long queries, long width, float scale,
                                      const float *_Nonnull q, const float *_Nonnull k,
                                      const float *_Nonnull v, long ld,
                                      const float *_Nullable bias, long ldb,
                                      const float *_Nonnull norm, const float *_Nonnull dy,
                                      long ldy, float *_Nonnull dq, float *_Nonnull dk,
                                      float *_Nonnull dv, float *_Nonnull scratch);
  /// y = x rstd weight with rstd = 1 / sqrt(mean x^2 + eps), [rows], kept for the backward pass
  void (*_Nonnull rms_norm)(long rows, long cols, float eps, const float *_Nonnull x,
                            const float *_Nonnull weight, float *_Nonnull y,
                            float *_Nonnull rstd);
  /// dx = or += gradient with respect to x
  void (*_Nonnull rms_norm_backward)(long rows, long cols, const float *_Nonnull x,
                                     const float *_Nonnull weight, const float *_Nonnull rstd,
                                     const float *_Nonnull dy, float *_Nonnull dx,
                                     bool accumulate);
  /// dweight += sum dy x rstd, for columns [first, last)
  void (*_Nonnull rms_norm_weight)(long rows, long cols, long first, long last,
                                   const float *_Nonnull x, const float *_Nonnull rstd,
                                   const float *_Nonnull dy, float *_Nonnull dweight);
  /// Turns the pairs (i, i + width / 2) of each head by the angles of a row, backwards with sign -1:
  /// x and y [rows, heads, width], which may be the same, table [rows, 2, width / 2] of cosines and sines
  void (*_Nonnull rotate)(long rows, long heads, long width, float sign,
                          const float *_Nonnull table, const float *_Nonnull x,
                          float *_Nonnull y);
  /// y = f(gate) up, f of enum petl_gate
  void (*_Nonnull gated)(int op, long n, const float *_Nonnull gate, const float *_Nonnull up,
                         float *_Nonnull y);
  void (*_Nonnull gated_backward)(int op, long n, const float *_Nonnull gate,
                                  const float *_Nonnull up, const float *_Nonnull dy,
                                  float *_Nonnull dgate, float *_Nonnull dup);
  /// loss[i] = log sum exp(logits[i]) - logits[i, label]; the logits are lost, and become the gradient of
  /// their row's loss where that is wanted
  void (*_Nonnull vocabulary_loss)(long rows, long cols, float *_Nonnull logits,
                                   const int32_t *_Nonnull labels, float *_Nonnull loss,
                                   bool gradient);
  /// How many floats of scratch memory the attention of a group takes, forward or backward.
  long (*_Nonnull grouped_scratch)(const petl_grouped *_Nonnull s, bool backward);
  /// y = softmax(scale q k^T) v of the keys that each query sees; norm [group, 2, queries] is kept as that
  /// of `attention` is.
  void (*_Nonnull grouped_attention)(const petl_grouped *_Nonnull s, const float *_Nonnull q,
                                     const float *_Nonnull k, const float *_Nonnull v,
                                     float *_Nonnull y, float *_Nonnull norm,
                                     float *_Nonnull scratch);
  /// dq, dk and dv, all of their rows.
  void (*_Nonnull grouped_attention_backward)(
      const petl_grouped *_Nonnull s, const float *_Nonnull q, const float *_Nonnull k,
      const float *_Nonnull v, const float *_Nonnull norm, const float *_Nonnull dy,
      float *_Nonnull dq, float *_Nonnull dk, float *_Nonnull dv, float *_Nonnull scratch);
  /// y of one query, nothing kept; scratch holds as many floats as there are keys.
  void (*_Nonnull grouped_step)(const petl_grouped *_Nonnull s, const float *_Nonnull q,
                                const float *_Nonnull k, const float *_Nonnull v,
                                float *_Nonnull y, float *_Nonnull scratch);
  /// s[i,j] = (or +=) sum_k x[i,k] a[j,k]
  void (*_Nonnull thin_down)(long rows, long width, long rank, const float *_Nonnull x, long ldx,
                             const float *_Nonnull a, long lda, float *_Nonnull s, long lds,
                             bool accumulate);
  /// y[i,m] = (or +=) sum_j s[i,j] b[j,m]; rank at most 64
  void (*_Nonnull thin_up)(long rows, long rank, long width, const float *_Nonnull s, long lds,
                           const float *_Nonnull b, long ldb, float *_Nonnull y, long ldy,
                           bool accumulate);
  /// g[j,m] += sum_i s[i,j] y[i,m]
  void (*_Nonnull thin_gradient)(long rows, long rank, long width, const float *_Nonnull s,
                                 long lds, const float *_Nonnull y, long ldy, float *_Nonnull g,
                                 long ldg);
  /// g = (x - 1 mean^T)^T (x - 1 mean^T) over the rows from start to end of x [rows, rank], rank at
  /// most 64, mean [rank], g [rank, rank].
  void (*_Nonnull gram)(long start, long end, long rows, long rank, const float *_Nonnull x,
                        const float *_Nonnull mean, float *_Nonnull g);
  /// The means of the columns of x [rows, cols], summed in double precision; 0 of no rows.
  void (*_Nonnull column_means)(long rows, long cols, const float *_Nonnull x,
                                float *_Nonnull mean);
  /// The lowest and the highest element of each column of x [rows, cols], NaN not counted; both [cols]
  /// must be set before.
  void (*_Nonnull column_extremes)(long rows, long cols, const float *_Nonnull x,
                                   float *_Nonnull low, float *_Nonnull high);
  /// The sum over rows of x [rows, rank] and pairs of columns j < k of exp(-rate d), with
  /// d = x_j^2 m_jj + x_k^2 m_kk - 2 x_j x_k m_jk and m [rank, rank] symmetric; a d below 0 counts as 0.
  /// With dx [rows, rank] and dm [rank, rank], both or neither, also the gradients, where an entry of m
  /// off the diagonal takes half of its pair's. scratch holds 16 * rank * (rank + 4) floats.
  float (*_Nonnull pair_similarities)(long rows, long rank, const float *_Nonnull x,
                                      const float *_Nonnull m, float rate, float *_Nullable dx,
                                      float *_Nullable dm, float *_Nonnull scratch);
  /// y = (or +=) x w: x [rows, k], w [k, cols], all of them small enough for a cache; rows of w are
  /// filled up to whole vectors.
  void (*_Nonnull small_product)(long rows, long k, long cols, const float *_Nonnull x, long ldx,
                                 const float *_Nonnull w, long ldw, float *_Nonnull y, long ldy,
                                 bool accumulate);
  /// f[2 k - 2, i] = cos(k a) and f[2 k - 1, i] = sin(k a) with a = step (x[i ldx] - center), for
  /// k = 1 ... count. Rows of f have ld floats, a multiple of 16, and are zero from rows on.
  void (*_Nonnull harmonics)(long rows, long count, const float *_Nonnull x, long ldx, float center,
                             float step, float *_Nonnull f, long ld);
  /// dx[i ldx] = sum over k of f[2 k - 2, i] g[2 k - 1, i] - f[2 k - 1, i] g[2 k - 2, i], with
  /// g[j, i] = df[j, i] - shifts[j]
  void (*_Nonnull harmonics_backward)(long rows, long count, const float *_Nonnull f,
                                      const float *_Nonnull df, long ld,
                                      const float *_Nonnull shifts, float *_Nonnull dx, long ldx);
  /// How many columns a panel of a packed matrix has.
  long panel;
  /// Packs w[t, c] = source[t * row_stride + c * column_stride], t < k, c < cols, into panels; packed
  /// holds k * (cols rounded up to panels) floats.
  void (*_Nonnull pack)(long k, long cols, const float *_Nonnull source, long row_stride,
                        long column_stride, float *_Nonnull packed);
  /// The same in bfloat16, rounded to nearest even: pairs of neighbouring t share 32 bits; packed
  /// holds (k + 1) / 2 * (cols rounded up to panels) such pairs.
  void (*_Nonnull pack_half)(long k, long cols, const float *_Nonnull source, long row_stride,
                             long column_stride, float *_Nonnull packed);
  /// y = x w + bias for a packed w, finished as `finish` (enum petl_finish) says: x [rows, k], y and
  /// other [rows, cols].
  void (*_Nonnull packed_product)(long rows, long k, long cols, const float *_Nonnull x, long ldx,
                                  const float *_Nonnull w, const float *_Nullable bias,
                                  float *_Nonnull y, long ldy, int finish, float *_Nullable other,
                                  long ldo);
  /// A panel of w^T for a packed w [inner, outer]: panel[t][j] = w[first + j][start + t] for t < steps,
  /// 0 from inner on; start is a multiple of the panel.
  void (*_Nonnull turn_panel)(long inner, const float *_Nonnull w, long first, long start,
                              long steps, float *_Nonnull panel);
  /// y = x w^T for a w [inner, outer] packed in single precision, columns [first, last) of y: x
  /// [rows, outer], y and other [rows, inner]; first is a multiple of the panel, and last too unless
  /// it is inner. scratch holds 2048 * panel floats.
  void (*_Nonnull packed_product_transposed)(long rows, long inner, long outer, long first,
                                             long last, const float *_Nonnull x, long ldx,
                                             const float *_Nonnull w, float *_Nonnull y, long ldy,
                                             int finish, float *_Nullable other, long ldo,
                                             float *_Nonnull scratch);
  /// The same as packed_product for a w packed in bfloat16, with x rounded to bfloat16 on the way and sums in single
  /// precision; scratch holds max(98304, 24 * ((k + 1) / 2)) floats.
  void (*_Nonnull packed_product_half)(long rows, long k, long cols, const float *_Nonnull x,
                                       long ldx, const float *_Nonnull w,
                                       const float *_Nullable bias, float *_Nonnull y, long ldy,
                                       int finish, float *_Nullable other, long ldo,
                                       float *_Nonnull scratch);
  /// The same as packed_product for `steps` of k, with x in bfloat16 pairs where w is (`half`): y is set
  /// with `first` and else added to, bias and PETL_ADD_OTHER count with `first`, the other finishes with
  /// `last`. Parts that begin at multiples of 256 steps give the bits of the whole.
  void (*_Nonnull packed_part)(bool half, long rows, long steps, long cols, const float *_Nonnull x,
                               long ldx, const float *_Nonnull w, const float *_Nullable bias,
                               float *_Nonnull y, long ldy, int finish, float *_Nullable other,
                               long ldo, bool first, bool last);
  /// Packs w[t, c] = rows[c * ld + t] when `turned`, else rows[t * ld + c], as pack or pack_half do;
  /// packed holds (k + 1) * (cols rounded up to panels) floats.
  void (*_Nonnull pack_panels)(bool half, bool turned, long k, long cols, const float *_Nonnull rows,
                               long ld, float *_Nonnull packed);
  /// The rows of x [rows, k] rounded to bfloat16 in pairs, [rows, (k + 1) / 2].
  void (*_Nonnull half_rows)(long rows, long k, const float *_Nonnull x, long ldx,
                             float *_Nonnull pairs);
  /// How many 32-bit lanes four neighbouring integers of a row take.
  long quantized_lanes;
  /// Rows v[t] = x[t] (scales[t]) as integers of at most 127, rounded to nearest, ties to even, so that v is
  /// close to integer * factor: integers [rows, (k + 3) / 4 * lanes], facts [rows]. Where the largest is more
  /// than six times the root of the mean square, by the integers, the largest four have a factor of their own.
  /// What is not finite makes the factor of its row so.
  void (*_Nonnull quantize_rows)(long rows, long k, const float *_Nonnull x, long ldx,
                                 const float *_Nullable scales, int32_t *_Nonnull integers,
                                 petl_quantized_row *_Nonnull facts);
  /// Columns [first, last) of the packed matrix of a weight [columns, k], each with a scale of its own, as
  /// quantize_rows has them, plus 128: bytes holds 4 * ((k + 3) / 4) * (columns rounded up to panels) of them.
  /// first is a multiple of the panel, and last too unless it is the end.
  void (*_Nonnull quantize_panels)(long k, long first, long last, const float *_Nonnull weight,
                                   uint8_t *_Nonnull bytes, float *_Nonnull scales);
  /// A panel of the transpose of a packed matrix [k, cols], its columns from `first` on, a multiple of the
  /// panel: panel holds (cols + 3) / 4 * 4 * panel bytes.
  void (*_Nonnull turn_quantized)(long k, long cols, const uint8_t *_Nonnull bytes, long first,
                                  uint8_t *_Nonnull panel);
  /// The same as packed_product of rows and a matrix in 8 bits: the sums of products of integers are exact, and
  /// multiplied by the factor of the row and scales[column], the latter 1 where there are none. k is less than 2^17.
  void (*_Nonnull quantized_product)(long rows, long k, long cols, const int32_t *_Nonnull integers,
                                     const petl_quantized_row *_Nonnull facts,
                                     const uint8_t *_Nonnull w, const float *_Nullable scales,
                                     const float *_Nullable bias, float *_Nonnull y, long ldy,
                                     int finish, float *_Nullable other, long ldo);
  /// The numbers of blocks in one of petl_block_format; neither needs to be aligned.
  void (*_Nonnull unpack_blocks)(int format, long blocks, const uint8_t *_Nonnull source,
                                 float *_Nonnull y);
  /// The same as packed_product for one row x [k] and a w [cols, k] in blocks, row by row, `length` numbers in `bytes`
  /// bytes; bit for bit that of the unpacked w.
  void (*_Nonnull block_row)(int format, long length, long bytes, long k, long cols,
                             const uint8_t *_Nonnull w, const float *_Nonnull x,
                             const float *_Nullable bias, float *_Nonnull y, int finish,
                             float *_Nullable other);
  /// Blocks of 32 finite numbers as PETL_Q8_0, 34 bytes each.
  void (*_Nonnull quantize_q8_0)(long blocks, const float *_Nonnull x, uint8_t *_Nonnull target);
  /// loss[i] = log sum exp(logits[i]) - logits[i, label]; p = softmax(logits)
  void (*_Nonnull cross_entropy)(long rows, long cols, const float *_Nonnull logits,
                                 const int32_t *_Nonnull labels, float *_Nonnull loss,
                                 float *_Nonnull p);
  /// One AdamW step (decoupled decay, PyTorch's order of operations) over n elements; rest1 and
  /// rest2 are 1 - beta, rounded once.
  void (*_Nonnull adamw)(long n, float *_Nonnull w, const float *_Nonnull g, float *_Nonnull m,
                         float *_Nonnull v, float rate, float rest1, float beta2, float rest2,
                         float eps, float decay, float correction1, float correction2);
} petl_kernels;

/// The best set for this CPU, or the one that the environment variable PETL_KERNELS names
/// (baseline, avx2, avx512, avx512vnni, avx512bf16) when the CPU has it.
const petl_kernels *_Nonnull petl_kernels_selected(void);
/// The set of that level (0 baseline, 1 avx2, 2 avx512, 3 avx512vnni, 4 avx512bf16), or NULL where the CPU lacks it.
const petl_kernels *_Nullable petl_kernels_level(int level);

/// The bytes of this CPU's second-level cache, half a megabyte where the system does not say and 4 MB at most.
long petl_second_cache(void);

/// y[odometer] = x[odometer . strides]: permute, slice and broadcast copies. Of the rows along the last axis, counted
/// through all other axes, `count` from `first` on.
void petl_strided_copy(int rank, const long *_Nonnull shape, long first, long count,
                       const long *_Nonnull x_strides, const long *_Nonnull y_strides,
                       const float *_Nonnull x, float *_Nonnull y);
/// y[odometer . y_strides] += x[odometer . x_strides]: the reverse of a broadcast.
void petl_strided_add(int rank, const long *_Nonnull shape, long first, long count,
                      const long *_Nonnull x_strides, const long *_Nonnull y_strides,
                      const float *_Nonnull x, float *_Nonnull y);
/// y (contiguous, from the first of these rows on) = a op b with broadcasting strides.
void petl_strided_binary(int op, int rank, const long *_Nonnull shape, long first, long count,
                         const long *_Nonnull a_strides, const long *_Nonnull b_strides,
                         const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull y);

/// n words of Philox 4x32-10 from (key, counter), counter in blocks of four words.
void petl_philox(uint64_t key, uint64_t counter, long n, uint32_t *_Nonnull out);
/// mask[i] = 0 with the given probability and otherwise 1 / (1 - probability); element i depends
/// only on (key, first + i). first is a multiple of 4.
void petl_dropout_mask(uint64_t key, uint64_t first, long n, float probability,
                       float *_Nonnull mask);

/// A task of petl_workers_run: `index` counts from 0.
typedef void (*petl_task)(void *_Nonnull context, long index);
/// Sets how many threads share the work, the calling one included.
void petl_workers_set_count(int threads);
/// Sets the count for what the calling thread does, other threads' counts staying; 0 ends that.
/// Returns what it was.
int petl_workers_scope(int threads);
int petl_workers_count(void);
/// Runs task(context, 0 ..< count) on the workers and the calling thread, and waits for all. A call
/// from inside a task, or while another thread's run is under way, runs on the calling thread.
void petl_workers_run(long count, petl_task _Nonnull task, void *_Nonnull context);

/// The exit code of a program that broke a rule of its own: EX_SOFTWARE of sysexits.h.
enum { petl_stop_code = 70 };
/// Writes the words to standard error and ends the process, without a signal and without handlers.
void petl_stop(const char *_Nonnull words) __attribute__((noreturn));
/// Sets the plugin's call that this thread works for, NULL for none, and returns what it was. Tasks of
/// petl_workers_run work for the call of the thread that asked for them.
void *_Nullable petl_call_scope(void *_Nullable call);
void *_Nullable petl_call_current(void);

/// Gives memory that was freed, and that the C library keeps for later, back to the system.
void petl_release_freed_memory(void);

/// What OpenBLAS takes of address space for each thread that multiplies.
enum { petl_openblas_buffer_bytes = 128 << 20 };
/// Whether the system would give the process so much more address space for its data.
bool petl_can_reserve(long bytes);
/// The most memory that the control group of the process, or one above it, may use; -1 when there is no
/// limit or it cannot be read.
long petl_group_memory_limit(void);

/// Switches OpenBLAS to its AVX-512 kernels where the CPU has them and the library did not see it
/// (0.3.21 takes newer AMD cores for Haswell). Does nothing when OPENBLAS_CORETYPE is set. True
/// when it switched.
bool petl_openblas_select_kernels(void);
#ifdef __cplusplus
}
#endif
