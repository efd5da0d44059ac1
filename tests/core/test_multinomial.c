/* multinomial: exactly that distribution, by chi-squared against its
 * probabilities where there are few outcomes, by moments where there are many. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/multinomial.h"
#include "core/numeric.h"

static double log_probability(const double *sizes, const double *x, int k)
{
  double n = 0.0, sum = 0.0;
  for (int i = 0; i < k; i++)
    n += sizes[i];
  for (int i = 0; i < k; i++)
    sum += x[i] * log(sizes[i] / n) - ic_log_factorial(x[i]);
  return sum + ic_log_factorial(n);
}

/* How far beyond what chance does: standardised chi-squared (Wilson and
 * Hilferty 1931) of counts against expectations, rare cells joined. */
static double surprise(const double *seen, const double *expected, size_t n)
{
  double chi = 0.0, df = -1.0, rare = 0.0, rare_seen = 0.0;
  for (size_t i = 0; i < n; i++)
    if (expected[i] < 10.0) {
      rare += expected[i];
      rare_seen += seen[i];
    } else {
      chi += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
      df++;
    }
  if (rare > 10.0) {
    chi += (rare_seen - rare) * (rare_seen - rare) / rare;
    df++;
  }
  double part = 2.0 / (9.0 * df);
  return (cbrt(chi / df) - (1.0 - part)) / sqrt(part);
}

/* Three cells: all outcomes, numbered by the first two counts. */
static void three_cells(double a, double b, double c, int draws)
{
  const double sizes[3] = {a, b, c};
  size_t n = (size_t) (a + b + c), side = n + 1;
  double *seen = calloc(side * side, sizeof *seen), x[3];
  double *expected = calloc(side * side, sizeof *expected);
  ic_multinomial m;
  ic_error err;
  CHECK(!ic_multinomial_open(&m, sizes, 3, &err));
  for (int i = 0; i < draws; i++) {
    ic_rng rng = ic_rng_stream(41, (uint64_t) i);
    ic_multinomial_draw(&m, &rng, x);
    CHECK(x[0] + x[1] + x[2] == (double) n);
    seen[(size_t) x[0] * side + (size_t) x[1]]++;
  }
  for (size_t i = 0; i <= n; i++)
    for (size_t j = 0; i + j <= n; j++) {
      double counts[3] = {(double) i, (double) j, (double) (n - i - j)};
      expected[i * side + j] = draws * exp(log_probability(sizes, counts, 3));
    }
  double z = surprise(seen, expected, side * side);
  CHECK(fabs(z) < 3.5);
  ic_multinomial_close(&m);
  free(seen);
  free(expected);
}

/* The count of one cell among many is binomial. */
static void one_of_many(size_t cells, size_t which, int draws)
{
  double *sizes = calloc(cells, sizeof *sizes), *x = calloc(cells, sizeof *x);
  double n = 0.0;
  for (size_t i = 0; i < cells; i++)
    n += sizes[i] = i % 5 == 3 ? (double) (60 + i) : (double) (1 + i % 3);
  double *seen = calloc((size_t) n + 1, sizeof *seen);
  double *expected = calloc((size_t) n + 1, sizeof *expected);
  ic_multinomial m;
  ic_error err;
  CHECK(!ic_multinomial_open(&m, sizes, cells, &err));
  for (int i = 0; i < draws; i++) {
    ic_rng rng = ic_rng_stream(42, (uint64_t) i);
    ic_multinomial_draw(&m, &rng, x);
    seen[(size_t) x[which]]++;
  }
  for (double k = 0.0; k <= n; k++)
    expected[(size_t) k] = draws
      * exp(ic_log_choose(n, k) + k * log(sizes[which] / n)
            + (n - k) * log1p(-sizes[which] / n));
  CHECK(fabs(surprise(seen, expected, (size_t) n + 1)) < 3.5);
  ic_multinomial_close(&m);
  free(sizes), free(x), free(seen), free(expected);
}

static void moments_of_large_counts(void)
{
  enum { DRAWS = 40000 };
  const double sizes[4] = {700001, 3, 4096 * 64, 129};
  double n = 700001 + 3 + 4096 * 64 + 129, sum[4] = {0}, product[16] = {0}, x[4];
  ic_multinomial m;
  ic_error err;
  CHECK(!ic_multinomial_open(&m, sizes, 4, &err));
  for (int i = 0; i < DRAWS; i++) {
    ic_rng rng = ic_rng_stream(43, (uint64_t) i);
    ic_multinomial_draw(&m, &rng, x);
    for (int a = 0; a < 4; a++) {
      sum[a] += x[a] - sizes[a];
      for (int b = 0; b < 4; b++)
        product[4 * a + b] += (x[a] - sizes[a]) * (x[b] - sizes[b]);
    }
  }
  for (int a = 0; a < 4; a++)
    for (int b = 0; b < 4; b++) {
      double va = sizes[a] * (1 - sizes[a] / n);
      double vb = sizes[b] * (1 - sizes[b] / n);
      double expected = a == b ? va : -sizes[a] * sizes[b] / n;
      CHECK_NEAR(sum[a] / DRAWS, 0, 4.5 * sqrt(va / DRAWS));
      CHECK_NEAR(product[4 * a + b] / DRAWS, expected,
                 7.0 * sqrt(va * vb / DRAWS));
    }
  ic_multinomial_close(&m);
}

static void every_allocation_may_fail(void)
{
  const double sizes[3] = {10, 20, 300};
  ic_multinomial m;
  ic_error err;
  ic_status status;
  size_t n = 0;
  do {
    ic_memory_fail(++n, 0);
    status = ic_multinomial_open(&m, sizes, 3, &err);
    ic_multinomial_close(&m);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  } while (status != IC_OK && n < 100);
  CHECK(n > 8 && n < 100);
  ic_memory_fail(0, 0);
}

int main(void)
{
  three_cells(1, 2, 3, 100000);
  three_cells(1, 3, 16, 200000);
  three_cells(60, 5, 70, 200000);
  one_of_many(40, 0, 200000);
  one_of_many(40, 13, 200000);
  one_of_many(300, 8, 100000);
  moments_of_large_counts();
  every_allocation_may_fail();
  return check_report();
}
