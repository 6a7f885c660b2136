// Sums start at one half and are clipped to a byte at the end of each pass, as Pillow does, which is why the
// result is equal to the last bit. Sixteen samples are summed at a time: those of sixteen rows in the first pass,
// whose bytes are transposed for it, and sixteen neighbours of a row in the second.

#include "CResize.h"

#include <string.h>

// The same source for several instruction sets, chosen when the program is loaded: before the thread
// sanitizer is set up, whose calls in what chooses would then crash.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define IS_THREAD_SANITIZED 1
#endif
#endif
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(IS_THREAD_SANITIZED)
#define MANY_TARGETS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MANY_TARGETS
#endif
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16, PLACES = 22 };

typedef uint8_t bytes __attribute__((vector_size(LANES)));
typedef int32_t sums __attribute__((vector_size(4 * LANES)));

INLINE bytes load(const uint8_t *from) {
  bytes value;
  memcpy(&value, from, sizeof value);
  return value;
}

/// The weighted sum of `taps` groups of sixteen samples, `step` bytes apart, as bytes.
INLINE void blend(const uint8_t *from, intptr_t step, const int32_t *weights, intptr_t taps,
                  uint8_t *to) {
  sums total = (sums){} + (1 << (PLACES - 1));
  for (intptr_t tap = 0; tap < taps; tap++) {
    total += __builtin_convertvector(load(from + tap * step), sums) * weights[tap];
  }
  total >>= PLACES;
  total &= ~(total >> 31);
  sums above = total > 255;
  total = (total & ~above) | (above & 255);
  bytes result = __builtin_convertvector(total, bytes);
  memcpy(to, &result, sizeof result);
}

/// The same of single samples.
INLINE uint8_t blend_one(const uint8_t *from, intptr_t step, const int32_t *weights, intptr_t taps) {
  int32_t total = 1 << (PLACES - 1);
  for (intptr_t tap = 0; tap < taps; tap++) total += from[tap * step] * weights[tap];
  total >>= PLACES;
  return (uint8_t)(total < 0 ? 0 : total > 255 ? 255 : total);
}

/// Transposes sixteen rows of sixteen bytes: four rounds that interleave row i with row i + 8.
INLINE void transpose(bytes row[LANES]) {
  for (int round = 0; round < 4; round++) {
    bytes next[LANES];
    for (int i = 0; i < LANES / 2; i++) {
      bytes a = row[i], b = row[i + LANES / 2];
      next[2 * i] =
          __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                                14, 30, 15, 31);
    }
    memcpy(row, next, sizeof next);
  }
}

/// `rows` rows of `length` bytes become `length` groups of sixteen; rows that are missing repeat the last.
INLINE void gather(const uint8_t *from, intptr_t rows, intptr_t length, uint8_t *to) {
  intptr_t x = 0;
  for (; x + LANES <= length; x += LANES) {
    bytes row[LANES];
    for (intptr_t r = 0; r < LANES; r++) {
      row[r] = load(from + (r < rows ? r : rows - 1) * length + x);
    }
    transpose(row);
    memcpy(to + x * LANES, row, sizeof row);
  }
  for (; x < length; x++) {
    for (intptr_t r = 0; r < LANES; r++) {
      to[x * LANES + r] = from[(r < rows ? r : rows - 1) * length + x];
    }
  }
}

/// The way back.
INLINE void scatter(const uint8_t *from, intptr_t rows, intptr_t length, uint8_t *to) {
  intptr_t x = 0;
  for (; x + LANES <= length; x += LANES) {
    bytes row[LANES];
    memcpy(row, from + x * LANES, sizeof row);
    transpose(row);
    for (intptr_t r = 0; r < rows; r++) memcpy(to + r * length + x, &row[r], sizeof row[r]);
  }
  for (; x < length; x++) {
    for (intptr_t r = 0; r < rows; r++) to[r * length + x] = from[x * LANES + r];
  }
}

size_t petl_resize_room(intptr_t inputs, intptr_t outputs, intptr_t channels) {
  return (size_t)LANES * (size_t)channels * ((size_t)inputs + (size_t)outputs);
}

MANY_TARGETS
void petl_resize_rows(petl_resize_weights weights, const uint8_t *source, intptr_t rows,
                      intptr_t inputs, intptr_t channels, uint8_t *room, uint8_t *target) {
  intptr_t length = inputs * channels, kept = weights.outputs * channels;
  uint8_t *gathered = room, *blended = room + length * LANES;
  for (intptr_t row = 0; row < rows; row += LANES) {
    intptr_t count = rows - row < LANES ? rows - row : LANES;
    gather(source + row * length, count, length, gathered);
    for (intptr_t i = 0; i < weights.outputs; i++) {
      const uint8_t *from = gathered + weights.first[i] * channels * LANES;
      for (intptr_t c = 0; c < channels; c++) {
        blend(from + c * LANES, channels * LANES, weights.weights + i * weights.stride,
              weights.taps[i], blended + (i * channels + c) * LANES);
      }
    }
    scatter(blended, count, kept, target + row * kept);
  }
}

MANY_TARGETS
void petl_resize_columns(petl_resize_weights weights, const uint8_t *source, intptr_t length,
                         intptr_t skipped, uint8_t *target) {
  for (intptr_t i = 0; i < weights.outputs; i++) {
    const uint8_t *from = source + (weights.first[i] - skipped) * length;
    const int32_t *own = weights.weights + i * weights.stride;
    uint8_t *to = target + i * length;
    intptr_t x = 0;
    for (; x + LANES <= length; x += LANES) blend(from + x, length, own, weights.taps[i], to + x);
    for (; x < length; x++) to[x] = blend_one(from + x, length, own, weights.taps[i]);
  }
}
