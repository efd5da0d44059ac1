#include "alignment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "rng.h"

static double position(const ic_unit *a, const ic_unit *b)
{
  double apart = fabs(a->start - b->start) + fabs(a->end - b->end);
  double share = apart / (a->end - a->start + b->end - b->start);
  return share * share;
}

double ic_dissimilarity_of(const ic_dissimilarity *d, const ic_unit *a,
                           const ic_unit *b)
{
  return d->empty * (d->alpha * position(a, b)
                     + (a->code != b->code ? d->beta : 0.0));
}

/* ---- two coders: an assignment ---- */

typedef struct assignment {
  size_t rows, columns;
  double *cost, *row_price, *column_price, *slack;
  size_t *row_of, *from;
  char *used;
} assignment;

/* Joins row i by a shortest augmenting path. Rows and columns count from 1. */
static void join_row(assignment *a, size_t i)
{
  size_t at = 0;
  a->row_of[0] = i;
  for (size_t j = 0; j <= a->columns; j++) {
    a->slack[j] = INFINITY;
    a->used[j] = 0;
  }
  do {
    size_t row = a->row_of[at], next = 0;
    double least = INFINITY;
    a->used[at] = 1;
    for (size_t j = 1; j <= a->columns; j++) {
      if (a->used[j])
        continue;
      double c = a->cost[(row - 1) * a->columns + j - 1] - a->row_price[row]
        - a->column_price[j];
      if (c < a->slack[j]) {
        a->slack[j] = c;
        a->from[j] = at;
      }
      if (a->slack[j] < least) {
        least = a->slack[j];
        next = j;
      }
    }
    for (size_t j = 0; j <= a->columns; j++) {
      if (a->used[j]) {
        a->row_price[a->row_of[j]] += least;
        a->column_price[j] -= least;
      } else {
        a->slack[j] -= least;
      }
    }
    at = next;
  } while (a->row_of[at]);
  for (; at; at = a->from[at])
    a->row_of[at] = a->row_of[a->from[at]];
}

static ic_status open_assignment(assignment *a, size_t rows, size_t columns,
                                 ic_error *err)
{
  a->rows = rows;
  a->columns = columns;
  a->cost = ic_alloc(rows, columns ? columns * sizeof(double) : 1);
  a->row_price = ic_alloc(rows + 1, sizeof(double));
  a->column_price = ic_alloc(columns + 1, sizeof(double));
  a->slack = ic_alloc(columns + 1, sizeof(double));
  a->row_of = ic_alloc(columns + 1, sizeof(size_t));
  a->from = ic_alloc(columns + 1, sizeof(size_t));
  a->used = ic_alloc(columns + 1, 1);
  return a->cost && a->row_price && a->column_price && a->slack && a->row_of
    && a->from && a->used ? IC_OK : ic_no_memory(err);
}

static void close_assignment(assignment *a)
{
  ic_free(a->cost);
  ic_free(a->row_price);
  ic_free(a->column_price);
  ic_free(a->slack);
  ic_free(a->row_of);
  ic_free(a->from);
  ic_free(a->used);
}

/* Places of the units of each coder, the one with fewer units first. */
static ic_status part_coders(const ic_unit *u, size_t n, size_t **place,
                             size_t *fewer, ic_error *err)
{
  size_t first = 0;
  *place = ic_alloc(n, sizeof **place);
  if (!*place)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    first += u[i].coder == 0;
  int small = first <= n - first ? 0 : 1;
  *fewer = small ? n - first : first;
  for (size_t i = 0, a = 0, b = *fewer; i < n; i++)
    (*place)[u[i].coder == small ? a++ : b++] = i;
  return IC_OK;
}

