#include "location.h"

#include <math.h>
#include <stdint.h>

#include "memory.h"
#include "numeric.h"

/* Different values in ascending order and how often they occur. */
typedef struct values {
  double *x;
  size_t *times;
  size_t n;
} values;

/* Shifts in ascending order: place 2 i + 1 is difference i, place 2 i what
 * lies below it, and the last place what lies above all. */
typedef struct search {
  values x, y;
  size_t n;
  double *low, *high; /* least and largest member of each difference */
  size_t differences;
  double median;
  int64_t *score;
  unsigned char *member;
  double alpha;
  ic_side side;
  int exact;
} search;

static ic_status collect(const double *x, size_t n, values *out,
                         ic_error *err)
{
  out->x = ic_alloc(n, sizeof *out->x);
  out->times = ic_alloc(n, sizeof *out->times);
  if (!out->x || !out->times)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    out->x[i] = x[i];
  ic_sort(out->x, n);
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || out->x[i] != out->x[out->n - 1])
      out->x[out->n++] = out->x[i];
    out->times[out->n - 1]++;
  }
  return IC_OK;
}

static double nearly(const values *x, const values *y)
{
  double most = fmax(fabs(x->x[0]), fabs(x->x[x->n - 1]));
  most = fmax(most, fmax(fabs(y->x[0]), fabs(y->x[y->n - 1])));
  return 1e-12 * most;
}

static ic_status all_differences(search *s, const double *x, size_t n1,
                                 const double *y, size_t n2, ic_error *err)
{
  size_t all = n1 * n2, m = 0;
  double close = nearly(&s->x, &s->y);
  s->low = ic_alloc(all, sizeof *s->low);
  s->high = ic_alloc(all, sizeof *s->high);
  if (!s->low || !s->high)
    return ic_no_memory(err);
  for (size_t i = 0; i < n1; i++)
    for (size_t j = 0; j < n2; j++)
      s->low[i * n2 + j] = x[i] - y[j];
  ic_sort(s->low, all);
  s->median = 0.5 * (s->low[(all - 1) / 2] + s->low[all / 2]);
  for (size_t i = 0; i < all; i++) {
    double d = s->low[i];
    if (i == 0 || d - s->high[m - 1] > close)
      s->low[m++] = d;
    s->high[m - 1] = d;
  }
  s->differences = m;
  return IC_OK;
}

/* x - shift against y: below, tied, above. */
static int against(const search *s, size_t place, double x, double y)
{
  double d = x - y;
  size_t i = place / 2;
  if (place % 2)
    return (d > s->high[i]) - (d < s->low[i]);
  return i < s->differences && d >= s->low[i] ? 1 : -1;
}

/* Doubled mid-ranks of x - shift and y together. */
static void rank_at(search *s, size_t place)
{
  size_t i = 0, j = 0, at = 0;
  while (i < s->x.n || j < s->y.n) {
    int c = i == s->x.n ? 1 : j == s->y.n ? -1
      : against(s, place, s->x.x[i], s->y.x[j]);
    size_t first = c <= 0 ? s->x.times[i++] : 0;
    size_t second = c >= 0 ? s->y.times[j++] : 0;
    int64_t rank = (int64_t) (2 * at + first + second + 1);
    for (size_t k = 0; k < first + second; k++) {
      s->score[at] = rank;
      s->member[at++] = k < first;
    }
  }
}

static double normal_at(search *s, size_t place)
{
  ic_tails tails;
  rank_at(s, place);
  ic_sum_normal(s->score, s->member, s->n, 2.0, &tails);
  return ic_tail_of(&tails, s->side);
}

static ic_status p_at(search *s, size_t place, double *p, ic_error *err)
{
  ic_tails tails;
  ic_status status = IC_OK;
  if (s->exact) {
    rank_at(s, place);
    status = ic_sum_exact(s->score, s->member, s->n, &tails, err);
    *p = status == IC_OK ? ic_tail_of(&tails, s->side) : 0.0;
  } else {
    *p = normal_at(s, place);
  }
  return status;
}

/* Places between the middle one and an end, counted from the middle: 0 is
 * kept, `last` is the end. */
typedef struct way {
  size_t middle, last;
  int down;
} way;

static size_t place_on(const way *w, size_t steps)
{
  return w->down ? w->middle - steps : w->middle + steps;
}

