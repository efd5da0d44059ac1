/* memory.h - every allocation of the core goes through here.
 * Sizes are checked for overflow; a failure is reported, never fatal. In
 * builds with IC_TEST_MEMORY the n-th allocation can be made to fail, so that
 * tests can walk every failing path. */
#ifndef IC_MEMORY_H
#define IC_MEMORY_H

#include "status.h"

/* count elements of size bytes each, zeroed. NULL on overflow or exhaustion.
 * A count of zero gives a pointer that may be freed but not read. */
void *ic_alloc(size_t count, size_t size);

/* Resizes to count elements; on failure returns NULL and the old block stays
 * valid. Added bytes are not initialised. */
void *ic_resize(void *block, size_t count, size_t size);

/* Makes room for at least `needed` elements in the array at *block, whose
 * capacity is *capacity, growing by half. On failure nothing has changed. */
ic_status ic_reserve(void **block, size_t *capacity, size_t needed,
                     size_t size, ic_error *err);

void ic_free(void *block);

/* The usual report of an exhausted memory. */
ic_status ic_no_memory(ic_error *err);

#ifdef IC_TEST_MEMORY
/* The n-th allocation from now fails, once (persistent = 0) or with all after
 * it (persistent = 1); n = 0 switches failing off. Not thread safe. */
void ic_memory_fail(size_t n, int persistent);
#endif

#endif