/* A row at twice `empty` is a row and a column that stay alone. */
static double read_assignment(const assignment *a, const size_t *place,
                              double empty, int *group)
{
  double sum = (double) (a->columns - a->rows) * empty;
  int next = (int) a->rows;
  for (size_t i = 0; i < a->rows; i++)
    group[place[i]] = (int) i;
  for (size_t j = 1; j <= a->columns; j++) {
    size_t row = a->row_of[j];
    double c = row ? a->cost[(row - 1) * a->columns + j - 1] : 0.0;
    int joined = row && c < 2.0 * empty;
    sum += c;
    group[place[a->rows + j - 1]] = joined ? (int) row - 1 : next++;
  }
  return sum;
}

static ic_status align_two(const ic_unit *u, size_t n,
                           const ic_dissimilarity *d, int *group,
                           double *disorder, ic_error *err)
{
  assignment a = {.rows = 0};
  size_t *place = NULL, fewer = 0;
  ic_status status = part_coders(u, n, &place, &fewer, err);
  if (!status)
    status = open_assignment(&a, fewer, n - fewer, err);
  if (!status) {
    for (size_t i = 0; i < a.rows; i++)
      for (size_t j = 0; j < a.columns; j++) {
        double c = ic_dissimilarity_of(d, &u[place[i]], &u[place[fewer + j]]);
        a.cost[i * a.columns + j] = c < 2.0 * d->empty ? c : 2.0 * d->empty;
      }
    for (size_t i = 1; i <= a.rows; i++)
      join_row(&a, i);
    *disorder = read_assignment(&a, place, d->empty, group);
  }
  close_assignment(&a);
  ic_free(place);
  return status;
}

/* ---- more coders: a search along the text ---- */

enum { WORDS = IC_ALIGN_WINDOW / 64, ROUNDS = 300, BEAM = 64 };

/* Units from the current one on. */
typedef struct window {
  uint64_t word[WORDS];
} window;

/* A unitary alignment by the first of its units. */
typedef struct column {
  double cost;
  window units;
  size_t member; /* where its members stand, `size` of them */
  int size;
} column;

typedef struct state {
  window covered;
  double cost, bound; /* so far; of the whole */
  size_t node;
} state;

typedef struct node {
  size_t before, column;
} node;

typedef struct search {
  const ic_unit *u; /* by start */
  size_t n, limit;
  int coders;
  double pairs; /* of coders */
  ic_dissimilarity d;
  column *column;
  size_t columns, column_room;
  size_t *member, members, member_room;
  size_t *first;      /* columns of unit i are first[i] .. first[i + 1] - 1 */
  double *price, *gain, *best_price;
  int *times;
  state *now, *next;
  size_t now_n, next_n, now_room, next_room;
  size_t *table, table_size;
  node *nodes;
  size_t nodes_n, node_room;
  double best;        /* the least disorder found, and its last node */
  size_t best_node;
  int cut;            /* whether the beam left a state out */
} search;

#define NO_NODE ((size_t) -1)

static void set_bit(window *w, size_t i)
{
  w->word[i / 64] |= (uint64_t) 1 << (i % 64);
}

static int meets(const window *a, const window *b)
{
  uint64_t any = 0;
  for (int i = 0; i < WORDS; i++)
    any |= a->word[i] & b->word[i];
  return any != 0;
}

static window joined(const window *a, const window *b)
{
  window out;
  for (int i = 0; i < WORDS; i++)
    out.word[i] = a->word[i] | b->word[i];
  return out;
}

/* Without its first unit. */
static window advanced(const window *w)
{
  window out;
  for (int i = 0; i < WORDS; i++)
    out.word[i] = w->word[i] >> 1
      | (i + 1 < WORDS ? w->word[i + 1] << 63 : 0);
  return out;
}

/* Units i, and those it stands with: k places, sum[i] the dissimilarity of the
 * i-th from the others. */
typedef struct tuple {
  size_t at[IC_ALIGN_CODERS];
  double sum[IC_ALIGN_CODERS], total;
  int k;
} tuple;

