#include "ratio.h"

#include <math.h>

#include "numeric.h"

#define LOG_MOST 700.0

double ic_ratio_score(double x1, double n1, double x2, double n2, double r)
{
  double a = (n1 + n2) * r, b = n1 * r + x1 + n2 + x2 * r, c = x1 + x2;
  double inside = b * b - 4.0 * a * c;
  double p2 = 2.0 * c / (b + sqrt(inside > 0.0 ? inside : 0.0));
  double p1 = fmin(1.0, r * p2), gap = x1 / n1 - r * x2 / n2;
  double v = p1 * (1.0 - p1) / n1 + r * r * p2 * (1.0 - p2) / n2;
  return fabs(gap) < 1e-15 ? 0.0 : v > 0.0 ? gap / sqrt(v)
                                           : copysign(INFINITY, gap);
}

/* Where the score, which falls, reaches z. */
static double lower(double x1, double n1, double x2, double n2, double z)
{
  double lo = -LOG_MOST, hi = LOG_MOST;
  while (hi - lo > 1e-13 * fmax(1.0, fabs(lo))) {
    double mid = 0.5 * (lo + hi);
    if (mid == lo || mid == hi)
      break;
    if (ic_ratio_score(x1, n1, x2, n2, exp(mid)) > z)
      lo = mid;
    else
      hi = mid;
  }
  return exp(0.5 * (lo + hi));
}

void ic_ratio_interval(int large, uint32_t x1, uint32_t n1, uint32_t x2,
                       uint32_t n2, double alpha_low, double alpha_high,
                       double limits[2])
{
  double n = (double) n1 + n2, widen = large ? sqrt(n / (n - 1.0)) : 1.0;
  limits[0] = 0.0;
  limits[1] = INFINITY;
  if (x1 > 0 && alpha_low > 0.0)
    limits[0] = lower(x1, n1, x2, n2, -ic_normal_quantile(alpha_low) * widen);
  if (x2 > 0 && alpha_high > 0.0)
    limits[1] = 1.0 / lower(x2, n2, x1, n1,
                            -ic_normal_quantile(alpha_high) * widen);
}
