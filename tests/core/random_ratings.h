/* random_ratings.h - small random reliability data for the core tests. */
#ifndef RANDOM_RATINGS_H
#define RANDOM_RATINGS_H

#include "check.h"
#include "core/agreement.h"
#include "core/memory.h"
#include "core/rng.h"

#define UNITS_MAX 60
#define CODERS_MAX 6

typedef struct random_data {
  int units, coders, categories;
  int values[UNITS_MAX * CODERS_MAX];
  double numbers[8];
  int cluster[UNITS_MAX];
  int clusters;
} random_data;

static inline random_data random_ratings(uint64_t seed)
{
  ic_rng rng = ic_rng_stream(20, seed);
  random_data d;
  d.units = 1 + (int) ic_rng_below(&rng, UNITS_MAX);
  d.coders = 2 + (int) ic_rng_below(&rng, CODERS_MAX - 1);
  d.categories = 1 + (int) ic_rng_below(&rng, 7);
  d.clusters = 1 + (int) ic_rng_below(&rng, 8);
  double missing = ic_rng_below(&rng, 2) ? 0.25 : 0.0;
  double right = 0.3 + 0.6 * ic_rng_unit(&rng);
  double at = -2.25;
  for (int k = 0; k < 8; k++)
    d.numbers[k] = at += 0.25 + 0.25 * ic_rng_below(&rng, 5);
  for (int i = 0; i < d.units; i++) {
    int truth = 1 + (int) ic_rng_below(&rng, (uint32_t) d.categories);
    d.cluster[i] = 1 + (int) ic_rng_below(&rng, (uint32_t) d.clusters);
    for (int g = 0; g < d.coders; g++) {
      int v = ic_rng_unit(&rng) < right
        ? truth : 1 + (int) ic_rng_below(&rng, (uint32_t) d.categories);
      d.values[g * d.units + i] = ic_rng_unit(&rng) < missing ? -9 : v;
    }
  }
  return d;
}

/* Calls work() on ratings with the first allocation failing, the second, and so
 * on until none fails: how many did. */
static inline int failing_allocations(
  ic_status (*work)(const random_data *d, const ic_ratings *r, ic_error *err))
{
  random_data d = random_ratings(8);
  ic_ratings *r;
  ic_error err;
  ic_status status;
  int failures = 0;
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, NULL, 0, 1, &r, &err));
  do {
    ic_memory_fail((size_t) failures + 1, 0);
    status = work(&d, r, &err);
    failures += status != IC_OK;
  } while (status);
  ic_memory_fail(0, 0);
  ic_ratings_free(r);
  return failures;
}

/* Squared distances without structure, some zero, from a matrix of weights. */
static inline void random_distances(int n, const double *weights,
                                    double *distances)
{
  for (int i = 0; i < n * n; i++)
    distances[i] = weights[i] < 0.8 ? 2.0 * weights[i] : 0.0;
}

/* The level over these data: a circle that some values share, the poles a
 * little beyond the values. */
static inline ic_spec random_spec(const random_data *d, ic_level level,
                                  const double *weights,
                                  const double *distances)
{
  ic_spec spec = {.wanted = (UINT32_C(1) << IC_COEFFICIENTS) - 1u,
    .level = level, .numbers = d->numbers, .weights = weights,
    .distances = distances};
  double wide = d->numbers[d->categories - 1] - d->numbers[0];
  if (level == IC_CIRCULAR)
    spec.range[0] = d->units % 2 && wide > 0.0 ? wide : wide + 1.0;
  if (level == IC_BIPOLAR) {
    spec.range[0] = d->numbers[0] - (d->units % 2 ? 0.0 : 0.5);
    spec.range[1] = d->numbers[d->categories - 1];
  }
  return spec;
}

/* Symmetric weights without structure, 1 on the diagonal. */
static inline void random_weights(uint64_t seed, int n, double *weights)
{
  ic_rng rng = ic_rng_stream(21, seed);
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++)
      weights[i * n + j] = weights[j * n + i] =
        i == j ? 1.0 : 0.9 * ic_rng_unit(&rng);
}

#endif
