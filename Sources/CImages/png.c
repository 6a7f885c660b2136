// PNG as Pillow's convert("RGB") has it: palettes looked up, 1, 2 and 4 bits spread over 0...255, alpha and
// transparent colours dropped, the high byte of 16-bit colour and of 16-bit grey with alpha. Pillow cuts
// 16-bit grey without alpha off at 255 instead, and so does this.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CImages.h"

typedef struct {
  png_structp codec;
  png_infop info;
  const uint8_t *bytes;
  size_t count;
  const uint8_t *next;
  size_t left;
  petl_image *image;
  /// Whether rows come with two bytes of grey a pixel.
  bool has_wide_grey;
  /// Rows before their last step, and where each starts; kept here because longjmp loses local variables.
  uint8_t *wide;
  png_bytep *rows;
} decoder;

static void leave(png_structp codec, png_const_charp message) {
  decoder *self = png_get_error_ptr(codec);
  snprintf(self->image->message, sizeof self->image->message, "%s", message);
  longjmp(png_jmpbuf(codec), 1);
}

static void ignore(png_structp codec, png_const_charp message) {
  (void)codec;
  (void)message;
}

static void give(png_structp codec, png_bytep target, size_t count) {
  decoder *self = png_get_io_ptr(codec);
  if (count > self->left) png_error(codec, "the file ends too early");
  memcpy(target, self->next, count);
  self->next += count;
  self->left -= count;
}

static bool refuse(petl_image *image, const char *message) {
  snprintf(image->message, sizeof image->message, "%s", message);
  return false;
}

/// Finds what may hold the orientation; of several texts of one name the last one counts.
static void find_exif(petl_image *image, decoder *self) {
#ifdef PNG_TEXT_SUPPORTED
  png_textp texts = NULL;
  int found = 0;
  png_get_text(self->codec, self->info, &texts, &found);
  for (int index = 0; index < found; index++) {
    const png_text *text = &texts[index];
    if (!text->key || !text->text) continue;
    const uint8_t *bytes = (const uint8_t *)text->text;
    size_t length = text->compression >= PNG_ITXT_COMPRESSION_NONE ? text->itxt_length : text->text_length;
    if (strcmp(text->key, "Raw profile type exif") == 0) {
      image->profile = bytes;
      image->profile_count = length;
    } else if (strcmp(text->key, "XML:com.adobe.xmp") == 0) {
      image->xmp = bytes;
      image->xmp_count = length;
    }
  }
#endif
  // libpng passes over blocks that start with `Exif`, as some programs write them.
  for (size_t start = 8; start + 12 <= self->count;) {
    size_t length = png_get_uint_32(self->bytes + start);
    if (length > self->count - start - 12) return;
    if (memcmp(self->bytes + start + 4, "eXIf", 4) == 0) {
      image->exif = self->bytes + start + 8;
      image->exif_count = length;
    }
    start += length + 12;
  }
}

bool petl_png_open(petl_image *image, const uint8_t *bytes, size_t count) {
  memset(image, 0, sizeof *image);
  decoder *self = calloc(1, sizeof *self);
  if (!self) return refuse(image, "there is no memory");
  image->decoder = self;
  self->image = image;
  self->bytes = self->next = bytes;
  self->count = self->left = count;
  self->codec = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, leave, ignore);
  if (!self->codec) return refuse(image, "there is no memory");
  if (setjmp(png_jmpbuf(self->codec))) return false;
  self->info = png_create_info_struct(self->codec);
  if (!self->info) png_error(self->codec, "there is no memory");
  png_set_user_limits(self->codec, PETL_IMAGE_LONGEST_SIDE, PETL_IMAGE_LONGEST_SIDE);
  png_set_read_fn(self->codec, self, give);
  png_read_info(self->codec, self->info);
  int type = png_get_color_type(self->codec, self->info);
  int depth = png_get_bit_depth(self->codec, self->info);
  image->width = (int32_t)png_get_image_width(self->codec, self->info);
  image->height = (int32_t)png_get_image_height(self->codec, self->info);
  image->channels = type & PNG_COLOR_MASK_COLOR ? 3 : 1;
  self->has_wide_grey = depth == 16 && type == PNG_COLOR_TYPE_GRAY;
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(self->codec);
  if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(self->codec);
  if (depth == 16 && !self->has_wide_grey) png_set_strip_16(self->codec);
  // A palette with transparent entries becomes RGBA first.
  png_set_strip_alpha(self->codec);
  png_set_interlace_handling(self->codec);
  return true;
}

bool petl_png_read(petl_image *image, uint8_t *pixels) {
  decoder *self = image->decoder;
  size_t height = (size_t)image->height;
  size_t length = (size_t)image->width * (size_t)image->channels;
  if (setjmp(png_jmpbuf(self->codec))) return false;
  png_read_update_info(self->codec, self->info);
  size_t stored = self->has_wide_grey ? 2 * length : length;
  if (png_get_rowbytes(self->codec, self->info) != stored) {
    png_error(self->codec, "its rows have another length than its header says");
  }
  self->rows = malloc(height * sizeof *self->rows);
  if (self->has_wide_grey) self->wide = malloc(height * stored);
  if (!self->rows || (self->has_wide_grey && !self->wide)) {
    png_error(self->codec, "there is no memory");
  }
  uint8_t *first = self->has_wide_grey ? self->wide : pixels;
  for (size_t row = 0; row < height; row++) self->rows[row] = first + row * stored;
  png_read_image(self->codec, self->rows);
  for (size_t index = 0; self->has_wide_grey && index < height * length; index++) {
    pixels[index] = self->wide[2 * index] ? 255 : self->wide[2 * index + 1];
  }
  png_read_end(self->codec, self->info);
  find_exif(image, self);
  return true;
}

void petl_png_close(petl_image *image) {
  decoder *self = image->decoder;
  if (!self) return;
  if (self->codec) png_destroy_read_struct(&self->codec, self->info ? &self->info : NULL, NULL);
  free(self->rows);
  free(self->wide);
  free(self);
  image->decoder = NULL;
}

// libpng catches its own errors here: nothing leaves through longjmp.

size_t petl_png_room(int32_t height, int32_t width, int32_t channels) {
  png_image image = {.version = PNG_IMAGE_VERSION, .width = (png_uint_32)width, .height = (png_uint_32)height};
  image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

size_t petl_png_write(const uint8_t *pixels, int32_t height, int32_t width, int32_t channels, uint8_t *target,
                      size_t room) {
  png_image image = {.version = PNG_IMAGE_VERSION, .width = (png_uint_32)width, .height = (png_uint_32)height};
  image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t count = room;
  int succeeds = png_image_write_to_memory(&image, target, &count, 0, pixels, 0, NULL);
  png_image_free(&image);
  return succeeds ? count : 0;
}
