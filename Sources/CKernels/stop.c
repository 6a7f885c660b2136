// How a program ends that broke a rule of its own: with a sentence, and nothing after it.
#include "CKernels.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_flag is_ending = ATOMIC_FLAG_INIT;

void petl_stop(const char *words) {
  // One thread says why; others that come meanwhile have the same cause.
  if (atomic_flag_test_and_set(&is_ending)) {
    for (;;) pause();
  }
  fflush(stdout);
  size_t rest = strlen(words);
  while (rest > 0) {
    ssize_t written = write(2, words, rest);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    words += written;
    rest -= (size_t)written;
  }
  // No signal, which would start a backtracer, and no handlers: what is in memory may be half done.
  _exit(petl_stop_code);
}

static _Thread_local void *call;

void *petl_call_scope(void *entered) {
  void *before = call;
  call = entered;
  return before;
}

void *petl_call_current(void) { return call; }
