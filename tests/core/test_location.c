/* location: against trying every shift, refusals, failing memory. */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "core/location.h"
#include "core/memory.h"

static unsigned state = 12345;

static unsigned draw(unsigned n)
{
  state = state * 1664525u + 1013904223u;
  return (state >> 16) % n;
}

/* p of x - shift against y. */
static double p_at(const double *x, size_t n1, const double *y, size_t n2,
                   double shift, ic_side side)
{
  double all[32], factor;
  unsigned char member[32] = {0};
  int64_t twice[32];
  ic_tails tails;
  ic_error err;
  for (size_t i = 0; i < n1 + n2; i++) {
    all[i] = i < n1 ? x[i] - shift : y[i - n1];
    member[i] = i < n1;
  }
  ic_midranks(all, n1 + n2, twice, &factor, &err);
  ic_sum_exact(twice, member, n1 + n2, &tails, &err);
  return ic_tail_of(&tails, side);
}

/* Whole numbers: every shift lies at a multiple of 1 or between two. */
static void limits_are_those_of_every_shift(void)
{
  for (int round = 0; round < 300; round++) {
    size_t n1 = 2 + draw(6), n2 = 2 + draw(6);
    double x[8], y[8], low = INFINITY, high = -INFINITY;
    ic_side side = (ic_side) (round % 3);
    ic_location found;
    ic_error err;
    for (size_t i = 0; i < n1; i++)
      x[i] = draw(7);
    for (size_t i = 0; i < n2; i++)
      y[i] = draw(9);
    CHECK(ic_location_interval(x, n1, y, n2, 0.9, side, 1, &found, &err)
          == IC_OK);
    for (int twice = -22; twice <= 22; twice++)
      if (p_at(x, n1, y, n2, twice / 2.0, side) > 1.0 - 0.9) {
        low = fmin(low, twice / 2.0);
        high = fmax(high, twice / 2.0);
      }
    CHECK(side == IC_SIDE_LESS || low == -11.0 ? isinf(found.low)
          : found.low == floor(low));
    CHECK(side == IC_SIDE_GREATER || high == 11.0 ? isinf(found.high)
          : found.high == ceil(high));
    CHECK(found.low <= found.estimate && found.estimate <= found.high);
  }
}

static void decimals_tie(void)
{
  /* 0.3 - 0.1 and 0.4 - 0.2 differ in the last bits */
  const double x[] = {0.3, 0.4, 0.7, 0.8}, y[] = {0.1, 0.2, 0.3, 0.6};
  double a[4], b[4];
  ic_location small, whole;
  ic_error err;
  for (int i = 0; i < 4; i++) {
    a[i] = round(10 * x[i]);
    b[i] = round(10 * y[i]);
  }
  CHECK(ic_location_interval(x, 4, y, 4, 0.8, IC_SIDE_BOTH, 1, &small, &err)
        == IC_OK);
  CHECK(ic_location_interval(a, 4, b, 4, 0.8, IC_SIDE_BOTH, 1, &whole, &err)
        == IC_OK);
  CHECK_NEAR(10 * small.low, whole.low, 1e-9);
  CHECK_NEAR(10 * small.high, whole.high, 1e-9);
  CHECK_NEAR(10 * small.estimate, whole.estimate, 1e-9);
}

static void refusals(void)
{
  static double x[4000], y[4000];
  ic_location found;
  ic_error err;
  CHECK(ic_location_interval(x, 0, y, 3, 0.9, IC_SIDE_BOTH, 1, &found, &err)
        == IC_EINPUT);
  CHECK(ic_location_interval(x, 4000, y, 4000, 0.9, IC_SIDE_BOTH, 0, &found,
                             &err) == IC_ELIMIT);
  for (int i = 0; i < 9; i++)
    x[i] = y[i] = i;
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status == IC_EMEMORY && n < 2000; n++) {
    ic_memory_fail(n, 0);
    status = ic_location_interval(x, 5, y, 4, 0.9, IC_SIDE_BOTH, 1, &found,
                                  &err);
    CHECK(status == IC_EMEMORY || status == IC_OK);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  limits_are_those_of_every_shift();
  decimals_tie();
  refusals();
  return check_report();
}
