#include "margins.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "numeric.h"

#define SLACK 1e-6 /* above any rounding of a bound */

void ic_table_close(ic_table *t)
{
  ic_free(t->row);
  ic_free(t->column);
  ic_free(t->factorial);
  ic_free(t->log_factorial);
}

static int falling(const void *a, const void *b)
{
  uint32_t l = *(const uint32_t *) a, r = *(const uint32_t *) b;
  return (l < r) - (l > r);
}

/* Sums by row (or column) that are not 0. NULL without memory. */
static uint32_t *margin(const uint32_t *x, size_t rows, size_t columns,
                        int by_row, size_t *n)
{
  *n = by_row ? rows : columns;
  uint32_t *out = ic_alloc(*n, sizeof *out);
  if (!out)
    return NULL;
  for (size_t i = 0; i < rows * columns; i++)
    out[by_row ? i % rows : i / rows] += x[i];
  qsort(out, *n, sizeof *out, falling);
  while (*n > 0 && out[*n - 1] == 0)
    --*n;
  return out;
}

/* Of two sides of one length the one with the larger margin counts as longer,
 * so that a table and its transpose have the same double. */
static int rows_longer(const ic_table *t)
{
  if (t->r != t->c)
    return t->r > t->c;
  for (size_t i = 0; i < t->r; i++)
    if (t->row[i] != t->column[i])
      return t->row[i] > t->column[i];
  return 0;
}

static ic_status check_total(const uint32_t *x, size_t cells, uint32_t *n,
                             ic_error *err)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < cells; i++)
    sum += x[i];
  if (sum < 1 || sum > IC_TABLE_TOTAL_MAX)
    return ic_fail(err, IC_EINPUT, "the total must be from 1 to %d",
                   IC_TABLE_TOTAL_MAX);
  *n = (uint32_t) sum;
  return IC_OK;
}

ic_status ic_table_open(ic_table *t, const uint32_t *x, size_t rows,
                            size_t columns, ic_error *err)
{
  *t = (ic_table) {0};
  ic_status status = check_total(x, rows * columns, &t->n, err);
  if (status != IC_OK)
    return status;
  t->row = margin(x, rows, columns, 1, &t->r);
  t->column = margin(x, rows, columns, 0, &t->c);
  if (!t->row || !t->column)
    return ic_no_memory(err);
  if (rows_longer(t)) {
    uint32_t *longer = t->row;
    size_t r = t->r;
    t->row = t->column;
    t->r = t->c;
    t->column = longer;
    t->c = r;
  }
  uint32_t most = t->row[0] < t->column[0] ? t->row[0] : t->column[0];
  t->factorial = ic_alloc((size_t) most + 1, sizeof *t->factorial);
  if (!t->factorial)
    return ic_no_memory(err);
  status = ic_log_factorials(t->factorial, most, err);
  for (size_t i = 0; status == IC_OK && i < rows * columns; i++)
    t->seen = ic_fixed_add(t->seen, t->factorial[x[i]]);
  return status;
}

/* What placing columns needs beyond the margins. */
ic_status ic_table_prepare(ic_table *t, ic_error *err)
{
  size_t n = (size_t) t->n + t->c + t->r + 2;
  if (t->r > IC_TABLE_ROWS_MAX)
    return ic_fail(err, IC_ELIMIT, "more than %d rows and columns are out of "
                   "reach of the exact distribution", IC_TABLE_ROWS_MAX);
  for (t->bits = 2; t->row[0] >> (t->bits - 1); t->bits++)
    ;
  if (t->bits * (t->r - 1) > 64)
    return ic_fail(err, IC_ELIMIT, "the exact distribution of %lu rows is out "
                   "of reach", (unsigned long) t->r);
  t->log_factorial = ic_alloc(n, sizeof *t->log_factorial);
  if (!t->log_factorial)
    return ic_no_memory(err);
  for (size_t k = 0; k < n; k++)
    t->log_factorial[k] = ic_log_factorial((double) k);
  for (size_t i = 0; i < t->r; i++) {
    t->log_share[i] = log((double) t->row[i] / t->n);
    if (i + 1 < t->r)
      t->guard |= (uint64_t) 1 << ((i + 1) * t->bits - 1);
  }
  return IC_OK;
}

