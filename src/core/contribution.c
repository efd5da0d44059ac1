#include "contribution.h"

#include <math.h>

#include "jackknife.h"
#include "memory.h"

/* Units are clusters of one: the ratings then remember their patterns. */
typedef struct parts {
  const ic_coded *q;
  const ic_spec *spec;
  int by_unit;
  size_t n;       /* clusters asked for */
  int *own;       /* [units] where each unit is its own cluster */
  ic_ratings *r;
  double *without;  /* [parts or patterns x coefficients] */
  double *disagree; /* [patterns] */
} parts;

static void count_values(const parts *d, ic_contribution *out)
{
  const ic_coded *q = d->q;
  for (size_t i = 0; i < d->n; i++)
    out[i] = (ic_contribution) {NAN, NAN, 0.0};
  for (int g = 0; g < q->coders; g++)
    for (size_t i = 0; i < q->units; i++)
      if (q->values[(size_t) g * q->units + i] > 0)
        out[d->by_unit ? i : (size_t) q->cluster[i] - 1].rated += 1.0;
}

static double pattern_disagreement(const ic_measure *m, const ic_tally *t,
                                   ic_coefficient c, size_t p)
{
  int by_pairs = ic_coefficient_form(c) == IC_FORMS && c != IC_KENDALL_W;
  if (m->ratings->rated[p] < 2 || !by_pairs)
    return 0.0;
  if (c == IC_ALPHA)
    return ic_pattern_distance(m, p,
                               m->spec.level == IC_ORDINAL ? t->rank : NULL);
  return 1.0 - m->agree[p];
}

/* Shares of the total, one per pattern. */
static ic_status fill_disagreement(const ic_measure *m, ic_coefficient c,
                                   double *out, ic_error *err)
{
  const ic_ratings *r = m->ratings;
  double total = 0.0;
  ic_tally t;
  ic_status status = ic_tally_open(&t, m, err);
  if (status)
    return status;
  ic_tally_fill(&t, m, r->size, 1);
  for (size_t p = 0; p < r->patterns; p++) {
    out[p] = pattern_disagreement(m, &t, c, p);
    total += r->size[p] * out[p];
  }
  for (size_t p = 0; p < r->patterns; p++)
    out[p] = total > 0.0 ? out[p] / total : NAN;
  ic_tally_close(&t);
  return IC_OK;
}

static void hand_out(const parts *d, ic_coefficient c, ic_contribution *out)
{
  const ic_ratings *r = d->r;
  size_t g = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (out[i].rated == 0.0)
      continue;
    size_t from = r->cluster_start[g];
    size_t at = d->by_unit ? r->cluster_pattern[from] : g;
    out[i].without = d->without[at * IC_COEFFICIENTS + c];
    out[i].share = 0.0;
    for (size_t k = from; k < r->cluster_start[g + 1]; k++)
      out[i].share += r->cluster_times[k] * d->disagree[r->cluster_pattern[k]];
    g++;
  }
}

static ic_status measure_parts(parts *d, ic_coefficient c,
                               ic_contribution *out, ic_error *err)
{
  ic_measure m;
  size_t n = d->by_unit ? d->r->patterns : d->r->clusters;
  ic_status status = ic_measure_open(&m, d->r, d->spec, err);
  if (status)
    return status;
  d->without = ic_alloc(n * IC_COEFFICIENTS, sizeof *d->without);
  d->disagree = ic_alloc(d->r->patterns, sizeof *d->disagree);
  status = !d->without || !d->disagree ? ic_no_memory(err)
    : d->by_unit ? ic_leave_unit_out(&m, d->without, err)
                 : ic_leave_cluster_out(&m, d->without, err);
  if (!status)
    status = fill_disagreement(&m, c, d->disagree, err);
  if (!status)
    hand_out(d, c, out);
  ic_free(d->without);
  ic_free(d->disagree);
  ic_measure_close(&m);
  return status;
}

static ic_status own_clusters(parts *d, ic_error *err)
{
  d->own = ic_alloc(d->n, sizeof *d->own);
  if (!d->own)
    return ic_no_memory(err);
  for (size_t i = 0; i < d->n; i++)
    d->own[i] = (int) i + 1;
  return IC_OK;
}

ic_status ic_contributions(const ic_coded *q, const ic_spec *spec,
                           ic_coefficient c, ic_contribution *out,
                           ic_error *err)
{
  parts d = {.q = q, .spec = spec, .by_unit = !q->cluster,
    .n = q->cluster ? q->clusters : q->units};
  int keep = (spec->wanted & IC_CODER_AWARE) != 0;
  ic_status status = d.by_unit ? own_clusters(&d, err) : IC_OK;
  if (!status)
    status = ic_ratings_collapse(q->values, q->units, q->coders,
                                 q->categories,
                                 d.by_unit ? d.own : q->cluster, d.n, keep,
                                 &d.r, err);
  if (!status) {
    count_values(&d, out);
    status = measure_parts(&d, c, out, err);
  }
  ic_ratings_free(d.r);
  ic_free(d.own);
  return status;
}
