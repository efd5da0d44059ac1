#include "contrast.h"

#include <math.h>
#include <string.h>

#include "draw.h"
#include "jackknife.h"
#include "memory.h"
#include "rng.h"

#define CHUNK 16
#define NO_PATTERN UINT32_MAX

/* A view as it stands on the joint patterns of its sample. */
typedef struct look {
  ic_ratings *ratings;
  ic_measure measure;
  int measured;
  uint32_t *of; /* [joint patterns] the view's pattern, or NO_PATTERN */
  double *left; /* coefficients without each unit or cluster of the sample */
} look;

typedef struct pool {
  ic_ratings *joint;
  ic_drawer drawer;
} pool;

typedef struct state {
  const ic_contrast_request *q;
  pool *pools;
  look *looks;
  double *replicates; /* [contrasts x replicates] */
  int threads;
  struct scratch {
    ic_tally *tallies;
    ic_estimate *estimates;
    double *joint, *own;
  } *scratch;
} state;

static ic_status open_pools(state *s, ic_error *err)
{
  ic_status status = IC_OK;
  s->pools = ic_alloc(s->q->samples, sizeof *s->pools);
  if (!s->pools)
    return ic_no_memory(err);
  for (size_t i = 0; i < s->q->samples && !status; i++) {
    const ic_sample *q = &s->q->sample[i];
    status = ic_ratings_collapse(q->values, q->units, q->coders, q->categories,
                                 q->cluster, q->clusters, 1,
                                 &s->pools[i].joint, err);
    if (!status)
      status = ic_drawer_open(&s->pools[i].drawer, s->pools[i].joint, err);
  }
  return status;
}

/* The view's columns of the joint patterns, each its own cluster. */
static void copy_columns(const ic_view *view, const ic_ratings *joint,
                         int *values, int *number)
{
  size_t n = joint->patterns;
  for (size_t j = 0; j < n; j++) {
    const int *row = joint->value + j * (size_t) joint->coders;
    for (int g = 0; g < view->coders; g++)
      values[(size_t) g * n + j] = row[view->columns[g]];
    number[j] = (int) j + 1;
  }
}

static int any_value(const int *values, size_t n, int coders, size_t j)
{
  for (int g = 0; g < coders; g++)
    if (values[(size_t) g * n + j] > 0)
      return 1;
  return 0;
}

/* Patterns were collapsed from joint patterns: their sizes are now made those
 * of units, and what served to find them is given back. */
static void count_units(look *v, const ic_ratings *joint, const int *values)
{
  ic_ratings *r = v->ratings;
  size_t kept = 0;
  r->units = 0;
  memset(r->size, 0, r->patterns * sizeof *r->size);
  for (size_t j = 0; j < joint->patterns; j++) {
    v->of[j] = NO_PATTERN;
    if (!any_value(values, joint->patterns, r->coders, j))
      continue;
    size_t p = r->cluster_pattern[r->cluster_start[kept++]];
    v->of[j] = (uint32_t) p;
    r->size[p] += joint->size[j];
    r->units += (size_t) joint->size[j];
  }
  ic_free(r->cluster_start);
  ic_free(r->cluster_pattern);
  ic_free(r->cluster_times);
  r->cluster_start = r->cluster_pattern = NULL;
  r->cluster_times = NULL;
  r->clusters = 0;
}

static ic_status open_look(look *v, const ic_view *view,
                           const ic_ratings *joint, ic_error *err)
{
  size_t n = joint->patterns;
  int *values = ic_alloc(n * (size_t) view->coders, sizeof *values);
  int *number = ic_alloc(n, sizeof *number);
  v->of = ic_alloc(n, sizeof *v->of);
  ic_status status = values && number && v->of ? IC_OK : ic_no_memory(err);
  if (!status) {
    copy_columns(view, joint, values, number);
    status = ic_ratings_collapse(values, n, view->coders, view->categories,
                                 number, n,
                                 (view->spec.wanted & IC_CODER_AWARE) != 0,
                                 &v->ratings, err);
  }
  if (!status) {
    count_units(v, joint, values);
    status = ic_measure_open(&v->measure, v->ratings, &view->spec, err);
    v->measured = !status;
  }
  ic_free(values);
  ic_free(number);
  return status;
}

static ic_status open_looks(state *s, ic_error *err)
{
  ic_status status = IC_OK;
  s->looks = ic_alloc(s->q->views, sizeof *s->looks);
  if (!s->looks)
    return ic_no_memory(err);
  for (size_t i = 0; i < s->q->views && !status; i++) {
    const ic_view *view = &s->q->view[i];
    status = open_look(&s->looks[i], view, s->pools[view->sample].joint, err);
  }
  return status;
}

