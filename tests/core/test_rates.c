/* rates: residuals sum to nothing, p against every relabelling, limits. */
#include <math.h>

#include "check.h"
#include "core/memory.h"
#include "core/rates.h"

static const double y[10] = {4, 0, 3, 6, 2, 1, 0, 0, 2, 1};
static const double w[10] = {900, 400, 700, 1500, 600,
                             800, 500, 650, 1200, 900};
static const uint64_t mask[1] = {31};

static void residuals_sum_to_nothing(void)
{
  for (int model = 0; model < 2; model++) {
    double r[10], v[10], sum = 0.0;
    ic_rate_scores((ic_rate_model) model, y, w, 10, r, v);
    for (int i = 0; i < 10; i++) {
      sum += r[i];
      CHECK(v[i] > 0.0);
    }
    CHECK_NEAR(sum, 0.0, 1e-9);
  }
}

static void one_test(ic_rate_model model, ic_side side)
{
  double r[10], v[10], limits[2];
  ic_relabellings all;
  ic_rate_test found;
  ic_error err;
  ic_rate_scores(model, y, w, 10, r, v);
  CHECK(ic_relabellings_make(10, 5, 0, 0, 1, NULL, &all, &err) == IC_OK);
  CHECK(ic_rate_permute(&all, r, v, mask, 0.95, side, &found, &err) == IC_OK);
  double two = 0;
  for (size_t b = 0; b < all.count; b++)
    two += fabs(ic_rate_statistic(r, v, 10, all.mask + b))
      >= fabs(found.statistic) - 1e-9;
  CHECK_NEAR(found.tails.two_sided, two / 252, 1e-15);
  CHECK(ic_rate_interval(model, y, w, 10, mask, found.critical, limits, &err)
        == IC_OK);
  double p = ic_tail_of(&found.tails, side);
  CHECK((p > 0.05) == (limits[0] < 1.0 && limits[1] > 1.0));
  ic_relabellings_free(&all);
}

/* 13 participants take two bytes of a mask; with 70, two words. */
static void larger_masks(void)
{
  double a[70], b[70], r[70], v[70];
  uint64_t first[2] = {UINT64_C(0x5555555555555555), 21};
  for (int i = 0; i < 70; i++) {
    a[i] = (i * i) % 7;
    b[i] = 100 + (i * 37) % 50;
  }
  for (size_t n = 13; n <= 70; n += 57) {
    uint64_t own[2] = {first[0], first[1]};
    ic_relabellings all;
    ic_rate_test found;
    ic_error err;
    if (n == 13)
      own[0] &= 0x1fff;
    ic_rate_scores(IC_RATE_PRESENCE, a, b, n, r, v);
    CHECK(ic_relabellings_make(n, n == 13 ? 7 : 35, 400, 3, 1, NULL, &all,
                               &err) == IC_OK);
    CHECK(ic_rate_permute(&all, r, v, own, 0.8, IC_SIDE_BOTH, &found, &err)
          == IC_OK);
    double seen = ic_rate_statistic(r, v, n, own), two = 1, beyond = 0;
    CHECK_NEAR(seen, found.statistic, 1e-12);
    for (size_t k = 0; k < all.count; k++) {
      double t = fabs(ic_rate_statistic(r, v, n, all.mask + k * all.words));
      two += t >= fabs(seen) - 1e-9;
      beyond += t > found.critical[1];
    }
    CHECK_NEAR(found.tails.two_sided, two / 401, 1e-15);
    CHECK(beyond <= 81 && beyond >= 60);
    ic_relabellings_free(&all);
  }
}

static void ends_of_the_line(void)
{
  const double none[4] = {0, 0, 0, 0}, some[4] = {1, 0, 2, 0};
  CHECK(ic_rate_estimate(IC_RATE_PRESENCE, none, w, 4) == 0.0);
  CHECK(ic_rate_estimate(IC_RATE_COUNT, none, w, 4) == 0.0);
  CHECK(isinf(ic_rate_estimate(IC_RATE_PRESENCE, y, w, 1)));
  CHECK(ic_rate_estimate(IC_RATE_PRESENCE, some, w, 4) > 0.0);
  double limits[2], critical[2] = {-2, 2};
  ic_error err;
  for (size_t n = 1; n <= 3; n++) {
    ic_memory_fail(n, 0);
    CHECK(ic_rate_interval(IC_RATE_COUNT, y, w, 10, mask, critical, limits,
                           &err) == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
}

int main(void)
{
  residuals_sum_to_nothing();
  for (int model = 0; model < 2; model++)
    for (int side = 0; side < 3; side++)
      one_test((ic_rate_model) model, (ic_side) side);
  larger_masks();
  ends_of_the_line();
  return check_report();
}
