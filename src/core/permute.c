#include "permute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "panel.h"

#define BLOCK IC_PANEL_BLOCK /* relabellings per item of work */
#define WIDE IC_PANEL_WIDE

/* A code and what was observed of it, for sorting. */
typedef struct place {
  double evidence;
  size_t code;
} place;

/* Least evidence first; of equals the last given. */
static int by_evidence(const void *a, const void *b)
{
  const place *l = a, *r = b;
  if (l->evidence != r->evidence)
    return l->evidence < r->evidence ? -1 : 1;
  return (l->code < r->code) - (l->code > r->code);
}

static ic_status in_order(const double *evidence, size_t codes,
                          size_t **out, ic_error *err)
{
  place *list = ic_alloc(codes, sizeof *list);
  *out = ic_alloc(codes, sizeof **out);
  ic_status status = list && *out ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    for (size_t k = 0; k < codes; k++)
      list[k] = (place) {evidence[k], k};
    qsort(list, codes, sizeof *list, by_evidence);
    for (size_t q = 0; q < codes; q++)
      (*out)[q] = list[q].code;
  }
  ic_free(list);
  return status;
}

static inline int64_t directed(int64_t sum, ic_direction direction)
{
  if (direction == IC_BOTH)
    return sum < 0 ? -sum : sum;
  return direction == IC_UP ? sum : -sum;
}

static int64_t observed(const ic_relabellings *r, const ic_joint *j, size_t k)
{
  int64_t sum = 0;
  for (size_t i = 0; i < r->n; i++)
    sum += j->member[i] ? j->score[k * r->n + i] : 0;
  return directed(sum, j->direction);
}

/* A statistic, counted from the smallest, and whose it is. */
typedef struct keyed {
  uint64_t key;
  uint32_t at;
} keyed;

#define DIGIT 11

/* Sorts by key, least significant digit first; the result is in the returned
 * one of the two arrays. */
static keyed *radix_sort(keyed *from, keyed *to, size_t n, uint64_t largest)
{
  for (unsigned shift = 0; shift < 64 && largest >> shift; shift += DIGIT) {
    size_t next[1 << DIGIT] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
      next[from[i].key >> shift & ((1 << DIGIT) - 1)]++;
    for (size_t d = 0; d < 1 << DIGIT; d++) {
      size_t here = next[d];
      next[d] = sum;
      sum += here;
    }
    for (size_t i = 0; i < n; i++)
      to[next[from[i].key >> shift & ((1 << DIGIT) - 1)]++] = from[i];
    keyed *swap = from;
    from = to;
    to = swap;
  }
  return from;
}

static ic_status count_by_sorting(const int64_t *stat, size_t n, int64_t lo,
                                  int64_t hi, int64_t slack, uint32_t *out,
                                  ic_error *err)
{
  keyed *a = ic_alloc(n, sizeof *a), *b = ic_alloc(n, sizeof *b);
  ic_status status = a && b ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    for (size_t i = 0; i < n; i++)
      a[i] = (keyed) {(uint64_t) (stat[i] - lo), (uint32_t) i};
    const keyed *sorted = radix_sort(a, b, n, (uint64_t) (hi - lo));
    for (size_t i = 0, first = 0; i < n; i++) {
      while (sorted[first].key + (uint64_t) slack < sorted[i].key)
        first++;
      out[sorted[i].at] = (uint32_t) (n - first);
    }
  }
  ic_free(a);
  ic_free(b);
  return status;
}

static ic_status count_by_tally(const int64_t *stat, size_t n, int64_t lo,
                                int64_t hi, uint32_t *out, ic_error *err)
{
  uint32_t *tally = ic_alloc((size_t) (hi - lo) + 2, sizeof *tally);
  if (!tally)
    return ic_no_memory(err);
  for (size_t b = 0; b < n; b++)
    tally[stat[b] - lo]++;
  for (int64_t v = hi - lo; v-- > 0;)
    tally[v] += tally[v + 1];
  for (size_t b = 0; b < n; b++)
    out[b] = tally[stat[b] - lo];
  ic_free(tally);
  return IC_OK;
}

