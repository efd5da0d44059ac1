#include "scale.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"

/* Variances this small beside the squares they come from are rounding. */
#define LOST 1e-12

/* A difference this small beside what it comes from has lost digits. */
#define DULL 1e-3

/* A pivot this small may mean that the design falls apart. */
#define WEAK 1e-6

static size_t coders_of(const ic_scale *s)
{
  return (size_t) s->ratings->coders;
}

static const int *row_of(const ic_scale *s, size_t p)
{
  return s->ratings->value + p * coders_of(s);
}

/* Less the mean of all values, so that sums of squares lose least. */
static void centre_values(ic_scale *s, const double *numbers)
{
  const ic_ratings *r = s->ratings;
  ic_sum sum = {0, 0};
  double n = 0.0;
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      double times = r->size[p] * r->times[e];
      ic_sum_add(&sum, times * numbers[r->category[e]]);
      n += times;
    }
  double mean = n > 0.0 ? ic_sum_value(&sum) / n : 0.0;
  for (int k = 0; k < r->categories; k++)
    s->value[k] = numbers[k] - mean;
}

static double uniform_variance(const double *numbers, int n)
{
  double mean = 0.0, sum = 0.0;
  for (int k = 0; k < n; k++)
    mean += numbers[k] / n;
  for (int k = 0; k < n; k++)
    sum += (numbers[k] - mean) * (numbers[k] - mean);
  return n > 0 ? sum / n : 0.0;
}

static void sum_patterns(ic_scale *s)
{
  const ic_ratings *r = s->ratings;
  for (size_t p = 0; p < r->patterns; p++) {
    double sum = 0.0, within = 0.0;
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      sum += r->times[e] * s->value[r->category[e]];
    double mean = sum / r->rated[p];
    for (size_t e = r->start[p];
         r->start[p + 1] - r->start[p] > 1 && e < r->start[p + 1]; e++) {
      double d = s->value[r->category[e]] - mean;
      within += r->times[e] * d * d;
    }
    s->sum[p] = sum;
    s->within[p] = within;
  }
}

static int same_coders(const int *a, const int *b, size_t coders)
{
  for (size_t g = 0; g < coders; g++)
    if ((a[g] > 0) != (b[g] > 0))
      return 0;
  return 1;
}

static size_t hash_coders(const int *row, size_t coders)
{
  uint64_t h = UINT64_C(1469598103934665603);
  for (size_t g = 0; g < coders; g++)
    h = (h ^ (uint64_t) (row[g] > 0)) * UINT64_C(1099511628211);
  return (size_t) (h ^ (h >> 29));
}

/* Numbers the designs as first met; first[d] is a pattern of design d. `slot`
 * has room for `mask` + 1 entries, zero. */
static void number_designs(ic_scale *s, size_t *first, size_t *slot,
                           size_t mask)
{
  size_t coders = coders_of(s);
  for (size_t p = 0; p < s->ratings->patterns; p++) {
    const int *row = row_of(s, p);
    size_t at = hash_coders(row, coders) & mask;
    while (slot[at] &&
           !same_coders(row, row_of(s, first[slot[at] - 1]), coders))
      at = (at + 1) & mask;
    if (!slot[at]) {
      first[s->designs] = p;
      slot[at] = ++s->designs;
    }
    s->design[p] = slot[at] - 1;
  }
}

static ic_status list_coders(ic_scale *s, const size_t *first, ic_error *err)
{
  size_t n = 0, coders = coders_of(s);
  for (size_t d = 0; d < s->designs; d++)
    n += (size_t) s->ratings->rated[first[d]];
  s->start = ic_alloc(s->designs + 1, sizeof *s->start);
  s->coder = ic_alloc(n, sizeof *s->coder);
  if (!s->start || !s->coder)
    return ic_no_memory(err);
  n = 0;
  for (size_t d = 0; d < s->designs; d++) {
    const int *row = row_of(s, first[d]);
    for (size_t g = 0; g < coders; g++)
      if (row[g] > 0)
        s->coder[n++] = (int) g;
    s->start[d + 1] = n;
  }
  return IC_OK;
}

