#include "unconditional.h"

#include <math.h>
#include <stdlib.h>

#include "difference.h"
#include "memory.h"
#include "numeric.h"
#include "ratio.h"
#include "region.h"
#include "table2.h"

struct ic_lower {
  uint32_t n1, n2;
  ic_order order;
  double alpha, z; /* alpha is that of one side */
  int32_t *reject; /* by x1: the largest x2 rejected, -1 if none */
  ic_region region;
};

typedef struct ranked {
  double p;
  uint32_t x1, x2;
} ranked;

static int by_p(const void *a, const void *b)
{
  const ranked *l = a, *r = b;
  return (l->p > r->p) - (l->p < r->p);
}

static void mark(ic_lower *l, const ranked *t)
{
  if (l->reject[t->x1] < (int32_t) t->x2)
    l->reject[t->x1] = (int32_t) t->x2;
}

/* Boschloo's p-value rises with Fisher's, so the rejected tables are the
 * first so many in order of Fisher's: found by halving. */
static void mark_rejected(ic_lower *l, ic_table2 *d, ranked *cell, size_t n)
{
  size_t lo = 0, hi = n;
  qsort(cell, n, sizeof *cell, by_p);
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    double p = ic_table2_boschloo(d, cell[mid].x1, cell[mid].x2, IC_GREATER,
                                  0.0);
    if (p <= l->alpha)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (size_t i = 0; i < lo; i++)
    mark(l, &cell[i]);
}

