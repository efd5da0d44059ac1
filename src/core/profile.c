#include "profile.h"

#include "memory.h"
#include "rng.h"

#define BLOCK 64 /* relabellings per item of work */

/* Participants in the order of their strata, group sizes, the observed W and
 * what counts as no larger. */
typedef struct sorted {
  const ic_profile *profile;
  size_t *at, *start; /* by stratum */
  double *share;      /* one over the size, by group */
  double bar;
} sorted;

static size_t stratum_of(const ic_profile *p, size_t i)
{
  return p->stratum ? p->stratum[i] : 0;
}

static double within(const ic_profile *p, const int64_t *sum,
                     const double *share)
{
  double w = 0.0;
  for (size_t g = 0; g < p->groups; g++)
    w += (double) sum[g] * share[g];
  return w;
}

static void sorted_close(sorted *s)
{
  ic_free(s->at);
  ic_free(s->start);
  ic_free(s->share);
}

double ic_profile_within(const ic_profile *p)
{
  double w = 0.0;
  for (size_t g = 0; g < p->groups; g++) {
    int64_t sum = 0, size = 0;
    for (size_t i = 0; i < p->n; i++)
      for (size_t j = 0; p->group[i] == g && j < p->n; j++) {
        sum += j < i && p->group[j] == g ? p->distance[i * p->n + j] : 0;
        size += j == i;
      }
    w += (double) sum / (double) size;
  }
  return w;
}

static ic_status sorted_open(sorted *s, const ic_profile *p, ic_error *err)
{
  size_t strata = p->stratum ? p->strata : 1;
  *s = (sorted) {p, ic_alloc(p->n, sizeof *s->at),
                 ic_alloc(strata + 1, sizeof *s->start),
                 ic_alloc(p->groups, sizeof *s->share), 0.0};
  if (!s->at || !s->start || !s->share)
    return ic_no_memory(err);
  for (size_t i = 0; i < p->n; i++) {
    s->start[stratum_of(p, i) + 1]++;
    s->share[p->group[i]] += 1.0;
  }
  for (size_t t = 0; t < strata; t++)
    s->start[t + 1] += s->start[t];
  for (size_t i = 0; i < p->n; i++)
    s->at[s->start[stratum_of(p, i)]++] = i;
  for (size_t t = strata; t > 0; t--)
    s->start[t] = s->start[t - 1];
  s->start[0] = 0;
  for (size_t g = 0; g < p->groups; g++)
    s->share[g] = 1.0 / s->share[g];
  double seen = ic_profile_within(p);
  s->bar = seen + p->slack + 0x1p-52 * (double) (p->groups + 3) * seen;
  return IC_OK;
}

/* Places taken one after the other. near[g * n + k] is the sum of the squared
 * distances of the k-th participant from those placed in g; whole numbers, so
 * that what is added can be taken off again. */
typedef struct placing {
  const sorted *s;
  int64_t *distance; /* in the order of placing */
  int64_t *near, *sum;
  size_t *left;      /* of stratum and group */
  size_t count, hits;
} placing;

static void move(placing *w, size_t k, size_t g, int64_t sign)
{
  size_t n = w->s->profile->n;
  int64_t *near = w->near + g * n;
  const int64_t *d = w->distance + k * n;
  w->sum[g] += sign * near[k];
  for (size_t j = k + 1; j < n; j++)
    near[j] += sign * d[j];
}

static void place_from(placing *w, size_t k)
{
  const ic_profile *p = w->s->profile;
  if (k == p->n) {
    w->count++;
    w->hits += within(p, w->sum, w->s->share) <= w->s->bar;
    return;
  }
  size_t *left = w->left + stratum_of(p, w->s->at[k]) * p->groups;
  for (size_t g = 0; g < p->groups; g++)
    if (left[g]) {
      left[g]--;
      move(w, k, g, 1);
      place_from(w, k + 1);
      move(w, k, g, -1);
      left[g]++;
    }
}

static ic_status place_all(placing *w, ic_error *err)
{
  const ic_profile *p = w->s->profile;
  size_t n = p->n;
  w->distance = ic_alloc(n * n, sizeof *w->distance);
  w->near = ic_alloc(p->groups * n, sizeof *w->near);
  w->sum = ic_alloc(p->groups, sizeof *w->sum);
  w->left = ic_alloc((p->stratum ? p->strata : 1) * p->groups,
                     sizeof *w->left);
  if (!w->distance || !w->near || !w->sum || !w->left)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    w->left[stratum_of(p, i) * p->groups + p->group[i]]++;
    for (size_t j = 0; j < n; j++)
      w->distance[i * n + j] = p->distance[w->s->at[i] * n + w->s->at[j]];
  }
  place_from(w, 0);
  return IC_OK;
}

