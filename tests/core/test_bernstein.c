/* bernstein: known maxima, de Casteljau's bounds as the slow twin. */
#include <stdlib.h>

#include "check.h"
#include "core/bernstein.h"
#include "core/numeric.h"
#include "core/rng.h"

static void peaks_of_single_terms(void)
{
  double a[2001] = {0}, scratch[IC_BERNSTEIN_SCRATCH(2000)];
  static const size_t sizes[] = {1, 2, 21, 28, 29, 30, 57, 200, 1000, 2000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t n = sizes[i], s = 0; s <= n; s += 1 + n / 37) {
      double t = (double) s / (double) n, m = (double) n, k = (double) s;
      a[s] = 1.0;
      double peak = exp(ic_log_choose(m, k) + (s > 0 ? k * log(t) : 0)
                        + (s < n ? (m - k) * log1p(-t) : 0));
      double p = ic_bernstein_max(a, n, 0, 1, INFINITY, scratch);
      CHECK_NEAR(p / peak, 1.0, 2e-11);
      a[s] = 0.0;
    }
}

/* Halving the control polygon: coefficients bound the polynomial. */
static double slow_max(double *c, size_t n, double best, int depth)
{
  double *left = malloc((n + 1) * sizeof *left), most = 0.0;
  best = fmax(best, fmax(c[0], c[n]));
  for (size_t i = 0; i <= n; i++)
    most = fmax(most, c[i]);
  if (most > best * (1 + 1e-12) && depth < 60) {
    left[0] = c[0];
    for (size_t k = 1; k <= n; k++) {
      for (size_t i = 0; i <= n - k; i++)
        c[i] = 0.5 * (c[i] + c[i + 1]);
      left[k] = c[0];
    }
    best = slow_max(left, n, best, depth + 1);
    best = slow_max(c, n, best, depth + 1);
  }
  free(left);
  return best;
}

static void random_polynomials(void)
{
  double a[161], c[161], scratch[IC_BERNSTEIN_SCRATCH(160)];
  for (uint64_t k = 0; k < 300; k++) {
    ic_rng rng = ic_rng_stream(11, k);
    size_t n = 1 + ic_rng_below(&rng, 160);
    int sparse = (int) ic_rng_below(&rng, 3);
    for (size_t s = 0; s <= n; s++)
      a[s] = ic_rng_below(&rng, 4) < (unsigned) sparse ? 0.0
                                                       : ic_rng_unit(&rng);
    memcpy(c, a, (n + 1) * sizeof *c);
    double slow = slow_max(c, n, 0.0, 0);
    double fast = ic_bernstein_max(a, n, 0, 1, INFINITY, scratch);
    CHECK_NEAR(fast / slow, 1.0, 2e-11);
    for (size_t s = 0; s <= n; s++)
      c[s] = a[n - s];
    CHECK(ic_bernstein_max(c, n, 0, 1, INFINITY, scratch) == fast);
    CHECK(ic_bernstein_max(a, n, 0, 1, 0.25 * fast, scratch) >= 0.25 * fast);
  }
}

static double at(const double *a, size_t n, double t)
{
  double p = 0.0;
  for (size_t s = 0; s <= n; s++)
    p += a[s] * exp(ic_log_choose((double) n, (double) s)
                    + (double) s * log(t) + (double) (n - s) * log1p(-t));
  return p;
}

static void parts_of_the_interval(void)
{
  double a[61], scratch[IC_BERNSTEIN_SCRATCH(60)];
  for (uint64_t k = 0; k < 40; k++) {
    ic_rng rng = ic_rng_stream(12, k);
    size_t n = k % 2 ? 20 : 60;
    for (size_t s = 0; s <= n; s++)
      a[s] = ic_rng_unit(&rng);
    double lo = 0.9 * ic_rng_unit(&rng);
    double hi = lo + (1.0 - lo) * ic_rng_unit(&rng), grid = 0.0;
    for (int i = 0; i <= 2000; i++)
      grid = fmax(grid, at(a, n, lo + (hi - lo) * i / 2000.0));
    double p = ic_bernstein_max(a, n, lo, hi, INFINITY, scratch);
    CHECK(p >= grid - 1e-11 && p <= grid + 1e-4);
  }
}

int main(void)
{
  peaks_of_single_terms();
  random_polynomials();
  parts_of_the_interval();
  return check_report();
}
