/* numeric.h - the few special functions and sums that the statistics share.
 * Pure functions of their arguments; NaN in, NaN out. */
#ifndef IC_NUMERIC_H
#define IC_NUMERIC_H

#include <stddef.h>
#include <stdint.h>

/* Compensated (Neumaier 1974) running sum. Start from {0, 0}. */
typedef struct ic_sum {
  double total;
  double rest;
} ic_sum;

void ic_sum_add(ic_sum *sum, double x);
double ic_sum_value(const ic_sum *sum);

/* log(n!) and log(n choose k); n, k >= 0 whole numbers, k <= n. */
double ic_log_factorial(double n);
double ic_log_choose(double n, double k);

/* Standard normal distribution function and its inverse (0 < p < 1; the
 * inverse is Wichura's AS 241, relative error about 1e-16). */
double ic_normal_cdf(double x);
double ic_normal_quantile(double p);

/* Student's t with df > 0. */
double ic_t_cdf(double x, double df);
double ic_t_quantile(double p, double df);

/* F with df1, df2 > 0: its upper tail, and the quantile of 0 < p < 1. */
double ic_f_tail(double x, double df1, double df2);
double ic_f_quantile(double p, double df1, double df2);

/* Regularised incomplete beta function I_x(a, b). */
double ic_beta_cdf(double x, double a, double b);

/* The largest value of a function with one peak between lo and hi, by golden
 * section until the place is known to `width`; *at (unless NULL) is the place.
 * */
double ic_golden_max(double (*f)(const void *data, double x), const void *data,
                     double lo, double hi, double width, double *at);

/* Sorts in ascending order. NaN is not allowed. */
void ic_sort(double *x, size_t n);

/* The quantile of sorted x by linear interpolation of the n + 1 spacings
 * (type 6), p in [0, 1], n > 0. */
double ic_quantile_sorted(const double *x, size_t n, double p);

/* -1, 0 or 1, as a is below b, the same or above: for qsort(). */
static inline int ic_compare(size_t a, size_t b)
{
  return (a > b) - (a < b);
}

/* The greatest number that divides both; 0 is divided by all. */
static inline uint64_t ic_common_divisor(uint64_t a, uint64_t b)
{
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* How many bits are set. */
static inline size_t ic_count_bits(uint64_t x)
{
#if defined(__POPCNT__) || defined(__aarch64__)
  return (size_t) __builtin_popcountll(x);
#else
  x -= (x >> 1) & UINT64_C(0x5555555555555555);
  x = (x & UINT64_C(0x3333333333333333))
    + ((x >> 2) & UINT64_C(0x3333333333333333));
  x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (size_t) ((x * UINT64_C(0x0101010101010101)) >> 56);
#endif
}

#endif
