/* odds: solved equations, published limits, symmetry, memory. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/odds.h"

static void expected(ic_odds_kind kind, unsigned x1, unsigned n1, unsigned x2,
                     unsigned n2, double low, double high, double tolerance)
{
  double or, limits[2];
  ic_error err;
  CHECK(ic_odds_ratio(kind, x1, n1, x2, n2, 0.025, 0.025, &or, limits, &err)
        == IC_OK);
  CHECK_NEAR(limits[0], low, tolerance);
  CHECK_NEAR(limits[1], high, tolerance);
}

static void published(void)
{
  expected(IC_ODDS_MIDP, 9, 13, 4, 14, 1.0226, 31.5025, 5.1e-5);
  expected(IC_ODDS_SCORE, 9, 13, 4, 14, 1.0934, 28.9419, 5.1e-5);
  expected(IC_ODDS_CONDITIONAL, 345, 800, 260, 605, 0.80829588076,
           1.25268543233, 5.1e-10);
  expected(IC_ODDS_CONDITIONAL, 3200, 3206, 885, 891, 0.9636960963204,
           13.55567727962, 5.1e-9);
  expected(IC_ODDS_CONDITIONAL, 2, 33, 136, 15668, 0.84581416146,
           29.444343085, 1e-7);
  double or, limits[2];
  ic_error err;
  CHECK(ic_odds_ratio(IC_ODDS_CONDITIONAL, 3, 4, 1, 4, 0.05, 0, &or, limits,
                      &err) == IC_OK);
  CHECK_NEAR(or, 6.4083196582, 5.1e-10);
  CHECK_NEAR(limits[0], 0.313573767505, 5.1e-11);
  CHECK(limits[1] == INFINITY);
}

/* Groups swapped or outcomes swapped: the reciprocal. */
static void symmetry(ic_odds_kind kind, unsigned n1, unsigned n2)
{
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      double a, b, c, p[2], q[2], r[2];
      ic_error err;
      ic_odds_ratio(kind, x, n1, y, n2, 0.025, 0.025, &a, p, &err);
      ic_odds_ratio(kind, y, n2, x, n1, 0.025, 0.025, &b, q, &err);
      ic_odds_ratio(kind, n1 - x, n1, n2 - y, n2, 0.025, 0.025, &c, r, &err);
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

static void memory(void)
{
  double or, limits[2];
  ic_error err;
  ic_memory_fail(1, 0);
  CHECK(ic_odds_ratio(IC_ODDS_MIDP, 3, 9, 4, 9, 0.1, 0.1, &or, limits, &err)
        == IC_EMEMORY);
  ic_memory_fail(0, 0);
}

int main(void)
{
  published();
  for (ic_odds_kind kind = IC_ODDS_CONDITIONAL; kind <= IC_ODDS_SCORE; kind++) {
    symmetry(kind, 7, 5);
    symmetry(kind, 1, 4);
  }
  memory();
  return check_report();
}
