/* table2: against enumeration in whole numbers, published values, symmetry. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/numeric.h"
#include "core/table2.h"

static uint64_t choose(unsigned n, unsigned k)
{
  uint64_t c = 1;
  for (unsigned i = 1; i <= k; i++)
    c = c * (n - k + i) / i;
  return c;
}

typedef struct design {
  unsigned n1, n2, n;
  uint64_t weight[13][13], up[13][13], two[13][13], total[26];
} design;

static void fill(design *d, unsigned n1, unsigned n2)
{
  memset(d, 0, sizeof *d);
  d->n1 = n1;
  d->n2 = n2;
  d->n = n1 + n2;
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      d->weight[x][y] = choose(n1, x) * choose(n2, y);
      d->total[x + y] += d->weight[x][y];
    }
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++)
      for (unsigned a = 0; a <= n1; a++)
        if (a <= x + y && x + y - a <= n2) {
          uint64_t w = d->weight[a][x + y - a];
          d->up[x][y] += a >= x ? w : 0;
          d->two[x][y] += w <= d->weight[x][y] ? w : 0;
        }
}

#define GRID 1000

static double probability(const design *d, const uint64_t *in, double t)
{
  double p = 0.0;
  for (unsigned s = 0; s <= d->n; s++)
    p += (double) in[s] * pow(t, s) * pow(1.0 - t, d->n - s);
  return p;
}

/* The largest probability of a set of tables: a grid, refined by thirds. */
static double over_grid(const design *d, char in[13][13])
{
  uint64_t sum[26] = {0};
  double best = 0.0, at = 0.0;
  for (unsigned x = 0; x <= d->n1; x++)
    for (unsigned y = 0; y <= d->n2; y++)
      sum[x + y] += in[x][y] ? d->weight[x][y] : 0;
  for (int i = 0; i <= GRID; i++) {
    double t = (double) i / GRID, p = probability(d, sum, t);
    if (p > best) {
      best = p;
      at = t;
    }
  }
  double lo = fmax(0.0, at - 1.0 / GRID), hi = fmin(1.0, at + 1.0 / GRID);
  for (int i = 0; i < 60; i++) {
    double a = lo + (hi - lo) / 3, b = hi - (hi - lo) / 3;
    if (probability(d, sum, a) < probability(d, sum, b))
      lo = a;
    else
      hi = b;
  }
  return fmax(best, probability(d, sum, lo));
}

static int z_at_least(const design *d, unsigned x, unsigned y, unsigned a,
                      unsigned b, int two)
{
  int64_t e = (int64_t) x * d->n2 - (int64_t) y * d->n1;
  int64_t f = (int64_t) a * d->n2 - (int64_t) b * d->n1;
  int64_t v = (int64_t) (x + y) * (d->n - x - y);
  int64_t w = (int64_t) (a + b) * (d->n - a - b);
  v = v ? v : 1;
  w = w ? w : 1;
  if (two)
    return f * f * v >= e * e * w;
  if ((f > 0) - (f < 0) != (e > 0) - (e < 0))
    return f > e;
  return f >= 0 ? f * f * v >= e * e * w : f * f * v <= e * e * w;
}

/* kind: 0 Boschloo greater, 1 Boschloo minlike, 2 Barnard greater, 3 two. */
static double slow(const design *d, unsigned x, unsigned y, int kind)
{
  char in[13][13];
  uint64_t seen = kind == 0 ? d->up[x][y] : d->two[x][y];
  for (unsigned a = 0; a <= d->n1; a++)
    for (unsigned b = 0; b <= d->n2; b++) {
      uint64_t p = kind == 0 ? d->up[a][b] : d->two[a][b];
      in[a][b] = kind < 2 ? p * d->total[x + y] <= seen * d->total[a + b]
                          : z_at_least(d, x, y, a, b, kind == 3);
    }
  return over_grid(d, in);
}