static size_t most_patterns(const state *s)
{
  size_t most = 0;
  for (size_t i = 0; i < s->q->samples; i++)
    most = s->pools[i].joint->patterns > most ? s->pools[i].joint->patterns
                                              : most;
  return most;
}

static ic_status open_scratch(state *s, ic_error *err)
{
  size_t n = most_patterns(s);
  s->threads = s->q->threads < 1 ? 1
    : s->q->threads > IC_THREADS_MAX ? IC_THREADS_MAX : s->q->threads;
  s->scratch = ic_alloc((size_t) s->threads, sizeof *s->scratch);
  if (!s->scratch)
    return ic_no_memory(err);
  for (int i = 0; i < s->threads; i++) {
    struct scratch *w = &s->scratch[i];
    w->tallies = ic_alloc(s->q->views, sizeof *w->tallies);
    w->estimates = ic_alloc(s->q->views, sizeof *w->estimates);
    w->joint = ic_alloc(n, sizeof *w->joint);
    w->own = ic_alloc(n, sizeof *w->own);
    if (!w->tallies || !w->estimates || !w->joint || !w->own)
      return ic_no_memory(err);
    for (size_t v = 0; v < s->q->views; v++) {
      ic_status status = ic_tally_open(&w->tallies[v], &s->looks[v].measure,
                                       err);
      if (status)
        return status;
    }
  }
  return IC_OK;
}

static void close_scratch(state *s)
{
  for (int i = 0; s->scratch && i < s->threads; i++) {
    struct scratch *w = &s->scratch[i];
    for (size_t v = 0; w->tallies && v < s->q->views; v++)
      ic_tally_close(&w->tallies[v]);
    ic_free(w->tallies);
    ic_free(w->estimates);
    ic_free(w->joint);
    ic_free(w->own);
  }
  ic_free(s->scratch);
}

static void close_state(state *s)
{
  close_scratch(s);
  for (size_t i = 0; s->looks && i < s->q->views; i++) {
    if (s->looks[i].measured)
      ic_measure_close(&s->looks[i].measure);
    ic_ratings_free(s->looks[i].ratings);
    ic_free(s->looks[i].of);
    ic_free(s->looks[i].left);
  }
  ic_free(s->looks);
  for (size_t i = 0; s->pools && i < s->q->samples; i++) {
    ic_drawer_close(&s->pools[i].drawer);
    ic_ratings_free(s->pools[i].joint);
  }
  ic_free(s->pools);
  ic_free(s->replicates);
}

/* A view's coefficients under weights of the joint patterns. */
static void estimate_view(const state *s, struct scratch *w, size_t v,
                          const double *joint)
{
  const look *at = &s->looks[v];
  size_t n = s->pools[s->q->view[v].sample].joint->patterns;
  memset(w->own, 0, at->ratings->patterns * sizeof *w->own);
  for (size_t j = 0; j < n; j++)
    if (at->of[j] != NO_PATTERN)
      w->own[at->of[j]] += joint[j];
  ic_tally_fill(&w->tallies[v], &at->measure, w->own, 0);
  ic_tally_estimate(&w->tallies[v], &at->measure, &w->estimates[v]);
}

static void estimate_sample(const state *s, struct scratch *w, size_t sample,
                            const double *joint)
{
  for (size_t v = 0; v < s->q->views; v++)
    if (s->q->view[v].sample == sample)
      estimate_view(s, w, v, joint);
}

static size_t views_of(const ic_contrast_request *q, const ic_side *side)
{
  return q->mean ? (size_t) q->mean[side->view].views : 1;
}

static size_t view_of(const ic_contrast_request *q, const ic_side *side,
                      size_t i)
{
  return q->mean ? (size_t) q->mean[side->view].view[i] : side->view;
}

/* `samples` for a side of no views. */
static size_t sample_of(const ic_contrast_request *q, const ic_side *side)
{
  return views_of(q, side) ? q->view[view_of(q, side, 0)].sample : q->samples;
}

static double side_value(const ic_contrast_request *q,
                         const ic_estimate *estimates, const ic_side *side)
{
  size_t n = views_of(q, side);
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += estimates[view_of(q, side, i)].value[side->coefficient];
  return n > 1 ? sum / (double) n : sum;
}

static double contrast_value(const ic_contrast_request *q,
                             const ic_estimate *estimates,
                             const ic_contrast *c)
{
  return side_value(q, estimates, &c->first)
    - side_value(q, estimates, &c->second);
}

/* A side's value without unit (or cluster) i of its sample. */
static double side_left(const state *s, const ic_side *side, size_t i)
{
  size_t n = views_of(s->q, side);
  double sum = 0.0;
  for (size_t k = 0; k < n; k++)
    sum += s->looks[view_of(s->q, side, k)]
      .left[i * IC_COEFFICIENTS + side->coefficient];
  return n > 1 ? sum / (double) n : sum;
}

