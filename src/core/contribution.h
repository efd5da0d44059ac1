/* contribution.h - what each unit, or each cluster, does to a coefficient.
 * The exact jackknife gives the coefficient without each of them; the same
 * pass says how much of the observed disagreement it carries. */
#ifndef IC_CONTRIBUTION_H
#define IC_CONTRIBUTION_H

#include "agreement.h"

/* Units x coders categories, and what the units belong to, as for
 * ic_ratings_collapse(). The arrays are borrowed. */
typedef struct ic_coded {
  const int *values;
  size_t units;
  int coders, categories;
  const int *cluster; /* or NULL */
  size_t clusters;
} ic_coded;

typedef struct ic_contribution {
  double without; /* the coefficient without it; NaN where then undefined */
  double share;   /* of the observed disagreement; NaN where there is none or
                     the coefficient does not rest on pairs of values */
  double rated;   /* values in it; 0 where it has none, the rest then NaN */
} ic_contribution;

/* out[u] for each unit, or out[g] for each cluster (in the order of their
 * numbers) where there are clusters. The disagreement of a unit is its
 * distances as in D_o for alpha, otherwise 1 less its agreement. `coefficient`
 * must be among those that the spec wants. Nothing is left allocated. */
ic_status ic_contributions(const ic_coded *data, const ic_spec *spec,
                           ic_coefficient coefficient, ic_contribution *out,
                           ic_error *err);

#endif