static double log_choose(const ic_table *t, uint32_t n, uint32_t k)
{
  return t->log_factorial[n] - t->log_factorial[k] - t->log_factorial[n - k];
}

/* How much of each row is used, in one word: the last row follows from how
 * much there is in all. */
void ic_unpack(const ic_table *t, uint64_t key, uint32_t total, uint32_t *x)
{
  uint64_t mask = ((uint64_t) 1 << t->bits) - 1;
  for (size_t i = 0; i + 1 < t->r; i++) {
    x[i] = (uint32_t) (key >> (i * t->bits) & mask);
    total -= x[i];
  }
  x[t->r - 1] = total;
}

/* Empty slots have 0 ways. */
typedef struct states {
  ic_state *slot;
  size_t used, capacity;
} states;

static ic_status states_open(states *s, ic_error *err)
{
  *s = (states) {ic_alloc(1024, sizeof(ic_state)), 0, 1024};
  return s->slot ? IC_OK : ic_no_memory(err);
}

static ic_state *place_of(const states *s, uint64_t key, ic_fixed v)
{
  uint64_t h = (key ^ (uint64_t) v.whole * UINT64_C(0xd6e8feb86659fd93)
                ^ (uint64_t) v.part) * UINT64_C(0x9e3779b97f4a7c15);
  size_t at = (size_t) (h >> 24) & (s->capacity - 1);
  while (s->slot[at].ways > 0.0
         && (s->slot[at].v.whole != v.whole || s->slot[at].v.part != v.part
             || s->slot[at].key != key))
    at = (at + 1) & (s->capacity - 1);
  return &s->slot[at];
}

static ic_status grow(states *s, ic_error *err)
{
  states more = {ic_alloc(2 * s->capacity, sizeof(ic_state)), s->used,
                 2 * s->capacity};
  if (s->used >= IC_TABLE_STATES_MAX)
    ic_free(more.slot);
  if (s->used >= IC_TABLE_STATES_MAX)
    return ic_fail(err, IC_ELIMIT, "the exact distribution has more than %lu "
                   "states", (unsigned long) IC_TABLE_STATES_MAX);
  if (!more.slot)
    return ic_no_memory(err);
  for (size_t i = 0; i < s->capacity; i++)
    if (s->slot[i].ways > 0.0)
      *place_of(&more, s->slot[i].key, s->slot[i].v) = s->slot[i];
  ic_free(s->slot);
  *s = more;
  return IC_OK;
}

static ic_status add_ways(states *s, uint64_t key, ic_fixed v, double ways,
                          ic_error *err)
{
  ic_state *at = place_of(s, key, v);
  if (at->ways > 0.0) {
    at->ways += ways;
    return IC_OK;
  }
  *at = (ic_state) {key, v, ways};
  return 2 * ++s->used > s->capacity ? grow(s, err) : IC_OK;
}

static inline int before(const ic_state *a, const ic_state *b)
{
  return a->key != b->key ? a->key < b->key
                          : ic_fixed_compare(a->v, b->v) < 0;
}

static inline void swap(ic_state *a, ic_state *b)
{
  ic_state held = *a;
  *a = *b;
  *b = held;
}

/* By key, then product: quicksort with the middle of three, all different. */
static void sort_states(ic_state *s, size_t n)
{
  while (n > 16) {
    size_t lo = 0, hi = n - 1, mid = n / 2;
    if (before(&s[mid], &s[0]))
      swap(&s[mid], &s[0]);
    if (before(&s[hi], &s[0]))
      swap(&s[hi], &s[0]);
    if (before(&s[hi], &s[mid]))
      swap(&s[hi], &s[mid]);
    ic_state pivot = s[mid];
    while (lo <= hi) {
      while (before(&s[lo], &pivot))
        lo++;
      while (before(&pivot, &s[hi]))
        hi--;
      if (lo <= hi)
        swap(&s[lo++], &s[hi--]);
    }
    if (hi + 1 < n - lo) {
      sort_states(s, hi + 1);
      s += lo;
      n -= lo;
    } else {
      sort_states(s + lo, n - lo);
      n = hi + 1;
    }
  }
  for (size_t i = 1; i < n; i++)
    for (size_t j = i; j > 0 && before(&s[j], &s[j - 1]); j--)
      swap(&s[j], &s[j - 1]);
}

