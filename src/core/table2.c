#include "table2.h"

#include <string.h>

#include "bigint.h"
#include "memory.h"

#define BIGS 12

struct ic_table2 {
  uint32_t n1, n2, n;
  ic_big big[BIGS];
  double *a;       /* coefficients by total, n + 1 */
  double *scratch; /* for the maximum */
};

/* Names for the numbers in `big`: the weight at either end of the walk, the
 * sum so far, C(n, s), and the observed table's sum and total. */
enum { LOW, HIGH, SUM, TOTAL, SEEN, SEEN_TOTAL, START, HALF, R, S, LEFT, RIGHT };

static ic_status make_bigs(ic_table2 *d, ic_error *err)
{
  ic_status status = IC_OK;
  for (int i = 0; i < BIGS && status == IC_OK; i++) {
    size_t bits = (size_t) d->n + 96;
    status = ic_big_make(&d->big[i], i >= LEFT ? 2 * bits : bits, err);
  }
  return status;
}

ic_status ic_table2_new(uint32_t n1, uint32_t n2, ic_table2 **out,
                        ic_error *err)
{
  *out = NULL;
  if (n1 < 1 || n2 < 1 || n1 > IC_TABLE2_GROUP_MAX || n2 > IC_TABLE2_GROUP_MAX)
    return ic_fail(err, IC_EINPUT, "group sizes must be from 1 to %d",
                   IC_TABLE2_GROUP_MAX);
  ic_table2 *d = ic_alloc(1, sizeof *d);
  if (!d)
    return ic_no_memory(err);
  d->n1 = n1;
  d->n2 = n2;
  d->n = n1 + n2;
  ic_status status = make_bigs(d, err);
  if (status == IC_OK) {
    d->a = ic_alloc((size_t) d->n + 1, sizeof *d->a);
    d->scratch = ic_alloc(IC_BERNSTEIN_DEPTH * ((size_t) d->n + 1),
                          sizeof *d->scratch);
    if (!d->a || !d->scratch)
      status = ic_no_memory(err);
  }
  if (status != IC_OK) {
    ic_table2_free(d);
    return status;
  }
  *out = d;
  return IC_OK;
}

void ic_table2_free(ic_table2 *d)
{
  if (!d)
    return;
  for (int i = 0; i < BIGS; i++)
    ic_big_free(&d->big[i]);
  ic_free(d->a);
  ic_free(d->scratch);
  ic_free(d);
}

/* A table within its total, seen so that group 1 is "the one with more". */
typedef struct cell {
  uint32_t n1, n2, x, y;
} cell;

static cell top(uint32_t n1, uint32_t n2, uint32_t s)
{
  uint32_t x = s < n1 ? s : n1;
  return (cell) {n1, n2, x, s - x};
}

static uint32_t bottom_x(cell c)
{
  uint32_t s = c.x + c.y;
  return s > c.n2 ? s - c.n2 : 0;
}

/* The weight of the table with one less in group 1 and one more in group 2,
 * from the weight of this one; both exist. */
static void step_down(ic_big *w, cell *c)
{
  ic_big_scale(w, c->x * (c->n2 - c->y));
  ic_big_divide(w, (c->n1 - c->x + 1) * (c->y + 1));
  c->x--;
  c->y++;
}

static void step_up(ic_big *w, cell *c)
{
  ic_big_scale(w, c->y * (c->n1 - c->x));
  ic_big_divide(w, (c->n2 - c->y + 1) * (c->x + 1));
  c->x++;
  c->y--;
}

static void choose(ic_big *out, uint32_t n, uint32_t k)
{
  ic_big_set(out, 1);
  for (uint32_t i = 1; i <= k; i++) {
    ic_big_scale(out, n - k + i);
    ic_big_divide(out, i);
  }
}

/* From the top weight and C(n, s) of one total to those of the next. */
static void next_total(ic_big *start, ic_big *total, cell t, uint32_t n)
{
  uint32_t s = t.x + t.y;
  ic_big_scale(total, n - s);
  ic_big_divide(total, s + 1);
  if (s < t.n1) {
    ic_big_scale(start, t.n1 - s);
    ic_big_divide(start, s + 1);
  } else {
    ic_big_scale(start, t.n2 - t.y);
    ic_big_divide(start, t.y + 1);
  }
}

static void first_totals(ic_table2 *d)
{
  ic_big_set(&d->big[START], 1);
  ic_big_set(&d->big[TOTAL], 1);
}