static ic_status find_designs(ic_scale *s, ic_error *err)
{
  size_t n = s->ratings->patterns, mask = 1;
  while (mask < 2 * n)
    mask *= 2;
  mask--;
  size_t *first = ic_alloc(n, sizeof *first);
  size_t *slot = ic_alloc(mask + 1, sizeof *slot);
  s->design = ic_alloc(n, sizeof *s->design);
  ic_status status = first && slot && s->design ? IC_OK : ic_no_memory(err);
  if (!status) {
    number_designs(s, first, slot, mask);
    status = list_coders(s, first, err);
  }
  ic_free(first);
  ic_free(slot);
  return status;
}

ic_status ic_scale_open(ic_scale *s, const ic_ratings *ratings,
                        const double *numbers, int two_way, ic_error *err)
{
  size_t n = ratings->patterns, k = (size_t) ratings->categories;
  *s = (ic_scale) {.ratings = ratings, .two_way = two_way};
  s->block = ic_alloc(k + 2 * n, sizeof *s->block);
  if (!s->block)
    return ic_no_memory(err);
  s->value = s->block;
  s->sum = s->value + k;
  s->within = s->sum + n;
  s->uniform = uniform_variance(numbers, ratings->categories);
  centre_values(s, numbers);
  sum_patterns(s);
  ic_status status = two_way ? find_designs(s, err) : IC_OK;
  if (status)
    ic_scale_close(s);
  return status;
}

void ic_scale_close(ic_scale *s)
{
  ic_free(s->block);
  ic_free(s->design);
  ic_free(s->start);
  ic_free(s->coder);
  *s = (ic_scale) {0};
}

ic_status ic_scale_tally_open(ic_scale_tally *t, const ic_scale *s,
                              ic_error *err)
{
  size_t m = s->two_way ? coders_of(s) : 0;
  *t = (ic_scale_tally) {0};
  t->block = ic_alloc(2 * s->designs + 4 * m + m * m, sizeof *t->block);
  t->index = ic_alloc(2 * m, sizeof *t->index);
  if (!t->block || !t->index) {
    ic_scale_tally_close(t);
    return ic_no_memory(err);
  }
  t->count = t->block;
  t->means = t->count + s->designs;
  t->number = t->means + s->designs;
  t->coder = t->number + m;
  t->side = t->coder + m;
  t->effect = t->side + m;
  t->factor = t->effect + m;
  t->place = t->index;
  t->leader = t->index + m;
  return IC_OK;
}

void ic_scale_tally_close(ic_scale_tally *t)
{
  ic_free(t->block);
  ic_free(t->index);
  *t = (ic_scale_tally) {0};
}

static void sum_units(ic_scale_sums *out, const ic_scale *s, const double *x)
{
  const ic_ratings *r = s->ratings;
  ic_scale_sums a = {0};
  for (size_t p = 0; p < r->patterns; p++) {
    double n = r->rated[p];
    a.units += x[p];
    a.values += x[p] * n;
    a.squares += x[p] * n * n;
    a.inverse += x[p] / n;
    a.total += x[p] * s->sum[p];
    a.between += x[p] * s->sum[p] * s->sum[p] / n;
    a.within += x[p] * s->within[p];
  }
  *out = a;
}

