/* strata: law and p-values against enumeration in whole numbers, published
 * values, ties, memory. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/strata.h"

static double choose(unsigned n, unsigned k)
{
  double c = 1.0;
  for (unsigned i = 1; i <= k; i++)
    c = c * (n - k + i) / i;
  return c;
}

/* Weights by S of up to four small strata, exact in doubles. */
static void enumerate(const uint32_t *x1, const uint32_t *n1,
                      const uint32_t *x2, const uint32_t *n2, size_t k,
                      unsigned sum, double weight, double *by_sum)
{
  if (k == 0) {
    by_sum[sum] += weight;
    return;
  }
  unsigned s = x1[k - 1] + x2[k - 1];
  for (unsigned x = 0; x <= n1[k - 1] && x <= s; x++)
    if (s - x <= n2[k - 1])
      enumerate(x1, n1, x2, n2, k - 1, sum + x,
                weight * choose(n1[k - 1], x) * choose(n2[k - 1], s - x),
                by_sum);
}

static uint32_t below(uint64_t *state, uint32_t n)
{
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t) (*state >> 33) % n;
}

static void against_enumeration(void)
{
  uint64_t state = 3;
  for (int round = 0; round < 400; round++) {
    uint32_t x1[4], n1[4], x2[4], n2[4], seen = 0;
    size_t k = 1 + below(&state, 4);
    int even = round % 3 == 0;
    for (size_t i = 0; i < k; i++) {
      n1[i] = below(&state, 8);
      n2[i] = even ? n1[i] : below(&state, 8);
      x1[i] = below(&state, n1[i] + 1);
      x2[i] = below(&state, n2[i] + 1);
      seen += x1[i];
    }
    double w[40] = {0}, all = 0, less = 0, greater = 0, light = 0;
    enumerate(x1, n1, x2, n2, k, 0, 1.0, w);
    for (uint32_t i = 0; i < 40; i++) {
      all += w[i];
      less += i <= seen ? w[i] : 0;
      greater += i >= seen ? w[i] : 0;
      light += w[i] <= w[seen] ? w[i] : 0;
    }
    ic_strata s;
    ic_error err;
    double p;
    CHECK(ic_strata_open(&s, x1, n1, x2, n2, k, &err) == IC_OK);
    CHECK(ic_strata_p(&s, IC_LESS, 0, &p, &err) == IC_OK);
    CHECK_NEAR(p, less / all, 1e-13);
    CHECK(ic_strata_p(&s, IC_GREATER, 1, &p, &err) == IC_OK);
    CHECK_NEAR(p, (greater - 0.5 * w[seen]) / all, 1e-13);
    CHECK(ic_strata_p(&s, IC_MINLIKE, 0, &p, &err) == IC_OK);
    CHECK_NEAR(p, light / all, 1e-13);
    CHECK(ic_strata_p(&s, IC_CENTRAL, 0, &p, &err) == IC_OK);
    CHECK_NEAR(p, fmin(1.0, 2.0 * fmin(less, greater) / all), 1e-13);
    ic_strata_close(&s);
  }
}

static void published(void)
{
  /* Doll and Hill (1950): smokers among cases and controls, men and women. */
  const uint32_t x1[] = {647, 41}, n1[] = {649, 60};
  const uint32_t x2[] = {622, 28}, n2[] = {649, 60};
  ic_strata s;
  ic_error err;
  ic_mantel_haenszel m;
  CHECK(ic_strata_open(&s, x1, n1, x2, n2, 2, &err) == IC_OK);
  ic_strata_mantel_haenszel(&s, &m);
  CHECK_NEAR(m.odds_ratio, 4.5239, 5.1e-5);
  CHECK_NEAR(m.statistic, 24.92, 5.1e-3);
  CHECK_NEAR(m.corrected, 23.6257, 5.1e-5);
  CHECK_NEAR(m.df, 1.0, 0.0);
  ic_strata_close(&s);
}

