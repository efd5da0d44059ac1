/* multinomial.h - the same multinomial drawn many times.
 * n balls fall into k cells with probabilities size / n, n the sum of the
 * sizes. Cells get independent Poisson counts first, at rates a little below
 * their sizes, so that the total stays below n (if not, all are drawn again);
 * the balls that are left are dropped one by one. Given their total,
 * independent Poisson counts are multinomial, so the sum is exactly so,
 * whatever the rates. A Poisson count and a single ball each cost one look into
 * an alias table (Walker 1977, Vose 1991), so that a draw costs O(k + sqrt n).
 * A small count takes 16 random bits, another 32; where these do not decide,
 * more do: all is exact to 64 bits. */
#ifndef IC_MULTINOMIAL_H
#define IC_MULTINOMIAL_H

#include <stddef.h>
#include <stdint.h>

#include "rng.h"
#include "status.h"

/* Place j keeps the part below `limit` of its share for itself. */
typedef struct ic_alias {
  struct ic_alias_entry {
    uint32_t limit, other;
  } *entry;
  uint64_t *exact; /* limits to 64 bits */
  uint32_t n, low; /* place 0 stands for the number low */
} ic_alias;

/* Of 256 places: eight bits name one, eight more are the fraction. */
typedef struct ic_small_entry {
  uint8_t limit, other;
} ic_small_entry;

typedef struct ic_multinomial {
  size_t cells;
  uint64_t balls;
  ic_alias ball;
  /* Rates are sums of tabulated ones, digits to the base 100: the last digit of
   * each cell has a small table, at `first`, the others follow. */
  ic_alias *tables;
  ic_small_entry *small;
  uint16_t *first;
  size_t extras;
  struct ic_extra {
    uint32_t cell;
    uint16_t rate;
  } *extra;
} ic_multinomial;

/* sizes[k] are whole numbers above 0, their sum below 2^32, k too. Close it
 * also after a failure. Once open it is immutable. */
ic_status ic_multinomial_open(ic_multinomial *m, const double *sizes, size_t k,
                              ic_error *err);
void ic_multinomial_close(ic_multinomial *m);

/* x[k] gets the counts. Consumes the stream in whole blocks. */
void ic_multinomial_draw(const ic_multinomial *m, ic_rng *rng, double *x);

#endif