/* Puts the top weight of a single total into START and C(n, s) into TOTAL. */
static void go_to_total(ic_table2 *d, cell t)
{
  uint32_t s = t.x + t.y;
  choose(&d->big[TOTAL], d->n, s < d->n - s ? s : d->n - s);
  if (t.y == 0)
    choose(&d->big[START], t.n1, t.x);
  else
    choose(&d->big[START], t.n2, t.y);
}

static double ratio(ic_table2 *d, const ic_big *a, const ic_big *b)
{
  return ic_big_ratio(a, b, &d->big[R], &d->big[S]);
}

/* sum / total <= seen / seen_total? The quotients settle it unless they are
 * closer than their own rounding; then the whole numbers do. */
static int no_larger(ic_table2 *d)
{
  ic_big *b = d->big;
  double p = ic_big_quotient(&b[SUM], &b[TOTAL]);
  double seen = ic_big_quotient(&b[SEEN], &b[SEEN_TOTAL]);
  if (p < seen * (1 - 1e-13))
    return 1;
  if (p > seen * (1 + 1e-13))
    return 0;
  ic_big_multiply(&b[LEFT], &b[SUM], &b[SEEN_TOTAL]);
  ic_big_multiply(&b[RIGHT], &b[SEEN], &b[TOTAL]);
  return ic_big_compare(&b[LEFT], &b[RIGHT]) <= 0;
}

/* Sum of the weights from the top down to x, left in SUM; the last weight is
 * left in LOW. */
static void sum_upper(ic_table2 *d, cell t, uint32_t x)
{
  ic_big *b = d->big;
  ic_big_copy(&b[LOW], &b[START]);
  ic_big_copy(&b[SUM], &b[LOW]);
  while (t.x > x) {
    step_down(&b[LOW], &t);
    ic_big_add(&b[SUM], &b[LOW]);
  }
}

/* Weights are unimodal, so the tables of a total, taken from both ends, come
 * in order of weight. One call takes the lightest left, or two of equal
 * weight, adds them to SUM and puts their weight into HALF. */
typedef struct ends {
  cell low, high;
  int left;
} ends;

static ends both_ends(ic_table2 *d, cell t)
{
  ic_big *b = d->big;
  ends e = {t, t, (int) (t.x - bottom_x(t)) + 1};
  e.low.x = bottom_x(t);
  e.low.y = t.x + t.y - e.low.x;
  ic_big_copy(&b[HIGH], &b[START]);
  if (e.low.x == 0)
    choose(&b[LOW], t.n2, e.low.y);
  else
    choose(&b[LOW], t.n1, e.low.x);
  ic_big_set(&b[SUM], 0);
  return e;
}

static void take_lightest(ic_table2 *d, ends *e)
{
  ic_big *b = d->big;
  int order = e->left == 1 ? -1 : ic_big_compare(&b[LOW], &b[HIGH]);
  ic_big_copy(&b[HALF], order <= 0 ? &b[LOW] : &b[HIGH]);
  if (order <= 0) {
    ic_big_add(&b[SUM], &b[LOW]);
    if (--e->left)
      step_up(&b[LOW], &e->low);
  }
  if (order >= 0) {
    ic_big_add(&b[SUM], &b[HIGH]);
    if (--e->left)
      step_down(&b[HIGH], &e->high);
  }
}

/* Sum of the weights no greater than that of x, left in SUM. */
static void sum_no_heavier(ic_table2 *d, cell t, uint32_t x)
{
  ic_big *b = d->big;
  sum_upper(d, t, x);
  ic_big_copy(&b[SEEN], &b[LOW]);
  ends e = both_ends(d, t);
  while (e.left) {
    ic_big_copy(&b[R], &b[SUM]);
    take_lightest(d, &e);
    if (ic_big_compare(&b[HALF], &b[SEEN]) > 0) {
      ic_big_copy(&b[SUM], &b[R]);
      return;
    }
  }
}

static double fisher_upper(ic_table2 *d, cell c, int mid)
{
  ic_big *b = d->big;
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_upper(d, t, c.x);
  double p = ratio(d, &b[SUM], &b[TOTAL]);
  return mid ? p - 0.5 * ratio(d, &b[LOW], &b[TOTAL]) : p;
}

