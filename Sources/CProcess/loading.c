// Shared objects with Swift types in them: what is loaded at run time, and the types found there.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CProcess.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

void *petl_load(const char *path, const char **reason) {
  void *image = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  *reason = image ? NULL : dlerror();
  return image;
}

const char *petl_text(void *image, const char *function) {
  const char *(*text)(void) = (const char *(*)(void))dlsym(image, function);
  return text ? text() : NULL;
}

#if defined(__linux__) && defined(__LP64__)
#include <link.h>

// What the Swift runtime keeps of each image that is loaded (MetadataSections.h of its sources; the
// first fields have been the same since Swift 5.3).
struct range {
  uintptr_t start;
  size_t length;
};

struct sections {
  uintptr_t version;
  const void *base;
  void *unused[2];
  struct range protocols;
  struct range conformances;
  struct range types;
};

// Weak: a program of C alone that links this target needs no Swift runtime.
__attribute__((weak)) void swift_enumerateAllMetadataSections(
    _Bool (*body)(const struct sections *sections, void *context), void *context);

// What the accessor of a type's metadata returns.
struct response {
  const void *metadata;
  size_t state;
};

struct search {
  const struct link_map *image;
  struct range types;
};

static const char *relative(const int32_t *field) { return (const char *)field + *field; }

// A record is the distance to the type's description, or to a pointer to it, as the lowest bits say.
static const uint32_t *description(const int32_t *record) {
  int kind = *record & 3;
  const char *target = (const char *)record + (*record & ~3);
  if (kind == 0) return (const uint32_t *)target;
  return kind == 1 ? *(const uint32_t *const *)target : NULL;
}

static _Bool find_types(const struct sections *sections, void *context) {
  struct search *search = context;
  Dl_info info;
  if (sections->types.length == 0 || !dladdr((const void *)sections->types.start, &info)) return 1;
  if ((uintptr_t)info.dli_fbase != (uintptr_t)search->image->l_addr) return 1;
  search->types = sections->types;
  return 0;
}

int petl_each_type(void *image, void (*visit)(const void *, void *), void *context) {
  enum { CLASS = 16, STRUCT = 17, ENUM = 18, KIND = 0x1f, GENERIC = 0x80, ACCESSOR = 3 };
  struct search search = {NULL, {0, 0}};
  if (!swift_enumerateAllMetadataSections) return -1;
  if (dlinfo(image, RTLD_DI_LINKMAP, &search.image) != 0) return -1;
  swift_enumerateAllMetadataSections(find_types, &search);
  const int32_t *records = (const int32_t *)search.types.start;
  int count = 0;
  for (size_t i = 0; i < search.types.length / sizeof(int32_t); i++) {
    const uint32_t *type = description(records + i);
    if (!type || (*type & GENERIC)) continue;
    uint32_t kind = *type & KIND;
    if (kind != CLASS && kind != STRUCT && kind != ENUM) continue;
    const int32_t *accessor = (const int32_t *)type + ACCESSOR;
    if (*accessor == 0) continue;
    struct response (*metadata)(size_t) = (struct response(*)(size_t))relative(accessor);
    visit(metadata(0).metadata, context);
    count++;
  }
  return count;
}

const char *petl_runtime_path(void) {
  Dl_info info;
  void *place = dlsym(RTLD_DEFAULT, "swift_enumerateAllMetadataSections");
  return place && dladdr(place, &info) ? info.dli_fname : NULL;
}

#else

int petl_each_type(void *image, void (*visit)(const void *, void *), void *context) {
  (void)image, (void)visit, (void)context;
  return -1;
}

const char *petl_runtime_path(void) { return NULL; }

#endif
