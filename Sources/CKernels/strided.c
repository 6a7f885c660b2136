// Copies, sums and element-wise functions over tensors with strides.
#include "CKernels.h"

enum { MAX_RANK = 8 };

// Calls BODY(n, x offset, y offset) for `count` rows along the last axis, from row `first` on, counted through all other
// axes.
#define ODOMETER(rank, shape, first, count, xs, ys, BODY)                       \
  long index[MAX_RANK] = {0}, xo = 0, yo = 0, n = rank ? shape[rank - 1] : 1;   \
  long rest = first;                                                            \
  for (int k = rank - 2; k >= 0 && count > 0; k--) {                            \
    index[k] = rest % shape[k];                                                 \
    rest /= shape[k];                                                           \
    xo += index[k] * xs[k];                                                     \
    yo += index[k] * ys[k];                                                     \
  }                                                                             \
  for (long row = 0; row < count; row++) {                                      \
    BODY;                                                                       \
    for (int axis = rank - 2; axis >= 0; axis--) {                              \
      xo += xs[axis];                                                           \
      yo += ys[axis];                                                           \
      if (++index[axis] < shape[axis]) break;                                   \
      xo -= xs[axis] * shape[axis];                                             \
      yo -= ys[axis] * shape[axis];                                             \
      index[axis] = 0;                                                          \
    }                                                                           \
  }

void petl_strided_copy(int rank, const long *shape, long first, long count, const long *xs,
                       const long *ys, const float *x, float *y) {
  long sx = rank ? xs[rank - 1] : 1, sy = rank ? ys[rank - 1] : 1;
  ODOMETER(rank, shape, first, count, xs, ys, {
    const float *p = x + xo;
    float *q = y + yo;
    if (sx == 1 && sy == 1)
      for (long i = 0; i < n; i++) q[i] = p[i];
    else
      for (long i = 0; i < n; i++) q[i * sy] = p[i * sx];
  })
}

void petl_strided_add(int rank, const long *shape, long first, long count, const long *xs,
                      const long *ys, const float *x, float *y) {
  long sx = rank ? xs[rank - 1] : 1, sy = rank ? ys[rank - 1] : 1;
  const petl_kernels *kernels = petl_kernels_selected();
  ODOMETER(rank, shape, first, count, xs, ys, {
    const float *p = x + xo;
    float *q = y + yo;
    if (sy == 0 && sx == 1)
      *q += kernels->sum(n, p);
    else if (sy == 1 && sx == 1)
      kernels->axpy(n, 1, p, q);
    else
      for (long i = 0; i < n; i++) q[i * sy] += p[i * sx];
  })
}

void petl_strided_binary(int op, int rank, const long *shape, long first, long count,
                         const long *as, const long *bs, const float *a, const float *b, float *y) {
  long sa = rank ? as[rank - 1] : 1, sb = rank ? bs[rank - 1] : 1;
  const petl_kernels *kernels = petl_kernels_selected();
  ODOMETER(rank, shape, first, count, as, bs, {
    kernels->binary(op, n, a + xo, sa, b + yo, sb, y);
    y += n;
  })
}
