/* scale: sums of squares against least squares on all dummies at once, and
 * against the tables of Shrout and Fleiss (1979). */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/scale.h"
#include "random_ratings.h"

#define COLUMNS (1 + UNITS_MAX + CODERS_MAX)

/* The part of the sum of squares that the first `units` and `coders` dummies
 * (and the mean) fit; *rank their number less what is redundant. */
static double fitted(const random_data *d, int units, int coders, int *rank)
{
  static double a[COLUMNS][COLUMNS + 1];
  int k = 1 + d->units + d->coders;
  double total = 0;
  memset(a, 0, sizeof a);
  for (int u = 0; u < d->units; u++)
    for (int g = 0; g < d->coders; g++) {
      int v = d->values[g * d->units + u];
      double row[COLUMNS] = {1};
      if (v < 1)
        continue;
      row[1 + u] = units;
      row[1 + d->units + g] = coders;
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++)
          a[i][j] += row[i] * row[j];
        a[i][COLUMNS] += row[i] * d->numbers[v - 1];
      }
    }
  *rank = 0;
  for (int i = 0; i < k; i++) {
    double pivot = a[i][i];
    if (pivot < 1e-9)
      continue;
    ++*rank;
    total += a[i][COLUMNS] * a[i][COLUMNS] / pivot;
    for (int j = i + 1; j < k; j++) {
      double f = a[j][i] / pivot;
      for (int l = i; l < k; l++)
        a[j][l] -= f * a[i][l];
      a[j][COLUMNS] -= f * a[i][COLUMNS];
    }
  }
  return total;
}

static double all_squares(const random_data *d)
{
  double sum = 0;
  for (int i = 0; i < d->units * d->coders; i++)
    if (d->values[i] > 0)
      sum += d->numbers[d->values[i] - 1] * d->numbers[d->values[i] - 1];
  return sum;
}

static long joined, apart;

static void squares_are_right(uint64_t seed, int thin)
{
  random_data d = random_ratings(seed);
  ic_rng rng = ic_rng_stream(31, seed);
  ic_ratings *r;
  ic_scale s;
  ic_scale_tally t;
  ic_error err;
  int rank, both, by_coder, by_unit;
  for (int i = 0; i < d.units * d.coders && thin; i++)
    if (ic_rng_below(&rng, 4))
      d.values[i] = 0;
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, NULL, 0, 1, &r, &err));
  CHECK(!ic_scale_open(&s, r, d.numbers, 1, &err));
  CHECK(!ic_scale_tally_open(&t, &s, &err));
  ic_scale_fill(&t, &s, r->size);
  if (r->units > 0) {
    ic_anova v = ic_scale_anova(&s, &t.sums);
    double mean = fitted(&d, 0, 0, &rank), units = fitted(&d, 1, 0, &by_unit);
    double coders = fitted(&d, 0, 1, &by_coder);
    double full = fitted(&d, 1, 1, &both), all = all_squares(&d);
    CHECK_NEAR(v.units, units - mean, 1e-9);
    CHECK_NEAR(v.within, all - units, 1e-9);
    CHECK_NEAR(v.units_df, by_unit - 1, 0);
    CHECK_NEAR(t.sums.coders, by_coder, 0);
    CHECK(t.sums.joined == (both == by_unit + by_coder - 1));
    joined += t.sums.joined;
    apart += !t.sums.joined;
    if (t.sums.joined) {
      CHECK_NEAR(v.coders, full - units, 1e-9);
      CHECK_NEAR(v.adjusted, full - coders, 1e-9);
      CHECK_NEAR(v.residual, all - full, 1e-9);
      CHECK_NEAR(v.residual_df, t.sums.values - both, 0);
    }
  }
  ic_scale_tally_close(&t);
  ic_scale_close(&s);
  ic_ratings_free(r);
}

static void published_table(void)
{
  static const int values[] = {9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2,
                               5, 3, 6, 2, 6, 4, 8, 2, 8, 6, 9, 7};
  static const double numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  static const double exact[IC_FORMS] = {448.0 / 2703, 184.0 / 635, 920.0 / 1287,
    1792.0 / 4047, 736.0 / 1187, 3680.0 / 4047,
    1 - 12 * 451.0 / 72 / 99, 6745.0 / 10 / 12 / (6745.0 / 120 + 451.0 / 4)};
  double value[IC_FORMS], low, high, p;
  ic_defined why[IC_FORMS];
  ic_ratings *r;
  ic_scale s;
  ic_scale_tally t;
  ic_error err;
  CHECK(!ic_ratings_collapse(values, 6, 4, 10, NULL, 0, 1, &r, &err));
  CHECK(!ic_scale_open(&s, r, numbers, 1, &err));
  CHECK(!ic_scale_tally_open(&t, &s, &err));
  ic_scale_fill(&t, &s, r->size);
  ic_anova v = ic_scale_anova(&s, &t.sums);
  CHECK_NEAR(v.units / v.units_df, 1349.0 / 120, 1e-12);
  CHECK_NEAR(v.within / v.within_df, 451.0 / 72, 1e-12);
  CHECK_NEAR(v.coders / v.coders_df, 2339.0 / 72, 1e-12);
  CHECK_NEAR(v.residual / v.residual_df, 367.0 / 360, 1e-12);
  CHECK_NEAR(v.adjusted, v.units, 1e-12);
  ic_scale_values(&s, &t.sums, value, why);
  for (int f = 0; f < IC_FORMS; f++) {
    CHECK(why[f] == IC_DEFINED);
    CHECK_NEAR(value[f], exact[f], 1e-14);
  }
  CHECK(ic_scale_limits(&s, &t.sums, IC_FORM_21, 0.95, &low, &high, &p));
  CHECK_NEAR(low, 0.019, 0.0005);
  CHECK_NEAR(high, 0.761, 0.0005);
  ic_scale_tally_close(&t);
  ic_scale_close(&s);
  ic_ratings_free(r);
}

static ic_status leave_each_out(const random_data *d, const ic_ratings *r,
                                ic_error *err)
{
  static double out[UNITS_MAX * IC_FORMS];
  ic_scale s;
  ic_scale_tally t;
  ic_status status = ic_scale_open(&s, r, d->numbers, 1, err);
  if (status)
    return status;
  status = ic_scale_tally_open(&t, &s, err);
  if (!status) {
    ic_scale_fill(&t, &s, r->size);
    status = ic_scale_leave_out(&s, &t, out, err);
    ic_scale_tally_close(&t);
  }
  ic_scale_close(&s);
  return status;
}

int main(void)
{
  CHECK(failing_allocations(leave_each_out) > 8);
  for (uint64_t seed = 0; seed < 300; seed++) {
    squares_are_right(seed, 0);
    squares_are_right(seed, 1);
  }
  CHECK(joined > 100 && apart > 20);
  published_table();
  return check_report();
}
