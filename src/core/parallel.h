/* parallel.h - numbered items of work over a few POSIX threads.
 * Work is named by item, never by worker: fn must write only to places that
 * belong to its item (or to its worker's scratch), so results do not depend on
 * the number of threads. Workers take no signals. The calling thread does not
 * return before every worker has ended. */
#ifndef IC_PARALLEL_H
#define IC_PARALLEL_H

#include "status.h"

/* Does item `item`; `worker` is 0 .. threads - 1. */
typedef ic_status (*ic_task)(void *data, size_t item, int worker,
                             ic_error *err);

/* What the calling thread looks at every 50 ms or so: returns non-zero to ask
 * for a stop. `done` items of `total` have ended. NULL is never asked. */
typedef struct ic_watch {
  int (*poll)(void *data, size_t done, size_t total);
  void *data;
} ic_watch;

#define IC_THREADS_MAX 64

/* Runs fn for items 0 .. n - 1. Stops early at the first failure or when the
 * watch asks (IC_EINTERRUPT). Of several failures the one with the lowest item
 * that was reached is reported. threads < 1 counts as 1; if no thread can be
 * started the calling thread does the work. */
ic_status ic_parallel(size_t n, int threads, ic_task fn, void *data,
                      const ic_watch *watch, ic_error *err);

#endif
