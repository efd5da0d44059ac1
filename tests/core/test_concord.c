/* concord: W from ranks counted one by one, on the data and without each
 * unit. */
#include "check.h"
#include "core/concord.h"
#include "core/memory.h"
#include "random_ratings.h"

/* Rank of unit u among the units in `use`: those below, ties by half. */
static double rank_of(const random_data *d, const int *use, int g, int u)
{
  const int *v = d->values + g * d->units;
  double rank = 0.5;
  for (int i = 0; i < d->units; i++)
    if (use[i])
      rank += v[i] < v[u] ? 1 : v[i] == v[u] ? 0.5 : 0;
  return rank;
}

static double slow_w(const random_data *d, const int *use, int coders)
{
  double n = 0, spread = 0, ties = 0, most;
  for (int u = 0; u < d->units; u++)
    n += use[u];
  for (int u = 0; u < d->units; u++) {
    double sum = 0, tie;
    for (int g = 0; g < d->coders && use[u]; g++) {
      if (d->values[g * d->units + u] < 1)
        continue;
      sum += rank_of(d, use, g, u) - 0.5 * (n + 1);
      tie = 0;
      for (int i = 0; i < d->units; i++)
        tie += use[i]
          && d->values[g * d->units + i] == d->values[g * d->units + u];
      ties += tie * tie - 1;
    }
    spread += sum * sum;
  }
  most = coders * coders * (n * n * n - n) - coders * ties;
  return n > 1 && most > 0 ? 12 * spread / most : NAN;
}

static int same(double a, double b)
{
  return isnan(a) ? isnan(b) : fabs(a - b) < 1e-11;
}

static long defined;

static void ranks_are_right(uint64_t seed)
{
  static double out[UNITS_MAX];
  random_data d = random_ratings(seed);
  ic_ratings *r;
  ic_concord c;
  ic_concord_tally t;
  ic_error err;
  ic_defined why;
  int use[UNITS_MAX];
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, NULL, 0, 1, &r, &err));
  CHECK(!ic_concord_open(&c, r, &err));
  CHECK(!ic_concord_tally_open(&t, &c, &err));
  ic_concord_fill(&t, &c, r->size);
  for (int u = 0; u < d.units; u++) {
    int n = 0;
    for (int g = 0; g < d.coders; g++)
      n += d.values[g * d.units + u] > 0;
    use[u] = n > 0 && n == r->active;
  }
  double w = ic_concord_value(&t, &c, &why);
  if (r->active > 1)
    CHECK(same(w, slow_w(&d, use, r->active)));
  CHECK(isnan(w) == (why != IC_DEFINED));
  defined += !why;
  CHECK(!ic_concord_leave_out(&c, &t, out, &err));
  for (size_t p = 0; p < r->patterns && !why; p++)
    for (int u = 0; u < d.units; u++) {
      int match = use[u];
      for (int g = 0; g < d.coders && match; g++) {
        int v = d.values[g * d.units + u];
        match = (v > 0 ? v : 0) == r->value[p * (size_t) d.coders + (size_t) g];
      }
      if (!match)
        continue;
      use[u] = 0;
      CHECK(same(out[p], slow_w(&d, use, r->active)));
      use[u] = 1;
      break;
    }
  ic_concord_tally_close(&t);
  ic_concord_close(&c);
  ic_ratings_free(r);
}

static ic_status leave_each_out(const random_data *d, const ic_ratings *r,
                                ic_error *err)
{
  static double out[UNITS_MAX];
  ic_concord c;
  ic_concord_tally t;
  (void) d;
  ic_status status = ic_concord_open(&c, r, err);
  if (status)
    return status;
  status = ic_concord_tally_open(&t, &c, err);
  if (!status) {
    ic_concord_fill(&t, &c, r->size);
    status = ic_concord_leave_out(&c, &t, out, err);
    ic_concord_tally_close(&t);
  }
  ic_concord_close(&c);
  return status;
}

int main(void)
{
  CHECK(failing_allocations(leave_each_out) > 3);
  for (uint64_t seed = 0; seed < 400; seed++)
    ranks_are_right(seed);
  CHECK(defined > 200);
  return check_report();
}
