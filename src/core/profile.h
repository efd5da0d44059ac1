/* profile.h - whole code profiles of groups compared by their distances.
 * The statistic is the sum of squares within groups,
 *   W = sum over groups g of (1 / n_g) sum over pairs in g of d^2,
 * of which Anderson's (2001) pseudo-F is a falling function, the total being
 * the same in every relabelling. Squared distances come as whole numbers, so
 * the sums of pairs are exact, whatever the order of participants; W itself is
 * compared with room for its roundings and for `slack`, how far two values of W
 * may be apart because squared distances were rounded to whole numbers. */
#ifndef IC_PROFILE_H
#define IC_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "status.h"

typedef struct ic_profile {
  size_t n, groups, strata;
  const int64_t *distance; /* squared: n * n, symmetric, their sum below 2^53 */
  const uint32_t *group;   /* below groups, each with a member */
  const uint32_t *stratum; /* below strata, or NULL for one */
  double slack;
} ic_profile;

double ic_profile_within(const ic_profile *p);

/* How many relabellings there are that keep the sizes of groups in each
 * stratum, and how many of them have W no larger than observed. Participants
 * are placed one after the other: few once the last are reached, so that a
 * relabelling costs some six additions at 11 against 10. */
ic_status ic_profile_all(const ic_profile *p, size_t *count, size_t *hits,
                         ic_error *err);

/* The same for `draws` random relabellings, each keyed by (seed, number). */
ic_status ic_profile_draw(const ic_profile *p, size_t draws, uint64_t seed,
                          int threads, const ic_watch *watch, size_t *hits,
                          ic_error *err);

#endif
