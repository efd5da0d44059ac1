#include "brunner.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"
#include "rng.h"

#define BINS 8192
#define BLOCK 2048 /* draws per item of work */

/* The different values in ascending order: how many participants have each
 * and how many of these are of the first group; and the levels one by one. */
typedef struct levels {
  size_t n, n1, n2, count;
  uint32_t *size, *first, *of;
} levels;

typedef struct ordered {
  double x;
  unsigned char member;
} ordered;

static int by_value(const void *a, const void *b)
{
  double l = ((const ordered *) a)->x, r = ((const ordered *) b)->x;
  return (l > r) - (l < r);
}

static void free_levels(levels *v)
{
  ic_free(v->size);
  ic_free(v->first);
  ic_free(v->of);
}

static ic_status check_levels(const levels *v, ic_error *err)
{
  if (v->n1 == 0 || v->n2 == 0)
    return ic_fail(err, IC_EINPUT, "one of the two groups is empty");
  if (v->n1 < 2 || v->n2 < 2)
    return ic_fail(err, IC_EINPUT, "one of the two groups has one member");
  if (v->count < 2)
    return ic_fail(err, IC_EINPUT, "all values are equal");
  return IC_OK;
}

static ic_status find_levels(const double *x, const unsigned char *member,
                             size_t n, levels *v, ic_error *err)
{
  ordered *o = ic_alloc(n, sizeof *o);
  *v = (levels) {.n = n, .size = ic_alloc(n, sizeof *v->size),
                 .first = ic_alloc(n, sizeof *v->first),
                 .of = ic_alloc(n, sizeof *v->of)};
  if (!o || !v->size || !v->first || !v->of) {
    ic_free(o);
    return ic_no_memory(err);
  }
  for (size_t i = 0; i < n; i++)
    o[i] = (ordered) {x[i], member[i] != 0};
  qsort(o, n, sizeof *o, by_value);
  for (size_t i = 0; i < n; i++) {
    v->count += i == 0 || o[i].x != o[i - 1].x;
    v->of[i] = (uint32_t) v->count - 1;
    v->size[v->count - 1]++;
    v->first[v->count - 1] += o[i].member;
    v->n1 += o[i].member;
  }
  v->n2 = n - v->n1;
  ic_free(o);
  return check_levels(v, err);
}

/* Sums while levels are filled from below: i participants, j of them of the
 * first group; b the sum of placements of the second; e the sum of squares,
 * those of the first group times (n2 - 1) n1, of the second (n1 - 1) n2. */
typedef struct sums {
  int64_t i, j, b, e;
} sums;

typedef struct shape {
  int64_t n1, n2, w1, w2;
} shape;

static shape shape_of(const levels *v)
{
  int64_t n1 = (int64_t) v->n1, n2 = (int64_t) v->n2;
  return (shape) {n1, n2, (n2 - 1) * n1, (n1 - 1) * n2};
}

/* u of the first and w of the second group on the next level. */
static sums put(sums s, const shape *h, int64_t u, int64_t w)
{
  int64_t a = 2 * (s.i - s.j) + w, b = 2 * s.j + u;
  return (sums) {s.i + u + w, s.j + u, s.b + w * b,
                 s.e + h->w1 * u * a * a + h->w2 * w * b * b};
}

/* A relabelling as it is compared. */
typedef struct moment {
  int64_t d, q;
} moment;

static moment finish(sums s, const shape *h)
{
  int64_t a = 2 * h->n1 * h->n2 - s.b;
  return (moment) {
    s.b - h->n1 * h->n2,
    s.e - (h->n2 - 1) * a * a - (h->n1 - 1) * s.b * s.b
  };
}

static moment observed(const levels *v, const uint32_t *first)
{
  shape h = shape_of(v);
  sums s = {0, 0, 0, 0};
  for (size_t l = 0; l < v->count; l++)
    s = put(s, &h, first[l], (int64_t) v->size[l] - first[l]);
  return finish(s, &h);
}

