/* cross, ratings merged: tables of pairs of coders and patterns without coders,
 * against counting. */
#include <stdlib.h>

#include "check.h"
#include "core/cross.h"
#include "core/memory.h"
#include "core/ratings.h"
#include "random_ratings.h"

static ic_ratings *collapse(const random_data *d)
{
  ic_ratings *r;
  ic_error err;
  CHECK(!ic_ratings_collapse(d->values, (size_t) d->units, d->coders,
                             d->categories, NULL, 0, 1, &r, &err));
  return r;
}

/* Every possible row of some coders and categories, once each but the empty
 * one; `drop` leaves out some of them. */
static ic_ratings *all_rows(int coders, int categories, int drop)
{
  int units = 0;
  size_t cells = (size_t) coders;
  for (int g = 0; g < coders; g++)
    cells *= (size_t) categories + 1;
  int most = (int) cells / coders;
  int *values = calloc(cells, sizeof *values);
  for (int row = 1; row < most; row++)
    units += drop == 0 || row % drop != 1;
  for (int row = 1, i = 0; row < most; row++) {
    if (drop != 0 && row % drop == 1)
      continue;
    for (int g = 0, rest = row; g < coders; g++, rest /= categories + 1)
      values[g * units + i] = rest % (categories + 1);
    i++;
  }
  ic_ratings *r;
  ic_error err;
  CHECK(!ic_ratings_collapse(values, (size_t) units, coders, categories, NULL,
                             0, 1, &r, &err));
  free(values);
  return r;
}

/* Weights that no two patterns share. */
static double *weights_of(const ic_ratings *r, uint64_t seed)
{
  ic_rng rng = ic_rng_stream(23, seed);
  double *x = calloc(r->patterns + 1, sizeof *x);
  for (size_t p = 0; p < r->patterns; p++)
    x[p] = ic_rng_below(&rng, 4) ? ic_rng_below(&rng, 1u << 30) : 0.0;
  return x;
}

static double count_pair(const ic_ratings *r, const double *x, int g, int h,
                         int a, int b)
{
  double sum = 0.0;
  for (size_t p = 0; p < r->patterns; p++) {
    const int *row = r->value + p * (size_t) r->coders;
    if (row[g] == a && row[h] == b)
      sum += x[p];
  }
  return sum;
}

static void check_pairs(const ic_ratings *r, const ic_cross *c, const double *x)
{
  const double *cell = c->pair;
  for (int g = 0; g < r->coders; g++)
    for (int h = g + 1; h < r->coders; h++)
      for (int a = 0; a <= r->categories; a++)
        for (int b = 0; b <= r->categories; b++, cell++)
          CHECK(*cell == count_pair(r, x, g, h, a, b));
}

/* A cross is filled again and again. Returns whether it had cells. */
static int tables_are_counted(const ic_ratings *r)
{
  ic_cross c;
  ic_error err;
  CHECK(!ic_cross_open(&c, r, &err));
  CHECK(c.base == (size_t) r->categories + 1);
  int some = c.cells > 0;
  for (uint64_t seed = 0; some && seed < 3; seed++) {
    double *x = weights_of(r, seed);
    ic_cross_fill(&c, x);
    check_pairs(r, &c, x);
    free(x);
  }
  ic_cross_close(&c);
  return some;
}

static void full_tables_are_counted(void)
{
  for (int coders = 2; coders <= 5; coders++)
    for (int categories = 1; categories <= 4; categories++) {
      ic_ratings *r = all_rows(coders, categories, 0);
      CHECK(tables_are_counted(r));
      ic_ratings_free(r);
    }
}

static void sparse_tables_are_not_made(void)
{
  random_data d = random_ratings(3);
  d.coders = 6;
  d.categories = 7;
  for (int i = 0; i < d.units * d.coders; i++)
    d.values[i] = 1 + i % 7;
  ic_ratings *r = collapse(&d);
  CHECK(!tables_are_counted(r));
  ic_ratings_free(r);
}

static int random_tables_are_counted(void)
{
  int tables = 0;
  for (uint64_t seed = 0; seed < 200; seed++) {
    random_data d = random_ratings(seed);
    ic_ratings *r = collapse(&d);
    tables += tables_are_counted(r);
    ic_ratings_free(r);
  }
  return tables;
}

static int same_counts(const ic_ratings *r, size_t p, const ic_ratings *s,
                       size_t q)
{
  int count[9] = {0};
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    count[r->category[e]] += r->times[e];
  for (size_t e = s->start[q]; e < s->start[q + 1]; e++)
    count[s->category[e]] -= s->times[e];
  for (int k = 0; k < 9; k++)
    if (count[k] != 0)
      return 0;
  return 1;
}

static void check_merged(const ic_ratings *r, const ic_ratings *s,
                         const uint32_t *of)
{
  size_t first = 0;
  double units = 0.0;
  CHECK(s->units == r->units && s->categories == r->categories);
  CHECK(s->coders == r->coders && s->active == r->active && !s->value);
  CHECK(s->pair[0] == r->pair[0] && s->pair[1] == r->pair[1]);
  for (size_t p = 0; p < r->patterns; p++) {
    CHECK(of[p] <= first);
    first += of[p] == first;
    for (size_t q = 0; q < s->patterns; q++)
      CHECK(same_counts(r, p, s, q) == (q == of[p]));
  }
  CHECK(first == s->patterns);
  for (size_t q = 0; q < s->patterns; q++) {
    double size = 0.0;
    for (size_t p = 0; p < r->patterns; p++)
      size += of[p] == q ? r->size[p] : 0.0;
    CHECK(size == s->size[q] && s->rated[q] > 0);
    units += size;
  }
  CHECK(units == (double) r->units);
}

static void merging_keeps_counts(ic_ratings *r)
{
  uint32_t *of = calloc(r->patterns + 1, sizeof *of);
  ic_ratings *s;
  ic_error err;
  CHECK(!ic_ratings_merge(r, of, &s, &err));
  check_merged(r, s, of);
  ic_ratings_free(s);
  ic_ratings_free(r);
  free(of);
}

static void every_allocation_may_fail(void)
{
  ic_ratings *r = all_rows(3, 3, 4), *s;
  uint32_t *of = calloc(r->patterns, sizeof *of);
  ic_cross c;
  ic_error err;
  for (size_t n = 1; n <= 7; n++) {
    ic_memory_fail(n, 0);
    CHECK(ic_ratings_merge(r, of, &s, &err) == IC_EMEMORY && !s);
  }
  ic_memory_fail(8, 0);
  CHECK(ic_ratings_merge(r, of, &s, &err) == IC_OK);
  ic_ratings_free(s);
  for (size_t n = 1; n <= 3; n++) {
    ic_memory_fail(n, 0);
    CHECK(ic_cross_open(&c, r, &err) == IC_EMEMORY);
    CHECK(!c.cell && !c.table && !c.pair && c.cells == 0);
  }
  ic_memory_fail(4, 0);
  CHECK(ic_cross_open(&c, r, &err) == IC_OK);
  ic_memory_fail(0, 0);
  ic_cross_close(&c);
  ic_ratings_free(r);
  free(of);
}

int main(void)
{
  full_tables_are_counted();
  sparse_tables_are_not_made();
  int tables = random_tables_are_counted();
  CHECK(tables > 10 && tables < 200);
  for (uint64_t seed = 0; seed < 100; seed++) {
    random_data d = random_ratings(seed);
    merging_keeps_counts(collapse(&d));
  }
  merging_keeps_counts(all_rows(4, 4, 0));
  merging_keeps_counts(all_rows(5, 2, 7));
  every_allocation_may_fail();
  return check_report();
}
