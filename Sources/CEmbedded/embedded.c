#include "CEmbedded.h"

// To embed one more file: an array with its `#embed` line and a row in the table below; name the
// file under `exclude:` in Package.swift and say where it comes from in NOTICE.md.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char digits[] = {
#embed "digits.bin"
};

static const unsigned char vit_micro[] = {
#embed "vit-micro.safetensors"
};

#define ROW(name, array) {name, array, sizeof array}

static const petl_embedded_file files[] = {
    ROW("digits", digits),
    ROW("vit-micro", vit_micro),
};

size_t petl_embedded_file_count(void) { return sizeof files / sizeof *files; }

petl_embedded_file petl_embedded_file_at(size_t index) { return files[index]; }
