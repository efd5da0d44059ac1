#include "kruskal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"
#include "rng.h"

#define BLOCK 512
#define TIED 1e-13

typedef struct design {
  size_t n, groups;
  double size[IC_KRUSKAL_GROUPS_MAX];
  double seen;
} design;

static double spread(const design *d, const double *sum)
{
  double s = 0.0;
  for (size_t g = 0; g < d->groups; g++)
    s += sum[g] * sum[g] / d->size[g];
  return s;
}

static design observe(const int64_t *twice, const uint32_t *group, size_t n,
                      size_t groups)
{
  design d = {.n = n, .groups = groups};
  double sum[IC_KRUSKAL_GROUPS_MAX] = {0};
  for (size_t i = 0; i < n; i++) {
    d.size[group[i]] += 1.0;
    sum[group[i]] += (double) twice[i];
  }
  d.seen = spread(&d, sum);
  return d;
}

static int is_extreme(const design *d, double s)
{
  return s >= d->seen * (1.0 - TIED);
}

double ic_kruskal_statistic(const int64_t *twice, const uint32_t *group,
                            size_t n, size_t groups, double tie_factor)
{
  design d = observe(twice, group, n, groups);
  double sum[IC_KRUSKAL_GROUPS_MAX] = {0}, all = (double) n;
  if (!(tie_factor > 0.0))
    return 0.0;
  for (size_t i = 0; i < n; i++)
    sum[group[i]] += 0.5 * ((double) twice[i] - (all + 1.0));
  return 12.0 * spread(&d, sum) / (all * (all + 1.0)) / tie_factor;
}

/* A state: for all groups but the last how many members and which sum so far,
 * packed into 64 bits; and the number of ways to it. Empty slots have 0 ways.
 * */
typedef struct slot {
  uint64_t key;
  double ways;
} slot;

typedef struct table {
  slot *slot;
  size_t used, capacity;
} table;

typedef struct packing {
  unsigned count_bits, bits; /* of the count; of count and sum */
  size_t parts;              /* groups but the last */
} packing;

static size_t place_of(const table *t, uint64_t key)
{
  uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
  size_t at = (size_t) (h >> 20) & (t->capacity - 1);
  while (t->slot[at].ways > 0.0 && t->slot[at].key != key)
    at = (at + 1) & (t->capacity - 1);
  return at;
}

static ic_status grow(table *t, ic_error *err)
{
  table bigger = {ic_alloc(2 * t->capacity, sizeof(slot)), t->used,
                  2 * t->capacity};
  if (!bigger.slot)
    return ic_no_memory(err);
  for (size_t i = 0; i < t->capacity; i++)
    if (t->slot[i].ways > 0.0)
      bigger.slot[place_of(&bigger, t->slot[i].key)] = t->slot[i];
  ic_free(t->slot);
  *t = bigger;
  return IC_OK;
}

static ic_status add_ways(table *t, uint64_t key, double ways, ic_error *err)
{
  size_t at = place_of(t, key);
  if (t->slot[at].ways == 0.0) {
    if (++t->used > IC_KRUSKAL_STATES_MAX)
      return ic_fail(err, IC_ELIMIT,
                     "the exact distribution has too many different sums");
    t->slot[at].key = key;
  }
  t->slot[at].ways += ways;
  return 2 * t->used > t->capacity ? grow(t, err) : IC_OK;
}

static uint64_t part_of(const packing *p, uint64_t key, size_t g)
{
  uint64_t mask = ((uint64_t) 1 << p->bits) - 1;
  return key >> (g * p->bits) & mask;
}

static double size_in(const packing *p, uint64_t part)
{
  return (double) (part & (((uint64_t) 1 << p->count_bits) - 1));
}

/* Groups of equal size stand side by side and are kept in falling order. */
static uint64_t in_order(const design *d, const packing *p, uint64_t key)
{
  uint64_t part[IC_KRUSKAL_GROUPS_MAX], out = 0;
  for (size_t g = 0; g < p->parts; g++) {
    uint64_t own = part_of(p, key, g);
    size_t at = g;
    for (; at > 0 && d->size[at - 1] == d->size[g] && part[at - 1] < own; at--)
      part[at] = part[at - 1];
    part[at] = own;
  }
  for (size_t g = 0; g < p->parts; g++)
    out |= part[g] << (g * p->bits);
  return out;
}

/* Puts one participant with this score into each group that has room. */
static ic_status place_one(const design *d, const packing *p, const slot *s,
                           size_t placed, uint64_t score, table *to,
                           ic_error *err)
{
  double others = 0.0;
  ic_status status = IC_OK;
  for (size_t g = 0; g < p->parts && status == IC_OK; g++) {
    double size = size_in(p, part_of(p, s->key, g));
    others += size;
    uint64_t step = (score << p->count_bits) + 1;
    if (size < d->size[g])
      status = add_ways(to, in_order(d, p, s->key + (step << (g * p->bits))),
                        s->ways, err);
  }
  if (status == IC_OK && (double) placed - others < d->size[p->parts])
    status = add_ways(to, s->key, s->ways, err);
  return status;
}

static ic_status place_all(const design *d, const packing *p,
                           const uint64_t *score, table *now, ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t i = 0; i < d->n && status == IC_OK; i++) {
    table next = {ic_alloc(now->capacity, sizeof(slot)), 0, now->capacity};
    if (!next.slot)
      return ic_no_memory(err);
    for (size_t k = 0; k < now->capacity && status == IC_OK; k++)
      if (now->slot[k].ways > 0.0)
        status = place_one(d, p, &now->slot[k], i, score[i], &next, err);
    ic_free(now->slot);
    *now = next;
  }
  return status;
}

