/* jackknife: the quick corrections against a fresh computation without the
 * unit. */
#include <stdlib.h>

#include "check.h"
#include "core/jackknife.h"
#include "core/memory.h"
#include "random_ratings.h"

static int same(double a, double b)
{
  return isnan(a) ? isnan(b) : fabs(a - b) < 1e-10;
}

static void corrections_are_exact(uint64_t seed, ic_level level, int weighted)
{
  static double out[UNITS_MAX * IC_COEFFICIENTS], x[UNITS_MAX], w[49];
  static double distances[49];
  random_data d = random_ratings(seed);
  ic_ratings *r;
  ic_measure m;
  ic_tally t;
  ic_estimate whole, left;
  ic_error err;
  random_weights(seed, d.categories, w);
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, NULL, 0, 1, &r, &err));
  random_distances(d.categories, w, distances);
  ic_spec spec = random_spec(&d, level, weighted ? w : NULL, distances);
  CHECK(!ic_measure_open(&m, r, &spec, &err));
  CHECK(!ic_tally_open(&t, &m, &err));
  CHECK(!ic_leave_unit_out(&m, out, &err));
  ic_tally_fill(&t, &m, r->size, 0);
  ic_tally_estimate(&t, &m, &whole);
  for (size_t p = 0; p < r->patterns; p++) {
    memcpy(x, r->size, r->patterns * sizeof *x);
    x[p] -= 1.0;
    ic_tally_fill(&t, &m, x, 0);
    ic_tally_estimate(&t, &m, &left);
    for (int c = 0; c < IC_COEFFICIENTS; c++)
      if (whole.status[c] == IC_DEFINED
          && !CHECK(same(left.value[c], out[p * IC_COEFFICIENTS + (size_t) c])))
        fprintf(stderr, "seed %d level %d coefficient %d pattern %zu: %.17g %.17g\n",
                (int) seed, level, c, p, left.value[c],
                out[p * IC_COEFFICIENTS + (size_t) c]);
  }
  ic_tally_close(&t);
  ic_measure_close(&m);
  ic_ratings_free(r);
}

static void clusters_are_left_out(uint64_t seed)
{
  static double out[8 * IC_COEFFICIENTS];
  random_data d = random_ratings(seed), rest;
  ic_ratings *r, *q;
  ic_measure m;
  ic_tally t;
  ic_estimate left;
  ic_error err;
  for (int i = 0; i < d.units; i++)
    d.values[i] = 1;
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, d.cluster, (size_t) d.clusters, 1,
                             &r, &err));
  ic_spec spec = random_spec(&d, IC_ORDINAL, NULL, NULL);
  CHECK(!ic_measure_open(&m, r, &spec, &err));
  CHECK(!ic_leave_cluster_out(&m, out, &err));
  size_t kept = 0;
  for (int g = 1; g <= d.clusters; g++) {
    int used = 0;
    rest = d;
    for (int i = 0; i < d.units; i++)
      if (d.cluster[i] == g) {
        used = 1;
        for (int k = 0; k < d.coders; k++)
          rest.values[k * d.units + i] = 0;
      }
    if (!used)
      continue;
    ic_measure n;
    CHECK(!ic_ratings_collapse(rest.values, (size_t) d.units, d.coders,
                               d.categories, NULL, 0, 1, &q, &err));
    CHECK(!ic_measure_open(&n, q, &spec, &err));
    CHECK(!ic_tally_open(&t, &n, &err));
    ic_tally_fill(&t, &n, q->size, 0);
    ic_tally_estimate(&t, &n, &left);
    for (size_t c = 0; c < IC_COEFFICIENTS && n.active == m.active; c++)
      CHECK(same(left.value[c], out[kept * IC_COEFFICIENTS + c]));
    kept++;
    ic_tally_close(&t);
    ic_measure_close(&n);
    ic_ratings_free(q);
  }
  ic_measure_close(&m);
  ic_ratings_free(r);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 150; seed++)
    for (int level = IC_NOMINAL; level <= IC_GIVEN; level++)
      corrections_are_exact(seed, (ic_level) level, (int) seed % 2);
  for (uint64_t seed = 0; seed < 50; seed++)
    clusters_are_left_out(seed);
  return check_report();
}
