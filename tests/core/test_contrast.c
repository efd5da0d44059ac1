/* contrast: a view estimates as its columns do alone, the jackknife is that of
 * fresh computations, and what must not matter does not. */
#include <stdlib.h>

#include "check.h"
#include "core/contrast.h"
#include "core/memory.h"
#include "core/resample.h"
#include "random_ratings.h"

#define ALL ((UINT32_C(1) << IC_COEFFICIENTS) - 1u)
#define VIEWS 3

typedef struct scene {
  random_data data;
  int columns[VIEWS][CODERS_MAX];
  ic_sample sample[2];
  ic_view view[VIEWS];
  ic_contrast contrast[IC_COEFFICIENTS];
  ic_contrast_request q;
} scene;

/* Views: all coders, all but the last, all but the first. */
static void make_scene(scene *s, uint64_t seed)
{
  random_data *d = &s->data;
  *d = random_ratings(seed);
  s->sample[0] = (ic_sample) {.values = d->values, .units = (size_t) d->units,
    .coders = d->coders, .categories = d->categories};
  s->sample[1] = s->sample[0];
  for (int v = 0; v < VIEWS; v++) {
    int n = d->coders - (v > 0);
    for (int g = 0; g < n; g++)
      s->columns[v][g] = g + (v == 2);
    s->view[v] = (ic_view) {.sample = 0, .columns = s->columns[v],
      .coders = n, .categories = d->categories,
      .spec = {.wanted = ALL, .level = IC_ORDINAL, .numbers = d->numbers}};
  }
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    s->contrast[c] = (ic_contrast) {{1, (ic_coefficient) c},
                                    {2, (ic_coefficient) c}};
  s->q = (ic_contrast_request) {.sample = s->sample, .samples = 1,
    .view = s->view, .views = VIEWS, .contrast = s->contrast,
    .contrasts = IC_COEFFICIENTS, .kind = IC_CI_BCA, .confidence = 0.9,
    .replicates = 200, .seed = 5, .threads = 1};
}

static void cluster(scene *s)
{
  s->sample[0].cluster = s->data.cluster;
  s->sample[0].clusters = (size_t) s->data.clusters;
}

static int same(double a, double b)
{
  return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12;
}

/* The estimates of a view's columns, taken alone and by hand. */
static ic_estimate alone(const scene *s, int v, int without)
{
  const random_data *d = &s->data;
  int values[UNITS_MAX * CODERS_MAX], n = 0;
  ic_agreement_answer a;
  ic_error err;
  for (int g = 0; g < s->view[v].coders; g++)
    for (int i = 0; i < d->units; i++)
      if (i != without && (without >= 0 || without != -1 - d->cluster[i]))
        values[n++] = d->values[s->columns[v][g] * d->units + i];
  ic_agreement_request q = {.values = values,
    .units = (size_t) (n / s->view[v].coders), .coders = s->view[v].coders,
    .categories = d->categories, .spec = s->view[v].spec};
  CHECK(!ic_agreement_run(&q, NULL, NULL, &a, &err));
  return a.estimate;
}

static void views_estimate_as_their_columns(uint64_t seed)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer out[IC_COEFFICIENTS];
  ic_error err;
  make_scene(&s, seed);
  s.q.kind = IC_CI_NONE;
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  ic_estimate e[VIEWS];
  for (int v = 0; v < VIEWS; v++) {
    e[v] = alone(&s, v, s.data.units);
    for (int c = 0; c < IC_COEFFICIENTS; c++) {
      CHECK(same(views[v].estimate.value[c], e[v].value[c]));
      CHECK(views[v].estimate.status[c] == e[v].status[c]);
    }
  }
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    CHECK(same(out[c].value, e[1].value[c] - e[2].value[c])
          && isnan(out[c].interval.low)
          && out[c].interval.kind == IC_CI_NONE);
}

/* The jackknife variance of the difference from fresh computations. */
static double by_hand(const scene *s, int c, int clustered)
{
  const random_data *d = &s->data;
  double left[UNITS_MAX], n = 0.0, sum = 0.0, squares = 0.0;
  for (int i = 0; i < (clustered ? d->clusters : d->units); i++) {
    int any = 0;
    for (int u = 0; u < d->units; u++)
      for (int g = 0; g < d->coders; g++)
        any |= (clustered ? d->cluster[u] == i + 1 : u == i)
          && d->values[g * d->units + u] > 0;
    int without = clustered ? -1 - (i + 1) : i;
    double v = alone(s, 1, without).value[c] - alone(s, 2, without).value[c];
    if (any && !isnan(v))
      left[(int) n++] = v;
  }
  for (int i = 0; i < (int) n; i++)
    sum += left[i];
  for (int i = 0; i < (int) n; i++)
    squares += (left[i] - sum / n) * (left[i] - sum / n);
  return n < 2.0 ? NAN : (n - 1.0) / n * squares;
}