/* The last step whose normal p is above alpha. */
static size_t normal_end(search *s, const way *w, double alpha)
{
  size_t in = 0, out = w->last + 1;
  while (out - in > 1) {
    size_t half = in + (out - in) / 2;
    if (normal_at(s, place_on(w, half)) > alpha)
      in = half;
    else
      out = half;
  }
  return in;
}

/* Where to begin: the normal limit, moved by how wrong it was there. */
static ic_status first_guess(search *s, const way *w, size_t *step,
                             ic_error *err)
{
  double p;
  *step = normal_end(s, w, s->alpha);
  if (!s->exact)
    return IC_OK;
  double normal = normal_at(s, place_on(w, *step));
  ic_status status = p_at(s, place_on(w, *step), &p, err);
  if (status == IC_OK && p > 0.0 && normal > 0.0)
    *step = normal_end(s, w, s->alpha * normal / p);
  return status;
}

/* The last step that is kept: strides away from the guess that double until
 * one was kept and one was not, then halving between the two. Step 0 counts
 * as kept, and the one after the end as not. */
static ic_status last_kept(search *s, const way *w, size_t *step,
                           ic_error *err)
{
  size_t in = 0, out = w->last + 1, at = *step, stride = 1;
  int found[2] = {0, 0};
  while (out - in > 1) {
    double p;
    ic_status status = p_at(s, place_on(w, at), &p, err);
    if (status != IC_OK)
      return status;
    int kept = p > s->alpha;
    *(kept ? &in : &out) = at;
    found[kept] = 1;
    if ((found[0] && found[1]) || out - in <= stride)
      at = in + (out - in) / 2;
    else
      at = kept ? in + stride : out - stride;
    stride *= 2;
  }
  *step = in;
  return IC_OK;
}

static ic_status outermost(search *s, int down, size_t *place, ic_error *err)
{
  size_t end = 2 * s->differences;
  way w = {*place, down ? *place : end - *place, down};
  size_t step;
  ic_status status = first_guess(s, &w, &step, err);
  if (status == IC_OK)
    status = last_kept(s, &w, &step, err);
  *place = place_on(&w, step);
  return status;
}

static size_t place_of(const search *s, double shift)
{
  size_t lo = 0, hi = s->differences;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (s->high[mid] < shift)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < s->differences && s->low[lo] <= shift ? 2 * lo + 1 : 2 * lo;
}

static ic_status both_ends(search *s, ic_location *out, ic_error *err)
{
  size_t low = place_of(s, s->median), high = low, m = s->differences;
  ic_status status = IC_OK;
  *out = (ic_location) {s->median, -INFINITY, INFINITY};
  if (s->side != IC_SIDE_LESS)
    status = outermost(s, 1, &low, err);
  if (status == IC_OK && s->side != IC_SIDE_GREATER)
    status = outermost(s, 0, &high, err);
  if (s->side != IC_SIDE_LESS && low > 0)
    out->low = low % 2 ? s->low[low / 2] : s->high[low / 2 - 1];
  if (s->side != IC_SIDE_GREATER && high < 2 * m)
    out->high = high % 2 ? s->high[high / 2] : s->low[high / 2];
  return status;
}

ic_status ic_location_interval(const double *x, size_t n1, const double *y,
                               size_t n2, double level, ic_side side,
                               int exact, ic_location *out, ic_error *err)
{
  if (n1 == 0 || n2 == 0)
    return ic_fail(err, IC_EINPUT, "one of the two groups is empty");
  if ((double) n1 * (double) n2 > IC_LOCATION_PAIRS_MAX)
    return ic_fail(err, IC_ELIMIT,
                   "an interval of the shift needs %.0f differences and can"
                   " look at ten million", (double) n1 * (double) n2);
  search s = {.n = n1 + n2, .alpha = 1.0 - level, .side = side,
              .exact = exact};
  s.score = ic_alloc(s.n, sizeof *s.score);
  s.member = ic_alloc(s.n, 1);
  ic_status status = s.score && s.member ? collect(x, n1, &s.x, err)
                                         : ic_no_memory(err);
  if (status == IC_OK)
    status = collect(y, n2, &s.y, err);
  if (status == IC_OK)
    status = all_differences(&s, x, n1, y, n2, err);
  if (status == IC_OK)
    status = both_ends(&s, out, err);
  ic_free(s.x.x);
  ic_free(s.x.times);
  ic_free(s.y.x);
  ic_free(s.y.times);
  ic_free(s.low);
  ic_free(s.high);
  ic_free(s.score);
  ic_free(s.member);
  return status;
}