static void sum_designs(ic_scale_tally *t, const ic_scale *s, const double *x)
{
  size_t n = s->ratings->patterns, m = coders_of(s);
  memset(t->count, 0, 2 * s->designs * sizeof *t->count);
  memset(t->number, 0, 3 * m * sizeof *t->number);
  for (size_t p = 0; p < n; p++) {
    size_t d = s->design[p];
    const int *row = row_of(s, p);
    if (x[p] == 0.0)
      continue;
    t->count[d] += x[p];
    t->means[d] += x[p] * s->sum[p] / s->ratings->rated[p];
    for (size_t i = s->start[d]; i < s->start[d + 1]; i++)
      t->coder[s->coder[i]] += x[p] * s->value[row[s->coder[i]] - 1];
  }
  memcpy(t->side, t->coder, m * sizeof *t->side);
  for (size_t d = 0; d < s->designs; d++)
    for (size_t i = s->start[d]; i < s->start[d + 1]; i++) {
      t->number[s->coder[i]] += t->count[d];
      t->side[s->coder[i]] -= t->means[d];
    }
}

static int leader_of(int *leader, int g)
{
  while (leader[g] != g)
    g = leader[g] = leader[leader[g]];
  return g;
}

/* Is everybody who gave a value linked to everybody else? */
static int is_joined(const ic_scale_tally *t, const ic_scale *s)
{
  int m = s->ratings->coders, groups = 0;
  for (int g = 0; g < m; g++) {
    t->leader[g] = g;
    groups += t->number[g] > 0.0;
  }
  for (size_t d = 0; d < s->designs && groups > 1; d++)
    for (size_t i = s->start[d]; t->count[d] > 0.0 && i < s->start[d + 1];
         i++) {
      int a = leader_of(t->leader, s->coder[s->start[d]]);
      int b = leader_of(t->leader, s->coder[i]);
      groups -= a != b;
      t->leader[b] = a;
    }
  return groups == 1;
}

/* The last coder's effect is set to zero; the others stand in `place`. */
static size_t set_places(ic_scale_tally *t, size_t m)
{
  size_t n = 0;
  int last = -1;
  for (size_t g = 0; g < m; g++) {
    t->place[g] = t->number[g] > 0.0 ? (int) n++ : -1;
    last = t->number[g] > 0.0 ? (int) g : last;
  }
  if (last < 0)
    return 0;
  t->place[last] = -1;
  return n - 1;
}

/* The lower triangle of the coders' equations once units are absorbed. */
static void set_equations(ic_scale_tally *t, const ic_scale *s, size_t n)
{
  memset(t->factor, 0, n * n * sizeof *t->factor);
  for (size_t g = 0; g < coders_of(s); g++)
    if (t->place[g] >= 0) {
      size_t i = (size_t) t->place[g];
      t->factor[i * n + i] = t->number[g];
    }
  for (size_t d = 0; d < s->designs; d++) {
    double share = t->count[d] / (double) (s->start[d + 1] - s->start[d]);
    for (size_t a = s->start[d]; share > 0.0 && a < s->start[d + 1]; a++)
      for (size_t b = s->start[d]; b <= a; b++) {
        int i = t->place[s->coder[a]], j = t->place[s->coder[b]];
        if (i >= 0 && j >= 0)
          t->factor[(size_t) i * n + (size_t) j] -= share;
      }
  }
}

/* Lower Cholesky factor in place; the smallest pivot beside what was there. */
static double factorise(double *a, size_t n)
{
  double weakest = 1.0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double was = a[i * n + j], sum = was;
      for (size_t k = 0; k < j; k++)
        sum -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = sum / a[j * n + j];
        continue;
      }
      weakest = fmin(weakest, sum / was);
      a[i * n + i] = sqrt(fmax(sum, 0.0));
    }
  return weakest;
}

static void solve_lower(const double *a, size_t n, double *x)
{
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < i; k++)
      x[i] -= a[i * n + k] * x[k];
    x[i] /= a[i * n + i];
  }
}

static void solve_upper(const double *a, size_t n, double *x)
{
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++)
      x[i] -= a[k * n + i] * x[k];
    x[i] /= a[i * n + i];
  }
}

