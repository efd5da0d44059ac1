#include "numeric.h"

#include <math.h>
#include <stdlib.h>

void ic_sum_add(ic_sum *sum, double x)
{
  double t = sum->total + x;
  if (fabs(sum->total) >= fabs(x))
    sum->rest += (sum->total - t) + x;
  else
    sum->rest += (x - t) + sum->total;
  sum->total = t;
}

double ic_sum_value(const ic_sum *sum)
{
  return sum->total + sum->rest;
}

/* Stirling's series after shifting z to 16 or more; the library's lgamma()
 * writes a global and may not be called from threads. */
static double log_gamma(double z)
{
  double shift = 1.0;
  while (z < 16.0)
    shift *= z++;
  double s = 1.0 / (z * z);
  double series = (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260
    - s * (1.0 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * log(z) - z + 0.918938533204672741780329736406 + series
    - log(shift);
}

double ic_log_factorial(double n)
{
  static const double small[] = {
    1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800,
    479001600, 6227020800.0, 87178291200.0, 1307674368000.0
  };
  return n < 16.0 ? log(small[(int) n]) : log_gamma(n + 1.0);
}

double ic_log_choose(double n, double k)
{
  return ic_log_factorial(n) - ic_log_factorial(k) - ic_log_factorial(n - k);
}

double ic_normal_cdf(double x)
{
  return 0.5 * erfc(-x * 0.70710678118654752440);
}

static double horner(const double *c, int n, double x)
{
  double y = c[n - 1];
  for (int i = n - 2; i >= 0; i--)
    y = y * x + c[i];
  return y;
}

double ic_normal_quantile(double p)
{
  static const double a[8] = {
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
    13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
    33430.575583588128105, 2509.0809287301226727};
  static const double b[8] = {
    1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
    21213.794301586595867, 39307.895800092710610, 28729.085735721942674,
    5226.4952788528545610};
  static const double c[8] = {
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
    0.0227238449892691845833, 7.74545014278341407640e-4};
  static const double d[8] = {
    1.0, 2.05319162663775882187, 1.67638483018380384940,
    0.689767334985100004550, 0.148103976427480074590,
    0.0151986665636164571966, 5.47593808499534494600e-4,
    1.05075007164441684324e-9};
  static const double e[8] = {
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    0.296560571828504891230, 0.0265321895265761230930,
    1.24266094738807843860e-3, 2.71155556874348757815e-5,
    2.01033439929228813265e-7};
  static const double f[8] = {
    1.0, 0.599832206555887937690, 0.136929880922735805310,
    0.0148753612908506148525, 7.86869131145613259100e-4,
    1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15};
  double q = p - 0.5;
  if (!(p > 0.0 && p < 1.0))
    return p == 0.0 ? -INFINITY : p == 1.0 ? INFINITY : NAN;
  if (fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * horner(a, 8, r) / horner(b, 8, r);
  }
  double r = sqrt(-log(q < 0 ? p : 1.0 - p));
  double x = r <= 5.0 ? horner(c, 8, r - 1.6) / horner(d, 8, r - 1.6)
                      : horner(e, 8, r - 5.0) / horner(f, 8, r - 5.0);
  return q < 0 ? -x : x;
}

/* Lentz's continued fraction of the incomplete beta function. */
static double beta_fraction(double x, double a, double b)
{
  const double tiny = 1e-300;
  double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (fabs(d) < tiny ? tiny : d);
  double h = d;
  for (int m = 1; m <= 10000; m++) {
    double m2 = 2.0 * m;
    double even = m * (b - m) * x / ((a + m2 - 1.0) * (a + m2));
    d = 1.0 + even * d;
    c = 1.0 + even / c;
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    c = fabs(c) < tiny ? tiny : c;
    h *= d * c;
    double odd = -(a + m) * (a + b + m) * x / ((a + m2) * (a + m2 + 1.0));
    d = 1.0 + odd * d;
    c = 1.0 + odd / c;
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    c = fabs(c) < tiny ? tiny : c;
    double step = d * c;
    h *= step;
    if (fabs(step - 1.0) < 1e-16)
      break;
  }
  return h;
}

double ic_beta_cdf(double x, double a, double b)
{
  if (isnan(x) || isnan(a) || isnan(b) || a <= 0.0 || b <= 0.0)
    return NAN;
  if (x <= 0.0)
    return 0.0;
  if (x >= 1.0)
    return 1.0;
  double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b)
                     + a * log(x) + b * log1p(-x));
  if (x < (a + 1.0) / (a + b + 2.0))
    return front * beta_fraction(x, a, b) / a;
  return 1.0 - front * beta_fraction(1.0 - x, b, a) / b;
}

