/* difference: published limits, coverage, agreement with the test. */
#include <stdlib.h>

#include "check.h"
#include "core/difference.h"
#include "core/unconditional.h"
#include "core/memory.h"
#include "core/numeric.h"
#include "core/table2.h"

static void published(ic_difference_kind kind, unsigned x1, unsigned n1,
                      unsigned x2, unsigned n2, double low, double high)
{
  double limits[2];
  ic_difference_interval(kind, x1, n1, x2, n2, 0.95, limits);
  CHECK_NEAR(limits[0], low, 5.1e-5);
  CHECK_NEAR(limits[1], high, 5.1e-5);
}

static void closed_and_score_limits(void)
{
  published(IC_INTERVAL_NEWCOMBE, 56, 70, 48, 80, 0.0524, 0.3339);
  published(IC_INTERVAL_NEWCOMBE, 0, 10, 0, 20, -0.1611, 0.2775);
  published(IC_INTERVAL_NEWCOMBE, 10, 10, 0, 20, 0.6791, 1.0);
  published(IC_INTERVAL_SCORE, 56, 70, 48, 80, 0.0528, 0.3382);
  published(IC_INTERVAL_SCORE, 10, 10, 0, 20, 0.7156, 1.0);
  published(IC_INTERVAL_SCORE, 84, 101, 89, 105, -0.1191, 0.0860);
  published(IC_INTERVAL_MEE, 9, 10, 3, 10, 0.1821, 0.8370);
  published(IC_INTERVAL_CAFFO, 56, 70, 48, 80, 0.0525, 0.3358);
}

static double exact_lower(unsigned x1, unsigned n1, unsigned x2, unsigned n2,
                          ic_order order)
{
  ic_lower *l;
  ic_error err;
  CHECK(ic_lower_new(n1, n2, 0.95, order, &l, &err) == IC_OK);
  double limit = ic_lower_limit(l, x1, x2);
  ic_lower_free(l);
  return limit;
}

static void exact_limits(void)
{
  /* one table is the whole region: p1^13 (1 - p2)^7 at its largest */
  CHECK_NEAR(exact_lower(13, 13, 0, 7, IC_ORDER_BOSCHLOO), 0.5904, 5.1e-5);
  CHECK_NEAR(exact_lower(10, 35, 24, 61, IC_ORDER_DIFFERENCE), -0.3079,
             5.1e-5);
  CHECK_NEAR(exact_lower(24, 61, 10, 35, IC_ORDER_DIFFERENCE), -0.1016,
             5.1e-5);
  CHECK_NEAR(exact_lower(9, 11, 4, 12, IC_ORDER_DIFFERENCE), 0.0683, 5.1e-5);
  CHECK_NEAR(exact_lower(4, 12, 9, 11, IC_ORDER_DIFFERENCE), -0.7923, 5.1e-5);
}

/* For every table: 0 is left out if and only if the central test rejects; the
 * estimate lies inside; more in group 1 never lowers the limit; and over a
 * grid of proportions the limits cover as they say. */
static void limits_keep_their_word(unsigned n1, unsigned n2, double level)
{
  ic_lower *low, *high;
  ic_table2 *t;
  ic_error err;
  double l[16][16], u[16][16];
  CHECK(ic_lower_new(n1, n2, level, IC_ORDER_BOSCHLOO, &low, &err) == IC_OK);
  CHECK(ic_lower_new(n2, n1, level, IC_ORDER_BOSCHLOO, &high, &err) == IC_OK);
  CHECK(ic_table2_new(n1, n2, &t, &err) == IC_OK);
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      l[x][y] = ic_lower_limit(low, x, y);
      u[x][y] = -ic_lower_limit(high, y, x);
      double p = ic_table2_boschloo(t, x, y, IC_CENTRAL, 0);
      double d = (double) x / n1 - (double) y / n2;
      CHECK((p <= 1.0 - level) == (l[x][y] > 0.0 || u[x][y] < 0.0));
      CHECK(l[x][y] <= d && d <= u[x][y]);
      CHECK(l[x][y] >= -1.0 && u[x][y] <= 1.0);
      if (x > 0)
        CHECK(l[x][y] >= l[x - 1][y] - 1e-9);
      if (y > 0)
        CHECK(l[x][y] <= l[x][y - 1] + 1e-9);
    }
  for (double p1 = 0.0; p1 <= 1.0; p1 += 0.0625)
    for (double p2 = 0.0; p2 <= 1.0; p2 += 0.0625) {
      double below = 0.0, above = 0.0;
      for (unsigned x = 0; x <= n1; x++)
        for (unsigned y = 0; y <= n2; y++) {
          double w = exp(ic_log_choose(n1, x) + ic_log_choose(n2, y)) *
                     pow(p1, x) * pow(1 - p1, n1 - x) * pow(p2, y) *
                     pow(1 - p2, n2 - y);
          below += l[x][y] > p1 - p2 + 1e-9 ? w : 0.0;
          above += u[x][y] < p1 - p2 - 1e-9 ? w : 0.0;
        }
      CHECK(below <= 0.5 * (1.0 - level) + 1e-9);
      CHECK(above <= 0.5 * (1.0 - level) + 1e-9);
    }
  ic_lower_free(low);
  ic_lower_free(high);
  ic_table2_free(t);
}

static void refusals(void)
{
  ic_lower *l = NULL;
  ic_error err;
  CHECK(ic_lower_new(300, 300, 0.95, IC_ORDER_BOSCHLOO, &l, &err) ==
        IC_ELIMIT);
  CHECK(ic_lower_new(0, 3, 0.95, IC_ORDER_BOSCHLOO, &l, &err) == IC_EINPUT);
  size_t n = 1;
  ic_status status = IC_EMEMORY;
  for (; status != IC_OK && n < 200; n++) {
    ic_memory_fail(n, 0);
    status = ic_lower_new(4, 3, 0.95, IC_ORDER_BOSCHLOO, &l, &err);
    CHECK(status == IC_OK || (status == IC_EMEMORY && !l));
  }
  ic_memory_fail(0, 0);
  CHECK(n > 15 && n < 200);
  ic_lower_free(l);
  ic_lower_free(NULL);
}

int main(void)
{
  closed_and_score_limits();
  exact_limits();
  limits_keep_their_word(11, 10, 0.95);
  limits_keep_their_word(6, 3, 0.9);
  limits_keep_their_word(8, 8, 0.99);
  limits_keep_their_word(1, 1, 0.8);
  limits_keep_their_word(2, 7, 0.5);
  refusals();
  return check_report();
}
