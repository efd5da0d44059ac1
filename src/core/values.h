/* values.h - numbers turned into numbered categories, once or in passing.
 * A matrix of whole numbers close together is not encoded: it stays where it
 * is and its numbers become places among the categories block by block, as
 * they are read. Everything else is encoded. Minus zero is zero; a NaN, or an
 * integer below all categories, is a missing value. */
#ifndef IC_VALUES_H
#define IC_VALUES_H

#include <stddef.h>

#include "status.h"

/* Numbers turned into categories: codes[i] is the rank of x[i] among the
 * distinct values, from 1, or `missing` for a NaN; *distinct gets the `*count`
 * distinct values in ascending order, for the caller to free with ic_free().
 * An infinite value is IC_EINPUT with its place as item; more than INT_MAX
 * values IC_ELIMIT. */
ic_status ic_values_encode(const double *x, size_t n, int missing, int *codes,
                           double **distinct, size_t *count, ic_error *err);

/* Are all numbers whole and less than IC_NARROW apart? Then *distinct and
 * *count as above, else *distinct is NULL. One pass that writes nothing but the
 * answer. `x` holds doubles, or, where it is NULL, `whole` integers with
 * INT_MIN for a missing value. */
#define IC_NARROW 65536
ic_status ic_values_narrow(const double *x, const int *whole, size_t n,
                           double **distinct, size_t *count, ic_error *err);

/* Units x coders, column by column, as they lie in the caller's memory: `real`
 * or, where it is NULL, `whole`. The number low + i - 1 is category place[i]
 * (0 where it is none), or category i where `place` is NULL, for i = 1 ..
 * span. */
typedef struct ic_cells {
  const double *real;
  const int *whole;
  size_t units;
  int coders, categories;
  int low, span;
  int *place; /* owned */
} ic_cells;

/* Cells that hold categories already, from 1. */
ic_cells ic_cells_of_places(const int *values, size_t units, int coders,
                            int categories);

/* Sets low, span and place from the narrow whole numbers of the categories. */
ic_status ic_cells_name(ic_cells *cells, const double *numbers, ic_error *err);
void ic_cells_close(ic_cells *cells);

/* out[n] gets the categories that a coder gave to units `from` .. from + n - 1,
 * 0 where missing. Returns 1 if a number is none of the categories. */
int ic_cells_read(const ic_cells *cells, int coder, size_t from, size_t n,
                  int *out);

/* One of them: 0 where it is missing. */
int ic_cells_at(const ic_cells *cells, int coder, size_t unit);

#endif