/* Whether no unit may be parted from it without loss, nor all. */
static int holds(const search *s, const tuple *t)
{
  double k = t->k, within = k * (k - 1.0) / 2.0, empty = s->d.empty;
  for (int i = 0; i < t->k; i++)
    if (t->sum[i] >= (s->pairs + k - 1.0) * empty)
      return 0;
  return t->total < ((k - 1.0) * s->pairs + within) * empty;
}

static ic_status too_many(ic_error *err)
{
  return ic_fail(err, IC_ELIMIT, "the best alignment takes more than the "
                 "allowed number of steps");
}

static ic_status add_column(search *s, const tuple *t, ic_error *err)
{
  double k = t->k;
  if (s->columns == s->limit)
    return too_many(err);
  if (t->at[t->k - 1] - t->at[0] >= IC_ALIGN_WINDOW)
    return ic_fail(err, IC_ELIMIT, "two segments that may be aligned have "
                   "more than %d others between them", IC_ALIGN_WINDOW - 2);
  ic_status status = ic_reserve((void **) &s->column, &s->column_room,
                                s->columns + 1, sizeof *s->column, err);
  if (!status)
    status = ic_reserve((void **) &s->member, &s->member_room,
                        s->members + (size_t) t->k, sizeof *s->member, err);
  if (status)
    return status;
  column *c = &s->column[s->columns++];
  memset(c, 0, sizeof *c);
  c->size = t->k;
  c->member = s->members;
  c->cost = (t->total + (s->pairs - k * (k - 1.0) / 2.0) * s->d.empty)
    / s->pairs;
  for (int i = 0; i < t->k; i++) {
    set_bit(&c->units, t->at[i] - t->at[0]);
    s->member[s->members++] = t->at[i];
  }
  return IC_OK;
}

/* Puts unit j to the tuple, or says that it cannot be there. */
static int extend(const search *s, const tuple *t, size_t j, tuple *out)
{
  double most = (s->pairs + s->coders - 1.0) * s->d.empty;
  *out = *t;
  out->at[t->k] = j;
  out->sum[t->k] = 0.0;
  for (int i = 0; i < t->k; i++) {
    const ic_unit *a = &s->u[t->at[i]], *b = &s->u[j];
    double c = ic_dissimilarity_of(&s->d, a, b);
    if (a->coder == b->coder || c >= most)
      return 0;
    out->sum[i] += c;
    out->sum[t->k] += c;
    out->total += c;
    if (out->sum[i] >= most)
      return 0;
  }
  out->k++;
  return out->sum[t->k] < most;
}

static ic_status grow(search *s, const tuple *t, const size_t *near,
                      size_t from, size_t n, ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t j = from; j < n && !status; j++) {
    tuple more;
    if (!extend(s, t, near[j], &more))
      continue;
    if (holds(s, &more))
      status = add_column(s, &more, err);
    if (!status && more.k < s->coders)
      status = grow(s, &more, near, j + 1, n, err);
  }
  return status;
}

/* All unitary alignments that may be needed, by their first unit. */
static ic_status enumerate(search *s, ic_error *err)
{
  size_t *near = ic_alloc(s->n, sizeof *near);
  ic_status status = near ? IC_OK : ic_no_memory(err);
  for (size_t i = 0; i < s->n && !status; i++) {
    tuple alone = {.at = {i}, .k = 1}, two;
    size_t n = 0;
    s->first[i] = s->columns;
    for (size_t j = i + 1; j < s->n; j++)
      if (extend(s, &alone, j, &two))
        near[n++] = j;
    status = add_column(s, &alone, err);
    if (!status)
      status = grow(s, &alone, near, 0, n, err);
  }
  s->first[s->n] = s->columns;
  ic_free(near);
  return status;
}

static double reduced(const search *s, const column *c)
{
  double out = c->cost;
  for (int i = 0; i < c->size; i++)
    out -= s->price[s->member[c->member + (size_t) i]];
  return out;
}

/* The Lagrangian bound at these prices; times[] counts how often each unit is
 * taken by the columns that attain it. */
