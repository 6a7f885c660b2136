// JPEG by libjpeg-turbo and PNG by libpng behind a few functions.
//
// Both libraries report errors by leaving through longjmp, which Swift code must not be left by: so each of
// the functions that read catches them and returns false. What went wrong is then in `message`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CResize.h"

/// The most pixels of an image that are decoded. Nothing is allocated for an image that claims more.
enum { PETL_IMAGE_MOST_PIXELS = 100000000 };

/// The most samples of a row or a column.
enum { PETL_IMAGE_LONGEST_SIDE = 65500 };

/// The most scans of a progressive JPEG (libjpeg-turbo's own bound for files that are not trusted); encoders write
/// about ten.
enum { PETL_JPEG_MOST_SCANS = 500 };

/// The most pixels of all scans of a progressive JPEG together: each scan goes through all of them again.
enum { PETL_JPEG_MOST_SCANNED = 2000000000 };

/// An image whose header was read.
typedef struct petl_image {
  /// In pixels.
  int32_t width;
  /// In pixels.
  int32_t height;
  /// 1 (grey) or 3 (red, green, blue) of the decoded pixels.
  int32_t channels;
  /// The Exif block, perhaps with `Exif\0\0` before its TIFF header, or NULL. It and the next two live until
  /// the image is closed or the file's bytes are gone, and are known when the image was read.
  const uint8_t *exif;
  /// The bytes of `exif`.
  size_t exif_count;
  /// The text of a PNG's `Raw profile type exif`, or NULL.
  const uint8_t *profile;
  /// The bytes of `profile`.
  size_t profile_count;
  /// The XMP packet, or NULL.
  const uint8_t *xmp;
  /// The bytes of `xmp`.
  size_t xmp_count;
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

/// The most bytes of a PNG file of so many pixels, of 1 or 3 channels.
size_t petl_png_room(int32_t height, int32_t width, int32_t channels);

/// Writes a PNG file of height rows of width * channels bytes into `room` bytes. Returns how many of them it takes, 0
/// where it cannot be written.
size_t petl_png_write(const uint8_t *pixels, int32_t height, int32_t width, int32_t channels, uint8_t *target,
                      size_t room);