static void jackknife_is_exact(uint64_t seed, int clustered)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer out[IC_COEFFICIENTS];
  ic_error err;
  make_scene(&s, seed);
  if (clustered)
    cluster(&s);
  s.q.kind = IC_CI_JACKKNIFE;
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    const ic_interval *i = &out[c].interval;
    if (isnan(out[c].value) || i->kind == IC_CI_TOO_FEW)
      continue;
    double variance = by_hand(&s, c, clustered);
    CHECK_NEAR(i->error, sqrt(variance), 1e-9);
    CHECK((i->kind == IC_CI_DEGENERATE) == (i->error < IC_TIE));
    if (i->kind == IC_CI_JACKKNIFE) {
      CHECK((i->low > 0.0 || i->high < 0.0) == (i->p < 0.1));
      CHECK_NEAR(out[c].value - i->low, i->high - out[c].value, 1e-9);
    }
  }
}

static void swapping_changes_the_sign(uint64_t seed, ic_interval_kind kind)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer a[IC_COEFFICIENTS], b[IC_COEFFICIENTS];
  ic_error err;
  make_scene(&s, seed);
  s.q.kind = kind;
  CHECK(!ic_contrast_run(&s.q, NULL, views, a, &err));
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    s.contrast[c].first.view = 2;
    s.contrast[c].second.view = 1;
  }
  CHECK(!ic_contrast_run(&s.q, NULL, views, b, &err));
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    const ic_interval *i = &a[c].interval, *j = &b[c].interval;
    CHECK(same(a[c].value, -b[c].value) && i->kind == j->kind);
    CHECK(same(i->error, j->error) && i->undefined == j->undefined);
    CHECK(isnan(i->low) ? isnan(j->high) : fabs(i->low + j->high) < 1e-9);
    CHECK(isnan(i->p) ? isnan(j->p) : fabs(i->p - j->p) < 1e-9);
    if (isnan(i->p))
      continue;
    CHECK(i->low <= i->high && i->p > 0.0 && i->p <= 1.0);
    if (i->p > 0.1 + 1e-6)
      CHECK(i->low <= IC_TIE && i->high >= -IC_TIE);
    if (i->p < 0.1 - 1e-6)
      CHECK(i->low > -IC_TIE || i->high < IC_TIE);
  }
}

static void itself_is_no_difference(uint64_t seed)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer out[IC_COEFFICIENTS];
  ic_error err;
  make_scene(&s, seed);
  s.view[2] = s.view[1];
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    s.contrast[c].second.view = c % 2 ? 2 : 1;
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    if (isnan(out[c].value))
      continue;
    CHECK(out[c].value == 0.0 && isnan(out[c].interval.low));
    CHECK(out[c].interval.kind >= IC_CI_DEGENERATE
          && isnan(out[c].interval.p));
  }
}

static void threads_change_nothing(uint64_t seed)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer one[IC_COEFFICIENTS], many[IC_COEFFICIENTS];
  ic_error err;
  make_scene(&s, seed);
  if (seed % 2)
    cluster(&s);
  CHECK(!ic_contrast_run(&s.q, NULL, views, one, &err));
  for (s.q.threads = 2; s.q.threads <= 8; s.q.threads += 3) {
    CHECK(!ic_contrast_run(&s.q, NULL, views, many, &err));
    for (int c = 0; c < IC_COEFFICIENTS; c++)
      CHECK(!memcmp(&one[c].interval.low, &many[c].interval.low,
                    sizeof(double))
            && !memcmp(&one[c].interval.high, &many[c].interval.high,
                       sizeof(double))
            && !memcmp(&one[c].interval.p, &many[c].interval.p,
                       sizeof(double)));
  }
}

/* Against an independent sample whose coders never differ, a difference is the
 * coefficient less 1, drawn by the same stream. */