static double fisher_minlike(ic_table2 *d, cell c, int mid)
{
  ic_big *b = d->big;
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_no_heavier(d, t, c.x);
  double p = ratio(d, &b[SUM], &b[TOTAL]);
  return mid ? p - 0.5 * ratio(d, &b[SEEN], &b[TOTAL]) : p;
}

typedef double (*one_sided)(ic_table2 *d, cell c, int mid);

static double by_tail(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                      one_sided upper, one_sided two, int mid)
{
  cell c = {d->n1, d->n2, x1, x2}, swapped = {d->n2, d->n1, x2, x1};
  if (tail == IC_MINLIKE)
    return two(d, c, mid);
  double greater = tail == IC_LESS ? 1.0 : upper(d, c, mid);
  double less = tail == IC_GREATER ? 1.0 : upper(d, swapped, mid);
  double p = greater < less ? greater : less;
  if (tail != IC_CENTRAL)
    return p;
  return 2.0 * p < 1.0 ? 2.0 * p : 1.0;
}

double ic_table2_fisher(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                        int mid)
{
  return by_tail(d, x1, x2, tail, fisher_upper, fisher_minlike, mid);
}

void ic_table2_greater_all(ic_table2 *d, double *p)
{
  ic_big *b = d->big;
  first_totals(d);
  for (uint32_t s = 0; s <= d->n; s++) {
    cell t = top(d->n1, d->n2, s), c = t;
    uint32_t last = bottom_x(t);
    ic_big_copy(&b[LOW], &b[START]);
    ic_big_set(&b[SUM], 0);
    for (;;) {
      ic_big_add(&b[SUM], &b[LOW]);
      p[(size_t) c.x * (d->n2 + 1) + c.y] =
        ic_big_quotient(&b[SUM], &b[TOTAL]);
      if (c.x == last)
        break;
      step_down(&b[LOW], &c);
    }
    next_total(&b[START], &b[TOTAL], t, d->n);
  }
}

/* Halves the Bernstein coefficients c over an interval: left half into
 * `left`, right half in place (de Casteljau). */
static void halve(double *c, double *left, size_t n)
{
  left[0] = c[0];
  for (size_t k = 1; k <= n; k++) {
    for (size_t i = 0; i <= n - k; i++)
      c[i] = 0.5 * (c[i] + c[i + 1]);
    left[k] = c[0];
  }
}

static double largest(const double *c, size_t n)
{
  double m = c[0];
  for (size_t i = 1; i <= n; i++)
    if (c[i] > m)
      m = c[i];
  return m;
}

static void swap_rows(double *a, double *b, size_t n)
{
  for (size_t i = 0; i <= n; i++) {
    double keep = a[i];
    a[i] = b[i];
    b[i] = keep;
  }
}

/* A polynomial and its mirror image are searched along the same path, so that
 * their maxima are the same double. */
static void copy_canonical(double *out, const double *a, size_t n)
{
  size_t i = 0;
  while (i < n && a[i] == a[n - i])
    i++;
  int mirror = a[i] < a[n - i];
  for (size_t j = 0; j <= n; j++)
    out[j] = a[mirror ? n - j : j];
}

double ic_bernstein_max(const double *a, size_t n, double *scratch)
{
  size_t width = n + 1, depth = 1;
  copy_canonical(scratch, a, n);
  double best = a[0] > a[n] ? a[0] : a[n];
  while (depth > 0) {
    double *c = scratch + (depth - 1) * width, *left = c + width;
    if (depth == IC_BERNSTEIN_DEPTH ||
        largest(c, n) <= best * (1.0 + 1e-11)) {
      depth--;
      continue;
    }
    halve(c, left, n);
    if (left[n] > best)
      best = left[n];
    if (largest(c, n) > largest(left, n))
      swap_rows(c, left, n);
    depth++;
  }
  return best;
}

static double maximum(ic_table2 *d)
{
  double p = ic_bernstein_max(d->a, d->n, d->scratch);
  return p < 1.0 ? p : 1.0;
}

/* For one total: the largest attained upper p-value that is no larger than
 * the observed one; 0 if none is. */
static double attained_upper(ic_table2 *d, cell t)
{
  ic_big *b = d->big;
  uint32_t last = bottom_x(t);
  ic_big_copy(&b[LOW], &b[START]);
  ic_big_copy(&b[SUM], &b[LOW]);
  if (!no_larger(d))
    return 0.0;
  while (t.x > last) {
    ic_big_copy(&b[HALF], &b[SUM]);
    step_down(&b[LOW], &t);
    ic_big_add(&b[SUM], &b[LOW]);
    if (!no_larger(d)) {
      ic_big_copy(&b[SUM], &b[HALF]);
      break;
    }
  }
  return ratio(d, &b[SUM], &b[TOTAL]);
}