static void small_tables_agree_with_enumeration(unsigned n1, unsigned n2)
{
  design d;
  ic_table2 *t;
  ic_error err;
  fill(&d, n1, n2);
  CHECK(ic_table2_new(n1, n2, &t, &err) == IC_OK);
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      double total = (double) d.total[x + y];
      CHECK(ic_table2_fisher(t, x, y, IC_GREATER, 0) ==
            (double) d.up[x][y] / total);
      CHECK(ic_table2_fisher(t, x, y, IC_MINLIKE, 0) ==
            (double) d.two[x][y] / total);
      double p[4] = {ic_table2_boschloo(t, x, y, IC_GREATER, 0),
                     ic_table2_boschloo(t, x, y, IC_MINLIKE, 0),
                     ic_table2_barnard(t, x, y, IC_GREATER, 0),
                     ic_table2_barnard(t, x, y, IC_MINLIKE, 0)};
      for (int kind = 0; kind < 4; kind++) {
        double grid = slow(&d, x, y, kind);
        CHECK_NEAR(p[kind], grid, 1e-10);
      }
      CHECK(p[0] <= ic_table2_fisher(t, x, y, IC_GREATER, 0) * (1 + 1e-12));
    }
  ic_table2_free(t);
}

static void published_values(void)
{
  ic_table2 *t;
  ic_error err;
  CHECK(ic_table2_new(3, 3, &t, &err) == IC_OK);
  CHECK_NEAR(ic_table2_barnard(t, 3, 0, IC_GREATER, 0), 1.0 / 64, 1e-12);
  CHECK_NEAR(ic_table2_barnard(t, 3, 0, IC_MINLIKE, 0), 1.0 / 32, 1e-12);
  ic_table2_free(t);
  CHECK(ic_table2_new(35, 61, &t, &err) == IC_OK);
  CHECK_NEAR(ic_table2_boschloo(t, 10, 24, IC_LESS, 0), 0.1513, 5.1e-5);
  CHECK_NEAR(ic_table2_boschloo(t, 10, 24, IC_MINLIKE, 0), 0.3381, 5.1e-5);
  CHECK_NEAR(ic_table2_barnard(t, 10, 24, IC_LESS, 0), 0.2142, 5.1e-5);
  CHECK_NEAR(ic_table2_barnard(t, 10, 24, IC_MINLIKE, 0), 0.4063, 5.1e-5);
  ic_table2_free(t);
  /* the nearest thing to a tie that is none: 8.4e-8 apart */
  CHECK(ic_table2_new(58, 146, &t, &err) == IC_OK);
  CHECK_NEAR(ic_table2_fisher(t, 20, 40, IC_MINLIKE, 0), 0.313618075483729,
             1e-14);
  ic_table2_free(t);
  CHECK(ic_table2_new(12, 12, &t, &err) == IC_OK);
  CHECK(ic_table2_boschloo(t, 1, 1, IC_MINLIKE, 0) == 1.0);
  ic_table2_free(t);
  CHECK(ic_table2_new(16, 72, &t, &err) == IC_OK);
  CHECK_NEAR(ic_table2_fisher(t, 0, 15, IC_MINLIKE, 1), 0.04466, 5.1e-6);
  ic_table2_free(t);
  CHECK(ic_table2_new(3671, 17036, &t, &err) == IC_OK);
  CHECK_NEAR(log10(ic_table2_fisher(t, 94, 48, IC_MINLIKE, 0)),
             -36.6841647178363, 1e-10);
  ic_table2_free(t);
}

/* Swapped groups and swapped outcomes are the same comparison: the very same
 * double, since p-values of codes are compared with each other. */