static ic_status read_moment(const double *x, const unsigned char *member,
                             size_t n, levels *v, moment *m, ic_error *err)
{
  ic_status status = find_levels(x, member, n, v, err);
  if (status == IC_OK && n > IC_BRUNNER_N_MAX)
    status = ic_fail(err, IC_ELIMIT,
                     "relabelling can take %d participants at most",
                     IC_BRUNNER_N_MAX);
  if (status == IC_OK)
    *m = observed(v, v->first);
  return status;
}

static double sum_of_squares(const levels *v, int of_first, double mean)
{
  ic_sum all = {0, 0};
  double below = 0.0;
  for (size_t l = 0; l < v->count; l++) {
    double own = of_first ? v->first[l] : v->size[l] - v->first[l];
    double other = v->size[l] - own, gap = below + 0.5 * other - mean;
    ic_sum_add(&all, own * gap * gap);
    below += other;
  }
  return ic_sum_value(&all);
}

static double tie_factor(const levels *v)
{
  double n = (double) v->n, ties = 0.0;
  for (size_t l = 0; l < v->count; l++) {
    double t = v->size[l];
    ties += t * t * t - t;
  }
  return 1.0 - ties / (n * n * n - n);
}

ic_status ic_brunner_estimate(const double *x, const unsigned char *member,
                              size_t n, ic_brunner *out, ic_error *err)
{
  levels v;
  ic_status status = find_levels(x, member, n, &v, err);
  if (status == IC_OK) {
    double n1 = (double) v.n1, n2 = (double) v.n2, wins = 0.0, below = 0.0;
    for (size_t l = 0; l < v.count; l++) {
      wins += (v.size[l] - v.first[l]) * (below + 0.5 * v.first[l]);
      below += v.first[l];
    }
    double p = wins / (n1 * n2);
    double v1 = sum_of_squares(&v, 1, (1.0 - p) * n2)
      / ((n1 - 1.0) * n1 * n2 * n2);
    double v2 = sum_of_squares(&v, 0, p * n1)
      / ((n2 - 1.0) * n2 * n1 * n1);
    int apart = p == 0.0 || p == 1.0;
    double all = apart ? 0.5 / (n1 * n1 * n2 * n2) : v1 + v2;
    double share = apart ? 0.5 : v1 / all, other = 1.0 - share;
    *out = (ic_brunner) {
      p, all, (p - 0.5) / sqrt(all),
      1.0 / (share * share / (n1 - 1.0) + other * other / (n2 - 1.0)),
      tie_factor(&v)
    };
  }
  free_levels(&v);
  return status;
}

void ic_brunner_t(const ic_brunner *b, ic_tails *tails)
{
  double less = ic_t_cdf(-b->statistic, b->df);
  double greater = ic_t_cdf(b->statistic, b->df);
  tails->less = fmax(less, DBL_MIN);
  tails->greater = fmax(greater, DBL_MIN);
  tails->two_sided = fmin(2.0 * fmin(tails->less, tails->greater), 1.0);
}

/* A value of the statistic and how many relabellings have it. */
typedef struct weighed {
  double value, weight;
} weighed;

/* What a walk over relabellings leaves: first counts and a histogram, then
 * the values of the two bins that hold the quantiles. */
typedef struct tally {
  const levels *v;
  shape h;
  moment seen;
  ic_scale_of scale;
  double all, less, greater, both;
  double *bin; /* NULL where no quantile is asked for */
  size_t wanted[2];
  weighed *kept;
  size_t n_kept, capacity;
  int second;
  ic_status status;
} tally;

static void product(uint64_t a, uint64_t b, uint64_t out[2])
{
  uint64_t al = a & UINT32_MAX, ah = a >> 32, bl = b & UINT32_MAX,
           bh = b >> 32;
  uint64_t low = al * bl, mid = ah * bl + (low >> 32);
  uint64_t other = al * bh + (mid & UINT32_MAX);
  out[0] = ah * bh + (mid >> 32) + (other >> 32);
  out[1] = (other << 32) | (low & UINT32_MAX);
}

