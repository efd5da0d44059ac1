#include "difference.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "numeric.h"
#include "table2.h"

/* p minus Wilson's lower limit for x of n; of n - x it is the upper limit
 * minus p, so mirrored tables give the same doubles. */
static double wilson_gap(double x, double n, double z)
{
  double half = z * sqrt(x * (n - x) / n + 0.25 * z * z);
  double low = (x + 0.5 * z * z - half) / (n + z * z);
  return x == 0.0 ? 0.0 : x / n - (low > 0.0 ? low : 0.0);
}

static double observed(double x1, double n1, double x2, double n2)
{
  return (x1 * n2 - x2 * n1) / (n1 * n2);
}

static double newcombe_lower(double x1, double n1, double x2, double n2,
                             double z)
{
  double a = wilson_gap(x1, n1, z), b = wilson_gap(n2 - x2, n2, z);
  return observed(x1, n1, x2, n2) - sqrt(a * a + b * b);
}

/* p2 that is most likely given p1 - p2 = d: the root of a cubic (Farrington
 * and Manning 1990). */
static double constrained(double x1, double n1, double x2, double n2, double d)
{
  double lo = d < 0.0 ? -d : 0.0, hi = d > 0.0 ? 1.0 - d : 1.0;
  double theta = n2 / n1, p1 = x1 / n1, p2 = x2 / n2;
  double a = 1.0 + theta;
  double b = -(1.0 + theta + p1 + theta * p2 + d * (theta + 2.0));
  double c = d * d + d * (2.0 * p1 + theta + 1.0) + p1 + theta * p2;
  double e = -p1 * d * (1.0 + d);
  double v = b * b * b / (27.0 * a * a * a) - b * c / (6.0 * a * a)
    + e / (2.0 * a);
  double inside = b * b / (9.0 * a * a) - c / (3.0 * a);
  double u = copysign(sqrt(inside > 0.0 ? inside : 0.0), v);
  double ratio = u == 0.0 ? 1.0 : v / (u * u * u);
  ratio = ratio > 1.0 ? 1.0 : ratio < -1.0 ? -1.0 : ratio;
  double w = (3.14159265358979323846 + acos(ratio)) / 3.0;
  double best = 2.0 * u * cos(w) - b / (3.0 * a) - d;
  return best < lo ? lo : best > hi ? hi : best;
}

static double score(double x1, double n1, double x2, double n2, double d,
                    double scale)
{
  double p2 = constrained(x1, n1, x2, n2, d), p1 = p2 + d;
  double v = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2) * scale;
  double gap = observed(x1, n1, x2, n2) - d;
  return fabs(gap) < 1e-15 ? 0.0 : v > 0.0 ? gap / sqrt(v)
                                           : copysign(INFINITY, gap);
}

/* The d below the observed difference at which the score reaches z. */
static double score_lower(double x1, double n1, double x2, double n2, double z,
                          double scale)
{
  double lo = -1.0, hi = observed(x1, n1, x2, n2);
  for (int i = 0; i < 60 && hi - lo > 1e-15; i++) {
    double mid = 0.5 * (lo + hi);
    if (score(x1, n1, x2, n2, mid, scale) > z)
      lo = mid;
    else
      hi = mid;
  }
  return 0.5 * (lo + hi);
}

static void caffo(double x1, double n1, double x2, double n2, double z,
                  double limits[2])
{
  double p1 = (x1 + 1.0) / (n1 + 2.0), p2 = (x2 + 1.0) / (n2 + 2.0);
  double half = z * sqrt(p1 * (1.0 - p1) / (n1 + 2.0)
                         + p2 * (1.0 - p2) / (n2 + 2.0));
  limits[0] = fmax(-1.0, p1 - p2 - half);
  limits[1] = fmin(1.0, p1 - p2 + half);
}

void ic_difference_interval(ic_interval kind, uint32_t x1, uint32_t n1,
                            uint32_t x2, uint32_t n2, double level,
                            double limits[2])
{
  double z = ic_normal_quantile(0.5 + 0.5 * level);
  double n = (double) n1 + n2;
  double scale = kind == IC_INTERVAL_SCORE ? n / (n - 1.0) : 1.0;
  if (kind == IC_INTERVAL_CAFFO) {
    caffo(x1, n1, x2, n2, z, limits);
  } else if (kind == IC_INTERVAL_NEWCOMBE) {
    limits[0] = newcombe_lower(x1, n1, x2, n2, z);
    limits[1] = -newcombe_lower(x2, n2, x1, n1, z);
  } else {
    limits[0] = score_lower(x1, n1, x2, n2, z, scale);
    limits[1] = -score_lower(x2, n2, x1, n1, z, scale);
  }
}

