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

/* Scores counted from the smallest, in units of their common divisor: the
 * same comparison on the fewest sums. */
typedef struct reduced {
  int64_t *score;
  size_t n, k; /* k: members of the smaller group */
  int64_t sum, total; /* of that group; of all */
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
  *r = (reduced) {ic_alloc(n, sizeof *score), n, n1, 0, 0, n1 > n - n1};
  if (!r->score)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    divisor = (int64_t) ic_common_divisor((uint64_t) (score[i] - least),
                                          (uint64_t) divisor);
  r->k = r->flipped ? n - n1 : n1;
  for (size_t i = 0; i < n; i++) {
    r->score[i] = divisor ? (score[i] - least) / divisor : 0;
    r->total += r->score[i];
    if ((member[i] != 0) != r->flipped)
      r->sum += r->score[i];
  }
  qsort(r->score, n, sizeof *r->score, by_size);
  return IC_OK;
}

/* Half of the scores: how many choices of j of them have each sum. Row j
 * counts sums from the least that j scores can have. */
typedef struct wing {
  const int64_t *score; /* ascending */
  size_t n, first, last; /* rows that are asked for */
  int64_t *prefix;      /* sums of the first i */
  size_t *start;        /* of row j */
  double *ways;
  double work;
} wing;

static int64_t row_width(const wing *h, size_t i, size_t j)
{
  return h->prefix[i] - h->prefix[i - j] - h->prefix[j] + 1;
}

static size_t rows_from(const wing *h, size_t i)
{
  size_t left = h->n - i;
  return h->first > left ? h->first - left : 0;
}

static size_t rows_to(const wing *h, size_t i)
{
  return i < h->last ? i : h->last;
}

/* Rows and the additions they take, without the rows themselves. */
static ic_status lay_out(wing *h, ic_error *err)
{
  h->prefix = ic_alloc(h->n + 1, sizeof *h->prefix);
  h->start = ic_alloc(h->last + 2, sizeof *h->start);
  if (!h->prefix || !h->start)
    return ic_no_memory(err);
  for (size_t i = 0; i < h->n; i++)
    h->prefix[i + 1] = h->prefix[i] + h->score[i];
  for (size_t j = 0; j <= h->last; j++)
    h->start[j + 1] = h->start[j] + (size_t) row_width(h, h->n, j);
  for (size_t i = 1; i <= h->n; i++)
    for (size_t j = rows_from(h, i); j <= rows_to(h, i); j++)
      h->work += j ? (double) row_width(h, i - 1, j - 1) : 0.0;
  return IC_OK;
}

static void add_row(double *restrict to, const double *restrict from,
                    size_t n)
{
  for (size_t i = 0; i < n; i++)
    to[i] += from[i];
}

static ic_status count_ways(wing *h, ic_error *err)
{
  h->ways = ic_alloc(h->start[h->last + 1], sizeof *h->ways);
  if (!h->ways)
    return ic_no_memory(err);
  h->ways[0] = 1.0;
  for (size_t i = 1; i <= h->n; i++)
    for (size_t j = rows_to(h, i); j > 0 && j >= rows_from(h, i); j--) {
      int64_t up = h->score[i - 1] - h->score[j - 1];
      add_row(h->ways + h->start[j] + up, h->ways + h->start[j - 1],
              (size_t) row_width(h, i - 1, j - 1));
    }
  return IC_OK;
}

static void free_wing(wing *h)
{
  ic_free(h->prefix);
  ic_free(h->start);
  ic_free(h->ways);
}

/* Choices of j from a and the rest from b with sum t or below, or t or above:
 * as the part from a moves one way the bound on the part from b moves the
 * other, so both rows are read once. */
static double row_tail(const wing *a, const wing *b, size_t j, size_t rest,
                       int64_t t, int above)
{
  int64_t na = row_width(a, a->n, j), nb = row_width(b, b->n, rest);
  const double *wa = a->ways + a->start[j], *wb = b->ways + b->start[rest];
  int64_t room = t - a->prefix[j] - b->prefix[rest], next = above ? nb : 0;
  ic_sum inner = {0, 0}, outer = {0, 0};
  for (int64_t i = 0; i < na; i++) {
    int64_t u = above ? i : na - 1 - i, bound = room - u;
    while (above ? next > 0 && next > bound : next < nb && next <= bound) {
      ic_sum_add(&inner, wb[above ? next - 1 : next]);
      next += above ? -1 : 1;
    }
    ic_sum_add(&outer, wa[u] * ic_sum_value(&inner));
  }
  return ic_sum_value(&outer);
}

static double tail(const wing *a, const wing *b, size_t k, int64_t t,
                   int above)
{
  ic_sum all = {0, 0};
  for (size_t j = a->first; j <= a->last; j++)
    ic_sum_add(&all, row_tail(a, b, j, k - j, t, above));
  return ic_sum_value(&all);
}