/* d1^2 q2 against d2^2 q1: by doubles where they can tell. */
static int compare_sizes(moment a, moment b)
{
  double l = (double) a.d * (double) a.d * (double) b.q;
  double r = (double) b.d * (double) b.d * (double) a.q;
  if (fabs(l - r) > 1e-14 * (l + r))
    return l > r ? 1 : -1;
  uint64_t x[2], y[2];
  product((uint64_t) (a.d * a.d), (uint64_t) b.q, x);
  product((uint64_t) (b.d * b.d), (uint64_t) a.q, y);
  if (x[0] != y[0])
    return x[0] > y[0] ? 1 : -1;
  return (x[1] > y[1]) - (x[1] < y[1]);
}

static double statistic(moment m, const shape *h, ic_scale_of scale)
{
  double n1 = (double) h->n1, n2 = (double) h->n2, d = (double) m.d;
  if (m.d == 0)
    return 0.0;
  if (m.q == 0)
    return m.d > 0 ? INFINITY : -INFINITY;
  double t = d * sqrt((n1 - 1.0) * (n2 - 1.0) / (double) m.q);
  if (scale == IC_SCALE_PLAIN)
    return t;
  double half = d / (2.0 * n1 * n2), p = 0.5 + half, q = 0.5 - half;
  return t * log(p / q) * p * q / half;
}

static size_t bin_of(double value)
{
  if (isinf(value))
    return value > 0 ? BINS - 1 : 0;
  double part = 0.5 + 0.5 * value / (1.0 + fabs(value));
  return (size_t) (part * (BINS - 1) + 0.5);
}

static void keep(tally *t, double value, double weight)
{
  void *block = t->kept;
  if (t->status == IC_OK)
    t->status = ic_reserve(&block, &t->capacity, t->n_kept + 1,
                           sizeof *t->kept, NULL);
  t->kept = block;
  if (t->status == IC_OK)
    t->kept[t->n_kept++] = (weighed) {value, weight};
}

/* Sizes decide unless both statistics are infinite or one is 0. */
static void count(tally *t, moment m, double weight)
{
  int size = m.q == 0 && t->seen.q == 0 ? 0
    : m.d == 0 && t->seen.d == 0 ? 0 : compare_sizes(m, t->seen);
  int below = m.d < 0, under = t->seen.d < 0;
  t->all += weight;
  t->both += size >= 0 ? weight : 0.0;
  if (below != under)
    size = below ? -1 : 1;
  else if (below)
    size = -size;
  t->less += size >= 0 ? weight : 0.0;
  t->greater += size <= 0 ? weight : 0.0;
}

static void visit(tally *t, sums s, double weight)
{
  moment m = finish(s, &t->h);
  if (!t->second)
    count(t, m, weight);
  if (!t->bin)
    return;
  double value = statistic(m, &t->h, t->scale);
  size_t bin = bin_of(value);
  if (!t->second)
    t->bin[bin] += weight;
  else if (bin == t->wanted[0] || bin == t->wanted[1])
    keep(t, value, weight);
}

/* All ways to put `left` of the first group on the levels from l. */
static void walk(tally *t, size_t l, int64_t left, sums s, double weight)
{
  const levels *v = t->v;
  int64_t rest = (int64_t) v->n - s.i;
  while (left > 0 && left < rest) {
    int64_t size = v->size[l++], low = left - (rest - size), u;
    int64_t high = left < size ? left : size;
    double ways = 1.0;
    low = low > 0 ? low : 0;
    for (u = 0; u < low; u++)
      ways = ways * (double) (size - u) / (double) (u + 1);
    for (; u < high; u++) {
      walk(t, l, left - u, put(s, &t->h, u, size - u), weight * ways);
      ways = ways * (double) (size - u) / (double) (u + 1);
    }
    s = put(s, &t->h, high, size - high);
    weight *= ways;
    left -= high;
    rest -= size;
  }
  if (left > 0) {
    int64_t a = 2 * (s.i - s.j);
    s.e += t->h.w1 * left * a * a;
  } else if (rest > 0) {
    int64_t b = 2 * s.j;
    s.b += rest * b;
    s.e += t->h.w2 * rest * b * b;
  }
  visit(t, s, weight);
}