static void symmetry_is_exact(unsigned n1, unsigned n2)
{
  ic_table2 *t, *u;
  ic_error err;
  CHECK(ic_table2_new(n1, n2, &t, &err) == IC_OK);
  CHECK(ic_table2_new(n2, n1, &u, &err) == IC_OK);
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++)
      for (ic_tail tail = IC_CENTRAL; tail <= IC_MINLIKE; tail++) {
        double b = ic_table2_boschloo(t, x, y, tail, 0);
        double f = ic_table2_fisher(t, x, y, tail, 0);
        CHECK(b == ic_table2_boschloo(u, y, x, tail, 0));
        CHECK(b == ic_table2_boschloo(t, n1 - x, n2 - y, tail, 0));
        CHECK(f == ic_table2_fisher(u, y, x, tail, 0));
        CHECK(f == ic_table2_fisher(t, n1 - x, n2 - y, tail, 0));
        CHECK(b > 0.0 && b <= 1.0 && f > 0.0 && f <= 1.0);
      }
  ic_table2_free(t);
  ic_table2_free(u);
}

/* Berger and Boos (1994): 14 of 47 against 48 of 283. */
static void part_of_the_nuisance(void)
{
  ic_table2 *t;
  ic_error err;
  CHECK(ic_table2_new(47, 283, &t, &err) == IC_OK);
  CHECK_NEAR(ic_table2_barnard(t, 14, 48, IC_MINLIKE, 0), 0.061, 6e-4);
  CHECK_NEAR(ic_table2_barnard(t, 14, 48, IC_MINLIKE, 0.001), 0.03781, 1e-5);
  double whole = ic_table2_boschloo(t, 14, 48, IC_GREATER, 0);
  double part = ic_table2_boschloo(t, 14, 48, IC_GREATER, 1e-6);
  CHECK(part <= whole + 1.001e-6 && part > 0.5 * whole);
  ic_table2_free(t);
}

/* Far out, p is small but never 0; in the middle it is 1 at most. */
static void extremes(void)
{
  ic_table2 *t;
  ic_error err;
  CHECK(ic_table2_new(2000, 1500, &t, &err) == IC_OK);
  for (ic_tail tail = IC_LESS; tail <= IC_MINLIKE; tail++) {
    double p[4] = {ic_table2_boschloo(t, 2000, 0, tail, 0),
                   ic_table2_barnard(t, 2000, 0, tail, 0),
                   ic_table2_boschloo(t, 1000, 750, tail, 0),
                   ic_table2_barnard(t, 999, 751, tail, 0)};
    for (int i = 0; i < 4; i++)
      CHECK(p[i] > 0.0 && p[i] <= 1.0);
    CHECK(ic_table2_fisher(t, 2000, 0, tail, 0) > 0.0);
  }
  ic_table2_free(t);
}

static void refusals(void)
{
  ic_table2 *t;
  ic_error err;
  CHECK(ic_table2_new(0, 5, &t, &err) == IC_EINPUT && !t);
  CHECK(ic_table2_new(5, IC_TABLE2_GROUP_MAX + 1, &t, &err) == IC_EINPUT);
  size_t n = 1;
  ic_status status = IC_EMEMORY;
  for (; status != IC_OK && n < 100; n++) {
    ic_memory_fail(n, 0);
    status = ic_table2_new(4, 5, &t, &err);
    CHECK(status == IC_OK || (status == IC_EMEMORY && !t));
  }
  ic_memory_fail(0, 0);
  CHECK(n > 10 && n < 100);
  ic_table2_free(t);
  ic_table2_free(NULL);
}

int main(void)
{
  for (unsigned n1 = 1; n1 <= 8; n1++)
    for (unsigned n2 = 1; n2 <= n1; n2++)
      small_tables_agree_with_enumeration(n1, n2);
  small_tables_agree_with_enumeration(4, 7);
  small_tables_agree_with_enumeration(12, 12);
  small_tables_agree_with_enumeration(12, 3);
  published_values();
  symmetry_is_exact(9, 8);
  symmetry_is_exact(40, 41);
  part_of_the_nuisance();
  extremes();
  refusals();
  return check_report();
}
