// A small pool of threads for loops of a few microseconds: workers spin for a moment before they
// sleep, tasks are claimed from one counter, and the calling thread works too.
#include "CKernels.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_WORKERS = 256, SPINS = 20000 };

// The generation of the run in the high half, the next task's index in the low half: a worker that
// comes late cannot claim a task of a later run by mistake.
static _Atomic uint64_t ticket;
static _Atomic long task_count, completed;
static _Atomic(petl_task) task_function;
static _Atomic(void *) task_context;
// The plugin's call that the run under way is for.
static _Atomic(void *) task_call;
static _Atomic int wanted_threads, sleeping;
// The threads of the run under way: a task splits its own work by them, whichever thread it is on.
static _Atomic int run_threads;
static int started;
static pthread_mutex_t run_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static _Thread_local bool inside;
// The count of this thread's own scope; 0 outside of one.
static _Thread_local int scoped_threads;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Claims and runs tasks of the run under way until none is left.
static void work(void) {
  for (;;) {
    uint64_t now = atomic_load(&ticket);
    long index = (long)(uint32_t)now;
    petl_task function = atomic_load(&task_function);
    void *context = atomic_load(&task_context);
    void *call = atomic_load(&task_call);
    if (index >= atomic_load(&task_count)) return;  // no tasks left, or the run is being set up
    if (!atomic_compare_exchange_weak(&ticket, &now, now + 1)) continue;
    void *before = petl_call_scope(call);
    function(context, index);
    petl_call_scope(before);
    atomic_fetch_add(&completed, 1);
  }
}

static void *worker(void *argument) {
  int number = (int)(long)argument;
  uint32_t seen = 0;
  inside = true;
  for (;;) {
    int spins = 0;
    while ((uint32_t)(atomic_load(&ticket) >> 32) == seen) {
      if (++spins < SPINS) {
        relax();
        continue;
      }
      pthread_mutex_lock(&sleep_lock);
      atomic_fetch_add(&sleeping, 1);
      while ((uint32_t)(atomic_load(&ticket) >> 32) == seen) pthread_cond_wait(&wake, &sleep_lock);
      atomic_fetch_sub(&sleeping, 1);
      pthread_mutex_unlock(&sleep_lock);
    }
    seen = (uint32_t)(atomic_load(&ticket) >> 32);
    int threads = atomic_load(&run_threads);
    if (number >= threads) continue;
    scoped_threads = threads;
    work();
  }
  return NULL;
}

static int bounded(int threads) {
  return threads < 1 ? 1 : threads > MAX_WORKERS ? MAX_WORKERS : threads;
}

int petl_workers_count(void) {
  if (scoped_threads) return scoped_threads;
  int count = atomic_load(&wanted_threads);
  if (count) return count;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  int first = online < 1 ? 1 : online > MAX_WORKERS ? MAX_WORKERS : (int)online;
  // Somebody may set the count at this moment: then theirs stands.
  return atomic_compare_exchange_strong(&wanted_threads, &count, first) ? first : count;
}

// Takes no lock, so that a task may call it; a run under way goes on with the workers it has.
void petl_workers_set_count(int threads) {
  atomic_store(&wanted_threads, bounded(threads));
}

int petl_workers_scope(int threads) {
  int before = scoped_threads;
  scoped_threads = threads ? bounded(threads) : 0;
  return before;
}

void petl_workers_run(long count, petl_task task, void *context) {
  if (inside || count < 2 || petl_workers_count() < 2 || pthread_mutex_trylock(&run_lock)) {
    for (long i = 0; i < count; i++) task(context, i);
    return;
  }
  int threads = petl_workers_count();
  for (; started + 1 < threads; started++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, (void *)(long)(started + 1))) break;
    pthread_detach(thread);
  }
  inside = true;
  // A late worker may still look at the last run's ticket: close it before the fields change.
  uint64_t generation = atomic_load(&ticket) >> 32;
  atomic_store(&ticket, generation << 32 | UINT32_MAX);
  atomic_store(&completed, 0);
  atomic_store(&run_threads, threads);
  atomic_store(&task_function, task);
  atomic_store(&task_context, context);
  atomic_store(&task_call, petl_call_current());
  atomic_store(&task_count, count);
  atomic_store(&ticket, (generation + 1) << 32);
  if (atomic_load(&sleeping)) {
    pthread_mutex_lock(&sleep_lock);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&sleep_lock);
  }
  work();
  for (long spins = 0; atomic_load(&completed) < count; spins++) {
    if (spins < SPINS) relax();
    else sched_yield();
  }
  inside = false;
  pthread_mutex_unlock(&run_lock);
}
