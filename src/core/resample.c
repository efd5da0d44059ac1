#include "resample.h"

#include <math.h>
#include <string.h>

#include "jackknife.h"
#include "linearise.h"
#include "memory.h"
#include "numeric.h"
#include "rng.h"

/* Replicates per item of work: one alone may take a microsecond. */
#define CHUNK 16

/* A binomial draw costs about as much as this many draws of single units. */
#define BINOMIAL_COST 12

/* Replicates this close to the estimate are ties, not above or below it. */
#define TIE 1e-12

typedef struct draws {
  const ic_measure *m;
  uint64_t seed;
  size_t replicates;
  uint32_t *pattern_of; /* of each unit, where units are drawn one by one */
  double *out;
  struct scratch {
    ic_tally tally;
    double *x;
    uint64_t *counts;
  } *scratch;
} draws;

static void draw_clusters(const ic_ratings *r, ic_rng *rng, double *x)
{
  memset(x, 0, r->patterns * sizeof *x);
  for (size_t i = 0; i < r->clusters; i++) {
    size_t g = ic_rng_below(rng, (uint32_t) r->clusters);
    for (size_t k = r->cluster_start[g]; k < r->cluster_start[g + 1]; k++)
      x[r->cluster_pattern[k]] += r->cluster_times[k];
  }
}

/* Half words (16 bits) decide which of few units is drawn, whole words
 * otherwise; a product whose low part falls below `reject` would favour some
 * units (Lemire 2019) and is drawn again. */
static void draw_few(const draws *d, ic_rng *rng, double *x)
{
  uint32_t n = (uint32_t) d->m->ratings->units, reject = 65536u % n;
  for (uint32_t left = n; left > 0;) {
    uint32_t word = ic_rng_u32(rng);
    for (int half = 0; half < 2 && left > 0; half++, word >>= 16) {
      uint32_t product = (word & 0xffffu) * n;
      if ((product & 0xffffu) < reject)
        continue;
      x[d->pattern_of[product >> 16]] += 1.0;
      left--;
    }
  }
}

static void draw_units(const draws *d, ic_rng *rng, double *x)
{
  const ic_ratings *r = d->m->ratings;
  memset(x, 0, r->patterns * sizeof *x);
  if (r->units <= 65536) {
    draw_few(d, rng, x);
    return;
  }
  for (size_t i = 0; i < r->units; i++)
    x[d->pattern_of[ic_rng_below(rng, (uint32_t) r->units)]] += 1.0;
}

static void draw(const draws *d, ic_rng *rng, struct scratch *s)
{
  const ic_ratings *r = d->m->ratings;
  if (r->cluster_start) {
    draw_clusters(r, rng, s->x);
  } else if (d->pattern_of) {
    draw_units(d, rng, s->x);
  } else {
    ic_rng_multinomial(rng, r->units, r->size, r->patterns, s->counts);
    for (size_t p = 0; p < r->patterns; p++)
      s->x[p] = (double) s->counts[p];
  }
}

static ic_status draw_chunk(void *data, size_t item, int worker, ic_error *err)
{
  draws *d = data;
  struct scratch *s = &d->scratch[worker];
  ic_estimate estimate;
  (void) err;
  for (size_t b = item * CHUNK; b < (item + 1) * CHUNK; b++) {
    if (b >= d->replicates)
      break;
    ic_rng rng = ic_rng_stream(d->seed, b);
    draw(d, &rng, s);
    ic_tally_fill(&s->tally, d->m, s->x, 0);
    ic_tally_estimate(&s->tally, d->m, &estimate);
    memcpy(d->out + b * IC_COEFFICIENTS, estimate.value,
           sizeof estimate.value);
  }
  return IC_OK;
}

static ic_status map_units(draws *d, ic_error *err)
{
  const ic_ratings *r = d->m->ratings;
  size_t n = 0;
  if (r->cluster_start || r->units >= BINOMIAL_COST * r->patterns)
    return IC_OK;
  d->pattern_of = ic_alloc(r->units, sizeof *d->pattern_of);
  if (!d->pattern_of)
    return ic_no_memory(err);
  for (size_t p = 0; p < r->patterns; p++)
    for (double k = 0.0; k < r->size[p]; k += 1.0)
      d->pattern_of[n++] = (uint32_t) p;
  return IC_OK;
}

