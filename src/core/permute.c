#include "permute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"
#include "rng.h"

#define BLOCK 8192 /* relabellings per item of work */

double ic_relabellings_all(size_t n, size_t n1)
{
  double all = 1.0;
  size_t k = n1 < n - n1 ? n1 : n - n1;
  for (size_t i = 1; i <= k; i++)
    all = all * (double) (n - k + i) / (double) i;
  return floor(all + 0.5);
}

/* The next larger mask with as many bits (Gosper). */
static uint64_t next_mask(uint64_t m)
{
  uint64_t low = m & (~m + 1), up = m + low;
  return up | (((m ^ up) / low) >> 2);
}

/* n1 of n without replacement (Floyd). */
static void draw_mask(uint64_t *mask, size_t n, size_t n1, ic_rng rng)
{
  for (size_t j = n - n1; j < n; j++) {
    size_t t = ic_rng_below(&rng, (uint32_t) (j + 1));
    if (mask[t / 64] >> (t % 64) & 1)
      t = j;
    mask[t / 64] |= (uint64_t) 1 << (t % 64);
  }
}

typedef struct drawing {
  ic_relabellings *r;
  uint64_t seed;
} drawing;

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *d = data;
  ic_relabellings *r = d->r;
  size_t from = item * BLOCK;
  size_t to = r->count - from < BLOCK ? r->count : from + BLOCK;
  (void) worker;
  (void) err;
  for (size_t b = from; b < to; b++)
    draw_mask(r->mask + b * r->words, r->n, r->n1, ic_rng_stream(d->seed, b));
  return IC_OK;
}

ic_status ic_relabellings_make(size_t n, size_t n1, size_t draws,
                               uint64_t seed, int threads,
                               const ic_watch *watch, ic_relabellings *out,
                               ic_error *err)
{
  double all = ic_relabellings_all(n, n1);
  *out = (ic_relabellings) {n, n1, (n + 63) / 64, draws, draws == 0, NULL};
  if (n1 < 1 || n1 >= n)
    return ic_fail(err, IC_EINPUT, "one of the two groups is empty");
  if (out->complete && (n > 63 || all > 1e9))
    return ic_fail(err, IC_ELIMIT, "too many relabellings to go through all");
  if (out->complete)
    out->count = (size_t) all;
  out->mask = ic_alloc(out->count, out->words * sizeof *out->mask);
  if (!out->mask)
    return ic_no_memory(err);
  if (!out->complete) {
    drawing d = {out, seed};
    return ic_parallel((out->count + BLOCK - 1) / BLOCK, threads, draw_block,
                       &d, watch, err);
  }
  uint64_t m = ((uint64_t) 1 << n1) - 1;
  for (size_t b = 0; b < out->count; b++) {
    out->mask[b] = m;
    m = next_mask(m);
  }
  return IC_OK;
}

void ic_relabellings_free(ic_relabellings *r)
{
  ic_free(r->mask);
  r->mask = NULL;
}

/* A code's rank in the order of p, by number of code. */
typedef struct place {
  double p;
  size_t code;
} place;

static int by_p(const void *a, const void *b)
{
  const place *l = a, *r = b;
  if (l->p != r->p)
    return l->p < r->p ? -1 : 1;
  return (l->code > r->code) - (l->code < r->code);
}

static ic_status in_order(const double *p, size_t codes, size_t **order,
                          ic_error *err)
{
  place *list = ic_alloc(codes, sizeof *list);
  *order = ic_alloc(codes, sizeof **order);
  if (list && *order) {
    for (size_t k = 0; k < codes; k++)
      list[k] = (place) {p[k], k};
    qsort(list, codes, sizeof *list, by_p);
    for (size_t k = 0; k < codes; k++)
      (*order)[k] = list[k].code;
    ic_free(list);
    return IC_OK;
  }
  ic_free(list);
  ic_free(*order);
  *order = NULL;
  return ic_no_memory(err);
}

/* What the workers share: `least` gives the smallest p so far of each
 * relabelling, as a rank; counts go to count[item * codes + code]. */
typedef struct descent {
  const ic_relabellings *r;
  size_t codes;
  const size_t *order;
  const uint64_t *has;
  const uint32_t *rank;    /* presence: by code and x */
  const uint32_t *of_each; /* scores: by code and relabelling */
  const uint32_t *seen;    /* observed rank, by code */
  size_t *count;
} descent;