void ic_layer_close(ic_layer *l)
{
  ic_free(l->s);
  ic_free(l->above);
}

static double log_weight(const ic_table *t, const ic_layer *l, uint64_t key)
{
  uint32_t x[IC_TABLE_ROWS_MAX];
  double log = l->log_columns;
  ic_unpack(t, key, l->total, x);
  for (size_t i = 0; i < t->r; i++)
    log += x[i] * t->log_share[i];
  return log;
}

/* The states that follow the key at i, or n. */
size_t ic_next_key(const ic_layer *l, size_t i)
{
  uint64_t key = l->s[i].key;
  while (i < l->n && l->s[i].key == key)
    i++;
  return i;
}

/* Takes the states over. */
static ic_status layer_open(ic_layer *l, const ic_table *t, states *from,
                            size_t first, size_t columns, ic_error *err)
{
  *l = (ic_layer) {from->slot, NULL, 0, 0, 0.0};
  for (size_t i = 0; i < from->capacity; i++)
    if (from->slot[i].ways > 0.0)
      l->s[l->n++] = from->slot[i];
  *from = (states) {NULL, 0, 0};
  l->above = ic_alloc(l->n, sizeof *l->above);
  if (!l->above)
    return ic_no_memory(err);
  sort_states(l->s, l->n);
  for (size_t j = first; j < first + columns; j++) {
    l->total += t->column[j];
    l->log_columns += t->log_factorial[t->column[j]];
  }
  for (size_t from_i = 0, to; from_i < l->n; from_i = to) {
    double log = log_weight(t, l, l->s[from_i].key), sum = 0.0;
    to = ic_next_key(l, from_i);
    for (size_t i = to; i-- > from_i;)
      l->above[i] = sum += l->s[i].ways * exp(log - ic_fixed_value(l->s[i].v));
  }
  return IC_OK;
}

/* The placing of one column in every way behind the states of one key. */
typedef struct walk {
  ic_table *t;
  states *to;
  const ic_state *s;
  const double *above;
  size_t n;
  /* left of a row, and of the rows after it; of the bound, in this column */
  uint32_t left[IC_TABLE_ROWS_MAX], rest[IC_TABLE_ROWS_MAX];
  double slope[IC_TABLE_ROWS_MAX], least[IC_TABLE_ROWS_MAX];
  double cut;    /* products this far or further count with all that follows */
  double lowest; /* of the products so far */
  double log_all;
  double mass;   /* of what was counted so */
  ic_error *err;
} walk;

/* log(product of x!) of a completion is at least the sum of the row sums times
 * a[i], the column sums times b[j] and, over cells, the least of log x! -
 * (a[i] + b[j]) x, whatever a and b. Those of a table in proportion to its
 * margins, with a half in each cell, are close to the best. */
static double bound(walk *w, size_t first)
{
  const ic_table *t = w->t;
  double k = (double) (t->c - first), n = (double) w->left[0] + w->rest[0];
  double half = 0.5 * (double) t->r, sum = 0.0;
  for (size_t j = first; j < t->c; j++) {
    double share = (t->column[j] + half) / (n + half * k);
    for (size_t i = 0; i < t->r; i++) {
      double rate = (w->left[i] + 0.5 * k) * share, slope = log(rate);
      uint32_t x = (uint32_t) rate;
      double least = t->log_factorial[x] - slope * x;
      sum += least;
      if (j == first) {
        w->slope[i] = slope;
        w->least[i] = least;
      }
    }
    sum += t->column[j] * log(share);
  }
  for (size_t i = 0; i < t->r; i++)
    sum += w->left[i] * log(w->left[i] + 0.5 * k);
  return sum;
}

double ic_log_multinomial(const ic_table *t, const uint32_t *x)
{
  double log = 0.0;
  uint32_t n = 0;
  for (size_t i = 0; i < t->r; i++) {
    log += x[i] * t->log_share[i] - t->log_factorial[x[i]];
    n += x[i];
  }
  return log + t->log_factorial[n];
}

