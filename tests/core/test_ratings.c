/* ratings, values, distance: what goes in comes out in patterns. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
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

/* Three ways into the same patterns: categories, the numbers as integers, the
 * numbers as doubles; with gaps between the numbers and without. */
static void cells_are_read_as_they_lie(uint64_t seed, int gaps)
{
  random_data d = random_ratings(seed);
  int whole[UNITS_MAX * CODERS_MAX], n = d.units * d.coders;
  double real[UNITS_MAX * CODERS_MAX], numbers[8], *found[2];
  size_t count[2];
  ic_ratings *r[3];
  ic_error err;
  for (int k = 0; k < d.categories; k++)
    numbers[k] = gaps ? 3 * k * k - 7 : k - 2;
  for (int i = 0; i < n; i++) {
    whole[i] = d.values[i] > 0 ? (int) numbers[d.values[i] - 1] : INT_MIN;
    real[i] = d.values[i] > 0 ? whole[i] == 0 ? -0.0 : whole[i] : NAN;
  }
  ic_cells cells[3] = {
    ic_cells_of_places(d.values, (size_t) d.units, d.coders, d.categories)
  };
  cells[1] = cells[2] = cells[0];
  cells[1].whole = whole;
  cells[2].real = real;
  for (int i = 0; i < 3; i++) {
    CHECK(i == 0 || !ic_cells_name(&cells[i], numbers, &err));
    CHECK(!ic_ratings_read(&cells[i], NULL, 0, 1, &r[i], &err));
    CHECK(r[i]->patterns == r[0]->patterns);
    CHECK(!memcmp(r[i]->value, r[0]->value,
                  r[0]->patterns * (size_t) d.coders * sizeof(int)));
    CHECK(!memcmp(r[i]->size, r[0]->size, r[0]->patterns * sizeof(double)));
  }
  CHECK(!ic_values_narrow(real, NULL, (size_t) n, &found[0], &count[0], &err));
  CHECK(!ic_values_narrow(NULL, whole, (size_t) n, &found[1], &count[1],
                          &err));
  CHECK(count[0] == count[1]);
  for (size_t k = 0; k < count[0]; k++) {
    int some = 0;
    for (int i = 0; i < n; i++)
      some |= real[i] == found[0][k];
    CHECK(some && found[0][k] == found[1][k]);
    CHECK(k == 0 || found[0][k] > found[0][k - 1]);
  }
  for (int i = 0; i < 3; i++) {
    ic_ratings_free(r[i]);
    ic_cells_close(&cells[i]);
  }
  ic_free(found[0]);
  ic_free(found[1]);
}

static int is_narrow(double a, double b, double c)
{
  double x[5000], *distinct;
  size_t count;
  ic_error err;
  for (int i = 0; i < 5000; i++)
    x[i] = i % 7 ? a : NAN;
  x[2100] = b;
  x[4999] = c;
  CHECK(!ic_values_narrow(x, NULL, 5000, &distinct, &count, &err));
  int narrow = distinct != NULL;
  CHECK(!narrow || !(distinct[0] > a || distinct[count - 1] < c));
  ic_free(distinct);
  return narrow;
}

static void narrow_numbers_are_told(void)
{
  CHECK(is_narrow(1, 2, 3) && is_narrow(-5, -5, 60000) && is_narrow(9, -0.0, 9));
  CHECK(is_narrow(0, 7, IC_NARROW - 1) && !is_narrow(0, 7, IC_NARROW));
  CHECK(is_narrow(40000, 20000, 85535) && !is_narrow(40000, 20000, 85536));
  CHECK(!is_narrow(1, 2.5, 3) && !is_narrow(1, 2, INFINITY));
  CHECK(!is_narrow(1, -INFINITY, 2) && !is_narrow(2e9, 2e9, 2e9));
  CHECK(!is_narrow(1, 1e300, 2) && is_narrow(NAN, 4, 4) && !is_narrow(NAN, NAN, NAN));
}

/* Many distinct numbers are sorted, few are looked up: the ranks tell. */
static void ranks_are_ranks(int distinct_wanted)
{
  enum { N = 6000 };
  static double x[N];
  static int codes[N];
  double *distinct;
  size_t count;
  ic_error err;
  ic_rng rng = ic_rng_stream(31, (uint64_t) distinct_wanted);
  for (int i = 0; i < N; i++) {
    double k = ic_rng_below(&rng, (uint32_t) distinct_wanted);
    x[i] = i % 9 == 4 ? NAN : (k - distinct_wanted / 3) * pow(2, k / 50 - 9);
  }
  CHECK(!ic_values_encode(x, N, -1, codes, &distinct, &count, &err));
  int right = 1;
  for (int i = 0; i < N; i++)
    right &= isnan(x[i]) ? codes[i] == -1 : distinct[codes[i] - 1] == x[i];
  for (size_t k = 1; k < count; k++)
    right &= distinct[k] > distinct[k - 1];
  CHECK(right && count <= (size_t) distinct_wanted);
  ic_free(distinct);
}

static void every_allocation_may_fail(int categories)
{
  random_data d = random_ratings(5);
  enum { MANY = 2000 };
  double numbers[MANY], *distinct;
  int codes[MANY];
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
  for (int i = 0; i < MANY; i++)
    numbers[i] = i / 3.0;
  n = 0;
  do {
    ic_memory_fail(++n, 0);
    status = ic_values_encode(numbers, MANY, 0, codes, &distinct, &count, &err);
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
    cells_are_read_as_they_lie(seed, 0);
    cells_are_read_as_they_lie(seed, 1);
  }
  narrow_numbers_are_told();
  ranks_are_ranks(90);
  ranks_are_ranks(1000);
  ranks_are_ranks(1024);
  ranks_are_ranks(1500);
  ranks_are_ranks(50000);
  bad_input_is_named();
  numbers_are_encoded();
  every_allocation_may_fail(7);
  every_allocation_may_fail(100000);
  return check_report();
}