/* The solution is spread over all coders in place, from the back. */
static void solve_coders(ic_scale_tally *t, const ic_scale *s)
{
  size_t m = coders_of(s), n = set_places(t, m);
  set_equations(t, s, n);
  factorise(t->factor, n);
  for (size_t g = 0; g < m; g++)
    if (t->place[g] >= 0)
      t->effect[t->place[g]] = t->side[g];
  solve_lower(t->factor, n, t->effect);
  solve_upper(t->factor, n, t->effect);
  for (size_t g = m; g-- > 0;)
    t->effect[g] = t->place[g] >= 0 ? t->effect[t->place[g]] : 0.0;
}

static double positive(double x)
{
  return x > 0.0 ? x : 0.0;
}

static void subtract_squares(ic_scale_sums *a)
{
  a->residual = positive(a->within - a->fitted);
  a->adjusted = positive(a->between + a->fitted - a->margin);
}

/* The same as squares of what the model says: nothing is subtracted. */
static void add_squares(ic_scale_tally *t, const ic_scale *s, const double *x)
{
  double residual = 0.0, adjusted = 0.0;
  for (size_t p = 0; p < s->ratings->patterns; p++) {
    const int *row = row_of(s, p);
    size_t from = s->start[s->design[p]], to = s->start[s->design[p] + 1];
    double unit = s->sum[p];
    for (size_t i = from; x[p] > 0.0 && i < to; i++)
      unit -= t->effect[s->coder[i]];
    unit /= s->ratings->rated[p];
    for (size_t i = from; x[p] > 0.0 && i < to; i++) {
      int g = s->coder[i];
      double model = unit + t->effect[g], r = s->value[row[g] - 1] - model;
      double u = model - t->coder[g] / t->number[g];
      residual += x[p] * r * r;
      adjusted += x[p] * u * u;
    }
  }
  t->sums.residual = residual;
  t->sums.adjusted = adjusted;
}

void ic_scale_fill(ic_scale_tally *t, const ic_scale *s, const double *x)
{
  sum_units(&t->sums, s, x);
  if (!s->two_way)
    return;
  sum_designs(t, s, x);
  for (size_t g = 0; g < coders_of(s); g++)
    if (t->number[g] > 0.0) {
      t->sums.coders += 1.0;
      t->sums.margin += t->coder[g] * t->coder[g] / t->number[g];
    }
  t->sums.joined = is_joined(t, s);
  if (!t->sums.joined)
    return;
  solve_coders(t, s);
  for (size_t g = 0; g < coders_of(s); g++)
    t->sums.fitted += t->effect[g] * t->side[g];
  subtract_squares(&t->sums);
  if (t->sums.residual < DULL * t->sums.within
      || t->sums.adjusted < DULL * (t->sums.between + t->sums.fitted))
    add_squares(t, s, x);
}

ic_anova ic_scale_anova(const ic_scale *s, const ic_scale_sums *a)
{
  ic_anova v = {.within = a->within, .units_df = a->units - 1.0,
    .within_df = a->values - a->units,
    .adjusted = NAN, .coders = NAN, .residual = NAN, .coders_df = NAN,
    .residual_df = NAN, .variance = NAN, .coder_variance = NAN,
    .error_variance = NAN};
  double n0 = (a->values - a->squares / a->values) / v.units_df;
  v.units = positive(a->between - a->total * a->total / a->values);
  v.total = v.units + v.within;
  v.unit_error = v.within / v.within_df;
  v.unit_variance = (v.units / v.units_df - v.unit_error) / n0;
  if (!s->two_way || !a->joined)
    return v;
  v.coders = positive(a->fitted);
  v.adjusted = a->adjusted;
  v.residual = a->residual;
  v.coders_df = a->coders - 1.0;
  v.residual_df = v.within_df - v.coders_df;
  v.error_variance = v.residual / v.residual_df;
  v.variance = (v.adjusted - v.units_df * v.error_variance)
    / (a->values - a->coders);
  v.coder_variance = (v.coders - v.coders_df * v.error_variance)
    / v.within_df;
  return v;
}

