/* contingency.h - the exact test of an r x c table (Freeman and Halton 1951).
 * p is the probability, given the margins, of the tables no more likely than
 * the observed one. Columns are cut into three: states A of the larger ones,
 * states B of smaller ones, and the smallest column, which the two determine.
 * A and B are joined by one pass over their sorted products, so that the work
 * grows with about the square root of that of placing all columns one by one.
 * There is no size to guess beforehand; where the limits of margins.h are
 * reached, random tables remain. */
#ifndef IC_CONTINGENCY_H
#define IC_CONTINGENCY_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "status.h"

/* x[i + rows * j]. p is in (0, 1], *seen the probability of the table itself
 * (it may underflow to 0). IC_EINPUT for a total of 0 or above
 * IC_TABLE_TOTAL_MAX; IC_ELIMIT where it would take too many states. */
ic_status ic_contingency_exact(const uint32_t *x, size_t rows, size_t columns,
                               double *p, double *seen, ic_error *err);

/* How many of `draws` random tables with these margins are no more likely than
 * the observed one; draw i is keyed by (seed, i). */
ic_status ic_contingency_draw(const uint32_t *x, size_t rows, size_t columns,
                              size_t draws, uint64_t seed, int threads,
                              const ic_watch *watch, size_t *hits,
                              ic_error *err);

#endif
