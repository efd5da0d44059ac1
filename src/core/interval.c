#include "interval.h"

#include <math.h>

#include "numeric.h"

const ic_interval ic_interval_none = {NAN, NAN, NAN, 0.0, NAN, IC_CI_NONE};
const ic_influence ic_influence_none = {INFINITY, 0.0, 0.0, 0.0, 0.0};

static ic_interval nothing(ic_interval_kind why)
{
  ic_interval out = ic_interval_none;
  out.kind = why;
  return out;
}

void ic_influence_add(ic_influence *f, const double *values, size_t step,
                      const double *size, size_t n)
{
  double units = 0.0, squares = 0.0, cubes = 0.0;
  ic_sum sum = {0, 0};
  for (size_t i = 0; i < n; i++) {
    double v = values[i * step], k = size ? size[i] : 1.0;
    if (isnan(v))
      continue;
    units += k;
    ic_sum_add(&sum, k * v);
  }
  f->least = units < f->least ? units : f->least;
  if (units < 2.0)
    return;
  double mean = ic_sum_value(&sum) / units, share = (units - 1.0) / units;
  for (size_t i = 0; i < n; i++) {
    double d = mean - values[i * step], k = size ? size[i] : 1.0;
    if (isnan(d))
      continue;
    squares += k * d * d;
    cubes += k * d * d * d;
  }
  f->squares += share * share * squares;
  f->cubes += share * share * share * cubes;
  f->variance += share * squares;
  f->spread += share * squares * share * squares / (units - 1.0);
}

ic_interval ic_interval_around(double value, double error, double df,
                               double confidence, double ceiling,
                               ic_interval_kind kind)
{
  double p = 0.5 + 0.5 * confidence, z = fabs(value) / error;
  ic_interval out = nothing(IC_CI_DEGENERATE);
  out.error = error;
  if (error < IC_TIE)
    return out;
  double half = error
    * (isinf(df) ? ic_normal_quantile(p) : ic_t_quantile(p, df));
  out.low = value - half;
  out.high = value + half < ceiling ? value + half : ceiling;
  out.p = 2.0 * (isinf(df) ? ic_normal_cdf(-z) : ic_t_cdf(-z, df));
  out.kind = kind;
  return out;
}

ic_interval ic_interval_jackknife(const ic_influence *f, double value,
                                  double confidence, double ceiling)
{
  if (!(f->least >= 2.0) || isinf(f->least))
    return nothing(IC_CI_TOO_FEW);
  double df = f->spread > 0.0 ? f->variance * f->variance / f->spread
                              : f->least - 1.0;
  return ic_interval_around(value, sqrt(f->variance), df, confidence, ceiling,
                            IC_CI_JACKKNIFE);
}

/* Where the replicates stand: bias and acceleration are 0 for percentiles. */
typedef struct standing {
  const double *sorted;
  size_t n;
  double bias, acceleration;
} standing;

/* The share of replicates below the estimate, ties by half. */
static double share_below(const double *sorted, size_t n, double value)
{
  double below = 0.0;
  for (size_t i = 0; i < n; i++)
    below += sorted[i] < value - IC_TIE ? 1.0
      : sorted[i] <= value + IC_TIE ? 0.5 : 0;
  return below / (double) n;
}

static ic_interval_kind correct(standing *s, double value,
                                const ic_influence *f, double confidence)
{
  double below = f ? share_below(s->sorted, s->n, value) : 0.0;
  if (!f || !(f->squares > 0.0) || below <= 0.0 || below >= 1.0)
    return IC_CI_PERCENTILE;
  double a = f->cubes / (6.0 * pow(f->squares, 1.5));
  double bias = ic_normal_quantile(below);
  double z = ic_normal_quantile(0.5 + 0.5 * confidence);
  if (a * (bias + z) >= 1.0 || a * (bias - z) >= 1.0)
    return IC_CI_PERCENTILE;
  s->bias = bias;
  s->acceleration = a;
  return IC_CI_BCA;
}

/* The quantile of the replicates that is the limit at level p. */
static double limit(const standing *s, double p)
{
  double z = s->bias + ic_normal_quantile(p);
  if (s->bias != 0.0 || s->acceleration != 0.0)
    p = ic_normal_cdf(s->bias + z / (1.0 - s->acceleration * z));
  return ic_quantile_sorted(s->sorted, s->n, p);
}

/* The level whose limit is the quantile `share`. */
static double level(const standing *s, double share)
{
  if (share <= 0.0 || share >= 1.0)
    return share;
  double w = ic_normal_quantile(share) - s->bias;
  double fall = 1.0 + s->acceleration * w;
  if (fall <= 0.0)
    return w < 0.0 ? 0.0 : 1.0;
  return ic_normal_cdf(w / fall - s->bias);
}

/* The largest share whose quantile is not above 0; `sign` -1 looks at the
 * replicates from the other end. Beyond all of them: one more draw. */
static double share_at_zero(const standing *s, double sign)
{
  size_t n = s->n, k = 0;
  while (k < n && sign * s->sorted[sign > 0 ? k : n - 1 - k] <= IC_TIE)
    k++;
  if (k == 0)
    return 1.0 / (double) (n + 1);
  if (k == n)
    return 1.0;
  double below = sign * s->sorted[sign > 0 ? k - 1 : n - k];
  double above = sign * s->sorted[sign > 0 ? k : n - 1 - k];
  double part = below < 0.0 ? -below / (above - below) : 0.0;
  return ((double) k + part) / (double) (n + 1);
}

static double p_of_zero(const standing *s)
{
  double below = level(s, share_at_zero(s, 1.0));
  double above = 1.0 - level(s, 1.0 - share_at_zero(s, -1.0));
  double p = 2.0 * (below < above ? below : above);
  double least = 2.0 / (double) (s->n + 1);
  return p < least ? least : p > 1.0 ? 1.0 : p;
}

static double deviation(const double *x, size_t n)
{
  ic_sum sum = {0, 0};
  double squares = 0.0;
  for (size_t i = 0; i < n; i++)
    ic_sum_add(&sum, x[i]);
  double mean = ic_sum_value(&sum) / (double) n;
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  return sqrt(squares / ((double) n - 1.0));
}

static size_t keep_defined(double *x, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i]))
      x[kept++] = x[i];
  return kept;
}

ic_interval ic_interval_replicates(double *x, size_t n, double value,
                                   const ic_influence *f, double confidence)
{
  standing s = {x, keep_defined(x, n), 0.0, 0.0};
  ic_interval out = nothing(IC_CI_TOO_FEW);
  out.undefined = (double) (n - s.n);
  if (s.n < 2)
    return out;
  ic_sort(x, s.n);
  out.error = deviation(x, s.n);
  out.kind = IC_CI_DEGENERATE;
  if (x[s.n - 1] - x[0] < IC_TIE)
    return out;
  out.kind = correct(&s, value, f, confidence);
  out.low = limit(&s, 0.5 - 0.5 * confidence);
  out.high = limit(&s, 0.5 + 0.5 * confidence);
  out.p = p_of_zero(&s);
  return out;
}
