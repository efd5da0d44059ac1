#include "specific.h"

#include <math.h>
#include <string.h>

#include "draw.h"
#include "memory.h"

#define CHUNK 16

typedef struct sums {
  double *same, *all; /* [categories] */
} sums;

/* Pairs of entry e of pattern p that confirm each other, and all of them. */
static double confirmed(const ic_ratings *r, size_t e)
{
  return r->times[e] * (r->times[e] - 1.0);
}

static double possible(const ic_ratings *r, size_t p, size_t e)
{
  return r->times[e] * (r->rated[p] - 1.0);
}

static void sum_pairs(const ic_ratings *r, const double *x, sums *s)
{
  memset(s->same, 0, (size_t) r->categories * sizeof *s->same);
  memset(s->all, 0, (size_t) r->categories * sizeof *s->all);
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      s->same[r->category[e]] += x[p] * confirmed(r, e);
      s->all[r->category[e]] += x[p] * possible(r, p, e);
    }
}

static double quotient(double same, double all)
{
  return all > 0.0 ? same / all : NAN;
}

typedef struct draws {
  const ic_ratings *r;
  const ic_interval_request *q;
  ic_drawer drawer;
  double *out; /* [categories x replicates] */
  struct scratch {
    double *x;
    sums sums;
  } *scratch;
  int threads;
} draws;

static ic_status draw_chunk(void *data, size_t item, int worker, ic_error *err)
{
  draws *d = data;
  struct scratch *s = &d->scratch[worker];
  (void) err;
  for (size_t b = item * CHUNK; b < (item + 1) * CHUNK; b++) {
    if (b >= d->q->replicates)
      break;
    ic_rng rng = ic_rng_stream(d->q->seed, b);
    ic_draw(&d->drawer, &rng, s->x);
    sum_pairs(d->r, s->x, &s->sums);
    for (int k = 0; k < d->r->categories; k++)
      d->out[(size_t) k * d->q->replicates + b] =
        quotient(s->sums.same[k], s->sums.all[k]);
  }
  return IC_OK;
}

static ic_status open_scratch(draws *d, ic_error *err)
{
  size_t n = d->r->patterns, k = (size_t) d->r->categories;
  d->scratch = ic_alloc((size_t) d->threads, sizeof *d->scratch);
  for (int i = 0; d->scratch && i < d->threads; i++) {
    struct scratch *s = &d->scratch[i];
    s->x = ic_alloc(n + 2 * k, sizeof *s->x);
    if (!s->x)
      return ic_no_memory(err);
    s->sums = (sums) {s->x + n, s->x + n + k};
  }
  return d->scratch ? ic_drawer_open(&d->drawer, d->r, err)
                    : ic_no_memory(err);
}

static void close_scratch(draws *d)
{
  for (int i = 0; d->scratch && i < d->threads; i++) {
    ic_free(d->scratch[i].x);
  }
  ic_free(d->scratch);
  ic_drawer_close(&d->drawer);
}

static ic_status draw_all(const ic_interval_request *q, const ic_ratings *r,
                          const ic_watch *watch, double *out, ic_error *err)
{
  draws d = {.r = r, .q = q, .out = out, .threads = q->threads};
  if (d.threads < 1)
    d.threads = 1;
  if (d.threads > IC_THREADS_MAX)
    d.threads = IC_THREADS_MAX;
  ic_status status = open_scratch(&d, err);
  if (!status)
    status = ic_parallel((q->replicates + CHUNK - 1) / CHUNK, d.threads,
                         draw_chunk, &d, watch, err);
  close_scratch(&d);
  return status;
}

/* How much pattern p has of category k: confirmed and possible pairs. */
static void pairs_in(const ic_ratings *r, size_t p, int k, double *same,
                     double *all)
{
  *same = *all = 0.0;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    if (r->category[e] == k) {
      *same = confirmed(r, e);
      *all = possible(r, p, e);
    }
}

/* The same of the i-th part: a unit of pattern i, or cluster i. */
static void pairs_of_part(const ic_ratings *r, size_t i, int k, double *same,
                          double *all)
{
  double a, b;
  if (!r->cluster_start) {
    pairs_in(r, i, k, same, all);
    return;
  }
  *same = *all = 0.0;
  for (size_t j = r->cluster_start[i]; j < r->cluster_start[i + 1]; j++) {
    pairs_in(r, r->cluster_pattern[j], k, &a, &b);
    *same += r->cluster_times[j] * a;
    *all += r->cluster_times[j] * b;
  }
}

