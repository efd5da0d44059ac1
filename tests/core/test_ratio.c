/* ratio: published limits, solved equations, groups swapped, ends. */
#include "check.h"
#include "core/numeric.h"
#include "core/ratio.h"

static void published(void)
{
  double l[2];
  ic_ratio_interval(0, 7, 34, 1, 34, 0.025, 0.025, l);
  CHECK_NEAR(l[0], 1.2209, 5.1e-5);
  CHECK_NEAR(l[1], 42.5757, 5.1e-5);
  ic_ratio_interval(1, 7, 34, 1, 34, 0.025, 0.025, l);
  CHECK_NEAR(l[0], 1.2086, 5.1e-5);
  CHECK_NEAR(l[1], 43.0330, 5.1e-5);
}

/* The score from the definition: proportions fitted by bisection of the
 * derivative of the likelihood. */
static double slow_score(double x1, double n1, double x2, double n2, double r)
{
  double lo = 0.0, hi = fmin(1.0, 1.0 / r);
  for (int i = 0; i < 100; i++) {
    double p = 0.5 * (lo + hi);
    double slope = (x1 + x2) * (1 - r * p) * (1 - p)
      - (n1 - x1) * r * p * (1 - p) - (n2 - x2) * p * (1 - r * p);
    if (slope > 0.0)
      lo = p;
    else
      hi = p;
  }
  double q = r * lo;
  return (x1 / n1 - r * x2 / n2)
    / sqrt(q * (1 - q) / n1 + r * r * lo * (1 - lo) / n2);
}

static void solved(unsigned n1, unsigned n2)
{
  double z = ic_normal_quantile(0.975);
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      double l[2], m[2];
      ic_ratio_interval(0, x, n1, y, n2, 0.025, 0.025, l);
      ic_ratio_interval(0, y, n2, x, n1, 0.025, 0.025, m);
      CHECK(x > 0 ? l[0] > 0.0 : l[0] == 0.0);
      CHECK(y > 0 ? l[1] < INFINITY : l[1] == INFINITY);
      if (x > 0)
        CHECK_NEAR(l[0] * m[1], 1.0, 1e-12);
      if (x > 0 && x < n1)
        CHECK_NEAR(slow_score(x, n1, y, n2, l[0]), z, 1e-7);
    }
}

int main(void)
{
  published();
  solved(5, 4);
  solved(11, 10);
  return check_report();
}
