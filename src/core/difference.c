#include "difference.h"

#include <math.h>

#include "numeric.h"

/* p minus Wilson's lower limit for x of n; of n - x it is the upper limit
 * minus p, so mirrored tables give the same doubles. */
static double wilson_gap(double x, double n, double z)
{
  double half = z * sqrt(x * (n - x) / n + 0.25 * z * z);
  double low = (x + 0.5 * z * z - half) / (n + z * z);
  return x == 0.0 ? 0.0 : x / n - (low > 0.0 ? low : 0.0);
}

static double observed(double x1, double n1, double x2, double n2)
{
  return (x1 * n2 - x2 * n1) / (n1 * n2);
}

double ic_newcombe_lower(double x1, double n1, double x2, double n2, double z)
{
  double a = wilson_gap(x1, n1, z), b = wilson_gap(n2 - x2, n2, z);
  return observed(x1, n1, x2, n2) - sqrt(a * a + b * b);
}

/* p2 that is most likely given p1 - p2 = d: the root of a cubic (Farrington
 * and Manning 1990). */
static double constrained(double x1, double n1, double x2, double n2, double d)
{
  double lo = d < 0.0 ? -d : 0.0, hi = d > 0.0 ? 1.0 - d : 1.0;
  double theta = n2 / n1, p1 = x1 / n1, p2 = x2 / n2;
  double a = 1.0 + theta;
  double b = -(1.0 + theta + p1 + theta * p2 + d * (theta + 2.0));
  double c = d * d + d * (2.0 * p1 + theta + 1.0) + p1 + theta * p2;
  double e = -p1 * d * (1.0 + d);
  double v = b * b * b / (27.0 * a * a * a) - b * c / (6.0 * a * a)
    + e / (2.0 * a);
  double inside = b * b / (9.0 * a * a) - c / (3.0 * a);
  double u = copysign(sqrt(inside > 0.0 ? inside : 0.0), v);
  double ratio = u == 0.0 ? 1.0 : v / (u * u * u);
  ratio = ratio > 1.0 ? 1.0 : ratio < -1.0 ? -1.0 : ratio;
  double w = (3.14159265358979323846 + acos(ratio)) / 3.0;
  double best = 2.0 * u * cos(w) - b / (3.0 * a) - d;
  return best < lo ? lo : best > hi ? hi : best;
}

static double score(double x1, double n1, double x2, double n2, double d,
                    double scale)
{
  double p2 = constrained(x1, n1, x2, n2, d), p1 = p2 + d;
  double v = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2) * scale;
  double gap = observed(x1, n1, x2, n2) - d;
  return fabs(gap) < 1e-15 ? 0.0 : v > 0.0 ? gap / sqrt(v)
                                           : copysign(INFINITY, gap);
}

double ic_difference_score(double x1, double n1, double x2, double n2,
                           double d)
{
  return score(x1, n1, x2, n2, d, 1.0);
}

/* The d below the observed difference at which the score reaches z. */
static double score_lower(double x1, double n1, double x2, double n2, double z,
                          double scale)
{
  double lo = -1.0, hi = observed(x1, n1, x2, n2);
  for (int i = 0; i < 60 && hi - lo > 1e-15; i++) {
    double mid = 0.5 * (lo + hi);
    if (score(x1, n1, x2, n2, mid, scale) > z)
      lo = mid;
    else
      hi = mid;
  }
  return 0.5 * (lo + hi);
}

static void caffo(double x1, double n1, double x2, double n2, double z,
                  double limits[2])
{
  double p1 = (x1 + 1.0) / (n1 + 2.0), p2 = (x2 + 1.0) / (n2 + 2.0);
  double half = z * sqrt(p1 * (1.0 - p1) / (n1 + 2.0)
                         + p2 * (1.0 - p2) / (n2 + 2.0));
  limits[0] = fmax(-1.0, p1 - p2 - half);
  limits[1] = fmin(1.0, p1 - p2 + half);
}

void ic_difference_interval(ic_difference_kind kind, uint32_t x1, uint32_t n1,
                            uint32_t x2, uint32_t n2, double level,
                            double limits[2])
{
  double z = ic_normal_quantile(0.5 + 0.5 * level);
  double n = (double) n1 + n2;
  double scale = kind == IC_INTERVAL_SCORE ? n / (n - 1.0) : 1.0;
  if (kind == IC_INTERVAL_CAFFO) {
    caffo(x1, n1, x2, n2, z, limits);
  } else if (kind == IC_INTERVAL_NEWCOMBE) {
    limits[0] = ic_newcombe_lower(x1, n1, x2, n2, z);
    limits[1] = -ic_newcombe_lower(x2, n2, x1, n1, z);
  } else {
    limits[0] = score_lower(x1, n1, x2, n2, z, scale);
    limits[1] = -score_lower(x2, n2, x1, n1, z, scale);
  }
}