struct ic_lower {
  uint32_t n1, n2;
  ic_order order;
  double alpha, z; /* alpha is that of one side */
  int32_t *reject; /* by x1: the largest x2 rejected, -1 if none */
  int32_t *region; /* by x1: the largest x2 that belongs, -1 if none */
  double *term1, *term2, *below;
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
  if ((n1 + 1.0) * (n2 + 1.0) > IC_DIFFERENCE_CELLS_MAX)
    return ic_fail(err, IC_ELIMIT,
                   "an exact interval for %lu against %lu is out of reach",
                   (unsigned long) n1, (unsigned long) n2);
  ic_lower *l = ic_alloc(1, sizeof *l);
  if (!l)
    return ic_no_memory(err);
  *l = (ic_lower) {n1, n2, order, 0.5 * (1.0 - level),
                   ic_normal_quantile(0.5 + 0.5 * level),
                   ic_alloc((size_t) n1 + 1, sizeof(int32_t)),
                   ic_alloc((size_t) n1 + 1, sizeof(int32_t)),
                   ic_alloc((size_t) n1 + 1, sizeof(double)),
                   ic_alloc((size_t) n2 + 1, sizeof(double)),
                   ic_alloc((size_t) n2 + 2, sizeof(double))};
  ic_status status = IC_OK;
  if (!l->reject || !l->region || !l->term1 || !l->term2 || !l->below)
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
  ic_free(l->region);
  ic_free(l->term1);
  ic_free(l->term2);
  ic_free(l->below);
  ic_free(l);
}

static double order_key(const ic_lower *l, uint32_t x1, uint32_t x2)
{
  return l->order == IC_ORDER_BOSCHLOO
           ? newcombe_lower(x1, l->n1, x2, l->n2, l->z)
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
      l->region[i] = j < l->reject[i] ? j : l->reject[i];
    else
      l->region[i] = j > l->reject[i] ? j : l->reject[i];
  }
}

/* Binomial probabilities of 0 .. n, from the mode outwards. */
static void binomial(double *out, uint32_t n, double p)
{
  for (uint32_t x = 0; x <= n; x++)
    out[x] = 0.0;
  if (p <= 0.0 || p >= 1.0) {
    out[p <= 0.0 ? 0 : n] = 1.0;
    return;
  }
  uint32_t mode = (uint32_t) ((n + 1.0) * p);
  mode = mode > n ? n : mode;
  double odds = p / (1.0 - p);
  out[mode] = exp(ic_log_choose(n, mode) + mode * log(p)
                  + (n - mode) * log1p(-p));
  for (uint32_t x = mode; x < n; x++)
    out[x + 1] = out[x] * odds * (n - x) / (x + 1.0);
  for (uint32_t x = mode; x > 0; x--)
    out[x - 1] = out[x] / odds * x / (n - x + 1.0);
}

static double region_probability(ic_lower *l, double p1, double p2)
{
  ic_sum sum = {0, 0};
  binomial(l->term1, l->n1, p1);
  binomial(l->term2, l->n2, p2);
  l->below[0] = 0.0;
  for (uint32_t y = 0; y <= l->n2; y++)
    l->below[y + 1] = l->below[y] + l->term2[y];
  for (uint32_t x = 0; x <= l->n1; x++)
    ic_sum_add(&sum, l->term1[x] * l->below[l->region[x] + 1]);
  return ic_sum_value(&sum);
}

/* The boundary p1 - p2 = d, run through by u in [0, 1]. */
static double along(ic_lower *l, double d, double u)
{
  double lo = d < 0.0 ? -d : 0.0, hi = d > 0.0 ? 1.0 - d : 1.0;
  double p2 = lo + (hi - lo) * 0.5 * (1.0 - cos(3.14159265358979323846 * u));
  return region_probability(l, p2 + d, p2);
}

static double golden_max(ic_lower *l, double d, double a, double b)
{
  const double g = 0.61803398874989484820;
  double c = b - g * (b - a), e = a + g * (b - a);
  double fc = along(l, d, c), fe = along(l, d, e);
  while (b - a > 1e-7) {
    if (fc > fe) {
      b = e;
      e = c;
      fe = fc;
      c = b - g * (b - a);
      fc = along(l, d, c);
    } else {
      a = c;
      c = e;
      fc = fe;
      e = a + g * (b - a);
      fe = along(l, d, e);
    }
  }
  return fc > fe ? fc : fe;
}

/* Does the region's probability exceed alpha anywhere on the boundary? Local
 * maxima of a grid are refined only where the grid alone does not tell. */
static int exceeds(ic_lower *l, double d)
{
  int m = 40 + (int) (6.0 * sqrt((double) l->n1 + l->n2));
  double before = -1.0, here = along(l, d, 0.0);
  if (here > l->alpha)
    return 1;
  for (int i = 1; i <= m; i++) {
    double next = i < m ? along(l, d, (i + 0.0) / (m - 1)) : -1.0;
    if (next > l->alpha)
      return 1;
    if (here >= before && here >= next && here > 0.9 * l->alpha &&
        golden_max(l, d, (i > 1 ? i - 2.0 : 0.0) / (m - 1),
                   (i < m ? i : m - 1.0) / (m - 1)) > l->alpha)
      return 1;
    before = here;
    here = next;
  }
  return 0;
}

double ic_lower_limit(ic_lower *l, uint32_t x1, uint32_t x2)
{
  int rejected = (int32_t) x2 <= l->reject[x1];
  int tied = l->order == IC_ORDER_BOSCHLOO;
  double lo = -1.0, hi = 1.0;
  find_region(l, x1, x2, rejected);
  if (exceeds(l, -1.0))
    return -1.0;
  if (tied && rejected)
    lo = 0.0;
  else if (tied)
    hi = 0.0;
  if (tied && !rejected && !exceeds(l, 0.0))
    return 0.0;
  while (hi - lo > 1e-11) {
    double mid = 0.5 * (lo + hi);
    if (exceeds(l, mid))
      hi = mid;
    else
      lo = mid;
  }
  return lo;
}