static ic_status draw_chunk(void *data, size_t item, int worker, ic_error *err)
{
  state *s = data;
  const ic_contrast_request *q = s->q;
  struct scratch *w = &s->scratch[worker];
  (void) err;
  for (size_t b = item * CHUNK; b < (item + 1) * CHUNK; b++) {
    if (b >= q->replicates)
      break;
    for (size_t i = 0; i < q->samples; i++) {
      ic_rng rng = ic_rng_stream(q->seed, ((uint64_t) i << 48) + b);
      ic_draw(&s->pools[i].drawer, &rng, w->joint);
      estimate_sample(s, w, i, w->joint);
    }
    for (size_t c = 0; c < q->contrasts; c++)
      s->replicates[c * q->replicates + b] =
        contrast_value(q, w->estimates, &q->contrast[c]);
  }
  return IC_OK;
}

static size_t left_out_count(const ic_ratings *joint)
{
  return joint->cluster_start ? joint->clusters : joint->patterns;
}

static void leave_clusters(state *s, size_t sample)
{
  const ic_ratings *joint = s->pools[sample].joint;
  struct scratch *w = &s->scratch[0];
  memcpy(w->joint, joint->size, joint->patterns * sizeof *w->joint);
  for (size_t g = 0; g < joint->clusters; g++) {
    size_t from = joint->cluster_start[g], to = joint->cluster_start[g + 1];
    for (size_t k = from; k < to; k++)
      w->joint[joint->cluster_pattern[k]] -= joint->cluster_times[k];
    estimate_sample(s, w, sample, w->joint);
    for (size_t v = 0; v < s->q->views; v++)
      if (s->q->view[v].sample == sample)
        memcpy(s->looks[v].left + g * IC_COEFFICIENTS,
               w->estimates[v].value, sizeof w->estimates[v].value);
    for (size_t k = from; k < to; k++)
      w->joint[joint->cluster_pattern[k]] += joint->cluster_times[k];
  }
}

/* A unit that a view has no value of changes nothing there. */
static ic_status leave_units(look *v, const ic_ratings *joint,
                             const ic_estimate *estimate, ic_error *err)
{
  double *own = ic_alloc(v->ratings->patterns * IC_COEFFICIENTS, sizeof *own);
  if (!own)
    return ic_no_memory(err);
  ic_status status = ic_leave_unit_out(&v->measure, own, err);
  for (size_t j = 0; j < joint->patterns && !status; j++)
    memcpy(v->left + j * IC_COEFFICIENTS, v->of[j] == NO_PATTERN
           ? estimate->value : own + (size_t) v->of[j] * IC_COEFFICIENTS,
           sizeof estimate->value);
  ic_free(own);
  return status;
}

static ic_status leave_out(state *s, const ic_view_answer *answers,
                           ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t v = 0; v < s->q->views && !status; v++) {
    const ic_ratings *joint = s->pools[s->q->view[v].sample].joint;
    s->looks[v].left = ic_alloc(left_out_count(joint) * IC_COEFFICIENTS,
                                sizeof *s->looks[v].left);
    if (!s->looks[v].left)
      status = ic_no_memory(err);
    else if (!joint->cluster_start)
      status = leave_units(&s->looks[v], joint, &answers[v].estimate, err);
  }
  for (size_t i = 0; i < s->q->samples && !status; i++)
    if (s->pools[i].joint->cluster_start)
      leave_clusters(s, i);
  return status;
}

/* The difference without each unit of the sample of `mine`, where `other` is
 * seen by another sample or, by the same, moves along. */
static void add_influence(const state *s, const ic_side *mine,
                          const ic_side *other, double rest, double sign,
                          double *x, ic_influence *f)
{
  size_t sample = sample_of(s->q, mine);
  if (sample == s->q->samples)
    return;
  const ic_ratings *joint = s->pools[sample].joint;
  int together = sample_of(s->q, other) == sample;
  size_t n = left_out_count(joint);
  for (size_t i = 0; i < n; i++)
    x[i] = sign * (side_left(s, mine, i)
                   - (together ? side_left(s, other, i) : rest));
  ic_influence_add(f, x, 1, joint->cluster_start ? NULL : joint->size, n);
}

static ic_influence influence_on(const state *s, const ic_contrast *c,
                                 const ic_estimate *estimates, double *x)
{
  ic_influence f = ic_influence_none;
  add_influence(s, &c->first, &c->second,
                side_value(s->q, estimates, &c->second), 1.0, x, &f);
  if (sample_of(s->q, &c->first) != sample_of(s->q, &c->second))
    add_influence(s, &c->second, &c->first,
                  side_value(s->q, estimates, &c->first), -1.0, x, &f);
  return f;
}