/* Scores are counted from the least: sum and size give back the true sum. */
static double share_extreme(const design *d, const packing *p,
                            const table *t, double least, double total)
{
  ic_sum hits = {0, 0}, all = {0, 0};
  for (size_t k = 0; k < t->capacity; k++) {
    if (!(t->slot[k].ways > 0.0))
      continue;
    double sum[IC_KRUSKAL_GROUPS_MAX], rest = total;
    for (size_t g = 0; g < p->parts; g++) {
      uint64_t part = part_of(p, t->slot[k].key, g);
      sum[g] = (double) (part >> p->count_bits) + least * d->size[g];
      rest -= sum[g];
    }
    sum[p->parts] = rest;
    ic_sum_add(&all, t->slot[k].ways);
    if (is_extreme(d, spread(d, sum)))
      ic_sum_add(&hits, t->slot[k].ways);
  }
  return fmin(ic_sum_value(&hits) / ic_sum_value(&all), 1.0);
}

static unsigned bits_for(uint64_t x)
{
  unsigned bits = 0;
  for (; x; x >>= 1)
    bits++;
  return bits;
}

static int by_size(const void *a, const void *b)
{
  double l = *(const double *) a, r = *(const double *) b;
  return (l > r) - (l < r);
}

static int by_score(const void *a, const void *b)
{
  uint64_t l = *(const uint64_t *) a, r = *(const uint64_t *) b;
  return (l > r) - (l < r);
}

/* The largest group goes last: its sum need not be kept. */
static ic_status pack(const design *d, const uint64_t *score, packing *p,
                      ic_error *err)
{
  uint64_t sum = 0;
  size_t largest = (size_t) d->size[d->groups - 2];
  for (size_t i = d->n - largest; i < d->n; i++)
    sum += score[i];
  p->count_bits = bits_for(largest);
  p->bits = p->count_bits + bits_for(sum);
  p->parts = d->groups - 1;
  if (p->bits * p->parts > 64)
    return ic_fail(err, IC_ELIMIT,
                   "the exact distribution of %lu groups is out of reach",
                   (unsigned long) d->groups);
  return IC_OK;
}

ic_status ic_kruskal_exact(const int64_t *twice, const uint32_t *group,
                           size_t n, size_t groups, double *p, ic_error *err)
{
  design d = observe(twice, group, n, groups);
  uint64_t *score = ic_alloc(n, sizeof *score);
  table t = {ic_alloc(64, sizeof(slot)), 0, 64};
  packing how;
  double total = 0.0;
  int64_t least = INT64_MAX;
  ic_status status = score && t.slot ? IC_OK : ic_no_memory(err);
  qsort(d.size, groups, sizeof *d.size, by_size);
  for (size_t i = 0; i < n; i++)
    least = twice[i] < least ? twice[i] : least;
  for (size_t i = 0; status == IC_OK && i < n; i++) {
    score[i] = (uint64_t) (twice[i] - least);
    total += (double) twice[i];
  }
  if (status == IC_OK) {
    qsort(score, n, sizeof *score, by_score);
    status = pack(&d, score, &how, err);
  }
  if (status == IC_OK)
    status = add_ways(&t, 0, 1.0, err);
  if (status == IC_OK)
    status = place_all(&d, &how, score, &t, err);
  if (status == IC_OK)
    *p = share_extreme(&d, &how, &t, (double) least, total);
  ic_free(score);
  ic_free(t.slot);
  return status;
}

typedef struct drawing {
  const design *d;
  const int64_t *twice;
  const uint32_t *group;
  size_t draws;
  uint64_t seed;
  uint32_t *label; /* n for each worker */
  size_t *hits;    /* of each block */
} drawing;

static double draw_spread(const drawing *r, uint32_t *label, ic_rng rng)
{
  double sum[IC_KRUSKAL_GROUPS_MAX] = {0};
  size_t n = r->d->n;
  memcpy(label, r->group, n * sizeof *label);
  for (size_t i = n; i-- > 0;) {
    size_t at = ic_rng_below(&rng, (uint32_t) (i + 1));
    uint32_t g = label[at];
    label[at] = label[i];
    sum[g] += (double) r->twice[i];
  }
  return spread(r->d, sum);
}

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *r = data;
  size_t from = item * BLOCK;
  size_t to = r->draws - from < BLOCK ? r->draws : from + BLOCK;
  uint32_t *label = r->label + (size_t) worker * r->d->n;
  (void) err;
  for (size_t i = from; i < to; i++)
    r->hits[item] +=
      (size_t) is_extreme(r->d, draw_spread(r, label,
                                            ic_rng_stream(r->seed, i)));
  return IC_OK;
}

ic_status ic_kruskal_draw(const int64_t *twice, const uint32_t *group,
                          size_t n, size_t groups, size_t draws,
                          uint64_t seed, int threads, const ic_watch *watch,
                          size_t *hits, ic_error *err)
{
  design d = observe(twice, group, n, groups);
  size_t blocks = (draws + BLOCK - 1) / BLOCK;
  threads = threads < 1 ? 1 : threads > IC_THREADS_MAX ? IC_THREADS_MAX
                                                       : threads;
  drawing r = {
    &d, twice, group, draws, seed,
    ic_alloc(n, (size_t) threads * sizeof *r.label),
    ic_alloc(blocks, sizeof *r.hits)
  };
  ic_status status = r.label && r.hits
    ? ic_parallel(blocks, threads, draw_block, &r, watch, err)
    : ic_no_memory(err);
  *hits = 0;
  for (size_t i = 0; status == IC_OK && i < blocks; i++)
    *hits += r.hits[i];
  ic_free(r.label);
  ic_free(r.hits);
  return status;
}