static size_t part_count(const ic_ratings *r)
{
  return r->cluster_start ? r->clusters : r->patterns;
}

static ic_influence influence_of(const ic_ratings *r, const sums *s, int k,
                                 double *without)
{
  ic_influence out = ic_influence_none;
  double same, all;
  size_t n = part_count(r);
  for (size_t i = 0; i < n; i++) {
    pairs_of_part(r, i, k, &same, &all);
    without[i] = quotient(s->same[k] - same, s->all[k] - all);
  }
  ic_influence_add(&out, without, 1, r->cluster_start ? NULL : r->size, n);
  return out;
}

/* A quotient of two sums over units: its linearised variance. */
static ic_interval analytic(const ic_ratings *r, const sums *s, int k,
                            double value, double confidence)
{
  double parts = r->cluster_start ? (double) r->clusters : (double) r->units;
  double sum = 0.0, same, all;
  for (size_t i = 0; i < part_count(r); i++) {
    pairs_of_part(r, i, k, &same, &all);
    double z = (same - value * all) / s->all[k];
    sum += (r->cluster_start ? 1.0 : r->size[i]) * z * z;
  }
  return ic_interval_around(value, sqrt(sum * parts / (parts - 1.0)),
                            parts - 1.0, confidence, 1.0, IC_CI_ANALYTIC);
}

static ic_interval interval_of(const ic_interval_request *q,
                               const ic_ratings *r, const sums *s, int k,
                               double *replicates, double *without)
{
  ic_interval none = ic_interval_none;
  double value = quotient(s->same[k], s->all[k]);
  none.kind = q->kind == IC_CI_NONE ? IC_CI_NONE : IC_CI_TOO_FEW;
  if (isnan(value) || none.kind == IC_CI_NONE
      || (r->cluster_start ? (double) r->clusters : (double) r->units) < 2.0)
    return none;
  if (q->kind == IC_CI_ANALYTIC)
    return analytic(r, s, k, value, q->confidence);
  ic_influence f = influence_of(r, s, k, without);
  if (q->kind == IC_CI_JACKKNIFE)
    return ic_interval_jackknife(&f, value, q->confidence, 1.0);
  return ic_interval_replicates(replicates + (size_t) k * q->replicates,
                                q->replicates, value,
                                q->kind == IC_CI_BCA ? &f : NULL,
                                q->confidence);
}

static int draws_units(const ic_interval_request *q, const ic_ratings *r)
{
  return (q->kind == IC_CI_BCA || q->kind == IC_CI_PERCENTILE) && r->units > 0;
}

static ic_status answer_all(const ic_interval_request *q, const ic_ratings *r,
                            const ic_watch *watch, ic_specific *out,
                            ic_error *err)
{
  size_t k = (size_t) r->categories;
  size_t drawn = draws_units(q, r) ? k * q->replicates : 0;
  double *block = ic_alloc(2 * k + part_count(r) + drawn, sizeof *block);
  if (!block)
    return ic_no_memory(err);
  sums s = {block, block + k};
  double *without = block + 2 * k, *replicates = without + part_count(r);
  sum_pairs(r, r->size, &s);
  ic_status status = drawn ? draw_all(q, r, watch, replicates, err) : IC_OK;
  for (int i = 0; i < r->categories && !status; i++) {
    out[i].value = quotient(s.same[i], s.all[i]);
    out[i].interval = interval_of(q, r, &s, i, replicates, without);
  }
  ic_free(block);
  return status;
}

static void count_times(const ic_ratings *r, ic_specific *out)
{
  for (int k = 0; k < r->categories; k++)
    out[k].times = 0.0;
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      out[r->category[e]].times += r->size[p] * r->times[e];
}

ic_status ic_specific_agreement(const ic_coded *data,
                                const ic_interval_request *q,
                                const ic_watch *watch, ic_specific *out,
                                ic_error *err)
{
  ic_ratings *r;
  ic_status status = ic_ratings_collapse(data->values, data->units,
                                         data->coders, data->categories,
                                         data->cluster, data->clusters, 0, &r,
                                         err);
  if (status)
    return status;
  count_times(r, out);
  status = answer_all(q, r, watch, out, err);
  ic_ratings_free(r);
  return status;
}
