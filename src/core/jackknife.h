/* jackknife.h - every coefficient without each unit, or each cluster, in turn.
 * Without one unit a coefficient follows from the sums over all units by a
 * small correction, so the exact jackknife costs about as much as one pass over
 * the patterns (times the logarithm of the categories at ordinal level, where
 * the mid-ranks move as well). Without one cluster the sums are taken again. */
#ifndef IC_JACKKNIFE_H
#define IC_JACKKNIFE_H

#include "agreement.h"

/* out[p * IC_COEFFICIENTS + c] is coefficient c without one unit of pattern p,
 * NaN where it is then undefined. */
ic_status ic_leave_unit_out(const ic_measure *measure, double *out,
                            ic_error *err);

/* out[g * IC_COEFFICIENTS + c] is coefficient c without cluster g. */
ic_status ic_leave_cluster_out(const ic_measure *measure, double *out,
                               ic_error *err);

#endif
