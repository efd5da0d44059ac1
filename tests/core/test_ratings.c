/* ratings, values, distance: what goes in comes out in patterns. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/distance.h"
#include "core/memory.h"
#include "core/ratings.h"
#include "core/values.h"
#include "random_ratings.h"

static int has_value(const random_data *d, int unit)
{
  int some = 0;
  for (int g = 0; g < d->coders; g++)
    some |= d->values[g * d->units + unit] > 0;
  return some;
}

/* Does unit i carry row p, in any order of coders unless `ordered`? */
static int carries(const random_data *d, int i, const ic_ratings *r, size_t p,
                   int ordered)
{
  int count[9] = {0};
  for (int g = 0; g < d->coders; g++) {
    int v = d->values[g * d->units + i], w = r->value[p * (size_t) d->coders
                                                      + (size_t) g];
    v = v > 0 ? v : 0;
    if (ordered && v != w)
      return 0;
    count[v]++;
    count[w]--;
  }
  for (int k = 0; k < 9; k++)
    if (count[k])
      return 0;
  return 1;
}

static void patterns_count_units(uint64_t seed, int keep)
{
  random_data d = random_ratings(seed);
  ic_ratings *r;
  ic_error err;
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, d.cluster, (size_t) d.clusters,
                             keep, &r, &err));
  double all = 0.0, in_clusters = 0.0;
  for (size_t p = 0; p < r->patterns; p++) {
    int found = 0, rated = 0;
    for (int i = 0; i < d.units; i++)
      found += has_value(&d, i) && carries(&d, i, r, p, keep);
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      rated += r->times[e];
      CHECK(e == r->start[p] || r->category[e] > r->category[e - 1]);
    }
    CHECK(found == r->size[p]);
    CHECK(rated == r->rated[p] && rated > 0);
    all += r->size[p];
  }
  for (size_t k = 0; k < r->cluster_start[r->clusters]; k++)
    in_clusters += r->cluster_times[k];
  CHECK(all == (double) r->units && all == in_clusters);
  ic_ratings_free(r);
}

/* Many categories and coders take the hashed road; it must agree with the
 * direct one, which is taken when the categories are declared few. */
static void both_roads_agree(uint64_t seed)
{
  random_data d = random_ratings(seed);
  ic_ratings *direct, *hashed;
  ic_error err;
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders, 7, NULL, 0,
                             1, &direct, &err));
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders, 100000,
                             NULL, 0, 1, &hashed, &err));
  CHECK(direct->patterns == hashed->patterns);
  CHECK(direct->active == hashed->active);
  CHECK(!memcmp(direct->value, hashed->value,
                direct->patterns * (size_t) d.coders * sizeof(int)));
  CHECK(!memcmp(direct->size, hashed->size,
                direct->patterns * sizeof(double)));
  ic_ratings_free(direct);
  ic_ratings_free(hashed);
}

static void bad_input_is_named(void)
{
  int values[] = {1, 2, 3, 1, 2, 9};
  int cluster[] = {1, 2, 7};
  ic_ratings *r;
  ic_error err;
  CHECK(ic_ratings_collapse(values, 3, 2, 3, NULL, 0, 1, &r, &err)
        == IC_EINPUT);
  CHECK(!r && err.item == 2 && err.at == 1);
  CHECK(ic_ratings_collapse(values, 3, 2, 100000, cluster, 2, 1, &r, &err)
        == IC_EINPUT);
  CHECK(!r && err.item == 2);
  CHECK(!ic_ratings_collapse(values, 0, 0, 0, NULL, 0, 1, &r, &err));
  CHECK(r->patterns == 0 && r->units == 0);
  ic_ratings_free(r);
}

static void numbers_are_encoded(void)
{
  double whole[] = {3, -1, NAN, 3, 7, -0.0}, half[] = {0.5, NAN, -0.0, 0.0, 2};
  double endless[] = {1, 2, -INFINITY};
  double *distinct;
  int codes[6];
  size_t n;
  ic_error err;
  CHECK(!ic_values_encode(whole, 6, -5, codes, &distinct, &n, &err));
  CHECK(n == 4 && distinct[0] == -1 && distinct[3] == 7);
  CHECK(codes[0] == 3 && codes[1] == 1 && codes[2] == -5 && codes[5] == 2);
  ic_free(distinct);
  CHECK(!ic_values_encode(half, 5, 0, codes, &distinct, &n, &err));
  CHECK(n == 3 && codes[0] == 2 && codes[1] == 0 && codes[2] == 1
        && codes[3] == 1 && codes[4] == 3);
  ic_free(distinct);
  CHECK(ic_values_encode(endless, 3, 0, codes, &distinct, &n, &err)
        == IC_EINPUT);
  CHECK(err.item == 2 && !distinct);
  CHECK(!ic_values_encode(endless, 0, 0, codes, &distinct, &n, &err));
  CHECK(n == 0);
  ic_free(distinct);
}

static void distances_and_weights(void)
{
  double values[] = {1, 2, 4}, w[9];
  CHECK(ic_distance(IC_NOMINAL, 1, 2) == 1 && ic_distance(IC_RATIO, 0, 0) == 0);
  CHECK(ic_distance(IC_INTERVAL, 1, 4) == 9);
  CHECK_NEAR(ic_distance(IC_RATIO, 1, 3), 0.25, 1e-15);
  CHECK(isinf(ic_distance(IC_RATIO, -2, 2)));
  ic_weights_fill(IC_LINEAR, values, 3, w);
  CHECK(w[0] == 1 && w[2] == 0);
  CHECK_NEAR(w[1], 2.0 / 3, 1e-15);
  ic_weights_fill(IC_QUADRATIC, values, 3, w);
  CHECK_NEAR(w[1], 8.0 / 9, 1e-15);
  ic_weights_fill(IC_BY_ORDER, values, 3, w);
  CHECK_NEAR(w[1], 2.0 / 3, 1e-15);
  CHECK(w[2] == 0);
}

static void every_allocation_may_fail(int categories)
{
  random_data d = random_ratings(5);
  double numbers[100], *distinct;
  int codes[100];
  size_t count, n = 0;
  ic_ratings *r;
  ic_error err;
  ic_status status;
  do {
    ic_memory_fail(++n, 0);
    status = ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                                 categories, d.cluster, (size_t) d.clusters,
                                 0, &r, &err);
    CHECK(status == IC_OK || (status == IC_EMEMORY && !r));
  } while (status != IC_OK && n < 100);
  CHECK(n > 8 && n < 100);
  ic_ratings_free(r);
  for (int i = 0; i < 100; i++)
    numbers[i] = i / 3.0;
  n = 0;
  do {
    ic_memory_fail(++n, 0);
    status = ic_values_encode(numbers, 100, 0, codes, &distinct, &count, &err);
  } while (status != IC_OK && n < 100);
  CHECK(n > 2 && n < 100);
  ic_free(distinct);
  ic_memory_fail(0, 0);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 100; seed++) {
    patterns_count_units(seed, 0);
    patterns_count_units(seed, 1);
    both_roads_agree(seed);
  }
  bad_input_is_named();
  numbers_are_encoded();
  distances_and_weights();
  every_allocation_may_fail(7);
  every_allocation_may_fail(100000);
  return check_report();
}
