/* concord.h - Kendall's coefficient of concordance.
 * With m coders who each rank the n units that all of them rated, R_u the sum
 * of the ranks of unit u (mid-ranks where a coder ties) and t the sizes of a
 * coder's ties,
 *   W = 12 sum (R_u - mean R)^2 / (m^2 (n^3 - n) - m sum (t^3 - t))
 * (Kendall and Babington Smith 1939). The order of the categories is all it
 * takes of them. */
#ifndef IC_CONCORD_H
#define IC_CONCORD_H

#include "ratings.h"
#include "status.h"

typedef struct ic_concord {
  const ic_ratings *ratings;
  size_t patterns;     /* with a value of every coder who gave any */
  size_t *pattern;
  int coders;
  int *coder;          /* those coders */
} ic_concord;

typedef struct ic_concord_tally {
  double units;        /* rated by all coders */
  double spread;       /* sum of squared deviations of R */
  double untied;       /* sum over coders of n^3 less the cubes of its ties */
  double *margin;      /* [coders x categories] */
  double *rank;        /* [coders x categories] mid-ranks less their mean */
} ic_concord_tally;

/* Nothing is owned on failure. */
ic_status ic_concord_open(ic_concord *concord, const ic_ratings *ratings,
                          ic_error *err);
void ic_concord_close(ic_concord *concord);

ic_status ic_concord_tally_open(ic_concord_tally *tally,
                                const ic_concord *concord, ic_error *err);
void ic_concord_tally_close(ic_concord_tally *tally);

/* Sums over patterns with weights x (units per pattern, >= 0). */
void ic_concord_fill(ic_concord_tally *tally, const ic_concord *concord,
                     const double *x);

/* W, NaN where it is undefined: *why says why. */
double ic_concord_value(const ic_concord_tally *tally,
                        const ic_concord *concord, ic_defined *why);

/* out[p] is W without one unit of pattern p; `tally` holds the whole data. Each
 * coder's ranks move by a step; products of steps are counted for all patterns
 * in one sweep for each pair of coders. */
ic_status ic_concord_leave_out(const ic_concord *concord,
                               const ic_concord_tally *tally, double *out,
                               ic_error *err);

#endif