/* For each statistic, how many are at least as large less `slack`. */
static ic_status count_at_least(const int64_t *stat, size_t n, int64_t slack,
                                uint32_t *out, ic_error *err)
{
  int64_t lo = stat[0], hi = stat[0];
  for (size_t b = 1; b < n; b++) {
    lo = stat[b] < lo ? stat[b] : lo;
    hi = stat[b] > hi ? stat[b] : hi;
  }
  if (slack == 0 && hi - lo < (1 << 22))
    return count_by_tally(stat, n, lo, hi, out, err);
  return count_by_sorting(stat, n, lo, hi, slack, out, err);
}

/* How extreme each relabelling is among all in every code, as a number of
 * relabellings. The observed groups are one more, unless all are there. */
typedef struct ranking {
  const ic_relabellings *r;
  const ic_joint *joint;
  const ic_panel *panel;
  uint32_t *each;
  const ic_joint_counts *out;
} ranking;

static ic_status rank_code(const ranking *t, size_t k, const uint64_t *sum,
                           ic_error *err)
{
  size_t n = t->r->count, extra = t->r->complete ? 0 : 1, hits = 0;
  int64_t *stat = ic_alloc(n + 1, sizeof *stat);
  uint32_t *rank = ic_alloc(n + 1, sizeof *rank);
  ic_status status = stat && rank ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    ic_lane l = ic_panel_lane(t->panel, k);
    for (size_t b = 0; b < n; b++)
      stat[b] = directed(ic_lane_sum(l, sum[b]), t->joint->direction);
    stat[n] = observed(t->r, t->joint, k);
    for (size_t b = 0; b < n; b++)
      hits += stat[b] >= stat[n] - t->joint->slack[k];
    t->out->alone[k] = hits;
    t->out->evidence[k] = -(double) (hits + extra);
    status = count_at_least(stat, n + extra, t->joint->slack[k], rank, err);
    memcpy(t->each + k * n, rank, n * sizeof *rank);
  }
  ic_free(stat);
  ic_free(rank);
  return status;
}

static ic_status rank_tile(void *data, size_t item, int worker, ic_error *err)
{
  const ranking *t = data;
  size_t n = t->r->count, first = item * WIDE, lanes = t->panel->lanes;
  size_t left = (t->joint->codes + lanes - 1) / lanes - first;
  size_t width = left < WIDE ? left : WIDE;
  uint64_t *sum = ic_alloc(n, width * sizeof *sum), block[WIDE * BLOCK];
  ic_status status = sum ? IC_OK : ic_no_memory(err);
  (void) worker;
  for (size_t b = 0; status == IC_OK && b < n; b += BLOCK) {
    size_t size = n - b < BLOCK ? n - b : BLOCK;
    ic_panel_add(t->panel, first, t->r, b, size, block);
    for (size_t j = 0; j < width; j++)
      memcpy(sum + j * n + b, block + j * BLOCK, size * sizeof *sum);
  }
  for (size_t k = first * lanes; status == IC_OK && k < t->joint->codes
       && k < (first + width) * lanes; k++)
    status = rank_code(t, k, sum + (k / lanes - first) * n, err);
  ic_free(sum);
  return status;
}

static ic_status rank_all(const ic_relabellings *r, const ic_joint *j,
                          int threads, const ic_watch *watch, uint32_t *each,
                          const ic_joint_counts *out, ic_error *err)
{
  ic_panel p;
  ic_status status = ic_panel_open(&p, j->score, r->n, r->n1, j->codes, NULL,
                                   err);
  if (status == IC_OK) {
    ranking t = {r, j, &p, each, out};
    status = ic_parallel(p.words / WIDE, threads, rank_tile, &t, watch, err);
  }
  ic_panel_close(&p);
  return status;
}