static ic_status open_scratch(draws *d, int threads, ic_error *err)
{
  size_t n = d->m->ratings->patterns;
  d->scratch = ic_alloc((size_t) threads, sizeof *d->scratch);
  if (!d->scratch)
    return ic_no_memory(err);
  for (int i = 0; i < threads; i++) {
    struct scratch *s = &d->scratch[i];
    s->x = ic_alloc(n, sizeof *s->x);
    s->counts = ic_alloc(n, sizeof *s->counts);
    if (!s->x || !s->counts)
      return ic_no_memory(err);
    ic_status status = ic_tally_open(&s->tally, d->m, err);
    if (status)
      return status;
  }
  return IC_OK;
}

static void close_scratch(draws *d, int threads)
{
  for (int i = 0; d->scratch && i < threads; i++) {
    ic_free(d->scratch[i].x);
    ic_free(d->scratch[i].counts);
    ic_tally_close(&d->scratch[i].tally);
  }
  ic_free(d->scratch);
  ic_free(d->pattern_of);
}

ic_status ic_bootstrap(const ic_measure *m, uint64_t seed, size_t replicates,
                       int threads, const ic_watch *watch, double *out,
                       ic_error *err)
{
  draws d = {.m = m, .seed = seed, .replicates = replicates, .out = out};
  size_t chunks = (replicates + CHUNK - 1) / CHUNK;
  if (threads < 1)
    threads = 1;
  if (threads > IC_THREADS_MAX)
    threads = IC_THREADS_MAX;
  ic_status status = map_units(&d, err);
  if (!status)
    status = open_scratch(&d, threads, err);
  if (!status)
    status = ic_parallel(chunks, threads, draw_chunk, &d, watch, err);
  close_scratch(&d, threads);
  return status;
}

/* Leave-one-out values of one coefficient, each standing for `size` units. */
typedef struct left_out {
  double n, mean, squares, cubes;
} left_out;

static left_out sum_left_out(const double *values, const double *size,
                             size_t n, ic_coefficient c)
{
  left_out l = {0, 0, 0, 0};
  ic_sum mean = {0, 0};
  for (size_t i = 0; i < n; i++) {
    double v = values[i * IC_COEFFICIENTS + c], k = size ? size[i] : 1.0;
    if (isnan(v))
      continue;
    l.n += k;
    ic_sum_add(&mean, k * v);
  }
  l.mean = l.n > 0.0 ? ic_sum_value(&mean) / l.n : NAN;
  for (size_t i = 0; i < n; i++) {
    double v = values[i * IC_COEFFICIENTS + c], k = size ? size[i] : 1.0;
    if (isnan(v))
      continue;
    double d = l.mean - v;
    l.squares += k * d * d;
    l.cubes += k * d * d * d;
  }
  return l;
}

static void set_none(ic_interval *out, ic_interval_kind why)
{
  out->low = out->high = NAN;
  out->kind = why;
}

static void set_around(ic_interval *out, double value, double half,
                       ic_interval_kind kind)
{
  out->low = value - half;
  out->high = value + half < 1.0 ? value + half : 1.0;
  out->kind = kind;
}

static void jackknife_interval(const left_out *l, double value,
                               double confidence, ic_interval *out)
{
  out->undefined = 0.0;
  out->error = NAN;
  set_none(out, IC_CI_TOO_FEW);
  if (l->n < 2.0)
    return;
  out->error = sqrt((l->n - 1.0) / l->n * l->squares);
  if (out->error < TIE)
    set_none(out, IC_CI_DEGENERATE);
  else
    set_around(out, value,
               out->error * ic_t_quantile(0.5 + 0.5 * confidence, l->n - 1.0),
               IC_CI_JACKKNIFE);
}

/* The share of replicates below the estimate, ties by half. */
static double share_below(const double *sorted, size_t n, double value)
{
  double below = 0.0;
  for (size_t i = 0; i < n; i++)
    below += sorted[i] < value - TIE ? 1.0 : sorted[i] <= value + TIE ? 0.5 : 0;
  return below / (double) n;
}

static double bca_level(double p, double bias, double acceleration)
{
  double z = bias + ic_normal_quantile(p);
  return ic_normal_cdf(bias + z / (1.0 - acceleration * z));
}

static void replicate_interval(const double *sorted, size_t n, double value,
                               const left_out *l, double confidence,
                               ic_interval *out)
{
  double low = 0.5 - 0.5 * confidence, high = 0.5 + 0.5 * confidence;
  double below = share_below(sorted, n, value);
  out->kind = IC_CI_PERCENTILE;
  if (l && l->squares > 0.0 && below > 0.0 && below < 1.0) {
    double a = l->cubes / (6.0 * pow(l->squares, 1.5));
    double bias = ic_normal_quantile(below);
    if (a * (bias + ic_normal_quantile(high)) < 1.0
        && a * (bias + ic_normal_quantile(low)) < 1.0) {
      low = bca_level(low, bias, a);
      high = bca_level(high, bias, a);
      out->kind = IC_CI_BCA;
    }
  }
  out->low = ic_quantile_sorted(sorted, n, low);
  out->high = ic_quantile_sorted(sorted, n, high);
}

