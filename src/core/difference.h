/* difference.h - intervals for p1 - p2, x1 of n1 against x2 of n2: closed forms
 * and score intervals. Exact ones: unconditional.h. */
#ifndef IC_DIFFERENCE_H
#define IC_DIFFERENCE_H

#include <stdint.h>

typedef enum ic_difference_kind {
  IC_INTERVAL_SCORE,    /* Miettinen and Nurminen (1985) */
  IC_INTERVAL_MEE,      /* Mee (1984): the same without N / (N - 1) */
  IC_INTERVAL_NEWCOMBE, /* Newcombe (1998), method 10 */
  IC_INTERVAL_CAFFO     /* Agresti and Caffo (2000) */
} ic_difference_kind;

/* x1 <= n1, x2 <= n2, n1, n2 >= 1, 0 < level < 1. Limits lie in [-1, 1]. */
void ic_difference_interval(ic_difference_kind kind, uint32_t x1, uint32_t n1,
                            uint32_t x2, uint32_t n2, double level,
                            double limits[2]);

/* The parts that exact intervals take up: Newcombe's lower limit at normal
 * quantile z, and the score of the observed difference with p1 - p2 = d as
 * hypothesis (Mee's, without N / (N - 1)). */
double ic_newcombe_lower(double x1, double n1, double x2, double n2, double z);
double ic_difference_score(double x1, double n1, double x2, double n2,
                           double d);

#endif
