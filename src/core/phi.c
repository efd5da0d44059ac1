#include "phi.h"

#include <math.h>

#include "numeric.h"

#define GRID 64

typedef struct table {
  double x1, n1, x2, n2;
} table;

/* The point of the curve at the angle t, q = sin(t)^2. */
static void point(const table *t, double phi, double angle, double p[2])
{
  double s = sin(angle), c = cos(angle), w = sqrt(t->n2 / t->n1);
  p[0] = fmin(1.0, fmax(0.0, s * s + phi * w * s * c));
  p[1] = fmin(1.0, fmax(0.0, s * s - phi / w * s * c));
}

static double term(double x, double p)
{
  return x > 0.0 ? x * log(p) : 0.0;
}

typedef struct curve {
  const table *t;
  double phi;
} curve;

static double likelihood(const void *data, double angle)
{
  const table *t = ((const curve *) data)->t;
  double p[2];
  point(t, ((const curve *) data)->phi, angle, p);
  return term(t->x1, p[0]) + term(t->n1 - t->x1, 1.0 - p[0])
    + term(t->x2, p[1]) + term(t->n2 - t->x2, 1.0 - p[1]);
}

/* The best of a grid, refined between its neighbours. */
static double most_likely(const table *t, double phi)
{
  curve c = {t, phi};
  double w = sqrt(t->n2 / t->n1);
  double low = phi > 0.0 ? phi / w : -phi * w;
  double high = phi > 0.0 ? phi * w : -phi / w;
  double lo = atan(low), step = (atan2(1.0, high) - lo) / GRID;
  double best = -INFINITY, at = lo;
  for (int i = 0; i <= GRID; i++) {
    double l = likelihood(&c, lo + i * step);
    if (l > best) {
      best = l;
      at = lo + i * step;
    }
  }
  double a = fmax(lo, at - step), b = fmin(lo + GRID * step, at + step);
  double refined;
  return ic_golden_max(likelihood, &c, a, b, 1e-10, &refined) > best ? refined
                                                                     : at;
}

static double distance(double x, double n, double p)
{
  double gap = x - n * p, v = n * p * (1.0 - p);
  return v > 0.0 ? gap * gap / v : fabs(gap) < 1e-9 ? 0.0 : INFINITY;
}

static double score(const table *t, double phi)
{
  double p[2], n = t->n1 + t->n2;
  point(t, phi, most_likely(t, phi), p);
  return (distance(t->x1, t->n1, p[0]) + distance(t->x2, t->n2, p[1]))
    * (n - 1.0) / n;
}

/* Between phi as observed and the end the score reaches z^2. */
static double limit(const table *t, double phi, double end, double z)
{
  while (fabs(end - phi) > 1e-9) {
    double mid = 0.5 * (phi + end);
    if (score(t, mid) < z * z)
      phi = mid;
    else
      end = mid;
  }
  return fabs(end) > 1.0 - 1e-8 ? end : 0.5 * (phi + end);
}

void ic_phi_interval(uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2,
                     double level, double limits[2])
{
  table t = {x1, n1, x2, n2};
  double z = ic_normal_quantile(0.5 + 0.5 * level), s = t.x1 + t.x2;
  double n = t.n1 + t.n2;
  double seen = (t.x1 * t.n2 - t.x2 * t.n1) / sqrt(t.n1 * t.n2 * s * (n - s));
  limits[0] = limit(&t, seen, -1.0, z);
  limits[1] = limit(&t, seen, 1.0, z);
}