/* The interval of one table. */
static void expected(ic_tail tail, int mid, unsigned x1, unsigned n1,
                     unsigned x2, unsigned n2, double alpha, double estimate,
                     double low, double high, double tolerance)
{
  const uint32_t x[] = {x1, n1, x2, n2};
  ic_strata s;
  ic_pieces set;
  ic_error err;
  CHECK(ic_strata_open(&s, x, x + 1, x + 2, x + 3, 1, &err) == IC_OK);
  ic_strata_interval(&s, tail, mid, alpha, 1, &set);
  CHECK(set.n == 1);
  CHECK_NEAR(set.limit[0][0], low, tolerance);
  CHECK(set.limit[0][1] == high || fabs(set.limit[0][1] - high) < tolerance);
  if (estimate > 0.0)
    CHECK_NEAR(ic_conditional_estimate(&s.law), estimate, 5.1e-10);
  ic_strata_close(&s);
}

static void one_table(void)
{
  expected(IC_CENTRAL, 1, 9, 13, 4, 14, 0.05, 0, 1.0226, 31.5025, 5.1e-5);
  expected(IC_CENTRAL, 0, 345, 800, 260, 605, 0.05, 1.006124111908,
           0.80829588076, 1.25268543233, 5.1e-10);
  expected(IC_CENTRAL, 0, 3200, 3206, 885, 891, 0.05, 3.614348011425,
           0.9636960963204, 13.55567727962, 5.1e-10);
  expected(IC_CENTRAL, 0, 2, 33, 136, 15668, 0.05, 0, 0.84581416146,
           29.444343085, 1e-8);
  expected(IC_GREATER, 0, 3, 4, 1, 4, 0.05, 6.4083196582, 0.313573767505,
           INFINITY, 5.1e-11);
  /* All or none: every odds ratio. */
  expected(IC_CENTRAL, 0, 0, 3, 0, 4, 0.05, 0, 0, INFINITY, 0);
  expected(IC_MINLIKE, 0, 3, 3, 4, 4, 0.05, 0, 0, INFINITY, 0);
}

static void nothing(void)
{
  const uint32_t x1[] = {0, 3}, n1[] = {5, 3}, x2[] = {0, 2}, n2[] = {4, 2};
  ic_strata s;
  ic_error err;
  ic_mantel_haenszel m;
  double p;
  CHECK(ic_strata_open(&s, x1, n1, x2, n2, 2, &err) == IC_OK);
  CHECK(s.k == 0 && s.law.n == 1);
  CHECK(ic_strata_p(&s, IC_MINLIKE, 0, &p, &err) == IC_OK && p == 1.0);
  ic_strata_mantel_haenszel(&s, &m);
  CHECK(isnan(m.statistic) && isnan(m.odds_ratio) && isnan(m.df));
  ic_strata_close(&s);
  const uint32_t many = 150000;
  CHECK(ic_strata_open(&s, x1, &many, x2, &many, 1, &err) == IC_EINPUT);
  ic_strata_close(&s);
}

/* Two unequal strata whose law has equal weights at different sums. */
static ic_status tied(double *p, ic_error *err)
{
  const uint32_t x1[] = {1, 1, 1}, n1[] = {3, 2, 5};
  const uint32_t x2[] = {1, 2, 0}, n2[] = {3, 4, 1};
  ic_strata s;
  ic_status status = ic_strata_open(&s, x1, n1, x2, n2, 3, err);
  if (status == IC_OK)
    status = ic_strata_p(&s, IC_MINLIKE, 0, p, err);
  ic_strata_close(&s);
  return status;
}

static void memory(void)
{
  ic_error err;
  double p = 0, q;
  ic_status status = IC_OK;
  CHECK(tied(&q, &err) == IC_OK);
  for (size_t n = 1; n < 1000; n++) {
    ic_memory_fail(n, 0);
    status = tied(&p, &err);
    ic_memory_fail(0, 0);
    if (status == IC_OK)
      break;
    CHECK(status == IC_EMEMORY);
  }
  CHECK(status == IC_OK && p == q);
}

int main(void)
{
  against_enumeration();
  published();
  one_table();
  nothing();
  memory();
  return check_report();
}
