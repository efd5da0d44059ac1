#include "resample.h"

#include <math.h>
#include <string.h>

#include "coincidence.h"
#include "draw.h"
#include "jackknife.h"
#include "linearise.h"
#include "memory.h"

/* Replicates per item of work: one alone may take a microsecond. */
#define CHUNK 16

typedef struct draws {
  const ic_measure *m;
  uint64_t seed;
  size_t replicates;
  ic_drawer drawer;
  double *out;
  struct scratch {
    ic_tally tally;
    double *x;
  } *scratch;
} draws;

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
    ic_draw(&d->drawer, &rng, s->x);
    ic_tally_fill(&s->tally, d->m, s->x, 0);
    ic_tally_estimate(&s->tally, d->m, &estimate);
    memcpy(d->out + b * IC_COEFFICIENTS, estimate.value,
           sizeof estimate.value);
  }
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
    if (!s->x)
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
    ic_tally_close(&d->scratch[i].tally);
  }
  ic_free(d->scratch);
  ic_drawer_close(&d->drawer);
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
  ic_status status = ic_drawer_open(&d.drawer, m->ratings, err);
  if (!status)
    status = open_scratch(&d, threads, err);
  if (!status)
    status = ic_parallel(chunks, threads, draw_chunk, &d, watch, err);
  close_scratch(&d, threads);
  return status;
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

/* Intraclass correlations of complete data. */
static ic_interval scale_interval(const ic_measure *m, const ic_tally *t,
                                  ic_coefficient c, double value,
                                  double confidence)
{
  ic_interval out = ic_interval_none;
  double p, low, high;
  out.kind = 1.0 - value < IC_TIE ? IC_CI_DEGENERATE : IC_CI_UNAVAILABLE;
  if (out.kind == IC_CI_DEGENERATE || m->ratings->cluster_start
      || !ic_scale_limits(&m->scale, &t->scale.sums, ic_coefficient_form(c),
                          confidence, &low, &high, &p))
    return out;
  out.kind = IC_CI_ANALYTIC;
  out.low = low;
  out.high = high;
  out.p = p;
  return out;
}

static ic_interval analytic_interval(const ic_measure *m, ic_tally *t,
                                     ic_coefficient c, double value,
                                     double confidence, double *z)
{
  const ic_ratings *r = m->ratings;
  double units, divisor, variance = 0.0;
  ic_interval none = ic_interval_none;
  none.kind = IC_CI_UNAVAILABLE;
  if (ic_coefficient_form(c) != IC_FORMS)
    return scale_interval(m, t, c, value, confidence);
  if (!ic_linearise(m, t, c, z, &units, &divisor))
    return none;
  double df = (r->cluster_start ? (double) r->clusters : units) - 1.0;
  none.kind = IC_CI_TOO_FEW;
  if (df < 1.0)
    return none;
  for (size_t i = 0; i < r->patterns; i++)
    variance += r->size[i] * z[i] * z[i];
  variance = r->cluster_start ? cluster_variance(r, z, units)
                              : variance / divisor;
  int normal = (IC_BIT(c) & IC_NORMAL) && !r->cluster_start;
  return ic_interval_around(value, sqrt(variance), normal ? INFINITY : df,
                            confidence, 1.0, IC_CI_ANALYTIC);
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
    a->interval[c] = analytic_interval(m, &t, (ic_coefficient) c,
                                       a->estimate.value[c], q->confidence, z);
  }
  ic_tally_close(&t);
  ic_free(z);
  return status;
}

static ic_status krippendorff_intervals(const ic_agreement_request *q,
                                        const ic_measure *m,
                                        const ic_watch *watch,
                                        ic_agreement_answer *a, ic_error *err)
{
  ic_tally t;
  ic_estimate again;
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    if (asked_for(m, &a->estimate, c))
      a->interval[c].kind = IC_CI_UNAVAILABLE;
  if (!asked_for(m, &a->estimate, IC_ALPHA))
    return IC_OK;
  ic_status status = ic_tally_open(&t, m, err);
  if (!status) {
    ic_tally_fill(&t, m, m->ratings->size, 0);
    ic_tally_estimate(&t, m, &again);
    status = ic_krippendorff_interval(m, &t, q->confidence, q->seed,
                                      q->replicates, q->threads, watch,
                                      &a->interval[IC_ALPHA], err);
  }
  ic_tally_close(&t);
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
    ic_influence f = ic_influence_none;
    if (!asked_for(m, &a->estimate, c))
      continue;
    if (leave)
      ic_influence_add(&f, values + c, IC_COEFFICIENTS, size, n);
    for (size_t i = 0; i < b; i++)
      x[i] = replicates[i * IC_COEFFICIENTS + c];
    a->interval[c] = boot
      ? ic_interval_replicates(x, b, value, leave ? &f : NULL, q->confidence)
      : ic_interval_jackknife(&f, value, q->confidence, 1.0);
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
    else if (q->kind == IC_CI_KRIPPENDORFF)
      status = krippendorff_intervals(q, &m, watch, a, err);
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
    a->interval[c] = ic_interval_none;
  ic_cells cells = ic_cells_of_places(q->values, q->units, q->coders,
                                      q->categories);
  cells.real = q->reals;
  ic_status status = q->raw ? ic_cells_name(&cells, q->spec.numbers, err)
                            : IC_OK;
  if (!status)
    status = ic_ratings_read(&cells, q->cluster, q->clusters, keep, &r, err);
  ic_cells_close(&cells);
  if (status)
    return status;
  status = answer_all(q, r, watch, a, err);
  if (!status && margins)
    count_margins(r, margins);
  ic_ratings_free(r);
  return status;
}
