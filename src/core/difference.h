/* difference.h - intervals for p1 - p2, x1 of n1 against x2 of n2.
 * Closed forms and score intervals, and an exact interval that cannot
 * contradict the central Boschloo test.
 *
 * The exact interval. Tables are put in one fixed order, and the lower limit
 * of a table is the difference d at which the largest probability, over all
 * (p1, p2) with p1 - p2 = d, of a table at least as extreme is alpha / 2
 * (Buehler 1957; Santner and Snell 1980). The upper limit is the lower one of
 * the groups swapped, with its sign changed. Whatever the order, such limits
 * cover with at least the stated probability. The order here: first the
 * tables that the one-sided Boschloo test rejects at alpha / 2, then all
 * others, and within both by Newcombe's (1998) lower limit. A table that is
 * not rejected has its limit capped at 0. So 0 lies outside the open interval
 * exactly when the central Boschloo p-value is at most alpha. */
#ifndef IC_DIFFERENCE_H
#define IC_DIFFERENCE_H

#include <stdint.h>

#include "status.h"

typedef enum ic_interval {
  IC_INTERVAL_SCORE,    /* Miettinen and Nurminen (1985) */
  IC_INTERVAL_MEE,      /* Mee (1984): the same without N / (N - 1) */
  IC_INTERVAL_NEWCOMBE, /* Newcombe (1998), method 10 */
  IC_INTERVAL_CAFFO     /* Agresti and Caffo (2000) */
} ic_interval;

/* x1 <= n1, x2 <= n2, n1, n2 >= 1, 0 < level < 1. Limits lie in [-1, 1]. */
void ic_difference_interval(ic_interval kind, uint32_t x1, uint32_t n1,
                            uint32_t x2, uint32_t n2, double level,
                            double limits[2]);

/* How tables are ordered for an exact interval. */
typedef enum ic_order {
  IC_ORDER_BOSCHLOO,  /* as above */
  IC_ORDER_DIFFERENCE /* by x1 / n1 - x2 / n2 (Santner and Snell 1980) */
} ic_order;

/* An exact lower limit for tables of n1 against n2 at one level. */
typedef struct ic_lower ic_lower;

#define IC_DIFFERENCE_CELLS_MAX 60000

/* IC_ELIMIT if (n1 + 1)(n2 + 1) is above IC_DIFFERENCE_CELLS_MAX. */
ic_status ic_lower_new(uint32_t n1, uint32_t n2, double level, ic_order order,
                       ic_lower **out, ic_error *err);
void ic_lower_free(ic_lower *l);

/* The lower limit, to 1e-10. One thread at a time. */
double ic_lower_limit(ic_lower *l, uint32_t x1, uint32_t x2);

#endif