static double deviation(const double *x, size_t n)
{
  ic_sum sum = {0, 0};
  double squares = 0.0;
  for (size_t i = 0; i < n; i++)
    ic_sum_add(&sum, x[i]);
  double mean = ic_sum_value(&sum) / (double) n;
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  return sqrt(squares / ((double) n - 1.0));
}

/* `left` is NULL for the percentile interval; x is scratch. */
static void bootstrap_interval(const double *replicates, size_t n,
                               ic_coefficient c, double value,
                               const left_out *left, double confidence,
                               double *x, ic_interval *out)
{
  size_t defined = 0;
  for (size_t b = 0; b < n; b++)
    if (!isnan(replicates[b * IC_COEFFICIENTS + c]))
      x[defined++] = replicates[b * IC_COEFFICIENTS + c];
  out->undefined = (double) (n - defined);
  out->error = NAN;
  set_none(out, IC_CI_TOO_FEW);
  if (defined < 2)
    return;
  ic_sort(x, defined);
  out->error = deviation(x, defined);
  if (x[defined - 1] - x[0] < TIE)
    set_none(out, IC_CI_DEGENERATE);
  else
    replicate_interval(x, defined, value, left, confidence, out);
}

/* The linearised variance of clusters: contributions summed within them. */
static double cluster_variance(const ic_ratings *r, const double *z,
                               double units)
{
  double sum = 0.0, g = (double) r->clusters;
  for (size_t i = 0; i < r->clusters; i++) {
    double within = 0.0;
    for (size_t k = r->cluster_start[i]; k < r->cluster_start[i + 1]; k++)
      within += r->cluster_times[k] * z[r->cluster_pattern[k]];
    sum += within * within;
  }
  return sum * g / ((g - 1.0) * units * units);
}

static void analytic_interval(const ic_measure *m, ic_tally *t,
                              ic_coefficient c, double value,
                              double confidence, double *z, ic_interval *out)
{
  const ic_ratings *r = m->ratings;
  double units, divisor, variance = 0.0, p = 0.5 + 0.5 * confidence;
  out->undefined = 0.0;
  out->error = NAN;
  set_none(out, IC_CI_UNAVAILABLE);
  if (!ic_linearise(m, t, c, z, &units, &divisor))
    return;
  double free_units = (r->cluster_start ? (double) r->clusters : units) - 1.0;
  if (free_units < 1.0) {
    out->kind = IC_CI_TOO_FEW;
    return;
  }
  for (size_t i = 0; i < r->patterns; i++)
    variance += r->size[i] * z[i] * z[i];
  variance = r->cluster_start ? cluster_variance(r, z, units)
                              : variance / divisor;
  out->error = sqrt(variance);
  if (out->error < TIE)
    out->kind = IC_CI_DEGENERATE;
  else
    set_around(out, value, out->error
               * (c == IC_KAPPA && !r->cluster_start
                  ? ic_normal_quantile(p) : ic_t_quantile(p, free_units)),
               IC_CI_ANALYTIC);
}

static int asked_for(const ic_measure *m, const ic_estimate *e, int c)
{
  return c != IC_PLAIN && (m->spec.wanted & IC_BIT(c))
    && e->status[c] == IC_DEFINED;
}

static ic_status analytic_intervals(const ic_agreement_request *q,
                                    const ic_measure *m,
                                    ic_agreement_answer *a, ic_error *err)
{
  ic_tally t;
  double *z = ic_alloc(m->ratings->patterns, sizeof *z);
  if (!z)
    return ic_no_memory(err);
  ic_status status = ic_tally_open(&t, m, err);
  for (int c = 0; c < IC_COEFFICIENTS && !status; c++) {
    if (!asked_for(m, &a->estimate, c))
      continue;
    ic_estimate again;
    ic_tally_fill(&t, m, m->ratings->size, 1);
    ic_tally_estimate(&t, m, &again);
    analytic_interval(m, &t, (ic_coefficient) c, a->estimate.value[c],
                      q->confidence, z, &a->interval[c]);
  }
  ic_tally_close(&t);
  ic_free(z);
  return status;
}

