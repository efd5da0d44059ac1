/* draw.h - units drawn with replacement, as weights of their patterns.
 * Clusters are drawn whole where the ratings have them; else units, one by one
 * or, where patterns are few, as counts of each pattern. A drawer is immutable
 * once open: any number of threads may draw with it. */
#ifndef IC_DRAW_H
#define IC_DRAW_H

#include <stdint.h>

#include "ratings.h"
#include "rng.h"
#include "status.h"

typedef struct ic_drawer {
  const ic_ratings *ratings;
  uint32_t *pattern_of; /* of each unit, where units are drawn one by one */
} ic_drawer;

/* The ratings must outlive the drawer. Close it also after a failure. */
ic_status ic_drawer_open(ic_drawer *drawer, const ic_ratings *ratings,
                         ic_error *err);
void ic_drawer_close(ic_drawer *drawer);

/* x[patterns] gets how often each pattern was drawn; counts[patterns] is
 * scratch. */
void ic_draw(const ic_drawer *drawer, ic_rng *rng, uint64_t *counts,
             double *x);

#endif
