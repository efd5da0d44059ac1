#include "rates.h"

#include <math.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"

#define NEARLY 1e-10
#define FAR 20.0   /* e^20 times the rate: as good as infinite */
#define STEP 0.0625 /* of the logarithm of a ratio */

static int is_first(const uint64_t *mask, size_t i)
{
  return (int) (mask[i / 64] >> (i % 64) & 1);
}

/* The derivative of the log likelihood in the rate, for presence. */
static double slope(const double *y, const double *w, size_t n, double rate)
{
  double s = 0.0;
  for (size_t i = 0; i < n; i++)
    s += y[i] > 0.0 ? w[i] / expm1(rate * w[i]) : -w[i];
  return s;
}

static double presence_rate(const double *y, const double *w, size_t n)
{
  double least = w[0], most = w[0], some = 0.0;
  for (size_t i = 0; i < n; i++) {
    least = fmin(least, w[i]);
    most = fmax(most, w[i]);
    some += y[i] > 0.0;
  }
  if (some == 0.0)
    return 0.0;
  if (some == (double) n)
    return INFINITY;
  double low = log(1e-9 / most), high = log(700.0 / least);
  for (int i = 0; i < 60; i++) {
    double mid = 0.5 * (low + high);
    *(slope(y, w, n, exp(mid)) > 0.0 ? &low : &high) = mid;
  }
  return exp(0.5 * (low + high));
}

double ic_rate_estimate(ic_rate_model model, const double *y, const double *w,
                        size_t n)
{
  if (model == IC_RATE_PRESENCE)
    return presence_rate(y, w, n);
  double events = 0.0, words = 0.0;
  for (size_t i = 0; i < n; i++) {
    events += y[i];
    words += w[i];
  }
  return events / words;
}

void ic_rate_scores(ic_rate_model model, const double *y, const double *w,
                    size_t n, double *r, double *v)
{
  double rate = ic_rate_estimate(model, y, w, n);
  for (size_t i = 0; i < n; i++) {
    double u = rate * w[i];
    int present = model == IC_RATE_PRESENCE;
    r[i] = !present ? y[i] - u : y[i] > 0.0 ? u / expm1(u) : -u;
    r[i] = fabs(r[i]) > 1e-12 * u ? r[i] : 0.0;
    v[i] = !present ? u : u * u / expm1(u);
  }
}

/* Sums over the first group: residuals, their squares, informations. */
typedef struct totals {
  double r, squares, v;
} totals;

static void add_totals(totals *to, const totals *from)
{
  to->r += from->r;
  to->squares += from->squares;
  to->v += from->v;
}

static totals single(const double *r, const double *v, size_t i)
{
  return (totals) {r[i], r[i] * r[i], v[i]};
}

static totals total_of(const double *r, const double *v, size_t n)
{
  totals all = {0, 0, 0};
  for (size_t i = 0; i < n; i++) {
    totals one = single(r, v, i);
    add_totals(&all, &one);
  }
  return all;
}

static double standardise(const totals *all, const totals *own)
{
  double g = own->v / all->v, h = 1.0 - g;
  double variance =
    h * h * own->squares + g * g * fmax(all->squares - own->squares, 0.0);
  return variance > 0.0 ? (h * own->r - g * (all->r - own->r)) / sqrt(variance)
                        : 0.0;
}

double ic_rate_statistic(const double *r, const double *v, size_t n,
                         const uint64_t *mask)
{
  totals all = total_of(r, v, n), own = {0, 0, 0};
  for (size_t i = 0; i < n; i++)
    if (is_first(mask, i)) {
      totals one = single(r, v, i);
      add_totals(&own, &one);
    }
  return standardise(&all, &own);
}

/* The totals of every choice among eight participants. */
static void fill_bytes(totals *table, const double *r, const double *v,
                       size_t n)
{
  for (size_t i = 0; i < n; i++) {
    totals *t = table + 256 * (i / 8), one = single(r, v, i);
    size_t half = (size_t) 1 << (i % 8);
    for (size_t k = 0; k < half; k++) {
      t[half + k] = t[k];
      add_totals(&t[half + k], &one);
    }
  }
}

static double from_bytes(const totals *table, const totals *all,
                         const uint64_t *mask, size_t n)
{
  totals own = {0, 0, 0};
  for (size_t byte = 0; 8 * byte < n; byte++)
    add_totals(&own, &table[256 * byte
                            + (mask[byte / 8] >> (8 * (byte % 8)) & 255)]);
  return standardise(all, &own);
}

/* The k-th smallest, from 0; moves x (Hoare 1961). */
static double select_kth(double *x, size_t n, size_t k)
{
  size_t lo = 0, hi = n - 1;
  while (lo < hi) {
    double pivot = x[lo + (hi - lo) / 2];
    size_t i = lo, j = hi + 1;
    for (;; i++) {
      while (x[i] < pivot)
        i++;
      do
        j--;
      while (x[j] > pivot);
      if (i >= j)
        break;
      double swap = x[i];
      x[i] = x[j];
      x[j] = swap;
    }
    if (k <= j)
      hi = j;
    else
      lo = j + 1;
  }
  return x[k];
}

