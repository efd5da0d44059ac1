/* odds: solved equations, published limits, symmetry. */
#include "check.h"
#include "core/odds.h"

static void published(void)
{
  double or, limits[2];
  ic_odds_score(9, 13, 4, 14, 0.025, 0.025, &or, limits);
  CHECK_NEAR(limits[0], 1.0934, 5.1e-5);
  CHECK_NEAR(limits[1], 28.9419, 5.1e-5);
  CHECK_NEAR(or, 9.0 * 10.0 / (4.0 * 4.0), 1e-14);
}

/* Groups swapped or outcomes swapped: the reciprocal. */
static void symmetry(unsigned n1, unsigned n2)
{
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      double a, b, c, p[2], q[2], r[2];
      ic_odds_score(x, n1, y, n2, 0.025, 0.025, &a, p);
      ic_odds_score(y, n2, x, n1, 0.025, 0.025, &b, q);
      ic_odds_score(n1 - x, n1, n2 - y, n2, 0.025, 0.025, &c, r);
      if (x + y == 0 || x + y == n1 + n2) {
        CHECK(isnan(a) && p[0] == 0 && p[1] == INFINITY);
        continue;
      }
      CHECK(p[0] <= a && a <= p[1]);
      CHECK(a == 0 ? b == INFINITY && c == INFINITY : a == INFINITY
              ? b == 0 && c == 0 : fabs(a * b - 1) + fabs(a * c - 1) < 1e-9);
      CHECK(p[0] == 0 ? q[1] == INFINITY && r[1] == INFINITY
              : fabs(p[0] * q[1] - 1) + fabs(p[0] * r[1] - 1) < 1e-9);
    }
}

int main(void)
{
  published();
  symmetry(5, 4);
  symmetry(11, 10);
  return check_report();
}