static double relax(search *s)
{
  double bound = 0.0;
  for (size_t i = 0; i < s->n; i++) {
    bound += s->price[i];
    s->times[i] = 0;
  }
  for (size_t i = 0; i < s->n; i++) {
    size_t least = s->columns;
    s->gain[i] = 0.0;
    for (size_t c = s->first[i]; c < s->first[i + 1]; c++) {
      double r = reduced(s, &s->column[c]);
      if (r < s->gain[i]) {
        s->gain[i] = r;
        least = c;
      }
    }
    bound += s->gain[i];
    for (int k = 0; least < s->columns && k < s->column[least].size; k++)
      s->times[s->member[s->column[least].member + (size_t) k]]++;
  }
  return bound;
}

/* Prices of the units by subgradient steps towards `target`. */
static void find_prices(search *s, double target)
{
  double best = -INFINITY, pace = 1.0;
  int since = 0;
  for (size_t i = 0; i < s->n; i++)
    s->price[i] = s->d.empty * 0.5;
  for (int round = 0; round < ROUNDS; round++) {
    double bound = relax(s), norm = 0.0;
    if (bound > best) {
      best = bound;
      since = 0;
      memcpy(s->best_price, s->price, s->n * sizeof *s->price);
    } else if (++since == 10) {
      pace *= 0.5;
      since = 0;
    }
    for (size_t i = 0; i < s->n; i++)
      norm += (1.0 - s->times[i]) * (1.0 - s->times[i]);
    if (norm == 0.0)
      break;
    double step = pace * (target - bound) / norm;
    for (size_t i = 0; i < s->n; i++)
      s->price[i] += step * (1.0 - s->times[i]);
  }
  memcpy(s->price, s->best_price, s->n * sizeof *s->price);
}

static size_t hash(const window *w)
{
  uint64_t h = 0;
  for (int i = 0; i < WORDS; i++) {
    h = (h ^ w->word[i]) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 29;
  }
  return (size_t) h;
}

static ic_status grow_table(search *s, ic_error *err)
{
  size_t size = s->table_size ? 2 * s->table_size : 256;
  size_t *table = ic_alloc(size, sizeof *table);
  if (!table)
    return ic_no_memory(err);
  for (size_t i = 0; i < s->next_n; i++) {
    size_t k = hash(&s->next[i].covered) & (size - 1);
    while (table[k])
      k = (k + 1) & (size - 1);
    table[k] = i + 1;
  }
  ic_free(s->table);
  s->table = table;
  s->table_size = size;
  return IC_OK;
}

/* Of states that cover the same units the cheapest stays. */
static ic_status reach(search *s, const state *x, ic_error *err)
{
  size_t k;
  ic_status status = IC_OK;
  if (2 * (s->next_n + 1) > s->table_size)
    status = grow_table(s, err);
  if (!status)
    status = ic_reserve((void **) &s->next, &s->next_room, s->next_n + 1,
                        sizeof *s->next, err);
  if (status)
    return status;
  for (k = hash(&x->covered) & (s->table_size - 1); s->table[k];
       k = (k + 1) & (s->table_size - 1)) {
    state *same = &s->next[s->table[k] - 1];
    if (!memcmp(&same->covered, &x->covered, sizeof x->covered)) {
      if (x->cost < same->cost)
        *same = *x;
      return IC_OK;
    }
  }
  s->table[k] = s->next_n + 1;
  s->next[s->next_n++] = *x;
  return IC_OK;
}

static ic_status add_node(search *s, size_t before, size_t taken,
                          ic_error *err)
{
  if (s->nodes_n == s->limit)
    return too_many(err);
  ic_status status = ic_reserve((void **) &s->nodes, &s->node_room,
                                s->nodes_n + 1, sizeof *s->nodes, err);
  if (!status)
    s->nodes[s->nodes_n++] = (node) {before, taken};
  return status;
}

