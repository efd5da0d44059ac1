/* amounts.h - tests of amounts in data drawn from two populations, for
 * planning. Replicate r draws n1 values of the first and n2 of the second,
 * each equally likely, from the stream (seed, r), so that the answer does not
 * depend on the number of threads. */
#ifndef IC_AMOUNTS_H
#define IC_AMOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "brunner.h"
#include "parallel.h"
#include "ranks.h"

typedef enum ic_amount_test { IC_WILCOXON, IC_BRUNNER } ic_amount_test;

/* No NaN among the values, of which there is at least one each; n1, n2 >= 2.
 * Brunner and Munzel's test goes through all ways in which the first group can
 * fall on the different values where these are at most IC_AMOUNTS_TABLES,
 * otherwise through IC_AMOUNTS_DRAWS random relabellings. */
typedef struct ic_amounts {
  const double *first, *second;
  size_t values1, values2, n1, n2;
  ic_amount_test test;
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_amounts;

#define IC_AMOUNTS_TABLES 20000
#define IC_AMOUNTS_DRAWS 999

/* The two-sided p of each replicate; NaN where all values drawn are equal.
 * IC_ELIMIT where groups are too large for the exact Wilcoxon test. */
ic_status ic_amounts_simulate(const ic_amounts *a, const ic_watch *watch,
                              double *p, ic_error *err);

#endif
