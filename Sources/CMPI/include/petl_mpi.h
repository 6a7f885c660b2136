// What petl asks of MPI, behind a C interface that is the same for Open MPI and MPICH, whose own differ. Without the
// package trait MPI everything here is there and does nothing: petl_mpi_library() is then NULL.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The library's name and version, or NULL where it is not built in.
const char *_Nullable petl_mpi_library(void);

/// Joins the other processes of the job; to be called once, by the main thread. 0, or MPI's error.
int petl_mpi_start(void);
/// Leaves the job; waits for the others.
void petl_mpi_finish(void);

/// The number of this process, from 0.
int petl_mpi_rank(void);
/// How many processes there are.
int petl_mpi_count(void);
/// How many of them are on this machine.
int petl_mpi_count_on_machine(void);

/// How an exchange ended.
enum petl_mpi_outcome {
  petl_mpi_done = 0,
  /// The time was over before all others came.
  petl_mpi_late = 1,
  /// MPI gave up.
  petl_mpi_failed = 2,
  /// More than MPI counts at once.
  petl_mpi_too_large = 3,
};

/// Gathers a number of each process into counts[], waiting at most that many seconds.
enum petl_mpi_outcome petl_mpi_gather_counts(int64_t own, int64_t *_Nonnull counts, double seconds);
/// Gathers counts[i] bytes of each process i, one after the other, waiting at most that many seconds.
enum petl_mpi_outcome petl_mpi_gather_bytes(const void *_Nonnull own, const int64_t *_Nonnull counts,
                                            void *_Nonnull all, double seconds);