static double attained_minlike(ic_table2 *d, cell t)
{
  ic_big *b = d->big;
  ends e = both_ends(d, t);
  while (e.left) {
    ic_big_copy(&b[R], &b[SUM]);
    take_lightest(d, &e);
    if (!no_larger(d)) {
      ic_big_copy(&b[SUM], &b[R]);
      break;
    }
  }
  return ratio(d, &b[SUM], &b[TOTAL]);
}

static double boschloo(ic_table2 *d, cell c,
                       double (*attained)(ic_table2 *, cell))
{
  ic_big *b = d->big;
  ic_big_copy(&b[SEEN], &b[SUM]);
  ic_big_copy(&b[SEEN_TOTAL], &b[TOTAL]);
  first_totals(d);
  for (uint32_t s = 0; s <= d->n; s++) {
    cell t = top(c.n1, c.n2, s);
    d->a[s] = attained(d, t);
    next_total(&b[START], &b[TOTAL], t, d->n);
  }
  return maximum(d);
}

static double boschloo_upper(ic_table2 *d, cell c, int mid)
{
  (void) mid;
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_upper(d, t, c.x);
  return boschloo(d, c, attained_upper);
}

static double boschloo_minlike(ic_table2 *d, cell c, int mid)
{
  (void) mid;
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_no_heavier(d, t, c.x);
  return boschloo(d, c, attained_minlike);
}

double ic_table2_boschloo(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail)
{
  return by_tail(d, x1, x2, tail, boschloo_upper, boschloo_minlike, 0);
}

/* The pooled z as whole numbers: z^2 is proportional to d^2 / (s (n - s)),
 * with d = x n2 - y n1; z is 0 where s is 0 or n. */
static int64_t excess(cell c)
{
  return (int64_t) c.x * c.n2 - (int64_t) c.y * c.n1;
}

static void squared(ic_big *out, int64_t excess_of, cell other)
{
  uint64_t e = (uint64_t) (excess_of < 0 ? -excess_of : excess_of);
  uint32_t s = other.x + other.y, n = other.n1 + other.n2;
  ic_big_set(out, e);
  ic_big_scale(out, (uint32_t) e);
  if (s > 0 && s < n) {
    ic_big_scale(out, s);
    ic_big_scale(out, n - s);
  }
}

/* -1, 0, 1 as z of c (its square if two_sided) is below, at or above that of
 * the other. */
static int compare_z(ic_table2 *d, cell c, cell o, int two_sided)
{
  int64_t ec = excess(c), eo = excess(o);
  int sc = (ec > 0) - (ec < 0), so = (eo > 0) - (eo < 0);
  if (!two_sided && sc != so)
    return sc < so ? -1 : 1;
  squared(&d->big[LEFT], ec, o);
  squared(&d->big[RIGHT], eo, c);
  int order = ic_big_compare(&d->big[LEFT], &d->big[RIGHT]);
  return two_sided || sc >= 0 ? order : -order;
}

static double barnard(ic_table2 *d, cell seen, int two_sided)
{
  ic_big *b = d->big;
  first_totals(d);
  for (uint32_t s = 0; s <= d->n; s++) {
    cell t = top(seen.n1, seen.n2, s), c = t;
    uint32_t last = bottom_x(t);
    ic_big_copy(&b[LOW], &b[START]);
    ic_big_set(&b[SUM], 0);
    for (;;) {
      if (compare_z(d, c, seen, two_sided) >= 0)
        ic_big_add(&b[SUM], &b[LOW]);
      else if (!two_sided)
        break;
      if (c.x == last)
        break;
      step_down(&b[LOW], &c);
    }
    d->a[s] = ratio(d, &b[SUM], &b[TOTAL]);
    next_total(&b[START], &b[TOTAL], t, d->n);
  }
  return maximum(d);
}

static double barnard_upper(ic_table2 *d, cell c, int mid)
{
  (void) mid;
  return barnard(d, c, 0);
}

static double barnard_two(ic_table2 *d, cell c, int mid)
{
  (void) mid;
  return barnard(d, c, 1);
}

double ic_table2_barnard(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail)
{
  return by_tail(d, x1, x2, tail, barnard_upper, barnard_two, 0);
}
