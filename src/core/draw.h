/* draw.h - units drawn with replacement, as weights of their patterns.
 * Clusters are drawn whole where the ratings have them; else units, as counts
 * of each pattern. A drawer is immutable once open: any number of threads may
 * draw with it. */
#ifndef IC_DRAW_H
#define IC_DRAW_H

#include <stdint.h>

#include "multinomial.h"
#include "ratings.h"
#include "rng.h"
#include "status.h"

typedef struct ic_drawer {
  const ic_ratings *ratings;
  ic_multinomial units; /* where there are no clusters */
} ic_drawer;

/* The ratings must outlive the drawer. Close it also after a failure. */
ic_status ic_drawer_open(ic_drawer *drawer, const ic_ratings *ratings,
                         ic_error *err);
void ic_drawer_close(ic_drawer *drawer);

/* x[patterns] gets how often each pattern was drawn. */
void ic_draw(const ic_drawer *drawer, ic_rng *rng, double *x);

#endif
