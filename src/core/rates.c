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
    v[i] = !present ? u : u * u / expm1(u);
  }
}

double ic_rate_statistic(const double *r, const double *v, size_t n,
                         const uint64_t *mask)
{
  double all = 0.0, first = 0.0, own = 0.0, squares = 0.0, others = 0.0,
         rest = 0.0;
  for (size_t i = 0; i < n; i++) {
    double in = is_first(mask, i), square = r[i] * r[i];
    all += v[i];
    first += in * v[i];
    own += in * r[i];
    rest += r[i] - in * r[i];
    squares += in * square;
    others += square - in * square;
  }
  double g = first / all;
  double variance = (1.0 - g) * (1.0 - g) * squares + g * g * others;
  return variance > 0.0 ? ((1.0 - g) * own - g * rest) / sqrt(variance) : 0.0;
}

/* The largest value that is reached or passed by more than `share` of n. */
static double critical_value(double *x, size_t n, double share)
{
  ic_sort(x, n);
  size_t beyond = (size_t) floor(share * (double) n * (1.0 + 1e-12));
  double c = beyond < n ? x[n - 1 - beyond] : -INFINITY;
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
  if (!t)
    return ic_no_memory(err);
  for (size_t b = 0; b < relabel->count; b++)
    t[b] = ic_rate_statistic(r, v, relabel->n,
                             relabel->mask + b * relabel->words);
  out->statistic = ic_rate_statistic(r, v, relabel->n, mask);
  if (!relabel->complete)
    t[n - 1] = out->statistic;
  count_tails(t, n, out->statistic, &out->tails);
  find_critical(t, n, level, side, out->critical);
  ic_free(t);
  return IC_OK;
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