static ic_status run_scale(const ic_ratings *r, const double *numbers,
                           int two_way, ic_anova *out, ic_error *err)
{
  ic_scale s;
  ic_scale_tally t;
  ic_status status = ic_scale_open(&s, r, numbers, two_way, err);
  if (status)
    return status;
  status = ic_scale_tally_open(&t, &s, err);
  if (!status) {
    ic_scale_fill(&t, &s, r->size);
    *out = ic_scale_anova(&s, &t.sums);
  }
  ic_scale_tally_close(&t);
  ic_scale_close(&s);
  return status;
}

ic_status ic_scale_run(const int *values, size_t units, int coders,
                       int categories, const double *numbers, int two_way,
                       ic_anova *out, ic_error *err)
{
  ic_ratings *r;
  ic_status status = ic_ratings_collapse(values, units, coders, categories,
                                         NULL, 0, two_way, &r, err);
  if (status)
    return status;
  status = run_scale(r, numbers, two_way, out, err);
  ic_ratings_free(r);
  return status;
}

/* The share of `units` in units + error. */
static void set_share(double units, double error, double tiny, double *value,
                      ic_defined *why)
{
  *why = units + error > tiny ? IC_DEFINED : IC_NO_VARIANCE;
  *value = *why ? NAN : units / (units + error);
}

static void one_way(const ic_anova *v, double part, double tiny, double *value,
                    ic_defined *why)
{
  set_share(v->unit_variance, v->unit_error, tiny, &value[IC_FORM_11],
            &why[IC_FORM_11]);
  set_share(v->unit_variance, v->unit_error * part, tiny, &value[IC_FORM_1K],
            &why[IC_FORM_1K]);
}

static void two_way(const ic_anova *v, double part, double tiny, double *value,
                    ic_defined *why)
{
  double error = v->error_variance, all = v->coder_variance + error;
  set_share(v->variance, all, tiny, &value[IC_FORM_21], &why[IC_FORM_21]);
  set_share(v->variance, error, tiny, &value[IC_FORM_31], &why[IC_FORM_31]);
  set_share(v->variance, all * part, tiny, &value[IC_FORM_2K],
            &why[IC_FORM_2K]);
  set_share(v->variance, error * part, tiny, &value[IC_FORM_3K],
            &why[IC_FORM_3K]);
}

static ic_defined why_no_correlation(const ic_scale *s, const ic_scale_sums *a,
                                     const ic_anova *v, int two)
{
  if (v->within_df <= 0.0)
    return IC_NO_PAIRABLE;
  if (a->units < 2.0)
    return IC_ONE_UNIT;
  if (!two)
    return IC_DEFINED;
  if (!s->two_way)
    return IC_CODERS_UNKNOWN;
  if (a->coders < 2.0)
    return IC_ONE_CODER;
  if (!a->joined)
    return IC_DISCONNECTED;
  return v->residual_df < 1.0 ? IC_NO_RESIDUAL : IC_DEFINED;
}

static int is_two_way(int form)
{
  return form == IC_FORM_21 || form == IC_FORM_31 || form == IC_FORM_2K
    || form == IC_FORM_3K;
}