/* The largest value that is reached or passed by more than `share` of n. */
static double critical_value(double *x, size_t n, double share)
{
  size_t beyond = (size_t) floor(share * (double) n * (1.0 + 1e-12));
  double c = beyond < n ? select_kth(x, n, n - 1 - beyond) : -INFINITY;
  return isinf(c) ? c : c + 2.0 * NEARLY * fabs(c);
}

static void count_tails(const double *t, size_t n, double seen,
                        ic_tails *tails)
{
  double slack = NEARLY * fabs(seen), less = 0, greater = 0, two = 0;
  for (size_t b = 0; b < n; b++) {
    less += t[b] <= seen + slack;
    greater += t[b] >= seen - slack;
    two += fabs(t[b]) >= fabs(seen) - slack;
  }
  *tails = (ic_tails) {less / (double) n, greater / (double) n,
                       two / (double) n};
}

static void find_critical(double *t, size_t n, double level, ic_side side,
                          double critical[2])
{
  for (size_t b = 0; b < n; b++)
    t[b] = side == IC_SIDE_BOTH ? fabs(t[b])
      : side == IC_SIDE_LESS ? -t[b] : t[b];
  double c = critical_value(t, n, 1.0 - level);
  critical[0] = side == IC_SIDE_GREATER ? -INFINITY : -c;
  critical[1] = side == IC_SIDE_LESS ? INFINITY : c;
}

ic_status ic_rate_permute(const ic_relabellings *relabel, const double *r,
                          const double *v, const uint64_t *mask, double level,
                          ic_side side, ic_rate_test *out, ic_error *err)
{
  size_t n = relabel->count + (relabel->complete ? 0 : 1);
  double *t = ic_alloc(n, sizeof *t);
  totals *table = ic_alloc((relabel->n + 7) / 8, 256 * sizeof *table);
  ic_status status = t && table ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    totals all = total_of(r, v, relabel->n);
    fill_bytes(table, r, v, relabel->n);
    for (size_t b = 0; b < relabel->count; b++)
      t[b] = from_bytes(table, &all, relabel->mask + b * relabel->words,
                        relabel->n);
    out->statistic = from_bytes(table, &all, mask, relabel->n);
    if (!relabel->complete)
      t[n - 1] = out->statistic;
    count_tails(t, n, out->statistic, &out->tails);
    find_critical(t, n, level, side, out->critical);
  }
  ic_free(t);
  ic_free(table);
  return status;
}

/* What an interval is made of. */
typedef struct inversion {
  ic_rate_model model;
  const double *y, *w;
  size_t n;
  const uint64_t *mask;
  double *words, *r, *v;
} inversion;

static double at_ratio(const inversion *q, double log_ratio)
{
  double ratio = exp(log_ratio);
  for (size_t i = 0; i < q->n; i++)
    q->words[i] = q->w[i] * (is_first(q->mask, i) ? ratio : 1.0);
  ic_rate_scores(q->model, q->y, q->words, q->n, q->r, q->v);
  return ic_rate_statistic(q->r, q->v, q->n, q->mask);
}

static int passes(const inversion *q, double at, int upper, double critical)
{
  double t = at_ratio(q, at);
  return upper ? t < critical : t > critical;
}

/* From the estimate outwards in steps, 1 among them, to the first ratio that
 * is rejected; then by halving. */
static double end_of(const inversion *q, double centre, int upper,
                     double critical)
{
  double none = upper ? INFINITY : 0.0, sign = upper ? 1.0 : -1.0;
  if (isinf(critical) || centre == sign * INFINITY)
    return none;
  double in = isinf(centre) ? 0.0 : centre, out = in;
  if (isinf(centre) && passes(q, 0.0, upper, critical))
    return 1.0;
  while (!passes(q, out, upper, critical)) {
    if (fabs(out) > FAR)
      return none;
    in = out;
    out = in + sign * STEP;
    if (in * out < 0.0)
      out = 0.0;
  }
  for (int i = 0; i < 60; i++) {
    double mid = 0.5 * (in + out);
    *(passes(q, mid, upper, critical) ? &out : &in) = mid;
  }
  return exp(in);
}

static double log_ratio(const inversion *q)
{
  double rate[2];
  for (int g = 0; g < 2; g++) {
    size_t n = 0;
    for (size_t i = 0; i < q->n; i++)
      if (is_first(q->mask, i) != g) {
        q->r[n] = q->y[i];
        q->words[n++] = q->w[i];
      }
    rate[g] = ic_rate_estimate(q->model, q->r, q->words, n);
  }
  return log(rate[0]) - log(rate[1]);
}

ic_status ic_rate_interval(ic_rate_model model, const double *y,
                           const double *w, size_t n, const uint64_t *mask,
                           const double critical[2], double limits[2],
                           ic_error *err)
{
  inversion q = {model, y, w, n, mask, ic_alloc(n, sizeof(double)),
                 ic_alloc(n, sizeof(double)), ic_alloc(n, sizeof(double))};
  ic_status status = q.words && q.r && q.v ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    double centre = log_ratio(&q);
    limits[0] = end_of(&q, centre, 0, critical[1]);
    limits[1] = end_of(&q, centre, 1, critical[0]);
  }
  ic_free(q.words);
  ic_free(q.r);
  ic_free(q.v);
  return status;
}