typedef struct drawing {
  tally *t;
  size_t draws;
  uint64_t seed;
  uint32_t *first;
  unsigned char *taken;
} drawing;

static void draw_one(const drawing *d, ic_rng rng)
{
  const levels *v = d->t->v;
  shape h = d->t->h;
  sums s = {0, 0, 0, 0};
  memset(d->first, 0, v->count * sizeof *d->first);
  memset(d->taken, 0, v->n);
  for (size_t j = v->n2; j < v->n; j++) {
    size_t at = ic_rng_below(&rng, (uint32_t) (j + 1));
    at = d->taken[at] ? j : at;
    d->taken[at] = 1;
    d->first[v->of[at]]++;
  }
  for (size_t l = 0; l < v->count; l++)
    s = put(s, &h, d->first[l], (int64_t) v->size[l] - d->first[l]);
  visit(d->t, s, 1.0);
}

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *d = data;
  size_t from = item * BLOCK;
  size_t to = d->draws - from < BLOCK ? d->draws : from + BLOCK;
  (void) worker;
  (void) err;
  for (size_t i = from; i < to; i++)
    draw_one(d, ic_rng_stream(d->seed, i));
  return IC_OK;
}

/* The observed one and then `draws` others. One thread: draws are cheap, and
 * the watch is what parallel.h is for here. */
static ic_status draw_all(tally *t, size_t draws, uint64_t seed,
                          const ic_watch *watch, ic_error *err)
{
  sums s = {0, 0, 0, 0};
  drawing d = {t, draws, seed, ic_alloc(t->v->count, sizeof *d.first),
               ic_alloc(t->v->n, 1)};
  ic_status status = d.first && d.taken ? IC_OK : ic_no_memory(err);
  for (size_t l = 0; l < t->v->count; l++)
    s = put(s, &t->h, t->v->first[l],
            (int64_t) t->v->size[l] - t->v->first[l]);
  visit(t, s, 1.0);
  if (status == IC_OK)
    status = ic_parallel((draws + BLOCK - 1) / BLOCK, 1, draw_block, &d,
                         watch, err);
  ic_free(d.first);
  ic_free(d.taken);
  return status;
}

static ic_status go_through(tally *t, size_t draws, uint64_t seed,
                            const ic_watch *watch, ic_error *err)
{
  ic_status status = IC_OK;
  if (draws == 0)
    walk(t, 0, t->h.n1, (sums) {0, 0, 0, 0}, 1.0);
  else
    status = draw_all(t, draws, seed, watch, err);
  return status == IC_OK && t->status != IC_OK ? ic_no_memory(err) : status;
}

static int by_weighed(const void *a, const void *b)
{
  double l = ((const weighed *) a)->value, r = ((const weighed *) b)->value;
  return (l > r) - (l < r);
}

/* The bin in which more than `outside` has been passed, from either end, and
 * how much lies before it. */
static size_t find_bin(const tally *t, int from_top, double outside,
                       double *before)
{
  size_t i = 0;
  *before = 0.0;
  for (; i < BINS - 1; i++) {
    double here = t->bin[from_top ? BINS - 1 - i : i];
    if (*before + here > outside)
      break;
    *before += here;
  }
  return from_top ? BINS - 1 - i : i;
}

static double find_quantile(const tally *t, int from_top, double outside,
                            double before)
{
  double value = from_top ? -INFINITY : INFINITY;
  for (size_t i = 0; i < t->n_kept; i++) {
    const weighed *w = &t->kept[from_top ? t->n_kept - 1 - i : i];
    if (bin_of(w->value) != t->wanted[from_top])
      continue;
    value = w->value;
    if (before + w->weight > outside)
      break;
    before += w->weight;
  }
  return value;
}