static int too_few(const state *s, const ic_side *side)
{
  size_t sample = sample_of(s->q, side);
  if (sample == s->q->samples)
    return 0;
  const ic_ratings *r = s->pools[sample].joint;
  return r->cluster_start ? r->clusters < 2 : r->units < 2;
}

static ic_interval interval_of(state *s, size_t contrast, double value,
                               const ic_estimate *estimates, double *x)
{
  const ic_contrast_request *q = s->q;
  const ic_contrast *c = &q->contrast[contrast];
  ic_interval none = ic_interval_none;
  ic_influence f = ic_influence_none;
  if (q->kind == IC_CI_NONE || isnan(value))
    return none;
  none.kind = IC_CI_TOO_FEW;
  if (too_few(s, &c->first) || too_few(s, &c->second))
    return none;
  if (q->kind != IC_CI_PERCENTILE)
    f = influence_on(s, c, estimates, x);
  if (q->kind == IC_CI_JACKKNIFE)
    return ic_interval_jackknife(&f, value, q->confidence, INFINITY);
  return ic_interval_replicates(s->replicates + contrast * q->replicates,
                                q->replicates, value,
                                q->kind == IC_CI_BCA ? &f : NULL,
                                q->confidence);
}

static void answer_view(const state *s, size_t v, ic_view_answer *out)
{
  const struct scratch *w = &s->scratch[0];
  out->estimate = w->estimates[v];
  out->units = w->tallies[v].units;
  out->pairable = w->tallies[v].pairs;
  out->disagreeing = s->looks[v].measure.disagreeing;
  out->coders = s->looks[v].measure.active;
}

static ic_status resample(state *s, const ic_watch *watch, ic_error *err)
{
  const ic_contrast_request *q = s->q;
  s->replicates = ic_alloc(q->contrasts * q->replicates,
                           sizeof *s->replicates);
  if (!s->replicates)
    return ic_no_memory(err);
  return ic_parallel((q->replicates + CHUNK - 1) / CHUNK, s->threads,
                     draw_chunk, s, watch, err);
}

static void count_drawn(const state *s, const ic_contrast *c,
                        ic_contrast_answer *out)
{
  size_t a = sample_of(s->q, &c->first), b = sample_of(s->q, &c->second);
  out->units = out->clusters = 0.0;
  for (size_t i = 0; i < s->q->samples; i++)
    if (i == a || i == b) {
      out->units += (double) s->pools[i].joint->units;
      out->clusters += (double) s->pools[i].joint->clusters;
    }
}

static ic_status answer_contrasts(state *s, const ic_view_answer *views,
                                  ic_contrast_answer *out, ic_error *err)
{
  size_t n = most_patterns(s), k = s->q->views;
  for (size_t i = 0; i < s->q->samples; i++)
    n = s->pools[i].joint->clusters > n ? s->pools[i].joint->clusters : n;
  double *x = ic_alloc(n, sizeof *x);
  ic_estimate *estimates = ic_alloc(k, sizeof *estimates);
  if (x && estimates) {
    for (size_t v = 0; v < k; v++)
      estimates[v] = views[v].estimate;
    for (size_t c = 0; c < s->q->contrasts; c++) {
      count_drawn(s, &s->q->contrast[c], &out[c]);
      out[c].value = contrast_value(s->q, estimates, &s->q->contrast[c]);
      out[c].interval = interval_of(s, c, out[c].value, estimates, x);
    }
  }
  ic_status status = x && estimates ? IC_OK : ic_no_memory(err);
  ic_free(x);
  ic_free(estimates);
  return status;
}

ic_status ic_contrast_run(const ic_contrast_request *q, const ic_watch *watch,
                          ic_view_answer *views, ic_contrast_answer *contrasts,
                          ic_error *err)
{
  state s = {.q = q};
  ic_status status = open_pools(&s, err);
  if (!status)
    status = open_looks(&s, err);
  if (!status)
    status = open_scratch(&s, err);
  for (size_t i = 0; i < q->samples && !status; i++)
    estimate_sample(&s, &s.scratch[0], i, s.pools[i].joint->size);
  for (size_t v = 0; v < q->views && !status; v++)
    answer_view(&s, v, &views[v]);
  if (!status && (q->kind == IC_CI_BCA || q->kind == IC_CI_JACKKNIFE))
    status = leave_out(&s, views, err);
  if (!status && (q->kind == IC_CI_BCA || q->kind == IC_CI_PERCENTILE))
    status = resample(&s, watch, err);
  if (!status)
    status = answer_contrasts(&s, views, contrasts, err);
  close_state(&s);
  return status;
}
