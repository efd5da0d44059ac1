/* agreement: coefficients against their definitions, computed unit by unit
 * with loops over coders and values. */
#include <stdlib.h>

#include "check.h"
#include "core/agreement.h"
#include "core/linearise.h"
#include "core/memory.h"
#include "random_ratings.h"

typedef struct slow {
  const random_data *d;
  const double *w;
  int n;
} slow;

static int value(const random_data *d, int unit, int coder)
{
  int v = d->values[coder * d->units + unit];
  return v > 0 ? v : 0;
}

static int rated(const random_data *d, int unit)
{
  int n = 0;
  for (int g = 0; g < d->coders; g++)
    n += value(d, unit, g) > 0;
  return n;
}

static double slow_agreement(const slow *s)
{
  const random_data *d = s->d;
  double sum = 0, units = 0;
  for (int u = 0; u < d->units; u++) {
    double n = rated(d, u), own = 0;
    if (n < 2)
      continue;
    for (int g = 0; g < d->coders; g++)
      for (int h = 0; h < d->coders; h++)
        if (g != h && value(d, u, g) && value(d, u, h))
          own += s->w[(value(d, u, g) - 1) * s->n + value(d, u, h) - 1];
    sum += own / (n * (n - 1));
    units++;
  }
  return sum / units;
}

/* Mean over ordered pairs of coders of the weighted agreement of their
 * margins. */
static double slow_conger(const slow *s, double agree)
{
  const random_data *d = s->d;
  double chance = 0, pairs = 0;
  for (int g = 0; g < d->coders; g++)
    for (int h = 0; h < d->coders; h++) {
      double sum = 0, n = 0;
      if (g == h)
        continue;
      for (int u = 0; u < d->units; u++)
        for (int v = 0; v < d->units; v++)
          if (value(d, u, g) && value(d, v, h)) {
            sum += s->w[(value(d, u, g) - 1) * s->n + value(d, v, h) - 1];
            n++;
          }
      if (n > 0) {
        chance += sum / n;
        pairs++;
      }
    }
  chance /= pairs;
  return (agree - chance) / (1 - chance);
}

/* Cohen's kappa of each two coders on the units both rated, as a mean and as
 * one kappa of mean agreements. */
static void slow_pairs(const slow *s, double *light, double *hubert)
{
  const random_data *d = s->d;
  double kappas = 0, agree = 0, chance = 0, pairs = 0;
  for (int g = 0; g < d->coders; g++)
    for (int h = 0; h < g; h++) {
      double o = 0, e = 0, n = 0;
      for (int u = 0; u < d->units; u++) {
        if (!value(d, u, g) || !value(d, u, h))
          continue;
        o += s->w[(value(d, u, g) - 1) * s->n + value(d, u, h) - 1];
        n++;
        for (int v = 0; v < d->units; v++)
          if (value(d, v, g) && value(d, v, h))
            e += s->w[(value(d, u, g) - 1) * s->n + value(d, v, h) - 1];
      }
      if (n == 0)
        continue;
      o /= n;
      e /= n * n;
      kappas += e < 1 - 1e-12 ? (o - e) / (1 - e) : NAN;
      agree += o;
      chance += e;
      pairs++;
    }
  *light = kappas / pairs;
  *hubert = (agree - chance) / (pairs - chance);
}

/* Expected agreement of two random values of two random units. */
static double slow_fleiss(const slow *s, double agree)
{
  const random_data *d = s->d;
  double chance = 0, units = 0;
  for (int u = 0; u < d->units; u++) {
    units += rated(d, u) > 0;
    for (int v = 0; v < d->units; v++)
      for (int g = 0; g < d->coders; g++)
        for (int h = 0; h < d->coders; h++)
          if (value(d, u, g) && value(d, v, h))
            chance += s->w[(value(d, u, g) - 1) * s->n + value(d, v, h) - 1]
              / (rated(d, u) * rated(d, v));
  }
  chance /= units * units;
  return (agree - chance) / (1 - chance);
}

/* Krippendorff's distances as he writes them: at ordinal level the values
 * between. */
static double slow_distance(const random_data *d, const ic_spec *spec,
                            const double *n, int a, int b)
{
  double x = d->numbers[a], y = d->numbers[b], s;
  if (a > b) {
    int t = a;
    a = b;
    b = t;
  }
  switch (spec->level) {
  case IC_ORDINAL: break;
  case IC_CIRCULAR:
    s = sin(3.141592653589793 * (x - y) / spec->range[0]);
    return s * s < 1e-20 ? 0.0 : s * s;
  case IC_BIPOLAR:
    return a == b ? 0.0 : (x - y) * (x - y)
      / ((x + y - 2 * spec->range[0]) * (2 * spec->range[1] - x - y));
  case IC_GIVEN: return spec->distances[a * d->categories + b];
  default: return ic_distance(spec->level, NULL, x, y);
  }
  double sum = -0.5 * (n[a] + n[b]);
  for (int k = a; k <= b; k++)
    sum += n[k];
  return a == b ? 0.0 : sum * sum;
}

