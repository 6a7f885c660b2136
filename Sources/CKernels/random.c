// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): the
// block of a counter depends on nothing else, so any split over threads gives the same numbers.
#include "CKernels.h"

static inline void philox(uint64_t key, uint64_t counter, uint32_t out[4]) {
  uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32), c2 = 0, c3 = 0;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void petl_philox(uint64_t key, uint64_t counter, long n, uint32_t *out) {
  uint32_t block[4];
  for (long i = 0; i < n; i += 4, counter++) {
    philox(key, counter, block);
    for (long k = 0; k < 4 && i + k < n; k++) out[i + k] = block[k];
  }
}

void petl_dropout_mask(uint64_t key, uint64_t first, long n, float probability, float *mask) {
  uint32_t block[4];
  uint64_t counter = first / 4;
  float keep = 1.0f / (1.0f - probability);
  for (long i = 0; i < n; i += 4, counter++) {
    philox(key, counter, block);
    for (long k = 0; k < 4 && i + k < n; k++)
      mask[i + k] = (float)(block[k] >> 8) * 0x1p-24f < probability ? 0.0f : keep;
  }
}
