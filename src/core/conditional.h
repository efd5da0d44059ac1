/* conditional.h - the law w[x] psi^x of a count given the margins.
 * The number in group 1 of a 2 x 2 table has it given the total (w the
 * hypergeometric weights, psi the odds ratio; Fisher 1935), and so has the sum
 * of such numbers over strata with a common odds ratio. Weights are
 * log-concave, as both are. Tails are summed outwards from the mode to 1e-22 of
 * it, everything is solved in log psi to 1e-13.
 *
 * Two-sided p-values with psi as hypothesis: by minimum likelihood, those of
 * the values no more likely than the observed x; Blaker's (2000), the smaller
 * tail at x with the largest tail on the other side that is no larger. Where
 * psi is above the estimate both are P(X <= x) + P(X >= k), with a k that
 * jumps where a value k becomes as likely as x, or its tail as large. Between
 * jumps p falls, or rises, or falls and then rises (its complement is the mean
 * of a unimodal function of X), and at a jump it has the value of the side on
 * which it is larger. So the values of psi with p > alpha are found piece by
 * piece; they may have gaps. */
#ifndef IC_CONDITIONAL_H
#define IC_CONDITIONAL_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct ic_conditional {
  const double *log_weight; /* of one value after the other */
  size_t n;                 /* values, at least 2 */
  size_t x;                 /* the observed one, from 0 */
  int mirrored;             /* weights run from the last value to the first */
} ic_conditional;

typedef enum ic_sides { IC_SIDES_MINLIKE, IC_SIDES_BLAKER } ic_sides;

/* psi for which the mean is the observed value: 0 and INFINITY at the ends. */
double ic_conditional_estimate(const ic_conditional *c);

/* Intervals from below. */
#define IC_PIECES_MAX 64
typedef struct ic_pieces {
  size_t n;
  double limit[IC_PIECES_MAX][2];
} ic_pieces;

/* One piece, with the limits at which either tail is alpha_low (alpha_high);
 * with `mid` half of the observed value is taken off (Lancaster 1961). An alpha
 * of 0 gives 0 or INFINITY, as do the ends. inside: whether psi = 1 is known to
 * belong to it, so that rounding does not decide. */
void ic_conditional_limits(const ic_conditional *c, int mid, double alpha_low,
                           double alpha_high, int inside, ic_pieces *out);

/* The psi with a two-sided p > alpha; gaps beyond IC_PIECES_MAX are closed. */
void ic_conditional_set(const ic_conditional *c, ic_sides sides, int mid,
                        double alpha, int inside, ic_pieces *out);

#endif
