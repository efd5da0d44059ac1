/* filelock.h - one writer at a time, by a small file beside the one written.
 * A POSIX lock on the file itself is lost as soon as anybody in the same
 * process opens and closes it; this lock belongs to its own descriptor and is
 * not. It is advisory, goes with its process however that ends, is not passed
 * to programs the process starts, and leaves no file behind when released.
 * Where the file system knows no such locks, taking one succeeds and guards
 * nothing. Thread safety: a lock belongs to one thread. */
#ifndef IC_FILELOCK_H
#define IC_FILELOCK_H

#include <stdint.h>

#include "parallel.h"
#include "status.h"

typedef struct ic_lock {
  intptr_t handle;
  int held;
} ic_lock;

/* Takes the lock whose file is `path`, waiting up to `timeout` milliseconds
 * and asking the watch (may be NULL) meanwhile. IC_ELOCKED: somebody else has
 * it; IC_EREADONLY, IC_EFULL: its file cannot be made; IC_EINTERRUPT. Nothing
 * is held after a failure. */
ic_status ic_lock_take(ic_lock *lock, const char *path, int timeout,
                       const ic_watch *watch, ic_error *err);

/* Lets go, and removes the file. A lock that is not held is left alone. */
void ic_lock_release(ic_lock *lock, const char *path);

#endif