ic_status ic_brunner_tables(const double *x, const unsigned char *member,
                            size_t n, double *tables, ic_error *err)
{
  levels v;
  ic_status status = find_levels(x, member, n, &v, err);
  double *ways = status == IC_OK ? ic_alloc(v.n1 + 1, sizeof *ways) : NULL;
  if (status == IC_OK && !ways)
    status = ic_no_memory(err);
  if (status == IC_OK) {
    ways[0] = 1.0;
    for (size_t l = 0; l < v.count; l++)
      for (size_t j = v.n1; j > 0; j--)
        for (size_t u = 1; u <= v.size[l] && u <= j; u++)
          ways[j] += ways[j - u];
    *tables = ways[v.n1];
  }
  ic_free(ways);
  free_levels(&v);
  return status;
}

static ic_status quantiles(tally *t, size_t draws, uint64_t seed,
                           double outside, const ic_watch *watch,
                           double quantile[2], ic_error *err)
{
  double before[2], share = outside * t->all;
  for (int top = 0; top < 2; top++)
    t->wanted[top] = find_bin(t, top, share, &before[top]);
  t->second = 1;
  ic_status status = go_through(t, draws, seed, watch, err);
  if (status != IC_OK)
    return status;
  qsort(t->kept, t->n_kept, sizeof *t->kept, by_weighed);
  for (int top = 0; top < 2; top++)
    quantile[top] = find_quantile(t, top, share, before[top]);
  return IC_OK;
}

static void report(const tally *t, size_t draws, ic_brunner_permuted *out)
{
  *out = (ic_brunner_permuted) {
    .tails = {t->less / t->all, t->greater / t->all, t->both / t->all},
    .relabellings = t->all - (draws > 0), .complete = draws == 0,
    .quantile = {-INFINITY, INFINITY}
  };
}

ic_status ic_brunner_permute(const double *x, const unsigned char *member,
                             size_t n, size_t draws, uint64_t seed,
                             ic_scale_of scale, double outside,
                             const ic_watch *watch, ic_brunner_permuted *out,
                             ic_error *err)
{
  levels v;
  tally t = {.v = &v, .scale = scale};
  double tables = 0.0;
  ic_status status = read_moment(x, member, n, &v, &t.seen, err);
  if (status == IC_OK && draws == 0)
    status = ic_brunner_tables(x, member, n, &tables, err);
  if (status == IC_OK && tables > IC_BRUNNER_TABLES_MAX)
    status = ic_fail(err, IC_ELIMIT, "there are too many relabellings to go"
                     " through all (%.3g different ones)", tables);
  if (status == IC_OK) {
    t.h = shape_of(&v);
    t.bin = outside > 0.0 ? ic_alloc(BINS, sizeof *t.bin) : NULL;
    status = t.bin || !(outside > 0.0)
      ? go_through(&t, draws, seed, watch, err) : ic_no_memory(err);
  }
  if (status == IC_OK)
    report(&t, draws, out);
  if (status == IC_OK && t.bin)
    status = quantiles(&t, draws, seed, outside, watch, out->quantile, err);
  ic_free(t.bin);
  ic_free(t.kept);
  free_levels(&v);
  return status;
}

static double expit(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/* effect - quantile * se on the scale. */
static double limit(double p, double se, ic_scale_of scale, double quantile)
{
  if (isinf(quantile))
    return quantile > 0 ? 0.0 : 1.0;
  double at = scale == IC_SCALE_PLAIN ? p - quantile * se
    : expit(log(p / (1.0 - p)) - quantile * se / (p * (1.0 - p)));
  return fmin(fmax(at, 0.0), 1.0);
}

void ic_brunner_interval(const ic_brunner *b, size_t n1, size_t n2,
                         ic_scale_of scale, const double quantile[2],
                         double level, double limits[2])
{
  double p = b->effect, se = sqrt(b->variance);
  if (p == 0.0 || p == 1.0) {
    ic_cliff_interval(2.0 * p - 1.0, n2, n1, b->tie_factor, level, limits);
    limits[0] = p == 0.0 ? 0.0 : 0.5 * (1.0 + limits[0]);
    limits[1] = p == 1.0 ? 1.0 : 0.5 * (1.0 + limits[1]);
    return;
  }
  limits[0] = limit(p, se, scale, quantile[1]);
  limits[1] = limit(p, se, scale, quantile[0]);
}
