/* region.h - how likely a set of 2 x 2 tables can be at one difference or
 * ratio. x1 of n1 against x2 of n2 with proportions p1 and p2 that are p1 - p2
 * = d or p1 / p2 = r apart: what is left free runs along a curve, on which the
 * probability of the set is a polynomial. It is looked at on a grid uniform in
 * the angle, and local maxima are refined where the grid does not tell.
 * One thread at a time. */
#ifndef IC_REGION_H
#define IC_REGION_H

#include <stdint.h>

#include "status.h"

typedef enum ic_apart { IC_APART_DIFFERENCE, IC_APART_RATIO } ic_apart;

/* For each x1 the tables with x2 <= upper[x1] belong, -1 for none, and those
 * with x2 > lower[x1], n2 for none. */
typedef struct ic_region {
  uint32_t n1, n2;
  int32_t *upper, *lower;
  double *term1, *term2, *below;
} ic_region;

/* Begins with nothing in it. Close it also after a failure. */
ic_status ic_region_open(ic_region *r, uint32_t n1, uint32_t n2,
                         ic_error *err);
void ic_region_close(ic_region *r);

/* Is the probability of the region above alpha for some p1, p2 so far apart?
 * -1 <= d <= 1, 0 <= r. */
int ic_region_exceeds(ic_region *r, ic_apart apart, double by, double alpha);

#endif
