/* phi.h - the score interval of the phi coefficient, x1 of n1 against x2 of n2.
 * With w the shares of the groups and q = w1 p1 + w2 p2, phi = (p1 - p2)
 * sqrt(w1 w2 / (q (1 - q))). A value of phi is a curve of p1 and p2, run
 * through by q; the interval holds the values for which Pearson's chi-squared
 * distance of the table from the most likely point of the curve, times (N - 1)
 * / N, is below the normal quantile squared. (Rao's score statistic, as
 * Miettinen and Nurminen 1985 have it for a difference.) */
#ifndef IC_PHI_H
#define IC_PHI_H

#include <stdint.h>

/* Limits in [-1, 1], to 1e-7. x1 <= n1, x2 <= n2, 0 < x1 + x2 < n1 + n2,
 * n1, n2 >= 1. */
void ic_phi_interval(uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2,
                     double level, double limits[2]);

#endif