/* Units or clusters left out one by one: *n values per coefficient. */
static ic_status leave_out(const ic_measure *m, double **values,
                           const double **size, size_t *n, ic_error *err)
{
  const ic_ratings *r = m->ratings;
  *n = r->cluster_start ? r->clusters : r->patterns;
  *size = r->cluster_start ? NULL : r->size;
  *values = ic_alloc(*n * IC_COEFFICIENTS, sizeof **values);
  if (!*values)
    return ic_no_memory(err);
  return r->cluster_start ? ic_leave_cluster_out(m, *values, err)
                          : ic_leave_unit_out(m, *values, err);
}

static ic_status resampled_intervals(const ic_agreement_request *q,
                                     const ic_measure *m,
                                     const ic_watch *watch,
                                     ic_agreement_answer *a, ic_error *err)
{
  int boot = q->kind != IC_CI_JACKKNIFE, leave = q->kind != IC_CI_PERCENTILE;
  size_t n = 0, b = boot ? q->replicates : 0;
  double *values = NULL, *x = ic_alloc(b, sizeof *x);
  double *replicates = ic_alloc(b * IC_COEFFICIENTS, sizeof *replicates);
  const double *size = NULL;
  ic_status status = x && replicates ? IC_OK : ic_no_memory(err);
  if (!status && leave)
    status = leave_out(m, &values, &size, &n, err);
  if (!status && boot)
    status = ic_bootstrap(m, q->seed, b, q->threads, watch, replicates, err);
  for (int c = 0; c < IC_COEFFICIENTS && !status; c++) {
    double value = a->estimate.value[c];
    left_out l = {0, 0, 0, 0};
    if (!asked_for(m, &a->estimate, c))
      continue;
    if (leave)
      l = sum_left_out(values, size, n, (ic_coefficient) c);
    if (boot)
      bootstrap_interval(replicates, b, (ic_coefficient) c, value,
                         leave ? &l : NULL, q->confidence, x,
                         &a->interval[c]);
    else
      jackknife_interval(&l, value, q->confidence, &a->interval[c]);
  }
  ic_free(values);
  ic_free(x);
  ic_free(replicates);
  return status;
}

static ic_status estimate_all(const ic_measure *m, ic_agreement_answer *a,
                              ic_error *err)
{
  ic_tally t;
  ic_status status = ic_tally_open(&t, m, err);
  if (status)
    return status;
  ic_tally_fill(&t, m, m->ratings->size, 0);
  ic_tally_estimate(&t, m, &a->estimate);
  a->units = t.units;
  a->pairable = t.pairs;
  a->disagreeing = m->disagreeing;
  a->coders = m->active;
  a->clusters = m->ratings->clusters;
  a->patterns = m->ratings->patterns;
  ic_tally_close(&t);
  return IC_OK;
}

static void count_margins(const ic_ratings *r, double *margins)
{
  memset(margins, 0, (size_t) r->categories * sizeof *margins);
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      margins[r->category[e]] += r->size[p] * r->times[e];
}

static int any_interval(const ic_measure *m, const ic_estimate *e)
{
  int any = 0;
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    any |= asked_for(m, e, c);
  return any;
}

static ic_status answer_all(const ic_agreement_request *q, const ic_ratings *r,
                            const ic_watch *watch, ic_agreement_answer *a,
                            ic_error *err)
{
  ic_measure m;
  ic_status status = ic_measure_open(&m, r, &q->spec, err);
  if (status)
    return status;
  status = estimate_all(&m, a, err);
  int single = r->cluster_start ? r->clusters < 2 : r->units < 2;
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    if (single && asked_for(&m, &a->estimate, c) && q->kind != IC_CI_NONE)
      a->interval[c].kind = IC_CI_TOO_FEW;
  if (!status && !single && any_interval(&m, &a->estimate)) {
    if (q->kind == IC_CI_ANALYTIC)
      status = analytic_intervals(q, &m, a, err);
    else if (q->kind != IC_CI_NONE)
      status = resampled_intervals(q, &m, watch, a, err);
  }
  ic_measure_close(&m);
  return status;
}

ic_status ic_agreement_run(const ic_agreement_request *q,
                           const ic_watch *watch, double *margins,
                           ic_agreement_answer *a, ic_error *err)
{
  ic_ratings *r;
  int keep = (q->spec.wanted & IC_CODER_AWARE) != 0;
  memset(a, 0, sizeof *a);
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    a->interval[c] = (ic_interval) {NAN, NAN, NAN, 0.0, IC_CI_NONE};
  ic_status status = ic_ratings_collapse(q->values, q->units, q->coders,
                                         q->categories, q->cluster,
                                         q->clusters, keep, &r, err);
  if (status)
    return status;
  status = answer_all(q, r, watch, a, err);
  if (!status && margins)
    count_margins(r, margins);
  ic_ratings_free(r);
  return status;
}
