// The handler runs between any two instructions: it takes no lock, allocates nothing, and reads only
// what was complete before its slot was published.
#include "CProcess.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 1024, NAME = 512 };

struct slot {
  /// The first byte: 0 of a free slot, 1 of one that is being filled.
  _Atomic uintptr_t base;
  size_t length;
  char name[NAME];
};

static struct slot slots[SLOTS];
static struct sigaction before;

int petl_mapping_note(const void *base, size_t length, const char *name) {
  for (int i = 0; i < SLOTS; i++) {
    uintptr_t none = 0;
    if (!atomic_compare_exchange_strong(&slots[i].base, &none, 1)) continue;
    slots[i].length = length;
    // Of a long path the end tells most.
    size_t count = strlen(name);
    if (count >= NAME) name += count - (NAME - 1);
    strncpy(slots[i].name, name, NAME - 1);
    for (char *c = slots[i].name; *c; c++) {
      if ((unsigned char)*c < 32 || *c == 127) *c = '?';
    }
    atomic_store(&slots[i].base, (uintptr_t)base);
    return i;
  }
  return -1;
}

void petl_mapping_forget(int slot) {
  if (slot >= 0 && slot < SLOTS) atomic_store(&slots[slot].base, 0);
}

static void say(const char *text) {
  size_t rest = strlen(text);
  while (rest > 0) {
    ssize_t written = write(2, text, rest);
    if (written <= 0) return;
    text += written;
    rest -= (size_t)written;
  }
}

static void explain(int number, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t place = (uintptr_t)info->si_addr;
  for (int i = 0; i < SLOTS; i++) {
    uintptr_t base = atomic_load(&slots[i].base);
    if (base <= 1 || place < base || place - base >= slots[i].length) continue;
    say("\nerror: ");
    say(slots[i].name);
    say(": the file was cut off, or its disk failed, while it was read\n");
    _exit(1);
  }
  // Whoever handled it before sees the same fault again when the instruction is repeated.
  sigaction(number, &before, NULL);
  // A signal that was sent does not come again by itself.
  if (info->si_code <= 0) raise(number);
}

void petl_explain_lost_mappings(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_sigaction = explain;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGBUS, &action, &before);
}
