#include "draw.h"

#include <string.h>

#include "memory.h"

/* A binomial draw costs about as much as this many draws of single units. */
#define BINOMIAL_COST 12

static void draw_clusters(const ic_ratings *r, ic_rng *rng, double *x)
{
  memset(x, 0, r->patterns * sizeof *x);
  for (size_t i = 0; i < r->clusters; i++) {
    size_t g = ic_rng_below(rng, (uint32_t) r->clusters);
    for (size_t k = r->cluster_start[g]; k < r->cluster_start[g + 1]; k++)
      x[r->cluster_pattern[k]] += r->cluster_times[k];
  }
}

/* Half words (16 bits) decide which of few units is drawn, whole words
 * otherwise; a product whose low part falls below `reject` would favour some
 * units (Lemire 2019) and is drawn again. */
static void draw_few(const ic_drawer *d, ic_rng *rng, double *x)
{
  uint32_t n = (uint32_t) d->ratings->units, reject = 65536u % n;
  for (uint32_t left = n; left > 0;) {
    uint32_t word = ic_rng_u32(rng);
    for (int half = 0; half < 2 && left > 0; half++, word >>= 16) {
      uint32_t product = (word & 0xffffu) * n;
      if ((product & 0xffffu) < reject)
        continue;
      x[d->pattern_of[product >> 16]] += 1.0;
      left--;
    }
  }
}

static void draw_units(const ic_drawer *d, ic_rng *rng, double *x)
{
  const ic_ratings *r = d->ratings;
  memset(x, 0, r->patterns * sizeof *x);
  if (r->units <= 65536) {
    draw_few(d, rng, x);
    return;
  }
  for (size_t i = 0; i < r->units; i++)
    x[d->pattern_of[ic_rng_below(rng, (uint32_t) r->units)]] += 1.0;
}

void ic_draw(const ic_drawer *d, ic_rng *rng, uint64_t *counts, double *x)
{
  const ic_ratings *r = d->ratings;
  if (r->cluster_start) {
    draw_clusters(r, rng, x);
  } else if (d->pattern_of) {
    draw_units(d, rng, x);
  } else {
    ic_rng_multinomial(rng, r->units, r->size, r->patterns, counts);
    for (size_t p = 0; p < r->patterns; p++)
      x[p] = (double) counts[p];
  }
}

ic_status ic_drawer_open(ic_drawer *d, const ic_ratings *r, ic_error *err)
{
  size_t n = 0;
  *d = (ic_drawer) {.ratings = r};
  if (r->cluster_start || r->units >= BINOMIAL_COST * r->patterns)
    return IC_OK;
  d->pattern_of = ic_alloc(r->units, sizeof *d->pattern_of);
  if (!d->pattern_of)
    return ic_no_memory(err);
  for (size_t p = 0; p < r->patterns; p++)
    for (double k = 0.0; k < r->size[p]; k += 1.0)
      d->pattern_of[n++] = (uint32_t) p;
  return IC_OK;
}

void ic_drawer_close(ic_drawer *d)
{
  ic_free(d->pattern_of);
  d->pattern_of = NULL;
}
