/* factorials.h - logarithms of products of factorials that can be compared.
 * Tables with the same margins are as likely as 1 / product of x!. Whether two
 * products are equal decides a p-value, and equal ones arise in many ways
 * (6! = 5! 3!). So the logarithm of a prime is rounded once to a whole number
 * of 2^-80ths, that of any other number is the sum over its primes, and sums
 * are whole numbers: equal products have equal logarithms, bit for bit. With
 * factorials of parts of n there are at most 4 n primes, so that products
 * further apart than one part in 2^78 / n are told apart, and in the right
 * order. */
#ifndef IC_FACTORIALS_H
#define IC_FACTORIALS_H

#include <stdint.h>

#include "status.h"

/* whole 2^-40 + part 2^-80, 0 <= part < 2^40. */
typedef struct ic_fixed {
  int64_t whole, part;
} ic_fixed;

#define IC_FIXED_PART ((int64_t) 1 << 40)

/* log k! for k = 0 .. n into out; n <= IC_FACTORIALS_MAX. */
#define IC_FACTORIALS_MAX 1000000
ic_status ic_log_factorials(ic_fixed *out, uint32_t n, ic_error *err);

static inline ic_fixed ic_fixed_add(ic_fixed a, ic_fixed b)
{
  int64_t part = a.part + b.part, carry = part >= IC_FIXED_PART;
  return (ic_fixed) {a.whole + b.whole + carry, part - carry * IC_FIXED_PART};
}

static inline ic_fixed ic_fixed_subtract(ic_fixed a, ic_fixed b)
{
  int64_t part = a.part - b.part, carry = part < 0;
  return (ic_fixed) {a.whole - b.whole - carry, part + carry * IC_FIXED_PART};
}

/* -1, 0, 1 as a is below, equal to or above b. */
static inline int ic_fixed_compare(ic_fixed a, ic_fixed b)
{
  if (a.whole != b.whole)
    return a.whole < b.whole ? -1 : 1;
  return (a.part > b.part) - (a.part < b.part);
}

static inline double ic_fixed_value(ic_fixed a)
{
  return ((double) a.whole + (double) a.part * 0x1p-40) * 0x1p-40;
}

#endif