ic_status ic_profile_all(const ic_profile *p, size_t *count, size_t *hits,
                         ic_error *err)
{
  sorted s;
  placing w = {&s, NULL, NULL, NULL, NULL, 0, 0};
  ic_status status = sorted_open(&s, p, err);
  if (status == IC_OK)
    status = place_all(&w, err);
  *count = w.count;
  *hits = w.hits;
  ic_free(w.distance);
  ic_free(w.near);
  ic_free(w.sum);
  ic_free(w.left);
  sorted_close(&s);
  return status;
}

/* What a worker needs to draw: a group for each participant, and for each
 * group who is in it. */
typedef struct drawing {
  const sorted *s;
  size_t draws;
  uint64_t seed;
  uint32_t *label;
  size_t *member;
  int64_t *sum;
  size_t *hits;   /* by item */
  int64_t *row;   /* sums of squared distances, by participant; two groups */
  int64_t total;
} drawing;

/* Groups exchanged within strata (Fisher and Yates). */
static void shuffle(const sorted *s, uint32_t *label, ic_rng rng)
{
  const ic_profile *p = s->profile;
  for (size_t i = 0; i < p->n; i++)
    label[i] = p->group[i];
  for (size_t t = 0; t < (p->stratum ? p->strata : 1); t++) {
    const size_t *at = s->at + s->start[t];
    for (size_t left = s->start[t + 1] - s->start[t]; left > 1; left--) {
      size_t i = at[left - 1], j = at[ic_rng_below(&rng, (uint32_t) left)];
      uint32_t swap = label[i];
      label[i] = label[j];
      label[j] = swap;
    }
  }
}

static int64_t pairs_among(const ic_profile *p, const uint32_t *label,
                           size_t g, size_t *member, size_t *size)
{
  int64_t sum = 0;
  *size = 0;
  for (size_t i = 0; i < p->n; i++)
    if (label[i] == g) {
      const int64_t *d = p->distance + i * p->n;
      for (size_t k = 0; k < *size; k++)
        sum += d[member[k]];
      member[(*size)++] = i;
    }
  return sum;
}

/* Of two groups the smaller is added up; total = sum over both and between. */
static void add_two(const drawing *d, const uint32_t *label, size_t *member,
                    int64_t *sum)
{
  size_t small = d->s->share[1] > d->s->share[0], size;
  sum[small] = pairs_among(d->s->profile, label, small, member, &size);
  sum[1 - small] = d->total + sum[small];
  for (size_t k = 0; k < size; k++)
    sum[1 - small] -= d->row[member[k]];
}

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *d = data;
  const ic_profile *p = d->s->profile;
  uint32_t *label = d->label + (size_t) worker * p->n;
  size_t *member = d->member + (size_t) worker * p->n, size;
  int64_t *sum = d->sum + (size_t) worker * p->groups;
  size_t to = (item + 1) * BLOCK < d->draws ? (item + 1) * BLOCK : d->draws;
  (void) err;
  for (size_t b = item * BLOCK; b < to; b++) {
    shuffle(d->s, label, ic_rng_stream(d->seed, b));
    if (p->groups == 2)
      add_two(d, label, member, sum);
    else
      for (size_t g = 0; g < p->groups; g++)
        sum[g] = pairs_among(p, label, g, member, &size);
    d->hits[item] += within(p, sum, d->s->share) <= d->s->bar;
  }
  return IC_OK;
}

static void add_rows(drawing *d)
{
  const ic_profile *p = d->s->profile;
  for (size_t i = 0; i < p->n; i++) {
    for (size_t j = 0; j < p->n; j++)
      d->row[i] += p->distance[i * p->n + j];
    d->total += d->row[i];
  }
  d->total /= 2;
}

ic_status ic_profile_draw(const ic_profile *p, size_t draws, uint64_t seed,
                          int threads, const ic_watch *watch, size_t *hits,
                          ic_error *err)
{
  sorted s;
  size_t items = (draws + BLOCK - 1) / BLOCK;
  size_t workers = threads < 1 ? 1 : (size_t) threads;
  drawing d = {&s, draws, seed, ic_alloc(p->n, workers * sizeof *d.label),
               ic_alloc(p->n, workers * sizeof *d.member),
               ic_alloc(p->groups, workers * sizeof *d.sum),
               ic_alloc(items, sizeof *d.hits),
               ic_alloc(p->n, sizeof *d.row), 0};
  ic_status status = sorted_open(&s, p, err);
  if (status == IC_OK && !(d.label && d.member && d.sum && d.hits && d.row))
    status = ic_no_memory(err);
  if (status == IC_OK) {
    add_rows(&d);
    status = ic_parallel(items, threads, draw_block, &d, watch, err);
  }
  *hits = 0;
  for (size_t i = 0; status == IC_OK && i < items; i++)
    *hits += d.hits[i];
  ic_free(d.label);
  ic_free(d.member);
  ic_free(d.sum);
  ic_free(d.hits);
  ic_free(d.row);
  sorted_close(&s);
  return status;
}