static void against_perfection(uint64_t seed, ic_interval_kind kind)
{
  static const int perfect[8] = {1, 2, 1, 2, 1, 2, 1, 2};
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer out[1];
  ic_agreement_answer a;
  ic_error err;
  make_scene(&s, seed);
  s.view[0].spec.wanted = s.view[1].spec.wanted = IC_BIT(IC_PERCENT);
  s.sample[1] = (ic_sample) {.values = perfect, .units = 4, .coders = 2,
    .categories = 2};
  s.view[1] = (ic_view) {.sample = 1, .columns = s.columns[0], .coders = 2,
    .categories = 2, .spec = s.view[0].spec};
  s.q.samples = s.q.views = 2;
  s.q.contrasts = 1;
  s.q.kind = kind;
  s.contrast[0] = (ic_contrast) {{0, IC_PERCENT}, {1, IC_PERCENT}};
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  ic_agreement_request q = {.values = s.data.values,
    .units = s.sample[0].units, .coders = s.data.coders,
    .categories = s.data.categories, .spec = s.view[0].spec, .kind = kind,
    .confidence = 0.9, .replicates = 200, .seed = 5, .threads = 1};
  q.spec.wanted |= IC_BIT(IC_KAPPA); /* patterns keep who gave which value */
  CHECK(!ic_agreement_run(&q, NULL, NULL, &a, &err));
  const ic_interval *i = &out[0].interval, *j = &a.interval[IC_PERCENT];
  if (isnan(out[0].value))
    return;
  CHECK_NEAR(out[0].value + 1.0, a.estimate.value[IC_PERCENT], 1e-12);
  CHECK(i->kind == j->kind);
  if (isnan(i->low))
    return;
  CHECK_NEAR(i->error, j->error, 1e-9);
  if (kind != IC_CI_JACKKNIFE) {
    CHECK_NEAR(i->low + 1.0, j->low, 1e-9);
    CHECK_NEAR(i->high + 1.0, j->high, 1e-9);
  }
}

/* The mean of a view with itself is the view; of two, their mean, unit by unit;
 * and a side of no views leaves the other as it is. */
static void means_of_views(uint64_t seed, int clustered)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer plain[IC_COEFFICIENTS], out[IC_COEFFICIENTS];
  static const int both[] = {1, 2}, twice[] = {1, 1};
  const ic_mean mean[] = {{both, 2}, {twice, 2}, {NULL, 0}};
  ic_error err;
  make_scene(&s, seed);
  if (clustered)
    cluster(&s);
  CHECK(!ic_contrast_run(&s.q, NULL, views, plain, &err));
  s.q.mean = mean;
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    s.contrast[c].first.view = 1;
    s.contrast[c].second.view = 0;
  }
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  /* a - (a + b) / 2 is half of a - b */
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    CHECK(same(2.0 * out[c].value, plain[c].value));
    CHECK(same(2.0 * out[c].interval.low, plain[c].interval.low)
          || fabs(2.0 * out[c].interval.low - plain[c].interval.low) < 1e-9);
    CHECK(out[c].interval.kind == plain[c].interval.kind);
    s.contrast[c].first.view = 0;
    s.contrast[c].second.view = 2;
  }
  CHECK(!ic_contrast_run(&s.q, NULL, views, out, &err));
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    CHECK(same(out[c].value, 0.5 * views[1].estimate.value[c]
               + 0.5 * views[2].estimate.value[c]));
}

static void every_allocation_may_fail(ic_interval_kind kind, int clustered)
{
  scene s;
  ic_view_answer views[VIEWS];
  ic_contrast_answer out[IC_COEFFICIENTS];
  ic_error err;
  ic_status status;
  size_t n = 0;
  make_scene(&s, 8);
  if (clustered)
    cluster(&s);
  s.q.kind = kind;
  do {
    ic_memory_fail(++n, 0);
    status = ic_contrast_run(&s.q, NULL, views, out, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  } while (status != IC_OK && n < 400);
  CHECK(n > 20 && n < 400);
  ic_memory_fail(0, 0);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 40; seed++) {
    views_estimate_as_their_columns(seed);
    jackknife_is_exact(seed, 0);
    jackknife_is_exact(seed, 1);
    itself_is_no_difference(seed);
    threads_change_nothing(seed);
    means_of_views(seed, 0);
    means_of_views(seed, 1);
    for (int kind = IC_CI_BCA; kind <= IC_CI_JACKKNIFE; kind++) {
      swapping_changes_the_sign(seed, (ic_interval_kind) kind);
      against_perfection(seed, (ic_interval_kind) kind);
    }
  }
  for (int kind = IC_CI_NONE; kind <= IC_CI_JACKKNIFE; kind++)
    for (int clustered = 0; clustered < 2; clustered++)
      every_allocation_may_fail((ic_interval_kind) kind, clustered);
  return check_report();
}
