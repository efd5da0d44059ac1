/* unconditional.h - exact limits for p1 - p2 and p1 / p2.
 * Whatever the proportions, x1 of n1 against x2 of n2 has limits that cover
 * with at least the stated probability. The lower limit is the least value at
 * which the largest probability, over all p1 and p2 so far apart, of a table at
 * least as extreme exceeds alpha / 2. The upper one is the lower one of the
 * groups swapped, its sign (or the ratio) reversed.
 *
 * One fixed order of the tables (Buehler 1957; Santner and Snell 1980) gives
 * limits that cover whatever the order. IC_ORDER_BOSCHLOO: first the tables
 * that the one-sided Boschloo test rejects at alpha / 2, then all others, and
 * within both by Newcombe's (1998) lower limit; a table that is not rejected
 * has its limit capped at 0. So 0 lies outside the open interval exactly when
 * the central Boschloo p-value is at most alpha. IC_ORDER_DIFFERENCE: by
 * x1 / n1 - x2 / n2.
 *
 * Or the order is that of the score statistic at each value anew (Chan and
 * Zhang 1999); at difference 0 this is the pooled z, whose test is Barnard's.
 * IC_ORDER_SQUARE takes both sides together, by the size of the score, against
 * alpha (Agresti and Min 2001). */
#ifndef IC_UNCONDITIONAL_H
#define IC_UNCONDITIONAL_H

#include <stdint.h>

#include "status.h"

typedef enum ic_order {
  IC_ORDER_BOSCHLOO,
  IC_ORDER_DIFFERENCE,
  IC_ORDER_SCORE,
  IC_ORDER_SQUARE,
  IC_ORDER_RATIO /* by score, for p1 / p2 */
} ic_order;

/* An exact lower limit for tables of n1 against n2 at one level. */
typedef struct ic_lower ic_lower;

#define IC_LOWER_CELLS_MAX 60000

/* IC_ELIMIT if (n1 + 1)(n2 + 1) is above IC_LOWER_CELLS_MAX. */
ic_status ic_lower_new(uint32_t n1, uint32_t n2, double level, ic_order order,
                       ic_lower **out, ic_error *err);
void ic_lower_free(ic_lower *l);

/* The lower limit, to 1e-10. One thread at a time. */
double ic_lower_limit(ic_lower *l, uint32_t x1, uint32_t x2);

#endif
