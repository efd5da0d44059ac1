#include "odds.h"

#include <math.h>

#include "numeric.h"
#include "strata.h"

#define LOG_MOST 700.0

typedef struct cell {
  double n1, n2, s, x;
} cell;

/* Minus the signed root of the score statistic: rises with psi. */
static double score(const cell *c, double b)
{
  double x = ic_fitted_cell(c->n1, c->n2, c->s, exp(b)), n = c->n1 + c->n2;
  if (x == c->x)
    return 0.0;
  double v = 1.0 / x + 1.0 / (c->n1 - x) + 1.0 / (c->s - x)
    + 1.0 / (c->n2 - c->s + x);
  return (x - c->x) * sqrt(v * (n - 1.0) / n);
}

static double solve_score(const cell *c, double target)
{
  double lo = -LOG_MOST, hi = LOG_MOST;
  while (hi - lo > 1e-13 * fmax(1.0, fabs(lo))) {
    double mid = 0.5 * (lo + hi);
    if (mid == lo || mid == hi)
      break;
    if (score(c, mid) < target)
      lo = mid;
    else
      hi = mid;
  }
  return exp(0.5 * (lo + hi));
}

void ic_odds_score(uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2,
                   double alpha_low, double alpha_high, double *estimate,
                   double limits[2])
{
  cell c = {n1, n2, (double) x1 + x2, x1};
  int lowest = c.x == fmax(0.0, c.s - c.n2), highest = c.x == fmin(c.s, c.n1);
  limits[0] = 0.0;
  limits[1] = INFINITY;
  *estimate = lowest && highest ? NAN : lowest ? 0.0 : highest ? INFINITY
    : c.x * (c.n2 - x2) / (x2 * (c.n1 - c.x));
  if (!lowest && alpha_low > 0.0)
    limits[0] = solve_score(&c, ic_normal_quantile(alpha_low));
  if (!highest && alpha_high > 0.0)
    limits[1] = solve_score(&c, -ic_normal_quantile(alpha_high));
}
