/* strata.h - 2 x 2 tables of several strata with a common odds ratio.
 * In stratum k, x1[k] of n1[k] against x2[k] of n2[k]. Given the margins the
 * weights C(n1, x) C(n2, s - x) of a stratum make polynomials, and their
 * product is the law of S = sum of x1 (Gart 1970; Mehta, Patel and Gray 1985),
 * here in logarithms, so that nothing underflows; a value is off by less than
 * 1e-15 times the number of participants. Where two of its coefficients are
 * closer than 1e-9 they are compared as whole numbers. A single table is one
 * stratum. */
#ifndef IC_STRATA_H
#define IC_STRATA_H

#include <stddef.h>
#include <stdint.h>

#include "conditional.h"
#include "status.h"
#include "table2.h"

/* Strata in which S can take one value only say nothing and are left out: k may
 * become 0, the law then has the one value observed. */
typedef struct ic_strata {
  size_t k;
  uint32_t *x1, *n1, *x2, *n2;
  uint32_t seen, least; /* S of all strata, and the least it can be */
  double *log_weight;
  ic_conditional law;
} ic_strata;

#define IC_STRATA_TOTAL_MAX 200000

/* x1 <= n1, x2 <= n2. IC_EINPUT beyond IC_STRATA_TOTAL_MAX participants. Close
 * it also after a failure. */
ic_status ic_strata_open(ic_strata *s, const uint32_t *x1, const uint32_t *n1,
                         const uint32_t *x2, const uint32_t *n2, size_t k,
                         ic_error *err);
void ic_strata_close(ic_strata *s);

/* P that S is as large, as small, or by minimum likelihood (tails as in
 * table2.h), with odds ratio 1; mid: less half the probability of the observed
 * S. */
ic_status ic_strata_p(const ic_strata *s, ic_tail tail, int mid, double *p,
                      ic_error *err);

/* The common odds ratios that the test with this tail does not reject at alpha;
 * inside: whether 1 is one of them. Of IC_LESS and IC_GREATER one limit is 0 or
 * INFINITY; IC_BLAKER is allowed too. All odds ratios where S can take one
 * value only. */
void ic_strata_interval(const ic_strata *s, ic_tail tail, int mid,
                        double alpha, int inside, ic_pieces *out);

typedef struct ic_mantel_haenszel {
  double statistic;  /* chi-squared with 1 df, no continuity correction */
  double corrected;  /* with it: |S - E| - 1/2, at least 0 */
  double direction;  /* S - E */
  double odds_ratio; /* of Mantel and Haenszel */
  double log_error;  /* of its log: Robins, Breslow and Greenland (1986) */
  double homogeneity; /* Breslow and Day with Tarone's correction (1985) */
  double df;          /* strata that say something, less 1 */
} ic_mantel_haenszel;

/* NaN for what is undefined: all of it without a stratum that says something,
 * log_error where the odds ratio is 0 or INFINITY (homogeneity too). */
void ic_strata_mantel_haenszel(const ic_strata *s, ic_mantel_haenszel *out);

/* The frequency in the first cell fitted under the odds ratio psi with the
 * margins of x1 of n1 against x2 of n2. */
double ic_fitted_cell(double n1, double n2, double s, double psi);

#endif
