/* ratio.h - score intervals for p1 / p2, x1 of n1 against x2 of n2.
 * With p1 = r p2 the likelihood is largest at the root of a quadratic in p2;
 * the score of x1 / n1 - r x2 / n2 under it falls with r (Koopman 1984), and
 * with the variance times N / (N - 1) (Miettinen and Nurminen 1985). Solved in
 * log r to 1e-13. */
#ifndef IC_RATIO_H
#define IC_RATIO_H

#include <stdint.h>

/* The score without N / (N - 1); 0 where nobody is counted in either group.
 * r > 0. */
double ic_ratio_score(double x1, double n1, double x2, double n2, double r);

/* Limits with alpha_low and alpha_high beyond them, 0 and INFINITY being legal;
 * an alpha of 0 gives these. large: with N / (N - 1). x1 <= n1, x2 <= n2,
 * n1, n2 >= 1. */
void ic_ratio_interval(int large, uint32_t x1, uint32_t n1, uint32_t x2,
                       uint32_t n2, double alpha_low, double alpha_high,
                       double limits[2]);

#endif
