#include "table2.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "bernstein.h"
#include "bigint.h"
#include "memory.h"
#include "numeric.h"

#define BIGS 12

struct ic_table2 {
  uint32_t n1, n2, n;
  ic_big big[BIGS];
  double *a;       /* coefficients by total, n + 1 */
  double *scratch; /* for the maximum */
  double enough;   /* larger p-values need not be exact */
};

/* Names for the numbers in `big`: the weight at either end of the walk, the
 * sum so far, C(n, s), and the observed table's sum and total. */
enum {
  LOW, HIGH, SUM, TOTAL, SEEN, SEEN_TOTAL, START, HALF, R, S, LEFT, RIGHT
};

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
    d->scratch = ic_alloc(IC_BERNSTEIN_SCRATCH(d->n), sizeof *d->scratch);
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

static cell swapped(cell c)
{
  return (cell) {c.n2, c.n1, c.y, c.x};
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

/* Adds weights from the top down, not as far as x, to SUM while it is no more
 * than SEEN. */
static void sum_within(ic_table2 *d, cell t, uint32_t x)
{
  ic_big *b = d->big;
  ic_big_copy(&b[LOW], &b[START]);
  ic_big_set(&b[SUM], 0);
  while (t.x > x) {
    ic_big_copy(&b[R], &b[SUM]);
    ic_big_add(&b[SUM], &b[LOW]);
    if (ic_big_compare(&b[SUM], &b[SEEN]) > 0) {
      ic_big_copy(&b[SUM], &b[R]);
      return;
    }
    step_down(&b[LOW], &t);
  }
}

/* The tail at the table is the smaller one seen from c or from the groups
 * swapped. */
static double fisher_blaker(ic_table2 *d, cell c, int mid)
{
  ic_big *b = d->big;
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_upper(d, t, c.x);
  ic_big_copy(&b[HALF], &b[TOTAL]);
  ic_big_add(&b[HALF], &b[LOW]);
  ic_big_subtract(&b[HALF], &b[SUM]);
  if (ic_big_compare(&b[HALF], &b[SUM]) < 0)
    return fisher_blaker(d, swapped(c), mid);
  double half = mid ? 0.5 * ratio(d, &b[LOW], &b[TOTAL]) : 0.0;
  ic_big_copy(&b[SEEN], &b[SUM]);
  cell o = top(c.n2, c.n1, c.x + c.y);
  go_to_total(d, o);
  sum_within(d, o, c.y);
  ic_big_add(&b[SUM], &b[SEEN]);
  return ratio(d, &b[SUM], &b[TOTAL]) - half;
}

/* p-values below the smallest double are that double, not 0. */
static double within_range(double p)
{
  const double least = DBL_MIN * DBL_EPSILON;
  return p < least ? least : p < 1.0 ? p : 1.0;
}

double ic_table2_fisher(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                        int mid)
{
  cell c = {d->n1, d->n2, x1, x2};
  if (tail == IC_MINLIKE)
    return within_range(fisher_minlike(d, c, mid));
  if (tail == IC_BLAKER)
    return within_range(fisher_blaker(d, c, mid));
  double greater = tail == IC_LESS ? 1.0 : fisher_upper(d, c, mid);
  double less = tail == IC_GREATER ? 1.0 : fisher_upper(d, swapped(c), mid);
  double p = greater < less ? greater : less;
  return within_range(tail == IC_CENTRAL ? 2.0 * p : p);
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

/* Mentioned and not mentioned exchanged, and the groups with them: what was
 * an upper tail of the first group still is one. */
static cell mirrored(cell c)
{
  return (cell) {c.n2, c.n1, c.n2 - c.y, c.n1 - c.x};
}

static int has_next(cell c)
{
  return c.x < c.n1 && c.y > 0;
}

/* The weight of the table with one more in group 1 and one less in group 2,
 * from the weight w of this one; 0 where there is none. */
static double next_weight(cell c, double w)
{
  return w * ((double) (c.n1 - c.x) * c.y)
    / ((c.x + 1.0) * ((double) (c.n2 - c.y) + 1.0));
}

static cell next_cell(cell c)
{
  return (cell) {c.n1, c.n2, c.x + 1, c.y - 1};
}

/* The sum of the weights of the tables with more in group 1 than c. */
static double beyond(cell c, double w)
{
  double sum = 0.0, x = c.x, y = c.y, rest1 = c.n1 - x, rest2 = c.n2 - y;
  while (rest1 > 0.0 && y > 0.0) {
    x += 1.0;
    rest2 += 1.0;
    w *= rest1 * y / (x * rest2);
    rest1 -= 1.0;
    y -= 1.0;
    sum += w;
    if (w < sum * 1e-19)
      break;
  }
  return sum;
}

/* The same table with one more person who mentions: in group 2 where there is
 * one left, otherwise in group 1. */
static void next_total_cell(cell *c, double *w)
{
  double s = (double) c->x + c->y, n = (double) c->n1 + c->n2;
  if (c->y < c->n2) {
    *w *= (c->n2 - c->y) / (c->y + 1.0) * ((s + 1.0) / (n - s));
    c->y++;
  } else {
    *w *= (c->n1 - c->x) / (c->x + 1.0) * ((s + 1.0) / (n - s));
    c->x++;
  }
}

/* Relative error of a weight or a tail that was reached by at most n steps of
 * four operations and summed over at most n terms, rounded up. */
static double band(const ic_table2 *d)
{
  return 2e-15 * (d->n + 10.0);
}

static void exact_tail(ic_table2 *d, cell c)
{
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_upper(d, t, c.x);
}

/* -1, 0, 1 as SUM / TOTAL is below, at or above SEEN / SEEN_TOTAL. */
static int exact_order(ic_table2 *d)
{
  ic_big *b = d->big;
  ic_big_multiply(&b[LEFT], &b[SUM], &b[SEEN_TOTAL]);
  ic_big_multiply(&b[RIGHT], &b[SEEN], &b[TOTAL]);
  return ic_big_compare(&b[LEFT], &b[RIGHT]);
}

/* How the tail from c on, of which `tail` is the multiple of the seen one
 * reached by rounded steps, compares with it. Groups of one size have a tie
 * that is known beforehand. */
static int tail_order(ic_table2 *d, cell c, cell seen, double tail)
{
  double slack = band(d);
  if (tail < 1.0 - slack)
    return -1;
  if (tail > 1.0 + slack)
    return 1;
  if (c.n1 == c.n2 && c.x == c.n1 - seen.y && c.y == c.n1 - seen.x)
    return 0;
  exact_tail(d, c);
  return exact_order(d);
}

static double *coefficient(ic_table2 *d, cell c, int mirror)
{
  uint32_t s = c.x + c.y;
  return &d->a[mirror ? d->n - s : s];
}

/* For every total above that of c: the largest attained upper tail that is no
 * larger than the one of c, as a multiple of it. w is the weight of c, as
 * such a multiple. From one total to the next the tail either begins at the
 * same number in group 1 or at one more (Barnard 1947). */
static void tails_at_most(ic_table2 *d, cell c, double w, int mirror)
{
  cell seen = c;
  while (c.x + c.y < d->n) {
    int kept = c.y < c.n2;
    next_total_cell(&c, &w);
    double rest = beyond(c, w);
    if (!kept || tail_order(d, c, seen, w + rest) <= 0) {
      *coefficient(d, c, mirror) = w + rest;
      continue;
    }
    if (!has_next(c))
      return;
    w = next_weight(c, w);
    c = next_cell(c);
    *coefficient(d, c, mirror) = rest;
  }
}

/* Likewise the smallest attained upper tail that is no smaller. */
static void tails_at_least(ic_table2 *d, cell c, double w, int mirror)
{
  cell seen = c;
  while (c.x + c.y < d->n) {
    next_total_cell(&c, &w);
    double rest = beyond(c, w);
    if (has_next(c) && tail_order(d, next_cell(c), seen, rest) >= 0) {
      w = next_weight(c, w);
      c = next_cell(c);
      *coefficient(d, c, mirror) = rest;
    } else {
      *coefficient(d, c, mirror) = w + rest;
    }
  }
}

static void fill(ic_table2 *d, double value)
{
  for (uint32_t s = 0; s <= d->n; s++)
    d->a[s] = value;
}

/* Clopper and Pearson's (1934) limits of x of n, alpha / 2 on either side:
 * the root of a falling or rising beta probability by halving. */
static double clopper(double x, double n, double alpha, int upper)
{
  double lo = 0.0, hi = 1.0;
  if (upper ? x >= n : x <= 0.0)
    return upper ? 1.0 : 0.0;
  for (int i = 0; i < 60; i++) {
    double mid = 0.5 * (lo + hi);
    double tail = upper ? 1.0 - ic_beta_cdf(mid, x + 1.0, n - x)
                        : ic_beta_cdf(mid, x, n - x + 1.0);
    if ((tail < 0.5 * alpha) == !upper)
      lo = mid;
    else
      hi = mid;
  }
  return upper ? hi : lo;
}

/* The largest probability over the common proportion, or over its interval at
 * level 1 - gamma with gamma added. `scale` is what coefficients are
 * multiples of. */
static double maximum(ic_table2 *d, cell seen, double gamma, double scale)
{
  double lo = 0.0, hi = 1.0, s = (double) seen.x + seen.y;
  if (gamma > 0.0) {
    lo = clopper(s, d->n, gamma, 0);
    hi = clopper(s, d->n, gamma, 1);
  }
  double p = scale * ic_bernstein_max(d->a, d->n, lo, hi,
                                      (d->enough - gamma) / scale, d->scratch)
    + gamma;
  return within_range(p);
}

static double boschloo_low(ic_table2 *d, cell c, double gamma)
{
  ic_big *b = d->big;
  double p = ratio(d, &b[SUM], &b[TOTAL]);
  double w = ratio(d, &b[LOW], &b[SUM]);
  ic_big_copy(&b[SEEN], &b[SUM]);
  ic_big_copy(&b[SEEN_TOTAL], &b[TOTAL]);
  fill(d, 0.0);
  *coefficient(d, c, 0) = 1.0;
  tails_at_most(d, c, w, 0);
  tails_at_most(d, mirrored(c), w, 1);
  return maximum(d, c, gamma, p);
}

/* Where the tail is most of the whole, its complement tells it exactly: the
 * upper tail of the groups swapped, from the next table on. */
static double boschloo_high(ic_table2 *d, cell c, double gamma)
{
  ic_big *b = d->big;
  cell next = c;
  step_down(&b[LOW], &next);
  ic_big_copy(&b[SEEN], &b[TOTAL]);
  ic_big_subtract(&b[SEEN], &b[SUM]);
  ic_big_copy(&b[SEEN_TOTAL], &b[TOTAL]);
  double q = ratio(d, &b[SEEN], &b[SEEN_TOTAL]);
  double w = ratio(d, &b[LOW], &b[SEEN]);
  next = swapped(next);
  fill(d, 1.0 / q);
  *coefficient(d, next, 0) = 1.0;
  tails_at_least(d, next, w, 0);
  tails_at_least(d, mirrored(next), w, 1);
  for (uint32_t s = 0; s <= d->n; s++)
    d->a[s] = d->a[s] * q < 1.0 ? 1.0 - d->a[s] * q : 0.0;
  return maximum(d, c, gamma, 1.0);
}

static double boschloo_upper(ic_table2 *d, cell c, double gamma)
{
  if (c.x == bottom_x(c))
    return 1.0;
  exact_tail(d, c);
  ic_big_copy(&d->big[HALF], &d->big[SUM]);
  ic_big_add(&d->big[HALF], &d->big[SUM]);
  return ic_big_compare(&d->big[HALF], &d->big[TOTAL]) <= 0
           ? boschloo_low(d, c, gamma)
           : boschloo_high(d, c, gamma);
}

/* The tables of one total that a two-sided p-value does not count, those
 * heavier than a cut: from lo to hi in group 1, with their weights, and the
 * sums of the weights below and above. */
typedef struct middle {
  cell lo, hi;
  double w_lo, w_hi, below, above;
} middle;

/* Order of the weights of two tables of one total. */
static int weight_order(ic_table2 *d, cell a, double wa, cell b, double wb)
{
  double slack = band(d);
  if (wa < wb * (1.0 - slack))
    return -1;
  if (wa > wb * (1.0 + slack))
    return 1;
  uint32_t s = a.x + a.y;
  if (a.x == b.x || (a.n1 == a.n2 && a.x == b.y) ||
      (2 * s == a.n1 + a.n2 && a.x + b.x == a.n1))
    return 0;
  ic_big *big = d->big;
  choose(&big[R], a.n1, a.x);
  choose(&big[S], a.n2, a.y);
  ic_big_multiply(&big[LEFT], &big[R], &big[S]);
  choose(&big[R], b.n1, b.x);
  choose(&big[S], b.n2, b.y);
  ic_big_multiply(&big[RIGHT], &big[R], &big[S]);
  return ic_big_compare(&big[LEFT], &big[RIGHT]);
}

static cell below_cell(cell c)
{
  return (cell) {c.n1, c.n2, c.x - 1, c.y + 1};
}

static double below_weight(cell c, double w)
{
  return next_weight(swapped(c), w);
}

static void take_low(middle *m)
{
  m->below += m->w_lo;
  m->w_lo = next_weight(m->lo, m->w_lo);
  m->lo = next_cell(m->lo);
}

static void take_high(middle *m)
{
  m->above += m->w_hi;
  m->w_hi = below_weight(m->hi, m->w_hi);
  m->hi = below_cell(m->hi);
}

static void give_low(middle *m)
{
  m->w_lo = below_weight(m->lo, m->w_lo);
  m->lo = below_cell(m->lo);
  m->below = beyond(swapped(m->lo), m->w_lo);
}

static void give_high(middle *m)
{
  m->w_hi = next_weight(m->hi, m->w_hi);
  m->hi = next_cell(m->hi);
  m->above = beyond(m->hi, m->w_hi);
}

/* Gives back the heaviest tables outside, both of a pair. */
static void widen(ic_table2 *d, middle *m)
{
  double low = below_weight(m->lo, m->w_lo);
  double high = next_weight(m->hi, m->w_hi);
  int order = low == 0.0 ? -1 : high == 0.0 ? 1
    : weight_order(d, below_cell(m->lo), low, next_cell(m->hi), high);
  if (order >= 0)
    give_low(m);
  if (order <= 0)
    give_high(m);
}

/* Takes the lightest tables inside, both of a pair. */
static middle narrowed(ic_table2 *d, middle m)
{
  int order = weight_order(d, m.lo, m.w_lo, m.hi, m.w_hi);
  int one = m.lo.x == m.hi.x;
  if (order <= 0)
    take_low(&m);
  if (order >= 0 && !one)
    take_high(&m);
  return m;
}

/* Is a table outside as heavy as one inside, so that there is no cut? */
static int uncut(ic_table2 *d, const middle *m)
{
  double low = below_weight(m->lo, m->w_lo);
  double high = next_weight(m->hi, m->w_hi);
  return (low > 0.0 && weight_order(d, below_cell(m->lo), low, m->hi,
                                    m->w_hi) >= 0) ||
    (high > 0.0 && weight_order(d, next_cell(m->hi), high, m->lo,
                                m->w_lo) >= 0);
}

static void exact_outside(ic_table2 *d, const middle *m)
{
  ic_big *b = d->big;
  ic_big_set(&b[HALF], 0);
  if (has_next(m->hi)) {
    exact_tail(d, next_cell(m->hi));
    ic_big_copy(&b[HALF], &b[SUM]);
  }
  if (has_next(swapped(m->lo))) {
    exact_tail(d, next_cell(swapped(m->lo)));
    ic_big_add(&b[HALF], &b[SUM]);
  }
  ic_big_copy(&b[SUM], &b[HALF]);
}

/* Is what m leaves outside at most the seen p-value? Totals s and n - s have
 * a tie that is known beforehand. */
static int outside_fits(ic_table2 *d, const middle *m, const middle *seen)
{
  double p = m->below + m->above, slack = band(d);
  if (p < 1.0 - slack)
    return 1;
  if (p > 1.0 + slack)
    return 0;
  if (m->lo.y == m->lo.n2 - seen->hi.y && m->lo.x == m->lo.n1 - seen->hi.x &&
      m->hi.x == m->hi.n1 - seen->lo.x)
    return 1;
  exact_outside(d, m);
  return exact_order(d) <= 0;
}

static void outside_at_most(ic_table2 *d, middle m, int mirror)
{
  const middle seen = m;
  while (m.lo.x + m.lo.y < d->n) {
    next_total_cell(&m.lo, &m.w_lo);
    next_total_cell(&m.hi, &m.w_hi);
    m.below = beyond(swapped(m.lo), m.w_lo);
    m.above = beyond(m.hi, m.w_hi);
    while (uncut(d, &m) || !outside_fits(d, &m, &seen))
      widen(d, &m);
    while (m.lo.x <= m.hi.x) {
      middle less = narrowed(d, m);
      if (less.lo.x > less.hi.x || !outside_fits(d, &less, &seen))
        break;
      m = less;
    }
    *coefficient(d, m.lo, mirror) = m.below + m.above;
  }
}

/* From the observed table, the lightest but those outside, towards the mode
 * and beyond it while tables are heavier. Weights may grow past what a double
 * holds; they come down again. */
static cell across(ic_table2 *d, cell c, double *w)
{
  const double huge = 0x1p500;
  cell seen = c;
  double at_seen = *w;
  int folds = 0;
  while (has_next(c)) {
    double v = next_weight(c, *w);
    cell next = next_cell(c);
    if (folds == 0 && weight_order(d, next, v, seen, at_seen) <= 0)
      break;
    if (v > huge) {
      v /= huge;
      folds++;
    } else if (folds > 0 && v < 1.0) {
      v *= huge;
      folds--;
    }
    c = next;
    *w = v;
  }
  return c;
}

/* What is heavier than c: c is its edge on the left or on the right. */
static middle heavier(ic_table2 *d, cell c, double w)
{
  middle m = {c, c, w, w, 0.0, 0.0};
  int left = next_weight(c, w) > w;
  cell from = left ? c : swapped(c);
  double end = w, begin = next_weight(from, w);
  cell to = across(d, from, &end);
  cell first = next_cell(from);
  m.lo = left ? first : swapped(to);
  m.hi = left ? to : swapped(first);
  m.w_lo = left ? begin : end;
  m.w_hi = left ? end : begin;
  m.below = beyond(swapped(m.lo), m.w_lo);
  m.above = beyond(m.hi, m.w_hi);
  return m;
}

static middle mirrored_middle(middle m)
{
  m.lo = mirrored(m.lo);
  m.hi = mirrored(m.hi);
  return m;
}

/* The pooled z as whole numbers: z^2 is proportional to d^2 / (s (n - s)),
 * with d = x n2 - y n1; z is 0 where s is 0 or n. */
static int64_t excess(cell c)
{
  return (int64_t) c.x * c.n2 - (int64_t) c.y * c.n1;
}

/* One orientation for both names of the groups, so that they get the same
 * double. */
static cell first_more(cell c)
{
  return excess(c) < 0 ? swapped(c) : c;
}

static double boschloo_minlike(ic_table2 *d, cell c, double gamma)
{
  ic_big *b = d->big;
  c = first_more(c);
  cell t = top(c.n1, c.n2, c.x + c.y);
  go_to_total(d, t);
  sum_no_heavier(d, t, c.x);
  if (ic_big_compare(&b[SUM], &b[TOTAL]) == 0)
    return 1.0;
  double p = ratio(d, &b[SUM], &b[TOTAL]);
  double w = ratio(d, &b[SEEN], &b[SUM]);
  ic_big_copy(&b[SEEN], &b[SUM]);
  ic_big_copy(&b[SEEN_TOTAL], &b[TOTAL]);
  middle m = heavier(d, c, w);
  fill(d, 0.0);
  *coefficient(d, c, 0) = 1.0;
  outside_at_most(d, m, 0);
  outside_at_most(d, mirrored_middle(m), 1);
  return maximum(d, c, gamma, p);
}

typedef double (*unconditional)(ic_table2 *d, cell c, double gamma);

static double by_tail_unconditional(ic_table2 *d, uint32_t x1, uint32_t x2,
                                    ic_tail tail, double gamma,
                                    unconditional upper, unconditional two)
{
  cell c = {d->n1, d->n2, x1, x2};
  d->enough = INFINITY;
  if (tail == IC_MINLIKE)
    return two(d, c, gamma);
  if (tail != IC_CENTRAL)
    return upper(d, tail == IC_GREATER ? c : swapped(c), gamma);
  c = first_more(c);
  d->enough = upper(d, c, gamma);
  double p = upper(d, swapped(c), gamma);
  return within_range(2.0 * (p < d->enough ? p : d->enough));
}

double ic_table2_boschloo(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                          double gamma)
{
  return by_tail_unconditional(d, x1, x2, tail, gamma, boschloo_upper,
                               boschloo_minlike);
}

/* e^2 v as high and low part, e < 2^32, v < 2^32. */
typedef struct square {
  uint64_t high;
  uint32_t low;
} square;

static square squared(int64_t e, cell other)
{
  uint64_t size = (uint64_t) (e < 0 ? -e : e), q = size * size;
  uint64_t s = (uint64_t) other.x + other.y;
  uint64_t rest = (uint64_t) other.n1 + other.n2 - s;
  uint64_t v = s > 0 && rest > 0 ? s * rest : 1;
  uint64_t low = (q & UINT32_MAX) * v;
  return (square) {(q >> 32) * v + (low >> 32), (uint32_t) low};
}

/* -1, 0, 1 as z of c is below, at or above that of o. */
static int compare_z(cell c, cell o)
{
  int64_t ec = excess(c), eo = excess(o);
  int sc = (ec > 0) - (ec < 0), so = (eo > 0) - (eo < 0);
  if (sc != so)
    return sc < so ? -1 : 1;
  square l = squared(ec, o), r = squared(eo, c);
  int order = l.high != r.high ? (l.high < r.high ? -1 : 1)
                               : (l.low > r.low) - (l.low < r.low);
  return sc >= 0 ? order : -order;
}

/* The tables of one total whose z is at least the seen one begin at c, or
 * right after it if c is the topmost: moves c there. Returns their sum. */
static double tail_by_z(cell *c, double *w, cell seen)
{
  while (c->x > bottom_x(*c) && compare_z(below_cell(*c), seen) >= 0) {
    *w = below_weight(*c, *w);
    *c = below_cell(*c);
  }
  while (compare_z(*c, seen) < 0) {
    if (!has_next(*c))
      return 0.0;
    *w = next_weight(*c, *w);
    *c = next_cell(*c);
  }
  return *w + beyond(*c, *w);
}

static void tails_by_z(ic_table2 *d, cell c, double w, cell seen, int mirror)
{
  *coefficient(d, c, mirror) += tail_by_z(&c, &w, seen);
  while (c.x + c.y < d->n) {
    next_total_cell(&c, &w);
    *coefficient(d, c, mirror) += tail_by_z(&c, &w, seen);
  }
}

/* Adds the tables whose z is at least the seen one to the coefficients, from
 * c on, a table of the seen total with its weight. */
static void add_by_z(ic_table2 *d, cell c, double w, cell seen)
{
  uint32_t s = c.x + c.y;
  tails_by_z(d, c, w, seen, 0);
  double once = d->a[s];
  tails_by_z(d, mirrored(c), w, mirrored(seen), 1);
  d->a[s] = once;
}

/* Coefficients are multiples of the observed table's tail. */
static double barnard_start(ic_table2 *d, cell c, double *w)
{
  exact_tail(d, c);
  *w = ratio(d, &d->big[LOW], &d->big[SUM]);
  fill(d, 0.0);
  return ratio(d, &d->big[SUM], &d->big[TOTAL]);
}

static int all_alike(cell c)
{
  return c.x + c.y == 0 || c.x + c.y == c.n1 + c.n2;
}

static double barnard_upper(ic_table2 *d, cell c, double gamma)
{
  double w;
  if (all_alike(c))
    return 1.0;
  double p = barnard_start(d, c, &w);
  add_by_z(d, c, w, c);
  return maximum(d, c, gamma, p);
}

static double barnard_two(ic_table2 *d, cell c, double gamma)
{
  double w;
  if (all_alike(c) || excess(c) == 0)
    return 1.0;
  c = first_more(c);
  double p = barnard_start(d, c, &w);
  add_by_z(d, c, w, c);
  cell other = across(d, swapped(c), &w);
  add_by_z(d, other, w, c);
  return maximum(d, c, gamma, p);
}

double ic_table2_barnard(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                         double gamma)
{
  return by_tail_unconditional(d, x1, x2, tail, gamma, barnard_upper,
                               barnard_two);
}