static ic_status end_column(walk *w, double excess, double log_ways,
                            ic_fixed v, uint64_t key)
{
  size_t n = w->n;
  while (n > 0 && ic_fixed_value(w->s[n - 1].v) + excess >= w->cut)
    n--;
  if (n < w->n)
    w->mass += w->above[n] * exp(w->log_all + log_ways);
  w->t->steps += (double) (1 + n);
  ic_status status = IC_OK;
  for (size_t k = 0; k < n && status == IC_OK; k++)
    status = add_ways(w->to, key, ic_fixed_add(w->s[k].v, v), w->s[k].ways,
                      w->err);
  return status;
}

/* q of the column are left for row i and those after it; excess: by how much
 * the bound has risen. */
static ic_status place(walk *w, size_t i, uint32_t q, double excess,
                       double log_ways, ic_fixed v, uint64_t key)
{
  const ic_table *t = w->t;
  int last = i + 1 == t->r;
  uint32_t from = last ? q : q > w->rest[i] ? q - w->rest[i] : 0;
  uint32_t to = q < w->left[i] ? q : w->left[i];
  ic_status status = IC_OK;
  for (uint32_t x = from; x <= to && status == IC_OK; x++) {
    double e = excess + t->log_factorial[x] - w->slope[i] * x - w->least[i];
    double log = log_ways + log_choose(t, w->left[i], x);
    if (last)
      status = end_column(w, e, log, ic_fixed_add(v, t->factorial[x]), key);
    else if (w->lowest + e >= w->cut)
      w->mass += w->above[0]
        * exp(w->log_all + log + log_choose(t, w->rest[i], q - x));
    else
      status = place(w, i + 1, q - x, e, log,
                     ic_fixed_add(v, t->factorial[x]),
                     key + ((uint64_t) x << (i * t->bits)));
  }
  return status;
}

/* From the layer to the next one; what need not be followed adds to *mass. */
static ic_status place_column(ic_table *t, const ic_layer *from, size_t column,
                              int bounded, states *to, double *mass,
                              ic_error *err)
{
  walk w = {.t = t, .to = to, .err = err};
  ic_status status = states_open(to, err);
  for (size_t i = 0, next; i < from->n && status == IC_OK; i = next) {
    next = ic_next_key(from, i);
    w.s = from->s + i;
    w.above = from->above + i;
    w.n = next - i;
    ic_unpack(t, w.s->key, from->total, w.left);
    for (size_t k = t->r, rest = 0; k-- > 0; rest += w.left[k]) {
      w.left[k] = t->row[k] - w.left[k];
      w.rest[k] = (uint32_t) rest;
    }
    double least = bound(&w, column);
    w.cut = bounded ? ic_fixed_value(t->seen) + SLACK - least : INFINITY;
    w.lowest = ic_fixed_value(w.s->v);
    w.log_all = ic_log_multinomial(t, w.left)
      - log_choose(t, w.left[0] + w.rest[0], t->column[column]);
    status = place(&w, 0, t->column[column], 0.0, 0.0, (ic_fixed) {0, 0},
                   w.s->key);
    if (status == IC_OK && t->steps > IC_TABLE_STEPS_MAX)
      status = ic_fail(err, IC_ELIMIT, "the exact distribution would take too "
                       "long");
  }
  *mass += w.mass;
  return status;
}

ic_status ic_place_columns(ic_table *t, size_t first, size_t columns,
                               int bounded, ic_layer *l, double *mass,
                               ic_error *err)
{
  states s;
  *l = (ic_layer) {0};
  ic_status status = states_open(&s, err);
  if (status == IC_OK)
    status = add_ways(&s, 0, (ic_fixed) {0, 0}, 1.0, err);
  for (size_t j = 0; status == IC_OK; j++) {
    status = layer_open(l, t, &s, first, j, err);
    if (status != IC_OK || j == columns)
      break;
    status = place_column(t, l, first + j, bounded, &s, mass, err);
    ic_layer_close(l);
    *l = (ic_layer) {0};
  }
  ic_free(s.slot);
  return status;
}
