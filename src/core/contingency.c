#include "contingency.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "margins.h"
#include "memory.h"
#include "rng.h"

#define STATES_B 1048576.0 /* at most, before any are merged */
#define BLOCK 256

/* How many of the columns before the last one, from the smallest, make B. */
static size_t columns_of_b(const ic_table *t)
{
  size_t b = 0;
  double states = 1.0;
  while (b + 2 < t->c) {
    double q = t->column[t->c - 2 - b];
    for (size_t i = 1; i < t->r; i++)
      states *= (q + (double) i) / (double) i;
    if (states > STATES_B)
      break;
    b++;
  }
  return b;
}

/* The states of one key. */
typedef struct run {
  const ic_state *s;
  const double *above;
  size_t n;
} run;

typedef struct joining {
  ic_table *t;
  double p;
  int all; /* has every pair been counted? */
} joining;

/* Pairs whose product, with v for the last column, is no smaller than the
 * observed one; `weight` is that of the last column. */
static void join(joining *j, run a, run b, ic_fixed v, double weight)
{
  ic_fixed rest = ic_fixed_subtract(j->t->seen, v);
  ic_fixed most = ic_fixed_add(a.s[a.n - 1].v, b.s[b.n - 1].v);
  if (ic_fixed_compare(ic_fixed_add(a.s[0].v, b.s[0].v), rest) >= 0) {
    j->p += weight * a.above[0] * b.above[0];
    return;
  }
  j->all = 0;
  if (ic_fixed_compare(most, rest) < 0)
    return;
  size_t at = a.n;
  double sum = 0.0;
  for (size_t i = 0; i < b.n; i++) {
    ic_fixed enough = ic_fixed_subtract(rest, b.s[i].v);
    while (at > 0 && ic_fixed_compare(a.s[at - 1].v, enough) >= 0)
      at--;
    if (at < a.n)
      sum += a.above[at]
        * (b.above[i] - (i + 1 < b.n ? b.above[i + 1] : 0.0));
  }
  j->p += weight * sum;
  j->t->steps += (double) (a.n + b.n);
}

/* What the last column holds when `key` is what A and B leave of the rows. */
static int last_column(const ic_table *t, uint64_t key, uint32_t *x)
{
  uint32_t q = t->column[t->c - 1], used = 0;
  ic_unpack(t, key, q, x);
  for (size_t i = 0; i + 1 < t->r; i++)
    used += x[i];
  return used <= q;
}

static void join_last(joining *j, run a, run b, uint64_t key)
{
  const ic_table *t = j->t;
  uint32_t x[IC_TABLE_ROWS_MAX];
  ic_fixed v = {0, 0};
  if (!last_column(t, key, x))
    return;
  for (size_t i = 0; i < t->r; i++)
    v = ic_fixed_add(v, t->factorial[x[i]]);
  join(j, a, b, v, exp(ic_log_multinomial(t, x)));
}

static ic_status join_all(joining *j, const ic_layer *a, const ic_layer *b,
                          ic_error *err)
{
  ic_table *t = j->t;
  uint64_t rows = 0;
  for (size_t i = 0; i + 1 < t->r; i++)
    rows |= (uint64_t) t->row[i] << (i * t->bits);
  for (size_t i = 0, i_next; i < a->n; i = i_next) {
    i_next = ic_next_key(a, i);
    uint64_t left = (rows - a->s[i].key) | t->guard;
    run from_a = {a->s + i, a->above + i, i_next - i};
    for (size_t k = 0, k_next; k < b->n; k = k_next) {
      k_next = ic_next_key(b, k);
      uint64_t rest = left - b->s[k].key;
      if ((rest & t->guard) == t->guard)
        join_last(j, from_a, (run) {b->s + k, b->above + k, k_next - k},
                  rest & ~t->guard);
    }
    if (t->steps > IC_TABLE_STEPS_MAX)
      return ic_fail(err, IC_ELIMIT,
                     "the exact distribution would take too long");
  }
  return IC_OK;
}

static double probability(const ic_table *t)
{
  double log = -t->log_factorial[t->n];
  for (size_t i = 0; i < t->r; i++)
    log += t->log_factorial[t->row[i]];
  for (size_t j = 0; j < t->c; j++)
    log += t->log_factorial[t->column[j]];
  return exp(log - ic_fixed_value(t->seen));
}