static ic_status take_columns(search *s, size_t i, const state *x,
                              ic_error *err)
{
  ic_status status = IC_OK;
  for (size_t c = s->first[i]; c < s->first[i + 1] && !status; c++) {
    const column *col = &s->column[c];
    state y = *x;
    if (meets(&x->covered, &col->units))
      continue;
    y.cost += col->cost;
    y.bound += col->cost;
    for (int k = 0; k < col->size; k++) {
      size_t m = s->member[col->member + (size_t) k];
      y.bound -= s->price[m] + s->gain[m];
    }
    if (y.bound >= s->best - 1e-12 * s->best)
      continue;
    window all = joined(&x->covered, &col->units);
    y.covered = advanced(&all);
    status = add_node(s, x->node, c, err);
    y.node = s->nodes_n - 1;
    if (!status)
      status = reach(s, &y, err);
  }
  return status;
}

static int by_bound(const void *a, const void *b)
{
  const state *x = a, *y = b;
  if (x->bound != y->bound)
    return x->bound > y->bound ? 1 : -1;
  return memcmp(&x->covered, &y->covered, sizeof x->covered);
}

static void swap_layers(search *s, size_t width)
{
  state *spare = s->now;
  size_t room = s->now_room;
  s->now = s->next;
  s->now_n = s->next_n;
  s->now_room = s->next_room;
  s->next = spare;
  s->next_room = room;
  s->next_n = 0;
  if (width && s->now_n > width) {
    qsort(s->now, s->now_n, sizeof *s->now, by_bound);
    s->now_n = width;
    s->cut = 1;
  }
}

/* One way along the text, keeping `width` states at each unit, or all (0). */
static ic_status pass(search *s, size_t width, ic_error *err)
{
  state start = {.node = NO_NODE};
  ic_status status = IC_OK;
  s->nodes_n = s->next_n = 0;
  s->cut = 0;
  for (size_t i = 0; i < s->n; i++)
    start.bound += s->price[i] + s->gain[i];
  if (s->table)
    memset(s->table, 0, s->table_size * sizeof *s->table);
  status = reach(s, &start, err);
  for (size_t i = 0; i < s->n && !status; i++) {
    swap_layers(s, width);
    memset(s->table, 0, s->table_size * sizeof *s->table);
    for (size_t k = 0; k < s->now_n && !status; k++) {
      state x = s->now[k];
      if (!(x.covered.word[0] & 1)) {
        status = take_columns(s, i, &x, err);
        continue;
      }
      x.covered = advanced(&x.covered);
      status = reach(s, &x, err);
    }
  }
  return status;
}

static void read_groups(const search *s, int *group)
{
  int next = 0;
  for (size_t k = s->best_node; k != NO_NODE; k = s->nodes[k].before, next++) {
    const column *c = &s->column[s->nodes[k].column];
    for (int i = 0; i < c->size; i++)
      group[s->member[c->member + (size_t) i]] = next;
  }
}

/* Keeps the end of a pass where it is better than all before. */
static void keep_best(search *s, int *group)
{
  if (!s->next_n || s->next[0].cost >= s->best)
    return;
  s->best = s->next[0].cost;
  s->best_node = s->next[0].node;
  read_groups(s, group);
}

static ic_status open_search(search *s, ic_error *err)
{
  s->first = ic_alloc(s->n + 1, sizeof *s->first);
  s->price = ic_alloc(s->n, sizeof *s->price);
  s->gain = ic_alloc(s->n, sizeof *s->gain);
  s->best_price = ic_alloc(s->n, sizeof *s->best_price);
  s->times = ic_alloc(s->n, sizeof *s->times);
  return s->first && s->price && s->gain && s->best_price && s->times
    ? IC_OK : ic_no_memory(err);
}

static void close_search(search *s)
{
  ic_free(s->column);
  ic_free(s->member);
  ic_free(s->first);
  ic_free(s->price);
  ic_free(s->gain);
  ic_free(s->best_price);
  ic_free(s->times);
  ic_free(s->now);
  ic_free(s->next);
  ic_free(s->table);
  ic_free(s->nodes);
}

