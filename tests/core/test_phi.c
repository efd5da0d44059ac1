/* phi: limits against the definition on a fine grid, mirror images, ends. */
#include "check.h"
#include "core/numeric.h"
#include "core/phi.h"

static double slow_score(double phi, double x1, double n1, double x2,
                         double n2)
{
  double w1 = n1 / (n1 + n2), w2 = 1.0 - w1, best = -INFINITY, out = NAN;
  for (int i = 1; i < 200000; i++) {
    double q = i / 200000.0, s = sqrt(q * (1 - q));
    double a = q + phi * sqrt(w2 / w1) * s, b = q - phi * sqrt(w1 / w2) * s;
    if (a <= 0.0 || a >= 1.0 || b <= 0.0 || b >= 1.0)
      continue;
    double l = x1 * log(a) + (n1 - x1) * log(1 - a) + x2 * log(b)
      + (n2 - x2) * log(1 - b);
    if (l > best) {
      best = l;
      out = pow(x1 - n1 * a, 2) / (n1 * a * (1 - a))
        + pow(x2 - n2 * b, 2) / (n2 * b * (1 - b));
    }
  }
  return out * (n1 + n2 - 1) / (n1 + n2);
}

static void solved(unsigned n1, unsigned n2)
{
  double z = ic_normal_quantile(0.975);
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      double l[2], m[2], o[2];
      if (x + y == 0 || x + y == n1 + n2)
        continue;
      ic_phi_interval(x, n1, y, n2, 0.95, l);
      ic_phi_interval(y, n2, x, n1, 0.95, m);
      ic_phi_interval(n1 - x, n1, n2 - y, n2, 0.95, o);
      CHECK_NEAR(l[0], -m[1], 1e-7);
      CHECK_NEAR(l[1], -o[0], 1e-7);
      CHECK(l[0] >= -1.0 && l[1] <= 1.0 && l[0] < l[1]);
      if (l[0] > -1.0)
        CHECK_NEAR(slow_score(l[0], x, n1, y, n2), z * z, 5e-3);
    }
}

static void apart(void)
{
  double l[2];
  ic_phi_interval(11, 11, 0, 10, 0.95, l);
  CHECK(l[0] > 0.5 && l[1] == 1.0);
  ic_phi_interval(1, 1, 0, 1, 0.95, l);
  CHECK(l[0] < 0.0 && l[1] == 1.0);
}

int main(void)
{
  solved(5, 4);
  solved(7, 3);
  apart();
  return check_report();
}