double ic_t_cdf(double x, double df)
{
  if (isnan(x) || !(df > 0.0))
    return NAN;
  if (isinf(x))
    return x < 0 ? 0.0 : 1.0;
  double tail = 0.5 * ic_beta_cdf(df / (df + x * x), 0.5 * df, 0.5);
  return x < 0 ? tail : 1.0 - tail;
}

double ic_t_quantile(double p, double df)
{
  if (!(p > 0.0 && p < 1.0) || !(df > 0.0))
    return p == 0.0 ? -INFINITY : p == 1.0 ? INFINITY : NAN;
  if (p == 0.5)
    return 0.0;
  double upper = p > 0.5 ? 1.0 - p : p;
  double low = 0.0, high = 1.0;
  while (ic_t_cdf(-high, df) > upper && high < 1e300)
    high *= 2.0;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    double mid = 0.5 * (low + high);
    if (ic_t_cdf(-mid, df) > upper)
      low = mid;
    else
      high = mid;
  }
  double x = 0.5 * (low + high);
  return p > 0.5 ? x : -x;
}

double ic_f_tail(double x, double df1, double df2)
{
  if (isnan(x) || !(df1 > 0.0) || !(df2 > 0.0))
    return NAN;
  if (x <= 0.0 || isinf(x))
    return x <= 0.0 ? 1.0 : 0.0;
  return ic_beta_cdf(df2 / (df2 + df1 * x), 0.5 * df2, 0.5 * df1);
}

/* Below the median by the other tail, so that no digits are lost in 1 - p. */
double ic_f_quantile(double p, double df1, double df2)
{
  if (!(p > 0.0 && p < 1.0) || !(df1 > 0.0) || !(df2 > 0.0))
    return p == 0.0 ? 0.0 : p == 1.0 ? INFINITY : NAN;
  if (p < 0.5)
    return 1.0 / ic_f_quantile(1.0 - p, df2, df1);
  double low = 1.0, high = 1.0;
  while (ic_f_tail(high, df1, df2) > 1.0 - p && high < 1e300)
    high *= 2.0;
  while (ic_f_tail(low, df1, df2) < 1.0 - p && low > 1e-300)
    low *= 0.5;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    double mid = 0.5 * (low + high);
    if (ic_f_tail(mid, df1, df2) > 1.0 - p)
      low = mid;
    else
      high = mid;
  }
  return 0.5 * (low + high);
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

void ic_sort(double *x, size_t n)
{
  qsort(x, n, sizeof *x, ascending);
}

double ic_quantile_sorted(const double *x, size_t n, double p)
{
  double h = (double) (n + 1) * p;
  if (h <= 1.0)
    return x[0];
  if (h >= (double) n)
    return x[n - 1];
  size_t j = (size_t) h;
  double part = h - (double) j;
  return x[j - 1] + part * (x[j] - x[j - 1]);
}

double ic_golden_max(double (*f)(const void *data, double x), const void *data,
                     double lo, double hi, double width, double *at)
{
  const double g = 0.61803398874989484820;
  double c = hi - g * (hi - lo), d = lo + g * (hi - lo);
  double fc = f(data, c), fd = f(data, d);
  while (hi - lo > width) {
    if (fc > fd) {
      hi = d;
      d = c;
      fd = fc;
      c = hi - g * (hi - lo);
      fc = f(data, c);
    } else {
      lo = c;
      c = d;
      fc = fd;
      d = lo + g * (hi - lo);
      fd = f(data, d);
    }
  }
  if (at)
    *at = fc > fd ? c : d;
  return fc > fd ? fc : fd;
}
