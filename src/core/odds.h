/* odds.h - the score interval of the odds ratio, x1 of n1 against x2 of n2.
 * With the frequencies X fitted under psi it solves
 * (x1 - X)^2 (1/X + ...) (N - 1) / N = z^2 (Miettinen and Nurminen 1985), in
 * log psi to 1e-12. Exact intervals: strata.h. */
#ifndef IC_ODDS_H
#define IC_ODDS_H

#include <stdint.h>

/* Puts the sample odds ratio and the limits of an interval with alpha_low and
 * alpha_high beyond them; 0 and INFINITY are legal values. An alpha of 0 gives
 * the limit 0 or INFINITY. The estimate is NaN, the interval whole, where s is
 * 0 or n1 + n2. x1 <= n1, x2 <= n2, n1, n2 >= 1. */
void ic_odds_score(uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2,
                   double alpha_low, double alpha_high, double *estimate,
                   double limits[2]);

#endif