void ic_scale_values(const ic_scale *s, const ic_scale_sums *a,
                     double value[IC_FORMS], ic_defined why[IC_FORMS])
{
  ic_anova v = ic_scale_anova(s, a);
  double lost = LOST * (a->between + a->within), part = a->inverse / a->units;
  ic_defined varies = !isfinite(v.total - lost) ? IC_INFINITE_DISTANCE
    : v.total > lost ? IC_DEFINED : IC_NO_VARIATION;
  for (int f = 0; f < IC_FORMS; f++) {
    value[f] = NAN;
    why[f] = why_no_correlation(s, a, &v, is_two_way(f));
    why[f] = why[f] ? why[f] : varies;
  }
  if (!why[IC_FORM_11])
    one_way(&v, part, lost / a->values, value, why);
  if (!why[IC_FORM_21])
    two_way(&v, part, lost / a->values, value, why);
  if (!why[IC_FORM_ROBINSON])
    value[IC_FORM_ROBINSON] = v.units / v.total;
  if (why[IC_FORM_FINN] == IC_NO_PAIRABLE)
    return;
  why[IC_FORM_FINN] = s->uniform > 0.0 ? IC_DEFINED : IC_NO_VARIATION;
  if (!why[IC_FORM_FINN])
    value[IC_FORM_FINN] = 1.0 - v.unit_error / s->uniform;
  for (int f = 0; f < IC_FORMS; f++)
    if (!why[f] && !isfinite(value[f]))
      why[f] = IC_INFINITE_DISTANCE;
}

/* Limits of (ratio - 1) / (ratio + k - 1), or 1 - 1 / ratio for the mean of k,
 * ratio = between / within. */
static void ratio_limits(double ratio, double df1, double df2, double k,
                         int mean, double p, double *low, double *high)
{
  double l = ratio / ic_f_quantile(p, df1, df2);
  double h = ratio * ic_f_quantile(p, df2, df1);
  *low = mean ? 1.0 - 1.0 / l : (l - 1.0) / (l + k - 1.0);
  *high = mean ? 1.0 - 1.0 / h : (h - 1.0) / (h + k - 1.0);
}

static double ratio_test(double ratio, double df1, double df2)
{
  return 2.0 * fmin(ic_f_tail(ratio, df1, df2),
                    ic_f_tail(1.0 / ratio, df2, df1));
}

/* b, j, e: mean squares of units, coders and residual; rho is ICC(2,1). For
 * the mean of k these are the limits for one value stepped up by the formula
 * of Spearman and Brown, as in Shrout and Fleiss. */
static void agreement_limits(const double ms[3], double n, double k, double rho,
                             int mean, double p, double *low, double *high)
{
  double b = ms[0], j = ms[1], e = ms[2], odds = rho / (n * (1.0 - rho));
  double c = k * odds * j, d = (1.0 + k * (n - 1.0) * odds) * e;
  double v = (c + d) * (c + d)
    / (c * c / (k - 1.0) + d * d / ((n - 1.0) * (k - 1.0)));
  double other = mean ? j - e : k * j + (k * n - k - n) * e;
  double f = ic_f_quantile(p, n - 1.0, v);
  double below = f * other + n * b;
  *low = below > 0.0 ? n * (b - f * e) / below : NAN;
  f = ic_f_quantile(p, v, n - 1.0);
  double above = other + n * f * b;
  *high = above > 0.0 ? n * (f * b - e) / above : NAN;
}

int ic_scale_limits(const ic_scale *s, const ic_scale_sums *a,
                    ic_scale_form form, double confidence, double *low,
                    double *high, double *p_value)
{
  ic_anova v = ic_scale_anova(s, a);
  double n = a->units, k = a->values / n, p = 0.5 + 0.5 * confidence;
  int mean = form == IC_FORM_1K || form == IC_FORM_2K || form == IC_FORM_3K;
  int even = a->units * a->squares == a->values * a->values;
  double b = v.units / v.units_df, e = v.error_variance;
  *low = *high = *p_value = NAN;
  if (form > IC_FORM_3K || !even || (is_two_way(form) && k != a->coders))
    return 0;
  *p_value = is_two_way(form) ? ratio_test(b / e, v.units_df, v.residual_df)
    : ratio_test(b / v.unit_error, v.units_df, v.within_df);
  if (!is_two_way(form)) {
    ratio_limits(b / v.unit_error, v.units_df, v.within_df, k, mean, p, low,
                 high);
  } else if (form == IC_FORM_31 || form == IC_FORM_3K) {
    ratio_limits(b / e, v.units_df, v.residual_df, k, mean, p, low, high);
  } else {
    const double ms[3] = {b, v.coders / v.coders_df, e};
    double value[IC_FORMS];
    ic_defined why[IC_FORMS];
    ic_scale_values(s, a, value, why);
    agreement_limits(ms, n, k, value[IC_FORM_21], mean, p, low, high);
  }
  return isfinite(*low) && isfinite(*high);
}