/* Codes come from the least evidence up; most[i] is the most that relabelling
 * i has so far. Counts are kept by worker and place: down, then alone, then how
 * many relabellings reach just so many bars. */
typedef struct descent {
  const ic_relabellings *r;
  const ic_joint *joint;
  const size_t *order;
  const double *bar;        /* what counts as reaching the observed */
  const int64_t *own;       /* the code's own bar (IC_MAXT) */
  const ic_panel *panel;       /* in that order; NULL with each */
  const uint32_t *each;
  size_t *tally;            /* of each worker 3 * codes + 1 */
} descent;

/* How many of the bars, in ascending order, x reaches. */
static size_t bars_reached(const double *bar, size_t n, double x)
{
  size_t lo = 0;
  while (n > 0) {
    size_t half = n / 2;
    if (bar[lo + half] <= x) {
      lo += half + 1;
      n -= half + 1;
    } else {
      n = half;
    }
  }
  return lo;
}

static inline void raise_to(double *most, double x)
{
  *most = x > *most ? x : *most;
}

static void raise_by_table(const descent *d, size_t q, const uint64_t *sum,
                           size_t n, double *most)
{
  const double *p = d->joint->p + d->order[q] * (d->r->n1 + 1);
  ic_lane l = ic_panel_lane(d->panel, q);
  for (size_t i = 0; i < n; i++)
    raise_to(&most[i], -p[ic_lane_level(l, sum[i])]);
}

static void raise_by_each(const descent *d, size_t q, size_t from, size_t n,
                          double *most)
{
  const uint32_t *each = d->each + d->order[q] * d->r->count + from;
  for (size_t i = 0; i < n; i++)
    raise_to(&most[i], -(double) each[i]);
}

/* Gives how many are at least as extreme as the observed. */
static size_t raise_by_sum(const descent *d, size_t q, const uint64_t *sum,
                           size_t n, double *most)
{
  const ic_joint *j = d->joint;
  size_t k = d->order[q], hits = 0;
  ic_lane l = ic_panel_lane(d->panel, q);
  int64_t own = d->own[q];
  double scale = j->scale[k];
  for (size_t i = 0; i < n; i++) {
    int64_t stat = directed(ic_lane_sum(l, sum[i]), j->direction);
    hits += stat >= own;
    raise_to(&most[i], scale * (double) stat);
  }
  return hits;
}

static ic_status descend(void *data, size_t item, int worker, ic_error *err)
{
  const descent *d = data;
  size_t codes = d->joint->codes, from = item * BLOCK;
  size_t n = d->r->count - from < BLOCK ? d->r->count - from : BLOCK;
  size_t *down = d->tally + (size_t) worker * (3 * codes + 1);
  uint64_t sum[WIDE * BLOCK];
  double most[BLOCK];
  (void) err;
  for (size_t i = 0; i < n; i++)
    most[i] = -INFINITY;
  for (size_t q = 0; q < codes; q++) {
    size_t word = d->panel ? q / d->panel->lanes : 0;
    if (d->panel && q % (WIDE * d->panel->lanes) == 0)
      ic_panel_add(d->panel, word, d->r, from, n, sum);
    const uint64_t *row = sum + word % WIDE * BLOCK;
    if (d->each)
      raise_by_each(d, q, from, n, most);
    else if (d->joint->rule == IC_MINP_TABLE)
      raise_by_table(d, q, row, n, most);
    else
      down[codes + q] += raise_by_sum(d, q, row, n, most);
    for (size_t i = 0; i < n; i++)
      down[q] += most[i] >= d->bar[q];
  }
  for (size_t i = 0; i < n; i++)
    down[2 * codes + bars_reached(d->bar, codes, most[i])]++;
  return IC_OK;
}

/* Joins the counts of the workers; single-step ones are those of relabellings
 * that reach more bars than stand below. */