/* First a narrow pass for a good alignment, then, unless it saw everything,
 * one that leaves out only what cannot be better. */
static ic_status best_alignment(search *s, int *group, ic_error *err)
{
  ic_status status = enumerate(s, err);
  if (status)
    return status;
  for (size_t i = 0; i < s->n; i++)
    group[i] = (int) i;
  s->best = (double) s->n * s->d.empty * (1.0 + 1e-9);
  find_prices(s, s->best);
  relax(s);
  status = pass(s, BEAM, err);
  if (status)
    return status;
  keep_best(s, group);
  if (!s->cut)
    return IC_OK;
  find_prices(s, s->best);
  relax(s);
  status = pass(s, 0, err);
  if (!status)
    keep_best(s, group);
  return status;
}

typedef struct placed {
  ic_unit unit;
  size_t item;
} placed;

static int by_start(const void *a, const void *b)
{
  const placed *p = a, *q = b;
  const ic_unit *x = &p->unit, *y = &q->unit;
  if (x->start != y->start)
    return x->start > y->start ? 1 : -1;
  if (x->end != y->end)
    return x->end > y->end ? 1 : -1;
  if (x->coder != y->coder)
    return x->coder - y->coder;
  if (x->code != y->code)
    return x->code - y->code;
  return (p->item > q->item) - (p->item < q->item);
}

static ic_status search_sorted(const placed *p, ic_unit *u, int *at, size_t n,
                               search *s, int *group, double *disorder,
                               ic_error *err)
{
  for (size_t i = 0; i < n; i++)
    u[i] = p[i].unit;
  s->u = u;
  ic_status status = open_search(s, err);
  if (!status)
    status = best_alignment(s, at, err);
  for (size_t i = 0; i < n && !status; i++)
    group[p[i].item] = at[i];
  *disorder = s->best;
  close_search(s);
  return status;
}

ic_status ic_align_search(const ic_unit *units, size_t n, int coders,
                          const ic_dissimilarity *d, size_t limit, int *group,
                          double *disorder, ic_error *err)
{
  search s = {.n = n, .limit = limit, .coders = coders, .d = *d,
              .pairs = coders * (coders - 1.0) / 2.0};
  placed *p = ic_alloc(n, sizeof *p);
  ic_unit *u = ic_alloc(n, sizeof *u);
  int *at = ic_alloc(n, sizeof *at);
  ic_status status = p && u && at ? IC_OK : ic_no_memory(err);
  *disorder = 0.0;
  for (size_t i = 0; i < n && !status; i++)
    p[i] = (placed) {units[i], i};
  if (!status && n) {
    qsort(p, n, sizeof *p, by_start);
    status = search_sorted(p, u, at, n, &s, group, disorder, err);
  }
  ic_free(p);
  ic_free(u);
  ic_free(at);
  return status;
}

ic_status ic_align(const ic_unit *units, size_t n, int coders,
                   const ic_dissimilarity *d, size_t limit, int *group,
                   double *disorder, ic_error *err)
{
  return coders == 2
    ? align_two(units, n, d, group, disorder, err)
    : ic_align_search(units, n, coders, d, limit, group, disorder, err);
}

/* ---- continua ---- */

/* One transcript: its units and room to work on them. */
typedef struct scene {
  ic_unit *own, *drawn;
  int *group, *coder; /* who saw it */
  size_t n, room;
  int m;
} scene;

static ic_status check_continua(const ic_continua *c, ic_error *err)
{
  if (c->coders > IC_ALIGN_CODERS)
    return ic_fail(err, IC_ELIMIT, "more than %d coders", IC_ALIGN_CODERS);
  for (size_t i = 0; i < c->segments; i++) {
    size_t t = (size_t) c->transcript[i] - 1;
    if ((i && c->transcript[i] < c->transcript[i - 1])
        || !(c->end[i] >= c->start[i])
        || !c->seen[t + (size_t) (c->coder[i] - 1) * c->transcripts])
      return ic_fail_at(err, IC_EINPUT, i, 0, "a segment out of place");
  }
  return IC_OK;
}

