// JPEG as Pillow decodes it: libjpeg's defaults, which are the accurate integer DCT and smooth upsampling of
// colour, to RGB or grey.

#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "CImages.h"

/// The marker that Exif blocks are in.
enum { APP1 = JPEG_APP0 + 1 };

typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  jmp_buf back;
  petl_image *image;
  struct jpeg_progress_mgr progress;
  /// Copies, because libjpeg frees its own when the last row is read.
  uint8_t *exif;
  uint8_t *xmp;
} decoder;

static void leave(j_common_ptr codec) {
  decoder *self = (decoder *)codec->client_data;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  snprintf(self->image->message, sizeof self->image->message, "%s", text);
  longjmp(self->back, 1);
}

/// Damage that libjpeg would paint over with grey is an error; bytes that mean nothing are not.
static void judge(j_common_ptr codec, int level) {
  if (level >= 0) return;
  switch (codec->err->msg_code) {
  case JWRN_ADOBE_XFORM:
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_JFIF_MAJOR:
  case JWRN_TOO_MUCH_DATA:
    return;
  default:
    leave(codec);
  }
}

/// A file of a few kilobytes can ask for hundreds of scans over millions of pixels.
static void count_scans(j_common_ptr codec) {
  const struct jpeg_decompress_struct *self = (j_decompress_ptr)codec;
  long long scans = self->input_scan_number;
  long long pixels = (long long)self->image_width * self->image_height;
  if (scans <= PETL_JPEG_MOST_SCANS && (scans <= 1 || scans * pixels <= PETL_JPEG_MOST_SCANNED)) return;
  decoder *owner = (decoder *)codec->client_data;
  snprintf(owner->image->message, sizeof owner->image->message,
           "it has more than %lld scans; pictures have about ten, and such files are made to cost time", scans - 1);
  longjmp(owner->back, 1);
}

static bool refuse(petl_image *image, const char *message) {
  snprintf(image->message, sizeof image->message, "%s", message);
  return false;
}

/// The Exif block, which may be split over several APP1, and the last XMP packet.
static void find_exif(decoder *self) {
  static const char exif[6] = "Exif\0";
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
  size_t total = 0;
  for (jpeg_saved_marker_ptr marker = self->codec.marker_list; marker; marker = marker->next) {
    if (marker->marker == APP1) total += marker->data_length;
  }
  if (total == 0) return;
  self->exif = malloc(total);
  self->xmp = malloc(total);
  if (!self->exif || !self->xmp) return;
  size_t exif_count = 0, xmp_count = 0;
  for (jpeg_saved_marker_ptr marker = self->codec.marker_list; marker; marker = marker->next) {
    if (marker->marker != APP1) continue;
    if (marker->data_length >= sizeof exif && memcmp(marker->data, exif, sizeof exif) == 0) {
      size_t count = marker->data_length - sizeof exif;
      memcpy(self->exif + exif_count, marker->data + sizeof exif, count);
      exif_count += count;
    } else if (marker->data_length >= sizeof xmp && memcmp(marker->data, xmp, sizeof xmp) == 0) {
      xmp_count = marker->data_length - sizeof xmp;
      memcpy(self->xmp, marker->data + sizeof xmp, xmp_count);
    }
  }
  self->image->exif = self->exif;
  self->image->exif_count = exif_count;
  self->image->xmp = self->xmp;
  self->image->xmp_count = xmp_count;
}

bool petl_jpeg_open(petl_image *image, const uint8_t *bytes, size_t count) {
  memset(image, 0, sizeof *image);
  if (count > ULONG_MAX) return refuse(image, "the file is too large");
  decoder *self = calloc(1, sizeof *self);
  if (!self) return refuse(image, "there is no memory");
  image->decoder = self;
  self->image = image;
  self->codec.client_data = self;
  self->codec.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = leave;
  self->errors.emit_message = judge;
  if (setjmp(self->back)) return false;
  jpeg_create_decompress(&self->codec);
  // jpeg_create_decompress clears all but the error manager and this.
  self->codec.client_data = self;
  self->progress.progress_monitor = count_scans;
  self->codec.progress = &self->progress;
  jpeg_mem_src(&self->codec, bytes, (unsigned long)count);
  jpeg_save_markers(&self->codec, APP1, 0xFFFF);
  jpeg_read_header(&self->codec, TRUE);
  switch (self->codec.jpeg_color_space) {
  case JCS_CMYK:
  case JCS_YCCK:
    return refuse(image, "this is a CMYK picture, for printing; convert it to RGB");
  case JCS_GRAYSCALE:
    self->codec.out_color_space = JCS_GRAYSCALE;
    image->channels = 1;
    break;
  case JCS_RGB:
  case JCS_YCbCr:
    self->codec.out_color_space = JCS_RGB;
    image->channels = 3;
    break;
  default:
    return refuse(image, "its colours are neither grey nor YCbCr nor RGB");
  }
  image->width = (int32_t)self->codec.image_width;
  image->height = (int32_t)self->codec.image_height;
  find_exif(self);
  return true;
}

bool petl_jpeg_read(petl_image *image, uint8_t *pixels) {
  decoder *self = image->decoder;
  size_t length = (size_t)image->width * (size_t)image->channels;
  if (setjmp(self->back)) return false;
  jpeg_start_decompress(&self->codec);
  while (self->codec.output_scanline < self->codec.output_height) {
    JSAMPROW row = pixels + self->codec.output_scanline * length;
    jpeg_read_scanlines(&self->codec, &row, 1);
  }
  jpeg_finish_decompress(&self->codec);
  return true;
}

void petl_jpeg_close(petl_image *image) {
  decoder *self = image->decoder;
  if (!self) return;
  jpeg_destroy_decompress(&self->codec);
  free(self->exif);
  free(self->xmp);
  free(self);
  image->decoder = NULL;
}