/* A solution of the coders' equations for any right-hand side, as a matrix
 * over all coders. */
static void invert_equations(const ic_scale_tally *t, const ic_scale *s,
                             double *inverse, double *x)
{
  size_t m = coders_of(s), n = 0;
  for (size_t g = 0; g < m; g++)
    n += t->place[g] >= 0;
  memset(inverse, 0, m * m * sizeof *inverse);
  for (size_t g = 0; g < m; g++) {
    if (t->place[g] < 0)
      continue;
    memset(x, 0, n * sizeof *x);
    x[t->place[g]] = 1.0;
    solve_lower(t->factor, n, x);
    solve_upper(t->factor, n, x);
    for (size_t h = 0; h < m; h++)
      if (t->place[h] >= 0)
        inverse[g * m + h] = x[t->place[h]];
  }
}

/* Without a unit of coders Z the equations C become C - ZK(ZK)', K = I - 1/n,
 * and their right-hand side b - Ze, e the unit's values less their mean. With
 * G an inverse of C, fitted becomes u'Gu + w'(I - KZ'GZK)^-1 w, u = b - Ze and
 * w = KZ'Gu, all of it within the rows and columns of the unit's coders. */
typedef struct leaving {
  const ic_scale *s;
  ic_scale_tally *whole, fresh;
  double *inverse;   /* [coders x coders] */
  double *part;      /* [coders x coders] of the unit's coders */
  double *factor;    /* [coders x coders] of I - KZ'GZK */
  double *apart, *pull;
  double *x;         /* [patterns] */
  size_t at;         /* the design that part and factor belong to */
  int weak;          /* the design may fall apart without this one */
} leaving;

static void centre_square(double *a, size_t n)
{
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < n; i++) {
      size_t along = side ? n : 1, across = side ? 1 : n;
      double mean = 0.0;
      for (size_t k = 0; k < n; k++)
        mean += a[i * across + k * along] / (double) n;
      for (size_t k = 0; k < n; k++)
        a[i * across + k * along] -= mean;
    }
}

static void enter_design(leaving *l, size_t d)
{
  const int *coder = l->s->coder + l->s->start[d];
  size_t n = l->s->start[d + 1] - l->s->start[d], m = coders_of(l->s);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      l->part[i * n + j] =
        l->inverse[(size_t) coder[i] * m + (size_t) coder[j]];
  memcpy(l->factor, l->part, n * n * sizeof *l->factor);
  centre_square(l->factor, n);
  for (size_t i = 0; i < n * n; i++)
    l->factor[i] = (i % (n + 1) == 0) - l->factor[i];
  l->weak = factorise(l->factor, n) < WEAK;
  l->at = d;
}

static double fitted_without(const leaving *l, size_t p)
{
  const ic_scale *s = l->s;
  const int *row = row_of(s, p), *coder = s->coder + s->start[l->at];
  size_t n = (size_t) s->ratings->rated[p];
  double mean = s->sum[p] / (double) n, pulled = 0.0;
  double fitted = l->whole->sums.fitted;
  for (size_t i = 0; i < n; i++)
    l->apart[i] = s->value[row[coder[i]] - 1] - mean;
  for (size_t i = 0; i < n; i++) {
    double effect = l->whole->effect[coder[i]], own = 0.0;
    for (size_t j = 0; j < n; j++)
      own += l->part[i * n + j] * l->apart[j];
    fitted -= l->apart[i] * (2.0 * effect - own);
    l->pull[i] = effect - own;
    pulled += l->pull[i] / (double) n;
  }
  for (size_t i = 0; i < n; i++)
    l->pull[i] -= pulled;
  solve_lower(l->factor, n, l->pull);
  for (size_t i = 0; i < n; i++)
    fitted += l->pull[i] * l->pull[i];
  return fitted;
}

