// What a program says of itself when the system takes something away from it.
#ifndef CPROCESS_H
#define CPROCESS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Notes that `length` bytes from `base` on are those of the file `name`, for
/// `petl_explain_lost_mappings`. Returns what `petl_mapping_forget` takes; -1 when there is no room
/// left to note it.
int petl_mapping_note(const void *_Nonnull base, size_t length, const char *_Nonnull name);

/// Forgets a mapping before it is undone; does nothing with -1.
void petl_mapping_forget(int slot);

/// From now on, reading a noted mapping beyond the end of a file that was cut off meanwhile ends the
/// process with a sentence that names the file, and exit code 1. All other faults go to whoever
/// handled them before.
void petl_explain_lost_mappings(void);

/// Keeps files from taking the numbers of standard input, output and error where those are closed:
/// reading from the first, and writing to the others, then fails.
void petl_occupy_standard_streams(void);

/// Raises how many files may be open at the same time to `count`, where they are fewer and the system
/// lets it. Returns how many may be open then.
long petl_raise_open_files(long count);

/// From now on, writing to a pipe that nobody reads, or beyond the largest size of a file, fails instead
/// of ending the process.
void petl_fail_rather_than_end(void);

/// Loads a shared object into the process. Returns NULL, and the system's sentence in `reason`, when
/// it cannot be.
void *_Nullable petl_load(const char *_Nonnull path, const char *_Nullable *_Nonnull reason);

/// The text that a function of that name in a shared object returns; NULL where there is none.
const char *_Nullable petl_text(void *_Nonnull image, const char *_Nonnull function);

/// Gives `visit` the metadata of every Swift type of a shared object, those with type parameters left
/// out. Returns how many there are; -1 when this system does not tell.
int petl_each_type(void *_Nonnull image,
                   void (*_Nonnull visit)(const void *_Nonnull metadata, void *_Nullable context),
                   void *_Nullable context);

/// The file of the shared object that the Swift runtime is in; NULL when the system does not tell.
const char *_Nullable petl_runtime_path(void);

#ifdef __cplusplus
}
#endif
#endif
