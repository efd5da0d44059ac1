/* values.h - numbers turned into numbered categories and back. */
#ifndef IC_VALUES_H
#define IC_VALUES_H

#include "status.h"

/* Numbers turned into categories: codes[i] is the rank of x[i] among the
 * distinct values, from 1, or `missing` for a NaN; *distinct gets the `*count` distinct
 * values in ascending order, for the caller to free with ic_free(). Minus zero
 * is zero. An infinite value is IC_EINPUT with its place as item; more than
 * INT_MAX distinct values IC_ELIMIT. */
ic_status ic_values_encode(const double *x, size_t n, int missing, int *codes,
                           double **distinct, size_t *count, ic_error *err);

#endif
