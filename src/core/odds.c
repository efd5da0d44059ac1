#include "odds.h"

#include <math.h>

#include "memory.h"
#include "numeric.h"

#define LOG_MOST 700.0

typedef struct law {
  double n1, n2, s, x;
  double least, most;
  double *weight; /* log, from `least` on */
  ic_odds_kind kind;
} law;

typedef struct moments {
  double above, at, below, mean;
} moments;

static moments at_log_odds(const law *l, double b)
{
  moments m = {0, 0, 0, 0};
  double top = -INFINITY, sum = 0.0;
  size_t range = (size_t) (l->most - l->least) + 1;
  for (size_t i = 0; i < range; i++)
    top = fmax(top, l->weight[i] + b * (double) i);
  for (size_t i = 0; i < range; i++) {
    double w = exp(l->weight[i] + b * (double) i - top), x = l->least + i;
    sum += w;
    m.mean += w * x;
    *(x > l->x ? &m.above : x < l->x ? &m.below : &m.at) += w;
  }
  return (moments) {m.above / sum, m.at / sum, m.below / sum, m.mean / sum};
}

/* What rises with the log odds ratio: the tail from x on, the complement of
 * the one up to x, the mean. */
static double rising(const law *l, double b, int what)
{
  moments m = at_log_odds(l, b);
  double half = l->kind == IC_ODDS_MIDP ? 0.5 * m.at : 0.0;
  if (what == 0)
    return m.mean;
  return what < 0 ? m.above + m.at - half : -(m.below + m.at - half);
}

static double solve(double (*f)(const law *, double, int), const law *l,
                    int what, double target)
{
  double lo = -LOG_MOST, hi = LOG_MOST;
  while (hi - lo > 1e-13 * fmax(1.0, fabs(lo))) {
    double mid = 0.5 * (lo + hi);
    if (mid == lo || mid == hi)
      break;
    if (f(l, mid, what) < target)
      lo = mid;
    else
      hi = mid;
  }
  return exp(0.5 * (lo + hi));
}

/* The frequency in the first cell fitted under psi with these margins: the
 * root of (psi - 1) X^2 - (n2 - s + psi (n1 + s)) X + psi n1 s that lies
 * within, in the form that does not cancel. */
static double fitted(const law *l, double psi)
{
  double a = psi - 1.0, b = l->n2 - l->s + psi * (l->n1 + l->s);
  double c = psi * l->n1 * l->s;
  double inside = b * b - 4.0 * a * c;
  double root = sqrt(inside > 0.0 ? inside : 0.0);
  double x = b >= 0.0 ? 2.0 * c / (b + root) : (b - root) / (2.0 * a);
  return fmin(fmax(x, l->least), l->most);
}

/* Minus the signed root of the score statistic: rises with psi. */
static double score(const law *l, double b, int what)
{
  double x = fitted(l, exp(b)), n = l->n1 + l->n2;
  (void) what;
  if (x == l->x)
    return 0.0;
  double v = 1.0 / x + 1.0 / (l->n1 - x) + 1.0 / (l->s - x)
    + 1.0 / (l->n2 - l->s + x);
  return (x - l->x) * sqrt(v * (n - 1.0) / n);
}

static ic_status weigh(law *l, ic_error *err)
{
  size_t range = (size_t) (l->most - l->least) + 1;
  l->weight = ic_alloc(range, sizeof *l->weight);
  if (!l->weight)
    return ic_no_memory(err);
  for (size_t i = 0; i < range; i++) {
    double x = l->least + (double) i;
    l->weight[i] = ic_log_choose(l->n1, x) + ic_log_choose(l->n2, l->s - x);
  }
  return IC_OK;
}

static double sample_ratio(const law *l)
{
  double y = l->s - l->x;
  return l->x * (l->n2 - y) / (y * (l->n1 - l->x));
}

ic_status ic_odds_ratio(ic_odds_kind kind, uint32_t x1, uint32_t n1,
                        uint32_t x2, uint32_t n2, double alpha_low,
                        double alpha_high, double *estimate, double limits[2],
                        ic_error *err)
{
  double s = (double) x1 + x2;
  law l = {n1, n2, s, x1, fmax(0.0, s - n2), fmin(s, n1), NULL, kind};
  *estimate = NAN;
  limits[0] = 0.0;
  limits[1] = INFINITY;
  if (s == 0.0 || s == (double) n1 + n2)
    return IC_OK;
  ic_status status = weigh(&l, err);
  if (status != IC_OK)
    return status;
  int lowest = l.x == l.least, highest = l.x == l.most;
  *estimate = lowest ? 0.0 : highest ? INFINITY
    : kind == IC_ODDS_SCORE ? sample_ratio(&l) : solve(rising, &l, 0, l.x);
  if (!lowest && alpha_low > 0.0)
    limits[0] = kind == IC_ODDS_SCORE
      ? solve(score, &l, 0, ic_normal_quantile(alpha_low))
      : solve(rising, &l, -1, alpha_low);
  if (!highest && alpha_high > 0.0)
    limits[1] = kind == IC_ODDS_SCORE
      ? solve(score, &l, 0, -ic_normal_quantile(alpha_high))
      : solve(rising, &l, 1, -alpha_high);
  ic_free(l.weight);
  return IC_OK;
}
