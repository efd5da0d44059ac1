/* distance.h - how far two values lie apart, and how much two categories
 * count as agreeing.
 * Distances belong to Krippendorff's alpha, weights w to the kappa family: n x
 * n, symmetric, 1 on the diagonal; NULL is the identity. Pure functions; nothing
 * allocates. */
#ifndef IC_DISTANCE_H
#define IC_DISTANCE_H

#include <stddef.h>

/* Levels of measurement (Krippendorff 2011). The ordinal distance depends on
 * the margins: it is the squared difference of mid-ranks, so an ordinal alpha
 * is an interval alpha on mid-ranks. */
typedef enum ic_level {
  IC_NOMINAL,  /* 0 or 1 */
  IC_ORDINAL,  /* (R_a - R_b)^2 with mid-ranks R */
  IC_INTERVAL, /* (a - b)^2 */
  IC_RATIO,    /* ((a - b) / (a + b))^2; infinite where a + b = 0, a != b */
  IC_CIRCULAR, /* sin^2(pi (a - b) / U), U = range[0] the circumference */
  IC_BIPOLAR,  /* (a - b)^2 / ((a + b - 2 l) (2 h - a - b)) between the poles
                  l = range[0] and h = range[1] (Krippendorff 2004) */
  IC_GIVEN     /* by a matrix of categories x categories */
} ic_level;

/* The squared distance of two values at a level other than ordinal and given.
 * `range` is not used but by a circular or bipolar level. */
double ic_distance(ic_level level, const double *range, double a, double b);

/* Half the angle that a difference spans on a circle, in (-pi, pi). */
double ic_half_angle(double difference, double circumference);

typedef enum ic_weights {
  IC_LINEAR,    /* 1 - |a - b| / range */
  IC_QUADRATIC, /* 1 - (a - b)^2 / range^2 */
  IC_BY_ORDER   /* 1 - C(d + 1, 2) / C(n, 2), d the steps between the
                   categories, n their number (Gwet 2014, ordinal weights) */
} ic_weights;

/* The n x n agreement weights of categories with these values (ascending). */
void ic_weights_fill(ic_weights kind, const double *values, size_t n,
                     double *weights);

/* w_kl */
double ic_weight(const double *weights, size_t n, size_t k, size_t l);

/* out = W x */
void ic_weigh(const double *weights, size_t n, const double *x, double *out);

/* Sum over k, l of w_kl x_k y_l. */
double ic_form(const double *weights, size_t n, const double *x,
               const double *y);

/* (agree - chance) / (1 - chance); NaN where chance agreement is 1, up to
 * rounding: nothing is left to be measured. */
double ic_beyond_chance(double agree, double chance);

#endif
