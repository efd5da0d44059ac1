/* distance.h - how far two values lie apart, and how much two categories
 * count as agreeing.
 * Distances belong to Krippendorff's alpha, weights w to the kappa family: n x
 * n, symmetric, 1 on the diagonal; NULL is the identity. Pure functions;
 * nothing allocates. */
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
  IC_BY_ORDER,  /* 1 - C(d + 1, 2) / C(n, 2), d the steps between the
                   categories, n their number (Gwet 2014, ordinal weights) */
  IC_RADICAL,   /* 1 - sqrt(|a - b| / range) */
  IC_BY_RATIO,  /* these three: 1 - d / max d, d the squared distance at the */
  IC_BY_CIRCLE, /* level of that name, max d the largest among the categories */
  IC_BY_POLES   /* (Gwet 2014) */
} ic_weights;

/* The n x n agreement weights of categories with these values (ascending).
 * `range` as for ic_distance(). */
void ic_weights_fill(ic_weights kind, const double *values,
                     const double *range, size_t n, double *weights);

typedef enum ic_set_distance {
  IC_JACCARD,  /* 1 - J, J = |A and B| / |A or B|; two empty sets are one */
  IC_MASI      /* 1 - J M, M = 1 where A = B, 2/3 where one holds the other, 1/3
                  where they overlap, else 0 (Passonneau 2006) */
} ic_set_distance;

/* The n x n distances of sets: members[start[i]] .. [start[i + 1] - 1] are
 * those of set i, ascending. Each is one correctly rounded quotient. */
void ic_set_distances(ic_set_distance kind, const int *members,
                      const int *start, size_t n, double *distances);

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
