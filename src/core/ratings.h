/* ratings.h - reliability data collapsed to rating patterns.
 * Units x coders values enter as they lie, column by column. Units that carry
 * the same row of values are one pattern with a size (its multiplicity), so
 * that whatever is computed from the data costs the number of patterns, not of
 * units. Units without any value are dropped. Patterns stand in the order of
 * their rows (ascending, a missing value first), so the order of the units
 * does not matter, except beyond IC_PATTERNS_SORTED patterns, where they stand
 * as first met.
 * An ic_ratings is immutable once built: any number of threads may read it. */
#ifndef IC_RATINGS_H
#define IC_RATINGS_H

#include <stdint.h>

#include "status.h"
#include "values.h"

#define IC_PATTERNS_SORTED 65536

typedef struct ic_ratings {
  size_t units;    /* with at least one value */
  size_t patterns;
  int coders;      /* columns */
  int active;      /* coders with at least one value */
  int pair[2];     /* the first two of them, -1 where there is none */
  int categories;
  double *size;    /* [patterns] units with this pattern, > 0 */
  int *value;      /* [patterns x coders] row by row, 0 where missing */
  int *rated;      /* [patterns] number of values, > 0 */
  /* The categories of pattern p are entries start[p] .. start[p + 1] - 1, in
   * ascending order: category (from 0) and how many coders gave it. */
  size_t *start;
  int *category;
  int *times;
  /* The patterns of cluster g are cluster_start[g] .. [g + 1] - 1. Clusters
   * without a value are dropped. All NULL where no clusters were given. */
  size_t clusters;
  size_t *cluster_start;
  size_t *cluster_pattern;
  double *cluster_times;
} ic_ratings;

/* Why a statistic of ratings is undefined; its value is then NaN. */
typedef enum ic_defined {
  IC_DEFINED = 0,
  IC_NO_RATINGS,
  IC_ONE_CODER,
  IC_NO_PAIRABLE,        /* no unit has two values */
  IC_NO_VARIATION,       /* a single category is in use: chance agreement is 1,
                            variances are 0 */
  IC_NOT_TWO_CODERS,     /* kappa, pi and Maxwell's RE are for two */
  IC_CODERS_UNKNOWN,     /* counts do not say who gave which value */
  IC_INFINITE_DISTANCE,  /* ratio level with values v and -v, or squares of
                            differences beyond the range of doubles */
  IC_ONE_UNIT,           /* no variance between units */
  IC_NO_RESIDUAL,        /* no degree of freedom is left for the residual */
  IC_DISCONNECTED,       /* sets of coders that share no unit */
  IC_NO_VARIANCE,        /* the variance to be shared out is estimated as zero
                            or less */
  IC_FEW_COMPLETE,       /* fewer than two units have a value of every coder */
  IC_NOT_TWO_CATEGORIES  /* Maxwell's RE is for two */
} ic_defined;

/* Collapses cells as they lie; `cluster` (NULL or one number from 1 to
 * `clusters` per unit) is kept with the patterns. With keep_coders = 0 rows
 * that differ only in who gave which value may be merged: enough for whatever
 * depends on counts alone. A value that is no category or a cluster outside
 * its range is IC_EINPUT with the unit as item. On failure *out is NULL;
 * else the caller frees it with ic_ratings_free(). */
ic_status ic_ratings_read(const ic_cells *cells, const int *cluster,
                          size_t clusters, int keep_coders, ic_ratings **out,
                          ic_error *err);

/* The same of `units` x `coders` categories, numbered from 1. */
ic_status ic_ratings_collapse(const int *values, size_t units, int coders,
                              int categories, const int *cluster,
                              size_t clusters, int keep_coders,
                              ic_ratings **out, ic_error *err);

/* Patterns that differ only in who gave which value become one, numbered as
 * first met: of[p] is the number of pattern p. The rows (value) of *out are
 * NULL, and it has no clusters. */
ic_status ic_ratings_merge(const ic_ratings *ratings, uint32_t *of,
                           ic_ratings **out, ic_error *err);

/* Accepts NULL. */
void ic_ratings_free(ic_ratings *ratings);

#endif