static ic_status exact(ic_table *t, double *p, double *seen, ic_error *err)
{
  ic_layer a = {0}, b = {0};
  joining j = {t, 0.0, 1};
  double none = 0.0;
  size_t columns = columns_of_b(t);
  ic_status status = ic_table_prepare(t, err);
  if (status == IC_OK)
    status = ic_place_columns(t, 0, t->c - 1 - columns, 1, &a, &j.p, err);
  if (status == IC_OK)
    status = ic_place_columns(t, t->c - 1 - columns, columns, 0, &b, &none,
                              err);
  if (status == IC_OK)
    status = join_all(&j, &a, &b, err);
  if (status == IC_OK) {
    *p = j.p / exp(ic_log_multinomial(t, t->row));
    *p = j.all || *p > 1.0 ? 1.0 : *p;
    *p = *p > 0.0 ? *p : DBL_MIN * DBL_EPSILON;
    *seen = probability(t);
  }
  ic_layer_close(&a);
  ic_layer_close(&b);
  return status;
}

ic_status ic_contingency_exact(const uint32_t *x, size_t rows, size_t columns,
                               double *p, double *seen, ic_error *err)
{
  ic_table t;
  ic_status status = ic_table_open(&t, x, rows, columns, err);
  if (status == IC_OK && t.r > 1)
    status = exact(&t, p, seen, err);
  else if (status == IC_OK)
    *p = *seen = 1.0;
  ic_table_close(&t);
  return status;
}

typedef struct drawing {
  const ic_table *t;
  const uint32_t *label; /* the column of each of the n */
  size_t draws;
  uint64_t seed;
  uint32_t *scratch; /* n + r c for each worker */
  size_t *hits;      /* of each block */
} drawing;

/* Columns are dealt out to the rows one after the other. */
static int is_extreme(const drawing *d, uint32_t *label, uint32_t *x,
                      ic_rng rng)
{
  const ic_table *t = d->t;
  ic_fixed v = {0, 0};
  uint32_t left = t->n;
  memcpy(label, d->label, t->n * sizeof *label);
  memset(x, 0, t->r * t->c * sizeof *x);
  for (size_t i = 0; i < t->r; i++)
    for (uint32_t k = 0; k < t->row[i]; k++) {
      uint32_t at = ic_rng_below(&rng, left);
      x[i * t->c + label[at]]++;
      label[at] = label[--left];
    }
  for (size_t i = 0; i < t->r * t->c; i++)
    v = ic_fixed_add(v, t->factorial[x[i]]);
  return ic_fixed_compare(v, t->seen) >= 0;
}

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *d = data;
  size_t from = item * BLOCK, n = d->t->n;
  size_t to = d->draws - from < BLOCK ? d->draws : from + BLOCK;
  uint32_t *label = d->scratch + (size_t) worker * (n + d->t->r * d->t->c);
  (void) err;
  for (size_t i = from; i < to; i++)
    d->hits[item] += (size_t) is_extreme(d, label, label + n,
                                         ic_rng_stream(d->seed, i));
  return IC_OK;
}

ic_status ic_contingency_draw(const uint32_t *x, size_t rows, size_t columns,
                              size_t draws, uint64_t seed, int threads,
                              const ic_watch *watch, size_t *hits,
                              ic_error *err)
{
  ic_table t;
  size_t blocks = (draws + BLOCK - 1) / BLOCK;
  ic_status status = ic_table_open(&t, x, rows, columns, err);
  threads = threads < 1 ? 1 : threads > IC_THREADS_MAX ? IC_THREADS_MAX
                                                       : threads;
  uint32_t *label = NULL;
  drawing d = {&t, NULL, draws, seed, NULL, NULL};
  if (status == IC_OK) {
    d.label = label = ic_alloc(t.n, sizeof *label);
    d.scratch = ic_alloc((size_t) t.n + t.r * t.c,
                         (size_t) threads * sizeof *d.scratch);
    d.hits = ic_alloc(blocks, sizeof *d.hits);
    if (!label || !d.scratch || !d.hits)
      status = ic_no_memory(err);
  }
  if (status == IC_OK) {
    for (size_t j = 0, k = 0; j < t.c; j++)
      for (uint32_t q = 0; q < t.column[j]; q++)
        label[k++] = (uint32_t) j;
    status = ic_parallel(blocks, threads, draw_block, &d, watch, err);
  }
  *hits = 0;
  for (size_t i = 0; status == IC_OK && i < blocks; i++)
    *hits += d.hits[i];
  ic_free(label);
  ic_free(d.scratch);
  ic_free(d.hits);
  ic_table_close(&t);
  return status;
}
