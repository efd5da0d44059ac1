/* bigint.h - whole numbers without a limit, as far as exact tests need them.
 * Weights of 2 x 2 tables are products of binomial coefficients. Whether two
 * of them are equal decides a p-value, so they are kept exactly. A number has
 * a capacity fixed when it is made; no operation allocates, and the caller
 * sees to it that results fit (each says how large they get).
 * Thread safety: a number belongs to one thread at a time. */
#ifndef IC_BIGINT_H
#define IC_BIGINT_H

#include <stdint.h>

#include "status.h"

typedef struct ic_big {
  uint32_t *limb; /* least significant first, no leading zeros */
  size_t n;       /* limbs in use; 0 is the number zero */
  size_t capacity;
} ic_big;

/* A zero with room for `bits` bits. Freed by ic_big_free(), which accepts a
 * number that was never made ({NULL, 0, 0}). */
ic_status ic_big_make(ic_big *a, size_t bits, ic_error *err);
void ic_big_free(ic_big *a);

void ic_big_set(ic_big *a, uint64_t value);
void ic_big_copy(ic_big *a, const ic_big *b);
size_t ic_big_bits(const ic_big *a);

/* -1, 0, 1 as a is below, equal to or above b. */
int ic_big_compare(const ic_big *a, const ic_big *b);

/* a += b; at most one bit longer than the longer of the two. */
void ic_big_add(ic_big *a, const ic_big *b);

/* a -= b, for b <= a. */
void ic_big_subtract(ic_big *a, const ic_big *b);

/* a *= m; at most 32 bits longer. */
void ic_big_scale(ic_big *a, uint32_t m);

/* a /= d, rounded down; d > 0. */
void ic_big_divide(ic_big *a, uint32_t d);

/* out = a * b; as many bits as both together. out is neither a nor b. */
void ic_big_multiply(ic_big *out, const ic_big *a, const ic_big *b);

/* a * 2^k. */
void ic_big_shift(ic_big *a, size_t k);

/* a / b to about 60 bits, fast; b > 0. */
double ic_big_quotient(const ic_big *a, const ic_big *b);

/* a / b rounded correctly to double, so that equal fractions give equal
 * doubles whatever their terms; b > 0. r and s are scratch with room for
 * two bits more than the longer of a and b. */
double ic_big_ratio(const ic_big *a, const ic_big *b, ic_big *r, ic_big *s);

#endif