static double slow_alpha(const random_data *d, const ic_spec *spec)
{
  double n[8] = {0}, total = 0, o = 0, e = 0;
  for (int u = 0; u < d->units; u++)
    for (int g = 0; g < d->coders; g++)
      if (rated(d, u) > 1 && value(d, u, g)) {
        n[value(d, u, g) - 1]++;
        total++;
      }
  for (int u = 0; u < d->units; u++)
    for (int g = 0; g < d->coders; g++)
      for (int h = 0; h < d->coders; h++)
        if (g != h && value(d, u, g) && value(d, u, h))
          o += slow_distance(d, spec, n, value(d, u, g) - 1,
                             value(d, u, h) - 1) / (rated(d, u) - 1);
  for (int a = 0; a < 8; a++)
    for (int b = 0; b < 8; b++)
      if (a != b && n[a] > 0 && n[b] > 0)
        e += n[a] * n[b] * slow_distance(d, spec, n, a, b);
  return e > 0 && isfinite(e) ? 1 - (total - 1) * o / e : NAN;
}

static int near_or_both_undefined(double a, double b)
{
  if (!isfinite(b))
    return isnan(a);
  return fabs(a - b) < 1e-12;
}

static void definitions_hold(uint64_t seed, ic_level level, int weighted)
{
  random_data d = random_ratings(seed);
  double w[49], distances[49];
  ic_ratings *r;
  ic_measure m;
  ic_tally t;
  ic_estimate e;
  ic_error err;
  random_weights(seed, d.categories, w);
  random_distances(d.categories, w, distances);
  for (int i = 0; i < d.categories * d.categories && !weighted; i++)
    w[i] = i % (d.categories + 1) == 0;
  slow s = {&d, w, d.categories};
  CHECK(!ic_ratings_collapse(d.values, (size_t) d.units, d.coders,
                             d.categories, NULL, 0, 1, &r, &err));
  ic_spec spec = random_spec(&d, level, weighted ? w : NULL, distances);
  CHECK(!ic_measure_open(&m, r, &spec, &err));
  CHECK(!ic_tally_open(&t, &m, &err));
  ic_tally_fill(&t, &m, r->size, 0);
  ic_tally_estimate(&t, &m, &e);
  double agree = slow_agreement(&s);
  if (e.status[IC_PERCENT] == IC_DEFINED) {
    CHECK_NEAR(e.value[IC_PERCENT], agree, 1e-12);
    CHECK(near_or_both_undefined(e.value[IC_ALPHA], slow_alpha(&d, &spec)));
  }
  if (e.status[IC_FLEISS] == IC_DEFINED)
    CHECK_NEAR(e.value[IC_FLEISS], slow_fleiss(&s, agree), 1e-10);
  if (e.status[IC_CONGER] == IC_DEFINED)
    CHECK_NEAR(e.value[IC_CONGER], slow_conger(&s, agree), 1e-10);
  double light, hubert;
  slow_pairs(&s, &light, &hubert);
  CHECK(near_or_both_undefined(e.value[IC_LIGHT], light));
  CHECK(near_or_both_undefined(e.value[IC_HUBERT], hubert));
  CHECK(e.status[IC_KAPPA] != IC_DEFINED || m.active == 2);
  ic_tally_close(&t);
  ic_measure_close(&m);
  ic_ratings_free(r);
}

/* A known variance: Gwet's four raters (irrCAC), Cohen's kappa of Fleiss,
 * Cohen and Everitt (1969) is tested from R. */
static void linearised_variance(void)
{
  static const int rows[12][4] = {
    {1, 1, 0, 1}, {2, 2, 3, 2}, {3, 3, 3, 3}, {3, 3, 3, 3}, {2, 2, 2, 2},
    {1, 2, 3, 4}, {4, 4, 4, 4}, {1, 1, 2, 1}, {2, 2, 2, 2}, {0, 5, 5, 5},
    {0, 0, 1, 1}, {0, 0, 3, 0}};
  static const struct {
    ic_coefficient c;
    double error;
  } known[] = {
    {IC_PERCENT, 0.12560895994686497}, {IC_AC, 0.1429499506407653},
    {IC_FLEISS, 0.15301920346949238}, {IC_CONGER, 0.14916815248017373},
    {IC_BP, 0.14471661989948315}, {IC_ALPHA, 0.14547871722219924}};
  int values[48];
  double z[12], units, divisor;
  for (int i = 0; i < 48; i++)
    values[i] = rows[i % 12][i / 12];
  ic_ratings *r;
  ic_measure m;
  ic_tally t;
  ic_estimate e;
  ic_error err;
  CHECK(!ic_ratings_collapse(values, 12, 4, 5, NULL, 0, 1, &r, &err));
  static const double numbers[] = {1, 2, 3, 4, 5};
  ic_spec spec = {.wanted = (UINT32_C(1) << IC_COEFFICIENTS) - 1u,
    .numbers = numbers};
  CHECK(!ic_measure_open(&m, r, &spec, &err));
  CHECK(!ic_tally_open(&t, &m, &err));
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    double variance = 0;
    ic_tally_fill(&t, &m, r->size, 1);
    ic_tally_estimate(&t, &m, &e);
    CHECK(ic_linearise(&m, &t, known[k].c, z, &units, &divisor));
    for (size_t p = 0; p < r->patterns; p++)
      variance += r->size[p] * z[p] * z[p] / divisor;
    CHECK_NEAR(sqrt(variance), known[k].error, 1e-14);
  }
  ic_tally_close(&t);
  ic_measure_close(&m);
  ic_ratings_free(r);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 200; seed++)
    for (int level = IC_NOMINAL; level <= IC_GIVEN; level++)
      definitions_hold(seed, (ic_level) level, level % 2);
  linearised_variance();
  return check_report();
}