static ic_status open_scene(scene *s, const ic_continua *c, ic_error *err)
{
  size_t most = 0, n = 0;
  for (size_t i = 0; i < c->segments; i++) {
    n = i && c->transcript[i] == c->transcript[i - 1] ? n + 1 : 1;
    most = n > most ? n : most;
  }
  s->room = most * (size_t) (c->coders ? c->coders : 1);
  s->own = ic_alloc(most, sizeof *s->own);
  s->drawn = ic_alloc(s->room, sizeof *s->drawn);
  s->group = ic_alloc(s->room, sizeof *s->group);
  s->coder = ic_alloc((size_t) c->coders, sizeof *s->coder);
  return s->own && s->drawn && s->group && s->coder ? IC_OK
                                                    : ic_no_memory(err);
}

static void close_scene(scene *s)
{
  ic_free(s->own);
  ic_free(s->drawn);
  ic_free(s->group);
  ic_free(s->coder);
}

/* Where the segments of a transcript begin: they stand by transcript. */
static size_t first_segment(const ic_continua *c, size_t t)
{
  size_t low = 0, high = c->segments;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if ((size_t) c->transcript[mid] > t)
      high = mid;
    else
      low = mid + 1;
  }
  return low;
}

static size_t load_scene(scene *s, const ic_continua *c, size_t t)
{
  size_t first = first_segment(c, t);
  s->m = 0;
  s->n = 0;
  for (int i = 0; i < c->coders; i++)
    if (c->seen[t + (size_t) i * c->transcripts])
      s->coder[s->m++] = i;
  for (size_t i = first; i < c->segments && c->transcript[i] == (int) t + 1;
       i++) {
    int k = 0;
    while (s->coder[k] != c->coder[i] - 1)
      k++;
    s->own[s->n++] = (ic_unit) {c->start[i] - 1.0, c->end[i], k, c->code[i]};
  }
  return first;
}

/* Pairs of units that are aligned, each by how well their places agree; the
 * weights of a unitary alignment of k units are divided by k - 1. */
static void compare_codes(const ic_unit *u, const int *group, size_t n,
                          ic_disorder *out)
{
  for (size_t i = 0; i < n; i++) {
    double apart = 0.0, weight = 0.0, others = 0.0;
    for (size_t j = 0; j < n; j++) {
      if (j == i || group[j] != group[i])
        continue;
      double near = 1.0 - position(&u[i], &u[j]);
      others++;
      if (near > 0.0) {
        weight += near;
        apart += u[i].code != u[j].code ? near : 0.0;
      }
    }
    out->apart += others > 0.0 ? apart / others : 0.0;
    out->weight += others > 0.0 ? weight / others : 0.0;
  }
}

static ic_status measure(const ic_unit *u, size_t n, int m,
                         const ic_dissimilarity *d, size_t limit, int *group,
                         ic_disorder *out, ic_error *err)
{
  *out = (ic_disorder) {NAN, 0.0, 0.0};
  if (m < 2 || !n)
    return IC_OK;
  ic_status status = ic_align(u, n, m, d, limit, group, &out->disorder, err);
  if (status)
    return status;
  out->disorder *= (double) m / (double) n;
  compare_codes(u, group, n, out);
  return IC_OK;
}

static ic_status name_item(ic_status status, size_t item, ic_error *err)
{
  if (status == IC_ELIMIT)
    err->item = item;
  return status;
}

