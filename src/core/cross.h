/* cross.h - how often each two coders gave each two values.
 * Where rows fill a good part of the table of all possible rows, the weights of
 * the patterns are laid out in that table and coders summed out of it one
 * after another: additions of neighbours instead of jumps. An ic_cross belongs
 * to one thread at a time. */
#ifndef IC_CROSS_H
#define IC_CROSS_H

#include <stdint.h>

#include "ratings.h"
#include "status.h"

typedef struct ic_cross {
  const ic_ratings *ratings;
  size_t base;     /* categories and missing */
  size_t cells;    /* of the table; 0 where it would be too sparse to pay */
  uint32_t *cell;  /* [patterns] */
  double *table;   /* scratch: three tables */
  double *pair;    /* [pairs x base x base], pairs (0, 1), (0, 2) .. (1, 2) ..,
                      value of the first coder x value of the second, 0 where
                      missing */
} ic_cross;

/* On failure nothing is owned. */
ic_status ic_cross_open(ic_cross *cross, const ic_ratings *ratings,
                        ic_error *err);
void ic_cross_close(ic_cross *cross);

/* Fills `pair` for weights x[patterns]; there must be cells. */
void ic_cross_fill(ic_cross *cross, const double *x);

#endif
