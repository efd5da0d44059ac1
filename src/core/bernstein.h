/* bernstein.h - the largest value of a polynomial in Bernstein form.
 * P(theta) = sum_s a[s] Bin(s; n, theta), a[s] >= 0: how likely a set of
 * tables is when a[s] is its probability given the total s.
 *
 * With theta = sin(phi)^2 the terms decay fast around their mode, and P is an
 * entire function of phi with |P| <= max(a) cosh(2 Im phi)^n. On pieces of
 * length 2 / sqrt(n) it is therefore equal, to 2e-15 max(a), to its Chebyshev
 * interpolant of degree 28 (Trefethen 2013, theorem 8.2). Intervals are halved
 * until Taylor bounds on that interpolant show that none exceeds a value of P
 * itself by more than 1e-11 (relative). So a maximum between the points of a
 * grid is not missed. Cost: about 100 sqrt(n) sums of 10 sqrt(n) terms. */
#ifndef IC_BERNSTEIN_H
#define IC_BERNSTEIN_H

#include <stddef.h>

/* Doubles of scratch that ic_bernstein_max() needs. */
#define IC_BERNSTEIN_SCRATCH(n) (6 * (size_t) (n) + 256)

/* max of P over lo <= theta <= hi within [0, 1]; n >= 1. Once a value of at
 * least `enough` is found, it is returned (INFINITY: none is enough). A
 * polynomial and its mirror image have the same double. */
double ic_bernstein_max(const double *a, size_t n, double lo, double hi,
                        double enough, double *scratch);

#endif
