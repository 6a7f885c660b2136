#include "petl_mpi.h"

#include <stddef.h>

#ifdef PETL_MPI
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *petl_mpi_library(void) {
  static char text[MPI_MAX_LIBRARY_VERSION_STRING + 1];
  int length = 0;
  // May be asked before the job is joined.
  if (MPI_Get_library_version(text, &length) != MPI_SUCCESS) return "MPI";
  text[length] = 0;
  // The first sentence is the name and the version, which MPICH writes as "MPICH Version:\t4.0.2".
  text[strcspn(text, ",\n")] = 0;
  char *label = strstr(text, " Version:");
  if (label != NULL) {
    const char *number = label + strlen(" Version:");
    number += strspn(number, " \t");
    memmove(label + 1, number, strlen(number) + 1);
  }
  return text;
}

int petl_mpi_start(void) {
  int level = 0;
  int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
  // What fails is said by petl, not by an abort.
  if (error == MPI_SUCCESS) error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  return error;
}

void petl_mpi_finish(void) {
  int started = 0, finished = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  if (started && !finished) MPI_Finalize();
}

int petl_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int petl_mpi_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

int petl_mpi_count_on_machine(void) {
  MPI_Comm here;
  int count = 1;
  if (MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here)) return 1;
  MPI_Comm_size(here, &count);
  MPI_Comm_free(&here);
  return count;
}

/// Waits for an exchange; short ones by asking again and again, long ones without taking a core from others.
static enum petl_mpi_outcome finished(MPI_Request *request, double seconds) {
  double start = now();
  for (;;) {
    int done = 0;
    if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return petl_mpi_failed;
    if (done) return petl_mpi_done;
    double waited = now() - start;
    if (waited > seconds) return petl_mpi_late;
    if (waited < 200e-6) {
      sched_yield();
    } else {
      struct timespec pause = {0, 50000};
      nanosleep(&pause, NULL);
    }
  }
}

enum petl_mpi_outcome petl_mpi_gather_counts(int64_t own, int64_t *counts, double seconds) {
  MPI_Request request;
  if (MPI_Iallgather(&own, 1, MPI_INT64_T, counts, 1, MPI_INT64_T, MPI_COMM_WORLD, &request))
    return petl_mpi_failed;
  return finished(&request, seconds);
}

enum petl_mpi_outcome petl_mpi_gather_bytes(const void *own, const int64_t *counts, void *all,
                                            double seconds) {
  int ranks = petl_mpi_count(), rank = petl_mpi_rank();
  int *sizes = malloc(2 * (size_t)ranks * sizeof(int));
  if (!sizes) return petl_mpi_failed;
  int *starts = sizes + ranks;
  int64_t total = 0;
  for (int i = 0; i < ranks; i++) {
    if (counts[i] < 0 || total + counts[i] > INT_MAX) {
      free(sizes);
      return petl_mpi_too_large;
    }
    sizes[i] = (int)counts[i];
    starts[i] = (int)total;
    total += counts[i];
  }
  MPI_Request request;
  enum petl_mpi_outcome outcome =
      MPI_Iallgatherv(own, sizes[rank], MPI_BYTE, all, sizes, starts, MPI_BYTE, MPI_COMM_WORLD,
                      &request)
          ? petl_mpi_failed
          : finished(&request, seconds);
  // An exchange that is not over still reads the sizes.
  if (outcome == petl_mpi_done) free(sizes);
  return outcome;
}
#else
const char *petl_mpi_library(void) { return NULL; }
int petl_mpi_start(void) { return 1; }
void petl_mpi_finish(void) {}
int petl_mpi_rank(void) { return 0; }
int petl_mpi_count(void) { return 1; }
int petl_mpi_count_on_machine(void) { return 1; }
enum petl_mpi_outcome petl_mpi_gather_counts(int64_t own, int64_t *counts, double seconds) {
  (void)own, (void)counts, (void)seconds;
  return petl_mpi_failed;
}
enum petl_mpi_outcome petl_mpi_gather_bytes(const void *own, const int64_t *counts, void *all,
                                            double seconds) {
  (void)own, (void)counts, (void)all, (void)seconds;
  return petl_mpi_failed;
}
#endif