static int64_t divide_down(int64_t a, int64_t b)
{
  return a / b - (a % b < 0);
}

static void read_tails(const wing *a, const wing *b, const reduced *r,
                       ic_tails *tails)
{
  int64_t n = (int64_t) r->n, mean = (int64_t) r->k * r->total;
  int64_t seen = llabs(n * r->sum - mean);
  double all = tail(a, b, r->k, r->total, 0), p[2], two = all;
  p[0] = tail(a, b, r->k, r->sum, 0);
  p[1] = tail(a, b, r->k, r->sum, 1);
  if (seen > 0 && n * r->sum < mean)
    two = p[0] + tail(a, b, r->k, -divide_down(-mean - seen, n), 1);
  else if (seen > 0)
    two = p[1] + tail(a, b, r->k, divide_down(mean - seen, n), 0);
  tails->less = fmin(p[r->flipped] / all, 1.0);
  tails->greater = fmin(p[!r->flipped] / all, 1.0);
  tails->two_sided = fmin(two / all, 1.0);
}

static wing part(const reduced *r, size_t from, size_t n)
{
  size_t others = r->n - n;
  return (wing) {
    .score = r->score + from, .n = n,
    .first = r->k > others ? r->k - others : 0, .last = r->k < n ? r->k : n
  };
}

static ic_status out_of_reach(size_t n, ic_error *err)
{
  return ic_fail(err, IC_ELIMIT,
                 "the exact distribution of %lu scores is out of reach",
                 (unsigned long) n);
}

ic_status ic_sum_exact(const int64_t *score, const unsigned char *member,
                       size_t n, ic_tails *tails, ic_error *err)
{
  if (n > IC_RANKS_N_MAX)
    return out_of_reach(n, err);
  reduced r = {NULL, 0, 0, 0, 0, 0};
  ic_status status = reduce(score, member, n, &r, err);
  wing a = part(&r, 0, r.n / 2), b = part(&r, r.n / 2, r.n - r.n / 2);
  if (status == IC_OK)
    status = lay_out(&a, err);
  if (status == IC_OK)
    status = lay_out(&b, err);
  if (status == IC_OK
      && (a.work + b.work > IC_RANKS_WORK_MAX
          || a.start[a.last + 1] + b.start[b.last + 1] > IC_RANKS_CELLS_MAX))
    status = out_of_reach(n, err);
  if (status == IC_OK)
    status = count_ways(&a, err);
  if (status == IC_OK)
    status = count_ways(&b, err);
  if (status == IC_OK)
    read_tails(&a, &b, &r, tails);
  free_wing(&a);
  free_wing(&b);
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

/* Sums of squares of dominances about delta: of each member's mean dominance
 * in group 1 and in group 2, and of each pair. */
static void dominances(const int64_t *twice, const unsigned char *member,
                       size_t n, double delta, double sums[3])
{
  double n1 = 0.0, all = (double) n;
  for (size_t i = 0; i < n; i++)
    n1 += member[i] != 0;
  sums[0] = sums[1] = sums[2] = 0.0;
  for (size_t i = 0; i < n; i++) {
    double own = 0.0, sign = member[i] ? 1.0 : -1.0;
    for (size_t j = 0; j < n; j++) {
      if (!member[i] == !member[j])
        continue;
      double d = sign * (double) ((twice[i] > twice[j])
                                  - (twice[i] < twice[j]));
      own += d;
      sums[2] += member[i] ? (d - delta) * (d - delta) : 0.0;
    }
    own = own / (member[i] ? all - n1 : n1) - delta;
    sums[member[i] ? 0 : 1] += own * own;
  }
}

void ic_cliff_unbiased(const int64_t *twice, const unsigned char *member,
                         size_t n, double level, double limits[2])
{
  double d = ic_cliff(twice, member, n), n1 = 0.0, s[3];
  for (size_t i = 0; i < n; i++)
    n1 += member[i] != 0;
  double n2 = (double) n - n1, inside = 1.0 - d * d;
  double t = ic_t_quantile(0.5 + 0.5 * level, n1 + n2 - 2.0), t2 = t * t;
  dominances(twice, member, n, d, s);
  double variance = (n2 * n2 * s[0] + n1 * n1 * s[1] - s[2])
    / (n1 * n2 * (n1 - 1.0) * (n2 - 1.0));
  variance = fmax(variance, inside / (n1 * n2 - 1.0));
  double edge = (fmin(n1, n2) - t2) / (fmin(n1, n2) + t2);
  double part = t * sqrt(variance * (inside * inside + t2 * variance));
  double under = inside + t2 * variance;
  limits[0] = d == 1.0 ? edge : d == -1.0 ? -1.0 : (d * inside - part) / under;
  limits[1] = d == -1.0 ? -edge : d == 1.0 ? 1.0 : (d * inside + part) / under;
}
