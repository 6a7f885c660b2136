// The two passes of Pillow's 8-bit resize, in 22-bit fixed point.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The weights of one axis.
typedef struct petl_resize_weights {
  /// How many output samples there are.
  intptr_t outputs;
  /// For each output sample, its first input sample.
  const intptr_t *first;
  /// For each output sample, of how many input samples it is made.
  const intptr_t *taps;
  /// The weights of output sample i, from i * stride on.
  const int32_t *weights;
  /// The most taps.
  intptr_t stride;
} petl_resize_weights;

/// Bytes of room that petl_resize_rows needs.
size_t petl_resize_room(intptr_t inputs, intptr_t outputs, intptr_t channels);

/// Resizes rows: [rows, inputs, channels] to [rows, outputs, channels].
void petl_resize_rows(petl_resize_weights weights, const uint8_t *source, intptr_t rows,
                      intptr_t inputs, intptr_t channels, uint8_t *room, uint8_t *target);

/// Resizes columns: [inputs, length] to [outputs, length]. The first `skipped` inputs are not there.
void petl_resize_columns(petl_resize_weights weights, const uint8_t *source, intptr_t length,
                         intptr_t skipped, uint8_t *target);