static void add_tallies(const descent *d, int threads,
                        const ic_joint_counts *out)
{
  size_t codes = d->joint->codes, size = 3 * codes + 1, *all = d->tally;
  for (int t = 1; t < threads; t++)
    for (size_t i = 0; i < size; i++)
      all[i] += all[(size_t) t * size + i];
  for (size_t q = codes, more = 0; q-- > 0;) {
    size_t k = d->order[q];
    more += all[2 * codes + q + 1];
    out->single[k] = more;
    out->down[k] = all[q];
    if (d->joint->rule == IC_MAXT)
      out->alone[k] = all[codes + q];
  }
}

/* Bars rise with the order, also where slack or rounding lowers them. */
static void set_bars(const ic_relabellings *r, const ic_joint *j,
                     const size_t *order, const double *evidence,
                     double *bar, int64_t *own)
{
  for (size_t q = 0; q < j->codes; q++) {
    size_t k = order[q];
    bar[q] = evidence[k];
    if (j->rule == IC_MAXT) {
      own[q] = observed(r, j, k) - j->slack[k];
      bar[q] = j->scale[k] * (double) own[q];
      bar[q] -= 1e-12 * fabs(bar[q]);
    }
  }
  for (size_t q = j->codes; q-- > 1;)
    bar[q - 1] = bar[q - 1] < bar[q] ? bar[q - 1] : bar[q];
}

static void look_up(const ic_relabellings *r, const ic_joint *j,
                    double *evidence)
{
  for (size_t k = 0; k < j->codes; k++) {
    size_t x = 0;
    for (size_t i = 0; i < r->n; i++)
      x += j->member[i] && j->score[k * r->n + i];
    evidence[k] = -j->p[k * (r->n1 + 1) + x];
  }
}

static void standardise(const ic_relabellings *r, const ic_joint *j,
                        double *evidence)
{
  for (size_t k = 0; k < j->codes; k++)
    evidence[k] = j->scale[k] * (double) observed(r, j, k);
}

static ic_status run_descent(const ic_relabellings *r, const ic_joint *j,
                             const uint32_t *each, int threads,
                             const ic_watch *watch,
                             const ic_joint_counts *out, ic_error *err)
{
  ic_panel p = {0};
  size_t *order = NULL;
  threads = threads < 1 ? 1 : threads;
  double *bar = ic_alloc(j->codes, sizeof *bar);
  int64_t *own = ic_alloc(j->codes, sizeof *own);
  size_t *tally = ic_alloc((size_t) threads,
                           (3 * j->codes + 1) * sizeof *tally);
  ic_status status = bar && own && tally
    ? in_order(out->evidence, j->codes, &order, err) : ic_no_memory(err);
  if (status == IC_OK && !each)
    status = ic_panel_open(&p, j->score, r->n, r->n1, j->codes, order, err);
  if (status == IC_OK) {
    set_bars(r, j, order, out->evidence, bar, own);
    descent d = {r, j, order, bar, own, each ? NULL : &p, each, tally};
    status = ic_parallel((r->count + BLOCK - 1) / BLOCK, threads, descend, &d,
                         watch, err);
    add_tallies(&d, threads, out);
  }
  ic_panel_close(&p);
  ic_free(order);
  ic_free(bar);
  ic_free(own);
  ic_free(tally);
  return status;
}

ic_status ic_joint_test(const ic_relabellings *r, const ic_joint *j,
                        int threads, const ic_watch *watch,
                        const ic_joint_counts *out, ic_error *err)
{
  if (j->rule == IC_MINP_TABLE)
    look_up(r, j, out->evidence);
  if (j->rule == IC_MAXT)
    standardise(r, j, out->evidence);
  if (j->rule != IC_MINP)
    return run_descent(r, j, NULL, threads, watch, out, err);
  uint32_t *each = ic_alloc(j->codes, r->count * sizeof *each);
  ic_status status = each ? rank_all(r, j, threads, watch, each, out, err)
                          : ic_no_memory(err);
  if (status == IC_OK)
    status = run_descent(r, j, each, threads, watch, out, err);
  ic_free(each);
  return status;
}