static size_t mentions(const descent *d, size_t k, size_t b)
{
  const uint64_t *mask = d->r->mask + b * d->r->words;
  const uint64_t *has = d->has + k * d->r->words;
  size_t x = 0;
  for (size_t w = 0; w < d->r->words; w++)
    x += ic_count_bits(mask[w] & has[w]);
  return x;
}

static void descend_presence(const descent *d, size_t k, size_t from,
                             size_t n, uint32_t *least)
{
  const uint32_t *rank = d->rank + k * (d->r->n1 + 1);
  if (d->r->words == 1) {
    const uint64_t *mask = d->r->mask + from, has = d->has[k];
    for (size_t i = 0; i < n; i++) {
      uint32_t at = rank[ic_count_bits(mask[i] & has)];
      least[i] = at < least[i] ? at : least[i];
    }
    return;
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t at = rank[mentions(d, k, from + i)];
    least[i] = at < least[i] ? at : least[i];
  }
}

static ic_status descend(void *data, size_t item, int worker, ic_error *err)
{
  const descent *d = data;
  uint32_t least[BLOCK];
  size_t from = item * BLOCK;
  size_t n = d->r->count - from < BLOCK ? d->r->count - from : BLOCK;
  (void) worker;
  (void) err;
  for (size_t i = 0; i < n; i++)
    least[i] = UINT32_MAX;
  for (size_t j = d->codes; j-- > 0;) {
    size_t k = d->order[j], hits = 0;
    if (d->of_each) {
      const uint32_t *each = d->of_each + k * d->r->count + from;
      for (size_t i = 0; i < n; i++)
        least[i] = each[i] < least[i] ? each[i] : least[i];
    } else {
      descend_presence(d, k, from, n, least);
    }
    for (size_t i = 0; i < n; i++)
      hits += least[i] <= d->seen[k];
    d->count[item * d->codes + k] = hits;
  }
  return IC_OK;
}

static ic_status run_descent(descent *d, const double *p, int threads,
                             const ic_watch *watch, size_t *step_down,
                             ic_error *err)
{
  size_t items = (d->r->count + BLOCK - 1) / BLOCK, *order = NULL;
  ic_status status = in_order(p, d->codes, &order, err);
  if (status != IC_OK)
    return status;
  d->order = order;
  d->count = ic_alloc(items, d->codes * sizeof *d->count);
  status = d->count ? ic_parallel(items, threads, descend, d, watch, err)
                    : ic_no_memory(err);
  for (size_t k = 0; status == IC_OK && k < d->codes; k++) {
    step_down[k] = 0;
    for (size_t i = 0; i < items; i++)
      step_down[k] += d->count[i * d->codes + k];
  }
  ic_free(d->count);
  ic_free(order);
  return status;
}

static uint32_t rank_of(const double *sorted, size_t n, double p)
{
  size_t lo = 0, hi = n;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (sorted[mid] < p)
      lo = mid + 1;
    else
      hi = mid;
  }
  return (uint32_t) lo;
}

