/* pairs.h - agreement of every two coders, each pair on the units both rated.
 * For the coefficients that are means over pairs of coders: with p_a and p_e
 * the weighted agreement and Cohen's (1960, 1968) chance agreement of a pair,
 *   light   the mean of (p_a - p_e) / (1 - p_e) (Light 1971)
 *   hubert  the same of the means of p_a and of p_e (Hubert 1977; Warrens
 *           2010)
 * over the pairs with a unit in common. With two coders both are kappa. An
 * ic_pairs belongs to one thread at a time. */
#ifndef IC_PAIRS_H
#define IC_PAIRS_H

#include "cross.h"
#include "ratings.h"
#include "status.h"

typedef struct ic_pairs {
  const ic_ratings *ratings;
  const double *weights;  /* categories x categories, or NULL */
  size_t count;           /* pairs of coders */
  double *n;              /* [count] units both rated */
  double *agree;          /* [count] their weighted agreement, summed */
  double *margin;         /* [count x 2 x categories] */
  double *form, *chance, *weighed; /* [count], [count], as margin: scratch of
                                      what is derived from the whole data */
  double *table;          /* [count x (categories + 1)^2] cross tables, the
                             first row and column for missing; or NULL */
  int *who;               /* [coders] scratch */
  double *block;
} ic_pairs;

/* Both arrays are borrowed. On failure nothing is owned. */
ic_status ic_pairs_open(ic_pairs *pairs, const ic_ratings *ratings,
                        const double *weights, ic_error *err);
void ic_pairs_close(ic_pairs *pairs);

/* Sums over patterns with weights x (units per pattern, >= 0). */
void ic_pairs_fill(ic_pairs *pairs, const double *x);

/* The same sums from a filled cross, which must have cells. */
void ic_pairs_take(ic_pairs *pairs, const ic_cross *cross);

/* Both coefficients, NaN where undefined: light where the chance agreement of
 * any pair is 1, hubert where that of all is. */
void ic_pairs_estimate(ic_pairs *pairs, double *light, double *hubert);

/* The same without one unit of pattern p, into light[p * step] and
 * hubert[p * step], from the sums over the data themselves. */
void ic_pairs_leave_unit_out(ic_pairs *pairs, double *light, double *hubert,
                             size_t step);

/* Contributions of the patterns such that the variance of light (or hubert) is
 * the sum of size * z^2 / units^2, with `units` those that any two coders
 * rated: for two coders that of Fleiss, Cohen and Everitt (1969). */
void ic_pairs_linearise(ic_pairs *pairs, int light, double units, double *z);

#endif