static void units_without(const ic_scale *s, size_t p, ic_scale_sums *a)
{
  double n = s->ratings->rated[p];
  a->units -= 1.0;
  a->values -= n;
  a->squares -= n * n;
  a->inverse -= 1.0 / n;
  a->total -= s->sum[p];
  a->between -= s->sum[p] * s->sum[p] / n;
  a->within = positive(a->within - s->within[p]);
}

static double margin_without(const leaving *l, size_t p)
{
  const ic_scale *s = l->s;
  const int *row = row_of(s, p);
  double margin = l->whole->sums.margin;
  for (size_t i = s->start[l->at]; i < s->start[l->at + 1]; i++) {
    int g = s->coder[i];
    double sum = l->whole->coder[g], n = l->whole->number[g];
    double left = sum - s->value[row[g] - 1];
    margin += left * left / (n - 1.0) - sum * sum / n;
  }
  return margin;
}

static void leave_unit(leaving *l, size_t p, ic_scale_sums *a)
{
  int two = l->s->two_way && l->whole->sums.joined;
  *a = l->whole->sums;
  if (two && l->s->design[p] != l->at)
    enter_design(l, l->s->design[p]);
  if (two && l->weak) {
    l->x[p] -= 1.0;
    ic_scale_fill(&l->fresh, l->s, l->x);
    l->x[p] += 1.0;
    *a = l->fresh.sums;
    return;
  }
  units_without(l->s, p, a);
  if (!two)
    return;
  a->margin = margin_without(l, p);
  a->fitted = fitted_without(l, p);
  subtract_squares(a);
}

/* Patterns of one design after the other; `order` is theirs. */
static void order_patterns(const ic_scale *s, size_t *next, size_t *order)
{
  for (size_t p = 0; p < s->ratings->patterns; p++)
    next[s->two_way ? s->design[p] + 1 : 1]++;
  for (size_t d = 0; d < s->designs; d++)
    next[d + 1] += next[d];
  for (size_t p = 0; p < s->ratings->patterns; p++)
    order[next[s->two_way ? s->design[p] : 0]++] = p;
}

static void leave_each(leaving *l, const size_t *order, double *out)
{
  for (size_t i = 0; i < l->s->ratings->patterns; i++) {
    ic_defined why[IC_FORMS];
    ic_scale_sums a;
    leave_unit(l, order[i], &a);
    ic_scale_values(l->s, &a, out + order[i] * IC_FORMS, why);
  }
}

ic_status ic_scale_leave_out(const ic_scale *s, ic_scale_tally *whole,
                             double *out, ic_error *err)
{
  size_t n = s->ratings->patterns, m = s->two_way ? coders_of(s) : 0;
  leaving l = {.s = s, .whole = whole, .at = SIZE_MAX};
  ic_status status = ic_scale_tally_open(&l.fresh, s, err);
  if (status)
    return status;
  l.inverse = ic_alloc(3 * m * m + 2 * m + n, sizeof *l.inverse);
  size_t *order = ic_alloc(n + s->designs + 2, sizeof *order);
  if (l.inverse && order) {
    l.part = l.inverse + m * m;
    l.factor = l.part + m * m;
    l.apart = l.factor + m * m;
    l.pull = l.apart + m;
    l.x = l.pull + m;
    memcpy(l.x, s->ratings->size, n * sizeof *l.x);
    order_patterns(s, order + n, order);
    if (s->two_way && whole->sums.joined)
      invert_equations(whole, s, l.inverse, l.apart);
    leave_each(&l, order, out);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(l.inverse);
  ic_free(order);
  ic_scale_tally_close(&l.fresh);
  return status;
}