ic_status ic_minp_presence(const ic_relabellings *r, size_t codes,
                           const uint64_t *has, const double *p,
                           const size_t *seen, int threads,
                           const ic_watch *watch, size_t *step_down,
                           ic_error *err)
{
  size_t cells = codes * (r->n1 + 1);
  double *sorted = ic_alloc(cells, sizeof *sorted);
  double *own = ic_alloc(codes, sizeof *own);
  uint32_t *rank = ic_alloc(cells, sizeof *rank);
  uint32_t *seen_rank = ic_alloc(codes, sizeof *seen_rank);
  ic_status status = IC_OK;
  if (sorted && own && rank && seen_rank) {
    memcpy(sorted, p, cells * sizeof *p);
    ic_sort(sorted, cells);
    for (size_t i = 0; i < cells; i++)
      rank[i] = rank_of(sorted, cells, p[i]);
    for (size_t k = 0; k < codes; k++) {
      own[k] = p[k * (r->n1 + 1) + seen[k]];
      seen_rank[k] = rank[k * (r->n1 + 1) + seen[k]];
    }
    descent d = {r, codes, NULL, has, rank, NULL, seen_rank, NULL};
    status = run_descent(&d, own, threads, watch, step_down, err);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(sorted);
  ic_free(own);
  ic_free(rank);
  ic_free(seen_rank);
  return status;
}

/* Sums of scores over a mask, eight participants at a time. */
typedef struct adder {
  size_t bytes;
  int64_t *table; /* bytes * 256 */
} adder;

static void fill_adder(adder *a, const int64_t *score, size_t n)
{
  for (size_t byte = 0; byte < a->bytes; byte++) {
    int64_t *t = a->table + 256 * byte;
    t[0] = 0;
    for (size_t bit = 0; bit < 8; bit++) {
      size_t at = 8 * byte + bit, half = (size_t) 1 << bit;
      int64_t s = at < n ? score[at] : 0;
      for (size_t i = 0; i < half; i++)
        t[half + i] = t[i] + s;
    }
  }
}

static int64_t add_mask(const adder *a, const uint64_t *mask)
{
  int64_t sum = 0;
  for (size_t byte = 0; byte < a->bytes; byte++)
    sum += a->table[256 * byte + (mask[byte / 8] >> (8 * (byte % 8)) & 255)];
  return sum;
}

static int64_t directed(int64_t gap, ic_direction direction)
{
  if (direction == IC_BOTH)
    return gap < 0 ? -gap : gap;
  return direction == IC_UP ? gap : -gap;
}

typedef struct ranking {
  const ic_relabellings *r;
  const int64_t *score;
  const unsigned char *member;
  const int64_t *slack;
  ic_direction direction;
  uint32_t *of_each;
  uint32_t *seen;
} ranking;

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

/* The statistic of every relabelling, then that of the observed groups. */
static ic_status statistics(const ranking *q, size_t k, int64_t *stat,
                            ic_error *err)
{
  const ic_relabellings *r = q->r;
  const int64_t *score = q->score + k * r->n;
  adder a = {8 * r->words, ic_alloc(8 * r->words, 256 * sizeof *a.table)};
  if (!a.table)
    return ic_no_memory(err);
  int64_t total = 0, sum = 0, size = (int64_t) r->n;
  for (size_t i = 0; i < r->n; i++) {
    total += score[i];
    sum += q->member[i] ? score[i] : 0;
  }
  int64_t mean = (int64_t) r->n1 * total;
  fill_adder(&a, score, r->n);
  for (size_t b = 0; b < r->count; b++)
    stat[b] = directed(size * add_mask(&a, r->mask + b * r->words) - mean,
                       q->direction);
  stat[r->count] = directed(size * sum - mean, q->direction);
  ic_free(a.table);
  return IC_OK;
}

/* Each relabelling's rank: how many are at least as extreme. The observed
 * groups are one more relabelling, unless all are there already. */
static ic_status rank_code(void *data, size_t k, int worker, ic_error *err)
{
  const ranking *q = data;
  size_t n = q->r->count, all = n + (q->r->complete ? 0 : 1);
  int64_t *stat = ic_alloc(n + 1, sizeof *stat);
  uint32_t *rank = ic_alloc(n + 1, sizeof *rank);
  ic_status status = stat && rank ? statistics(q, k, stat, err)
                                  : ic_no_memory(err);
  (void) worker;
  if (status == IC_OK)
    status = count_at_least(stat, all, q->slack[k], rank, err);
  if (status == IC_OK) {
    size_t hits = 0;
    memcpy(q->of_each + k * n, rank, n * sizeof *rank);
    for (size_t b = 0; b < all; b++)
      hits += stat[b] >= stat[n] - q->slack[k];
    q->seen[k] = (uint32_t) hits;
  }
  ic_free(stat);
  ic_free(rank);
  return status;
}

ic_status ic_minp_scores(const ic_relabellings *r, size_t codes,
                         const int64_t *score, const unsigned char *member,
                         const int64_t *slack, ic_direction direction,
                         int threads, const ic_watch *watch, size_t *alone,
                         size_t *step_down, ic_error *err)
{
  uint32_t *each = ic_alloc(codes * r->count, sizeof *each);
  uint32_t *seen = ic_alloc(codes, sizeof *seen);
  double *own = ic_alloc(codes, sizeof *own);
  ic_status status = each && seen && own ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    ranking q = {r, score, member, slack, direction, each, seen};
    status = ic_parallel(codes, threads, rank_code, &q, watch, err);
  }
  if (status == IC_OK) {
    for (size_t k = 0; k < codes; k++) {
      own[k] = seen[k];
      alone[k] = seen[k] - (r->complete ? 0 : 1);
    }
    descent d = {r, codes, NULL, NULL, NULL, each, seen, NULL};
    status = run_descent(&d, own, threads, watch, step_down, err);
  }
  ic_free(each);
  ic_free(seen);
  ic_free(own);
  return status;
}