static ic_status find_rejected(ic_lower *l, ic_error *err)
{
  ic_table2 *d;
  size_t cells = ((size_t) l->n1 + 1) * ((size_t) l->n2 + 1);
  ic_status status = ic_table2_new(l->n1, l->n2, &d, err);
  if (status != IC_OK)
    return status;
  double *p = ic_alloc(cells, sizeof *p);
  ranked *cell = ic_alloc(cells, sizeof *cell);
  if (p && cell) {
    ic_table2_greater_all(d, p);
    for (size_t i = 0; i < cells; i++)
      cell[i] = (ranked) {p[i], (uint32_t) (i / (l->n2 + 1)),
                          (uint32_t) (i % (l->n2 + 1))};
    mark_rejected(l, d, cell, cells);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(p);
  ic_free(cell);
  ic_table2_free(d);
  return status;
}

ic_status ic_lower_new(uint32_t n1, uint32_t n2, double level, ic_order order,
                       ic_lower **out, ic_error *err)
{
  *out = NULL;
  if (n1 < 1 || n2 < 1)
    return ic_fail(err, IC_EINPUT, "both groups need a participant");
  if ((n1 + 1.0) * (n2 + 1.0) > IC_LOWER_CELLS_MAX)
    return ic_fail(err, IC_ELIMIT,
                   "an exact interval for %lu against %lu is out of reach",
                   (unsigned long) n1, (unsigned long) n2);
  ic_lower *l = ic_alloc(1, sizeof *l);
  if (!l)
    return ic_no_memory(err);
  l->n1 = n1;
  l->n2 = n2;
  l->order = order;
  l->alpha = 0.5 * (1.0 - level);
  l->z = ic_normal_quantile(0.5 + 0.5 * level);
  l->reject = ic_alloc((size_t) n1 + 1, sizeof *l->reject);
  ic_status status = ic_region_open(&l->region, n1, n2, err);
  if (!l->reject)
    status = ic_no_memory(err);
  for (uint32_t x = 0; status == IC_OK && x <= n1; x++)
    l->reject[x] = -1;
  if (status == IC_OK && order == IC_ORDER_BOSCHLOO)
    status = find_rejected(l, err);
  if (status != IC_OK)
    ic_lower_free(l);
  else
    *out = l;
  return status;
}

void ic_lower_free(ic_lower *l)
{
  if (!l)
    return;
  ic_free(l->reject);
  ic_region_close(&l->region);
  ic_free(l);
}

static double order_key(const ic_lower *l, uint32_t x1, uint32_t x2)
{
  return l->order == IC_ORDER_BOSCHLOO
           ? ic_newcombe_lower(x1, l->n1, x2, l->n2, l->z)
           : (double) x1 * l->n2 - (double) x2 * l->n1;
}

/* The tables at least as extreme as the observed one. The region is closed
 * upwards (more in group 1, fewer in group 2), so that its probability rises
 * with p1 - p2 and the boundary p1 - p2 = d is where it is largest. */
static void find_region(ic_lower *l, uint32_t x1, uint32_t x2, int rejected)
{
  double key = order_key(l, x1, x2);
  int32_t last = -1;
  for (uint32_t i = 0; i <= l->n1; i++) {
    int32_t j = (int32_t) l->n2;
    while (j > last && order_key(l, i, (uint32_t) j) < key)
      j--;
    last = j;
    if (rejected)
      l->region.upper[i] = j < l->reject[i] ? j : l->reject[i];
    else
      l->region.upper[i] = j > l->reject[i] ? j : l->reject[i];
  }
}

static double fixed_limit(ic_lower *l, uint32_t x1, uint32_t x2)
{
  int rejected = (int32_t) x2 <= l->reject[x1];
  int tied = l->order == IC_ORDER_BOSCHLOO;
  double lo = -1.0, hi = 1.0;
  find_region(l, x1, x2, rejected);
  if (ic_region_exceeds(&l->region, IC_APART_DIFFERENCE, -1.0, l->alpha))
    return -1.0;
  if (tied && rejected)
    lo = 0.0;
  else if (tied)
    hi = 0.0;
  if (tied && !rejected
      && !ic_region_exceeds(&l->region, IC_APART_DIFFERENCE, 0.0, l->alpha))
    return 0.0;
  while (hi - lo > 1e-11) {
    double mid = 0.5 * (lo + hi);
    if (ic_region_exceeds(&l->region, IC_APART_DIFFERENCE, mid, l->alpha))
      hi = mid;
    else
      lo = mid;
  }
  return lo;
}

static ic_apart apart_of(const ic_lower *l)
{
  return l->order == IC_ORDER_RATIO ? IC_APART_RATIO : IC_APART_DIFFERENCE;
}

/* u in [0, 1] stands for a difference or a ratio. */
static double parameter(const ic_lower *l, double u)
{
  return apart_of(l) == IC_APART_RATIO ? u / (1.0 - u) : 2.0 * u - 1.0;
}

static double score_at(const ic_lower *l, uint32_t x1, uint32_t x2, double by)
{
  return apart_of(l) == IC_APART_RATIO
    ? ic_ratio_score(x1, l->n1, x2, l->n2, by)
    : ic_difference_score(x1, l->n1, x2, l->n2, by);
}

/* The tables whose score at the parameter is no smaller than `seen`, and with
 * both sides also those with one of no more than -seen. Scores rise with x1 and
 * fall with x2, so the region has two stairs for its border. Scores that are
 * equal throughout belong to mirrored tables; others within 1e-10 cross
 * nearby. */
static void score_region(ic_lower *l, double seen, double by)
{
  int both = l->order == IC_ORDER_SQUARE;
  double cut = both ? fabs(seen) : seen;
  cut -= isfinite(cut) ? 1e-10 * (1.0 + fabs(cut)) : 0.0;
  int32_t up = -1, down = -1, n2 = (int32_t) l->n2;
  for (uint32_t i = 0; i <= l->n1; i++) {
    while (up < n2 && score_at(l, i, (uint32_t) (up + 1), by) >= cut)
      up++;
    while (both && down < n2
           && score_at(l, i, (uint32_t) (down + 1), by) > -cut)
      down++;
    l->region.upper[i] = up;
    l->region.lower[i] = !both ? n2 : down > up ? down : up;
  }
}

static int exceeds_at(ic_lower *l, uint32_t x1, uint32_t x2, double u)
{
  double by = parameter(l, u);
  double alpha = l->order == IC_ORDER_SQUARE ? 2.0 * l->alpha : l->alpha;
  score_region(l, score_at(l, x1, x2, by), by);
  return ic_region_exceeds(&l->region, apart_of(l), by, alpha);
}

/* The least parameter with p above alpha. p need not rise all the way, so the
 * first step of a scan in which it is above is looked through again, and only
 * then halved. */
static double score_limit(ic_lower *l, uint32_t x1, uint32_t x2)
{
  double p1 = (double) x1 / l->n1, p2 = (double) x2 / l->n2;
  double lo = 0.0, hi = apart_of(l) == IC_APART_RATIO
    ? p1 / (p1 + p2) : 0.5 * (p1 - p2 + 1.0);
  if (apart_of(l) == IC_APART_RATIO ? x1 == 0 : exceeds_at(l, x1, x2, 0.0))
    return parameter(l, 0.0);
  for (int pass = 0; pass < 2; pass++) {
    double step = (hi - lo) / (pass ? 8.0 : 24.0), at = lo + step;
    while (at < hi - 0.5 * step && !exceeds_at(l, x1, x2, at))
      at += step;
    lo = at - step;
    hi = fmin(at, hi);
  }
  while (hi - lo > 1e-11) {
    double mid = 0.5 * (lo + hi);
    if (exceeds_at(l, x1, x2, mid))
      hi = mid;
    else
      lo = mid;
  }
  return parameter(l, lo);
}

double ic_lower_limit(ic_lower *l, uint32_t x1, uint32_t x2)
{
  return l->order == IC_ORDER_BOSCHLOO || l->order == IC_ORDER_DIFFERENCE
           ? fixed_limit(l, x1, x2) : score_limit(l, x1, x2);
}