ic_status ic_gamma_observed(const ic_continua *c, const ic_dissimilarity *d,
                            size_t limit, ic_disorder *out, int *group,
                            ic_error *err)
{
  scene s = {.n = 0};
  ic_status status = check_continua(c, err);
  if (!status)
    status = open_scene(&s, c, err);
  for (size_t i = 0; i < c->segments; i++)
    group[i] = -1;
  for (size_t t = 0; t < c->transcripts && !status; t++) {
    size_t first = load_scene(&s, c, t);
    status = name_item(measure(s.own, s.n, s.m, d, limit, s.group, &out[t],
                               err), t, err);
    for (size_t i = 0; i < s.n && s.m > 1 && !status; i++)
      group[first + i] = s.group[i];
  }
  close_scene(&s);
  return status;
}

static double mean_length(const scene *s)
{
  double sum = 0.0;
  for (size_t i = 0; i < s->n; i++)
    sum += s->own[i].end - s->own[i].start;
  return sum / (double) s->n;
}

static int too_close(const double *shift, int n, double x, double length,
                     double least)
{
  for (int i = 0; i < n; i++) {
    double apart = fabs(shift[i] - x);
    if (apart < least || length - apart < least)
      return 1;
  }
  return 0;
}

/* Shifts that keep apart; where there is no room they come nearer. */
static double draw_shift(ic_rng *rng, const double *shift, int n,
                         double length, double *least)
{
  for (int tries = 1;; tries++) {
    double x = floor(ic_rng_unit(rng) * length);
    if (!too_close(shift, n, x, length, *least))
      return x;
    if (tries % 50 == 0)
      *least *= 0.5;
    if (*least < 0.5)
      *least = 0.0;
  }
}

static size_t draw_scene(scene *s, double length, ic_rng *rng)
{
  double shift[IC_ALIGN_CODERS], least = mean_length(s);
  size_t n = 0;
  for (int i = 0; i < s->m; i++) {
    int who = (int) ic_rng_below(rng, (uint32_t) s->m);
    shift[i] = draw_shift(rng, shift, i, length, &least);
    for (size_t k = 0; k < s->n; k++) {
      if (s->own[k].coder != who)
        continue;
      ic_unit u = s->own[k];
      double size = u.end - u.start;
      u.coder = i;
      u.start = fmod(u.start + shift[i], length);
      u.end = u.start + size;
      s->drawn[n++] = u;
    }
  }
  return n;
}

typedef struct lottery {
  const ic_continua *c;
  const ic_dissimilarity *d;
  size_t limit, from;
  uint64_t seed;
  ic_disorder *out;
  scene *scene;
} lottery;

static ic_status draw_one(void *data, size_t item, int worker, ic_error *err)
{
  lottery *l = data;
  scene *s = &l->scene[worker];
  size_t t = item % l->c->transcripts;
  ic_rng rng = ic_rng_stream(l->seed, l->from * l->c->transcripts + item);
  load_scene(s, l->c, t);
  size_t n = s->m > 1 && s->n ? draw_scene(s, l->c->length[t], &rng) : 0;
  return name_item(measure(s->drawn, n, s->m, l->d, l->limit, s->group,
                           &l->out[item], err), t, err);
}

ic_status ic_gamma_expected(const ic_continua *c, const ic_dissimilarity *d,
                            size_t limit, uint64_t seed, size_t from,
                            size_t count, int threads, const ic_watch *watch,
                            ic_disorder *out, ic_error *err)
{
  lottery l = {c, d, limit, from, seed, out, NULL};
  ic_status status = check_continua(c, err);
  if (status)
    return status;
  threads = threads < 1 ? 1
    : threads > IC_THREADS_MAX ? IC_THREADS_MAX : threads;
  l.scene = ic_alloc((size_t) threads, sizeof *l.scene);
  if (!l.scene)
    return ic_no_memory(err);
  for (int i = 0; i < threads && !status; i++)
    status = open_scene(&l.scene[i], c, err);
  if (!status)
    status = ic_parallel(count * c->transcripts, threads, draw_one, &l, watch,
                         err);
  for (int i = 0; i < threads; i++)
    close_scene(&l.scene[i]);
  ic_free(l.scene);
  return status;
}
