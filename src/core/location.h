/* location.h - by how much one sample is shifted against another.
 * The estimate is the median of all differences x[i] - y[j] (Hodges and
 * Lehmann 1963). The interval holds the shifts that the Wilcoxon test of
 * x - shift against y does not reject, by the distribution of ranks that this
 * shift gives, ties and all; so 0 lies inside only if the test of x against y
 * has p above 1 - level, and outside only if not (it may be a limit in either
 * case, for a shift may be rejected at a difference and not beside it).
 *
 * Ranks change at the differences alone, so a limit is a difference, or
 * infinite where no shift can be rejected. It is found by bisection: when x
 * moves up, no rank of x falls and none of y rises, so a relabelling that
 * gives x up and takes y can only lose, and one-sided p-values are monotone
 * in the shift whatever the ties. The two-sided one is where it matters: it
 * may waver where it is large (above 0.2 in every case tried). */
#ifndef IC_LOCATION_H
#define IC_LOCATION_H

#include "ranks.h"

#define IC_LOCATION_PAIRS_MAX 10000000.0

typedef struct ic_location {
  double estimate, low, high;
} ic_location;

/* x and y are finite and not empty. Differences closer than 1e-12 of the
 * largest value count as equal. side: which tail is inverted (two-sided, or
 * one-sided with one infinite limit); exact: ic_sum_exact() or, if 0, the
 * normal approximation of ic_sum_normal(). IC_ELIMIT above
 * IC_LOCATION_PAIRS_MAX differences or as ic_sum_exact(). */
ic_status ic_location_interval(const double *x, size_t n1, const double *y,
                               size_t n2, double level, ic_side side,
                               int exact, ic_location *out, ic_error *err);

#endif
