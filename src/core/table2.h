/* table2.h - exact tests of two proportions, x1 of n1 against x2 of n2.
 * Given the total s = x1 + x2, a table weighs C(n1, x1) C(n2, x2). Every
 * ordering of tables is decided on these whole numbers, never on rounded
 * ones, so no tie is lost and no near tie is merged.
 *
 * Fisher's test (1935) conditions on s. Boschloo's (1970) takes Fisher's
 * p-value as its statistic and Barnard's (1945, 1947) the pooled z; their
 * p-value is the largest probability, over the common proportion theta, of a
 * table at least as extreme: the maximum of sum_s a_s Bin(s; N, theta), a_s
 * the probability of these tables given s (bernstein.h encloses it to 1e-11).
 * Going from one total to the next the boundary of these tables moves by one
 * place or none, so that a_s costs one tail, summed in doubles as a multiple
 * of the observed one; where two tails or weights differ by less than the
 * proven error of that (2e-15 (N + 10)), whole numbers decide.
 * Berger and Boos (1994): with gamma > 0 the maximum is taken over Clopper and
 * Pearson's interval for theta at level 1 - gamma, and gamma is added.
 *
 * p-values are in (0, 1], never NaN; one below the smallest double is it. A
 * table with s = 0 or s = N has p = 1. */
#ifndef IC_TABLE2_H
#define IC_TABLE2_H

#include <stdint.h>

#include "status.h"

#define IC_TABLE2_GROUP_MAX 60000

typedef enum ic_tail {
  IC_LESS,    /* p1 < p2 */
  IC_GREATER, /* p1 > p2 */
  IC_CENTRAL, /* twice the smaller of the two, at most 1 */
  IC_MINLIKE, /* tables no more likely (Fisher), Fisher's two-sided p no
               * larger (Boschloo), |z| no smaller (Barnard) */
  IC_BLAKER   /* the smaller tail and the largest one on the other side that is
               * no larger (Blaker 2000): Fisher only */
} ic_tail;

/* Room to work in for tables of n1 against n2. One thread at a time. */
typedef struct ic_table2 ic_table2;

/* IC_EINPUT unless 1 <= n1, n2 <= IC_TABLE2_GROUP_MAX. */
ic_status ic_table2_new(uint32_t n1, uint32_t n2, ic_table2 **out,
                        ic_error *err);
void ic_table2_free(ic_table2 *d);

/* x1 <= n1 and x2 <= n2 in all that follows. mid: half the probability of the
 * observed table is taken off each tail (Lancaster 1961). */
double ic_table2_fisher(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                        int mid);
/* 0 <= gamma < 1. */
double ic_table2_boschloo(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                          double gamma);
double ic_table2_barnard(ic_table2 *d, uint32_t x1, uint32_t x2, ic_tail tail,
                         double gamma);

/* Fisher's one-sided p-value (p1 > p2) of every table:
 * p[x1 * (n2 + 1) + x2]. */
void ic_table2_greater_all(ic_table2 *d, double *p);

#endif
