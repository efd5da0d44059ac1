#include "region.h"

#include <math.h>

#include "memory.h"
#include "numeric.h"

ic_status ic_region_open(ic_region *r, uint32_t n1, uint32_t n2,
                         ic_error *err)
{
  *r = (ic_region) {n1, n2,
                    ic_alloc((size_t) n1 + 1, sizeof(int32_t)),
                    ic_alloc((size_t) n1 + 1, sizeof(int32_t)),
                    ic_alloc((size_t) n1 + 1, sizeof(double)),
                    ic_alloc((size_t) n2 + 1, sizeof(double)),
                    ic_alloc((size_t) n2 + 2, sizeof(double))};
  if (!r->upper || !r->lower || !r->term1 || !r->term2 || !r->below)
    return ic_no_memory(err);
  for (uint32_t x = 0; x <= n1; x++) {
    r->upper[x] = -1;
    r->lower[x] = (int32_t) n2;
  }
  return IC_OK;
}

void ic_region_close(ic_region *r)
{
  ic_free(r->upper);
  ic_free(r->lower);
  ic_free(r->term1);
  ic_free(r->term2);
  ic_free(r->below);
}

/* Binomial probabilities of 0 .. n, from the mode outwards. */
static void binomial(double *out, uint32_t n, double p)
{
  for (uint32_t x = 0; x <= n; x++)
    out[x] = 0.0;
  if (p <= 0.0 || p >= 1.0) {
    out[p <= 0.0 ? 0 : n] = 1.0;
    return;
  }
  uint32_t mode = (uint32_t) ((n + 1.0) * p);
  mode = mode > n ? n : mode;
  double odds = p / (1.0 - p);
  out[mode] = exp(ic_log_choose(n, mode) + mode * log(p)
                  + (n - mode) * log1p(-p));
  for (uint32_t x = mode; x < n; x++)
    out[x + 1] = out[x] * odds * (n - x) / (x + 1.0);
  for (uint32_t x = mode; x > 0; x--)
    out[x - 1] = out[x] / odds * x / (n - x + 1.0);
}

static double probability(ic_region *r, double p1, double p2)
{
  ic_sum sum = {0, 0};
  binomial(r->term1, r->n1, p1);
  binomial(r->term2, r->n2, p2);
  r->below[0] = 0.0;
  for (uint32_t y = 0; y <= r->n2; y++)
    r->below[y + 1] = r->below[y] + r->term2[y];
  for (uint32_t x = 0; x <= r->n1; x++)
    ic_sum_add(&sum, r->term1[x] * (r->below[r->upper[x] + 1]
                                    + r->below[r->n2 + 1]
                                    - r->below[r->lower[x] + 1]));
  return ic_sum_value(&sum);
}

typedef struct curve {
  ic_region *r;
  ic_apart apart;
  double by;
} curve;

/* The curve is run through by u in [0, 1]. */
static double along(const void *data, double u)
{
  const curve *k = data;
  double part = 0.5 * (1.0 - cos(3.14159265358979323846 * u)), d = k->by;
  if (k->apart == IC_APART_RATIO) {
    double p2 = part * fmin(1.0, 1.0 / d);
    return probability(k->r, fmin(1.0, d * p2), p2);
  }
  double lo = d < 0.0 ? -d : 0.0, hi = d > 0.0 ? 1.0 - d : 1.0;
  double p2 = lo + (hi - lo) * part;
  return probability(k->r, p2 + d, p2);
}

int ic_region_exceeds(ic_region *r, ic_apart apart, double by, double alpha)
{
  curve k = {r, apart, by};
  int m = 40 + (int) (6.0 * sqrt((double) r->n1 + r->n2));
  double before = -1.0, here = along(&k, 0.0);
  if (here > alpha)
    return 1;
  for (int i = 1; i <= m; i++) {
    double next = i < m ? along(&k, (i + 0.0) / (m - 1)) : -1.0;
    if (next > alpha)
      return 1;
    if (here >= before && here >= next && here > 0.9 * alpha
        && ic_golden_max(along, &k, (i > 1 ? i - 2.0 : 0.0) / (m - 1),
                         (i < m ? i : m - 1.0) / (m - 1), 1e-7, NULL) > alpha)
      return 1;
    before = here;
    here = next;
  }
  return 0;
}
