#include "ranks.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "numeric.h"

typedef struct placed {
  double x;
  size_t at;
} placed;

static int by_value(const void *a, const void *b)
{
  double l = ((const placed *) a)->x, r = ((const placed *) b)->x;
  return (l > r) - (l < r);
}

ic_status ic_midranks(const double *x, size_t n, int64_t *twice,
                      double *tie_factor, ic_error *err)
{
  placed *p = ic_alloc(n, sizeof *p);
  if (!p)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    p[i] = (placed) {x[i], i};
  qsort(p, n, sizeof *p, by_value);
  double ties = 0.0, all = (double) n;
  for (size_t i = 0, j; i < n; i = j) {
    for (j = i + 1; j < n && p[j].x == p[i].x; j++)
      ;
    double t = (double) (j - i);
    ties += t * t * t - t;
    for (size_t k = i; k < j; k++)
      twice[p[k].at] = (int64_t) (i + 1 + j);
  }
  *tie_factor = n > 1 ? 1.0 - ties / (all * all * all - all) : 0.0;
  ic_free(p);
  return IC_OK;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Scores counted from the smallest, in units of their common divisor: the
 * same comparison on the fewest sums. */
typedef struct reduced {
  int64_t *score;
  size_t n, k; /* k: members of the smaller group */
  int64_t sum, reach, total; /* of that group; its largest sum; of all */
  int flipped;
} reduced;

static int by_size(const void *a, const void *b)
{
  int64_t l = *(const int64_t *) a, r = *(const int64_t *) b;
  return (l > r) - (l < r);
}

static ic_status reduce(const int64_t *score, const unsigned char *member,
                        size_t n, reduced *r, ic_error *err)
{
  size_t n1 = 0;
  int64_t least = n ? score[0] : 0, divisor = 0;
  for (size_t i = 0; i < n; i++) {
    n1 += member[i] != 0;
    least = score[i] < least ? score[i] : least;
  }
  if (n1 == 0 || n1 == n)
    return ic_fail(err, IC_EINPUT, "one of the two groups is empty");
  *r = (reduced) {ic_alloc(n, sizeof *score), n, n1, 0, 0, 0, n1 > n - n1};
  if (!r->score)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    divisor = common_divisor(score[i] - least, divisor);
  r->k = r->flipped ? n - n1 : n1;
  for (size_t i = 0; i < n; i++) {
    r->score[i] = divisor ? (score[i] - least) / divisor : 0;
    r->total += r->score[i];
    if ((member[i] != 0) != r->flipped)
      r->sum += r->score[i];
  }
  qsort(r->score, n, sizeof *r->score, by_size);
  for (size_t i = n - r->k; i < n; i++)
    r->reach += r->score[i];
  return IC_OK;
}

/* ways[j * (reach + 1) + t]: choices of j participants with sum t. */
static void shift(double *ways, const reduced *r)
{
  size_t width = (size_t) r->reach + 1;
  int64_t so_far = 0;
  ways[0] = 1.0;
  for (size_t i = 0; i < r->n; i++) {
    int64_t s = r->score[i];
    so_far = so_far + s < r->reach ? so_far + s : r->reach;
    for (size_t j = i + 1 < r->k ? i + 1 : r->k; j > 0; j--) {
      double *to = ways + j * width;
      const double *from = ways + (j - 1) * width;
      for (int64_t t = so_far; t >= s; t--)
        to[t] += from[t - s];
    }
  }
}

static void add_up(const double *ways, const reduced *r, ic_tails *tails)
{
  ic_sum less = {0, 0}, greater = {0, 0}, two = {0, 0}, all = {0, 0};
  int64_t n = (int64_t) r->n, k = (int64_t) r->k;
  int64_t seen = llabs(n * r->sum - k * r->total);
  for (int64_t t = 0; t <= r->reach; t++) {
    double w = ways[t];
    ic_sum_add(&all, w);
    if (t <= r->sum)
      ic_sum_add(&less, w);
    if (t >= r->sum)
      ic_sum_add(&greater, w);
    if (llabs(n * t - k * r->total) >= seen)
      ic_sum_add(&two, w);
  }
  double total = ic_sum_value(&all);
  tails->less = ic_sum_value(r->flipped ? &greater : &less) / total;
  tails->greater = ic_sum_value(r->flipped ? &less : &greater) / total;
  tails->two_sided = ic_sum_value(&two) / total;
}

ic_status ic_sum_exact(const int64_t *score, const unsigned char *member,
                       size_t n, ic_tails *tails, ic_error *err)
{
  reduced r = {NULL, 0, 0, 0, 0, 0, 0};
  ic_status status = reduce(score, member, n, &r, err);
  if (status != IC_OK)
    return status;
  double cells = ((double) r.k + 1.0) * ((double) r.reach + 1.0);
  if (n > 1000 || cells * (double) n > 2.0 * IC_RANKS_WORK_MAX) {
    ic_free(r.score);
    return ic_fail(err, IC_ELIMIT,
                   "the exact distribution of %lu scores is out of reach",
                   (unsigned long) n);
  }
  double *ways = ic_alloc((size_t) cells, sizeof *ways);
  if (ways) {
    shift(ways, &r);
    add_up(ways + r.k * ((size_t) r.reach + 1), &r, tails);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(ways);
  ic_free(r.score);
  return status;
}

void ic_sum_normal(const int64_t *score, const unsigned char *member, size_t n,
                   double step, ic_tails *tails)
{
  double n1 = 0.0, all = (double) n, sum = 0.0, total = 0.0, square = 0.0;
  for (size_t i = 0; i < n; i++) {
    n1 += member[i] != 0;
    sum += member[i] ? (double) score[i] : 0.0;
    total += (double) score[i];
  }
  double mean = total / all;
  for (size_t i = 0; i < n; i++)
    square += ((double) score[i] - mean) * ((double) score[i] - mean);
  double sd = sqrt(n1 * (all - n1) * square / (all * (all - 1.0)));
  if (!(sd > 0.0)) {
    *tails = (ic_tails) {1.0, 1.0, 1.0};
    return;
  }
  double gap = sum - n1 * mean, half = 0.5 * step;
  tails->less = ic_normal_cdf((gap + half) / sd);
  tails->greater = ic_normal_cdf(-(gap - half) / sd);
  double two = 2.0 * ic_normal_cdf(-fmax(fabs(gap) - half, 0.0) / sd);
  tails->two_sided = two < 1.0 ? two : 1.0;
}

double ic_cliff(const int64_t *twice, const unsigned char *member, size_t n)
{
  int64_t n1 = 0, all = (int64_t) n, sum = 0;
  for (size_t i = 0; i < n; i++)
    if (member[i]) {
      n1++;
      sum += twice[i];
    }
  int64_t pairs = n1 * (all - n1);
  return (double) (sum - n1 * (n1 + 1) - pairs) / (double) pairs;
}

static double cliff_variance(double t, double n1, double n2)
{
  double m = 0.5 * (n1 + n2) - 1.0;
  return t * (1.0 - t) * (1.0 + m * ((1.0 - t) / (2.0 - t) + t / (1.0 + t)))
    / (n1 * n2);
}

static double cliff_lower(double t, double n1, double n2, double z2f)
{
  double lo = 0.0, hi = t;
  for (int i = 0; i < 60; i++) {
    double mid = 0.5 * (lo + hi), gap = t - mid;
    if (gap * gap > z2f * cliff_variance(mid, n1, n2))
      lo = mid;
    else
      hi = mid;
  }
  return 0.5 * (lo + hi);
}

void ic_cliff_interval(double delta, size_t n1, size_t n2, double tie_factor,
                       double level, double limits[2])
{
  double z = ic_normal_quantile(0.5 + 0.5 * level), f = z * z * tie_factor;
  double a = (double) n1, b = (double) n2;
  limits[0] = 2.0 * cliff_lower(0.5 * (1.0 + delta), a, b, f) - 1.0;
  limits[1] = 1.0 - 2.0 * cliff_lower(0.5 * (1.0 - delta), a, b, f);
}
