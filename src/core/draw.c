#include "draw.h"

#include <string.h>

static void draw_clusters(const ic_ratings *r, ic_rng *rng, double *x)
{
  memset(x, 0, r->patterns * sizeof *x);
  for (size_t i = 0; i < r->clusters; i++) {
    size_t g = ic_rng_below(rng, (uint32_t) r->clusters);
    for (size_t k = r->cluster_start[g]; k < r->cluster_start[g + 1]; k++)
      x[r->cluster_pattern[k]] += r->cluster_times[k];
  }
}

void ic_draw(const ic_drawer *d, ic_rng *rng, double *x)
{
  if (d->ratings->cluster_start)
    draw_clusters(d->ratings, rng, x);
  else
    ic_multinomial_draw(&d->units, rng, x);
}

ic_status ic_drawer_open(ic_drawer *d, const ic_ratings *r, ic_error *err)
{
  *d = (ic_drawer) {.ratings = r};
  return r->cluster_start ? IC_OK
    : ic_multinomial_open(&d->units, r->size, r->patterns, err);
}

void ic_drawer_close(ic_drawer *d)
{
  ic_multinomial_close(&d->units);
}
