#pragma once
#include <stddef.h>

// Files that are part of the program, so that it needs no download.
typedef struct {
  const char *name;            // without extension
  const unsigned char *bytes;  // immutable, lives as long as the program
  size_t count;
} petl_embedded_file;

// How many files there are, and one of them (index below the count).
size_t petl_embedded_file_count(void);
petl_embedded_file petl_embedded_file_at(size_t index);
