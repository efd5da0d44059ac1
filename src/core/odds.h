/* odds.h - the odds ratio of x1 of n1 against x2 of n2.
 * Given the total s = x1 + x2, X1 has the noncentral hypergeometric law with
 * weights C(n1, x) C(n2, s - x) psi^x (Fisher 1935). The conditional estimate
 * solves E(X1) = x1; exact limits solve that either tail is alpha / 2 (the
 * interval of the central test; Cornfield 1956), mid-p limits take half of
 * the observed table off. The score interval solves, with the frequencies X
 * fitted under psi, (x1 - X)^2 (1/X + ... ) (N - 1) / N = z^2 (Miettinen and
 * Nurminen 1985). All are solved in log psi to 1e-12. */
#ifndef IC_ODDS_H
#define IC_ODDS_H

#include <stdint.h>

#include "status.h"

typedef enum ic_odds_kind {
  IC_ODDS_CONDITIONAL,
  IC_ODDS_MIDP,
  IC_ODDS_SCORE
} ic_odds_kind;

/* Puts the estimate (sample odds ratio for the score method) and the limits
 * of an interval with alpha_low and alpha_high beyond them; 0 and INFINITY
 * are legal values. An alpha of 0 gives the limit 0 or INFINITY. The estimate
 * is NaN, the interval whole, where s is 0 or n1 + n2. x1 <= n1, x2 <= n2,
 * n1, n2 >= 1. */
ic_status ic_odds_ratio(ic_odds_kind kind, uint32_t x1, uint32_t n1,
                        uint32_t x2, uint32_t n2, double alpha_low,
                        double alpha_high, double *estimate, double limits[2],
                        ic_error *err);

#endif
