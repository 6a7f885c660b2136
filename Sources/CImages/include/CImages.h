// JPEG by libjpeg-turbo and PNG by libpng behind four functions.
//
// Both libraries report errors by leaving through longjmp, which Swift code must not be left by: so each of
// these functions catches them and returns false. What went wrong is then in `message`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CResize.h"

/// The most pixels of an image that are decoded. Nothing is allocated for an image that claims more.
enum { PETL_IMAGE_MOST_PIXELS = 100000000 };

/// The most samples of a row or a column.
enum { PETL_IMAGE_LONGEST_SIDE = 65500 };

/// An image whose header was read.
typedef struct petl_image {
  /// In pixels.
  int32_t width;
  /// In pixels.
  int32_t height;
  /// 1 (grey) or 3 (red, green, blue) of the decoded pixels.
  int32_t channels;
  /// The Exif block from its TIFF header on, or NULL. It lives until the image is closed.
  const uint8_t *exif;
  /// The bytes of `exif`.
  size_t exif_count;
  /// What went wrong.
  char message[256];
  /// The decoder's own.
  void *decoder;
} petl_image;

/// Reads the header of a JPEG file. `bytes` must live until petl_jpeg_close.
bool petl_jpeg_open(petl_image *image, const uint8_t *bytes, size_t count);

/// Decodes into height rows of width * channels bytes.
bool petl_jpeg_read(petl_image *image, uint8_t *pixels);

/// Frees what petl_jpeg_open allocated, also after a failure.
void petl_jpeg_close(petl_image *image);

/// Reads the header of a PNG file. `bytes` must live until petl_png_close.
bool petl_png_open(petl_image *image, const uint8_t *bytes, size_t count);

/// Decodes into height rows of width * channels bytes, and reads the rest of the file.
bool petl_png_read(petl_image *image, uint8_t *pixels);

/// Frees what petl_png_open allocated, also after a failure.
void petl_png_close(petl_image *image);
