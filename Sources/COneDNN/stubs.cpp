// What the interface does in a build without the trait OneDNN, or without its headers.
#if !defined(PETL_ONEDNN) || !__has_include(<oneapi/dnnl/dnnl.hpp>)
#include "COneDNN.h"

const char *petl_onednn_version(void) { return nullptr; }
const char *petl_onednn_isa(void) { return "none"; }
bool petl_onednn_has_bf16(void) { return false; }

petl_onednn_product *petl_onednn_create(long, long, const float *, long, long, const float *, bool,
                                        long) {
  return nullptr;
}
void petl_onednn_destroy(petl_onednn_product *) {}
long petl_onednn_scratch(petl_onednn_product *, long, bool) { return -1; }
int petl_onednn_run(petl_onednn_product *, long, const float *, float *, bool, void *) {
  return -1;
}
#endif
