#include "bernstein.h"

#include <math.h>

#define DEGREE 28
#define NODES (DEGREE + 1)
#define DEPTH 60
#define LOOSE 1e-11
#define HALF_PI 1.57079632679489661923

typedef struct curve {
  const double *a, *up; /* up[s] = (n - s) / (s + 1) */
  size_t n;
  int plain; /* pieces of theta itself: n <= DEGREE, the series is exact */
  double node[NODES];
  double best;
} curve;

/* Both directions from the mode, relative to its probability: what is summed
 * is positive, and the sum of probabilities divides out. */
static double value(const curve *c, double at)
{
  double s2 = at, c2 = 1.0 - at;
  if (!c->plain) {
    s2 = sin(at) * sin(at);
    c2 = cos(at) * cos(at);
  }
  size_t n = c->n, mode = (size_t) (((double) n + 1.0) * s2);
  if (s2 <= 0.0 || c2 <= 0.0)
    return c->a[s2 <= 0.0 ? 0 : n];
  mode = mode > n ? n : mode;
  double odds = s2 / c2, odds_down = c2 / s2;
  double mass = 0.0, sum = 0.0, down_mass = 0.0, down = 0.0, b = 1.0;
  for (size_t s = mode; s < n && b > 1e-22; s++) {
    b *= odds * c->up[s];
    mass += b;
    sum += b * c->a[s + 1];
  }
  b = 1.0;
  for (size_t s = mode; s > 0 && b > 1e-22; s--) {
    b *= odds_down * c->up[n - s];
    down_mass += b;
    down += b * c->a[s - 1];
  }
  return (sum + down + c->a[mode]) / (mass + down_mass + 1.0);
}

/* P over one piece as a Chebyshev series in t in [-1, 1]. */
typedef struct piece {
  double centre, half;
  double third; /* bound of the third derivative */
  double *c;
} piece;

static double fit(piece *p, curve *c)
{
  double most = 0.0;
  for (int k = 0; k < NODES; k++)
    p->c[k] = 0.0;
  for (int j = 0; j < NODES; j++) {
    double t = c->node[j], f = value(c, p->centre + p->half * t);
    double before = 1.0, here = t;
    most = f > most ? f : most;
    p->c[0] += f;
    for (int k = 1; k < NODES; k++) {
      double next = 2.0 * t * here - before;
      p->c[k] += f * here;
      before = here;
      here = next;
    }
  }
  p->c[0] /= NODES;
  for (int k = 1; k < NODES; k++)
    p->c[k] *= 2.0 / NODES;
  return most;
}

static void bound_third(piece *p)
{
  p->third = 0.0;
  for (int k = 3; k < NODES; k++) {
    double q = (double) k * k;
    p->third += fabs(p->c[k]) * q * (q - 1.0) * (q - 4.0) / 15.0;
  }
}

typedef struct jet {
  double p, first, second;
} jet;

/* Clenshaw's recurrence, differentiated along. */
static jet expand(const piece *p, double t)
{
  jet b = {0, 0, 0}, b2 = {0, 0, 0};
  for (int k = DEGREE; k > 0; k--) {
    jet next = {p->c[k] + 2.0 * t * b.p - b2.p,
                2.0 * b.p + 2.0 * t * b.first - b2.first,
                4.0 * b.first + 2.0 * t * b.second - b2.second};
    b2 = b;
    b = next;
  }
  return (jet) {p->c[0] + t * b.p - b2.p, b.p + t * b.first - b2.first,
                2.0 * b.first + t * b.second - b2.second};
}

/* The most that P can be within d of where the jet was taken. */
static double ceiling_of(jet j, double d, double third)
{
  double bend = j.second + third * d, slope = fabs(j.first);
  if (bend < 0.0 && slope < -bend * d)
    return j.p - 0.5 * slope * slope / bend;
  return j.p + slope * d + 0.5 * bend * d * d;
}

static void try_at(curve *c, const piece *p, double t, double expected)
{
  if (expected <= c->best)
    return;
  double v = value(c, p->centre + p->half * t);
  if (v > c->best)
    c->best = v;
}

static void search(curve *c, piece *p)
{
  double at[DEPTH + 2] = {0.0}, half[DEPTH + 2] = {1.0};
  int left = 1;
  bound_third(p);
  while (left > 0) {
    double t = at[--left], d = half[left];
    jet j = expand(p, t);
    if (ceiling_of(j, d, p->third) <= c->best * (1.0 + LOOSE))
      continue;
    if (fabs(j.first) > (fabs(j.second) + p->third * d) * d) {
      try_at(c, p, j.first > 0.0 ? t + d : t - d,
             ceiling_of(j, d, p->third));
      continue;
    }
    double step = j.second < 0.0 ? -j.first / j.second : 0.0;
    step = fabs(step) <= d ? step : 0.0;
    try_at(c, p, t + step, j.p + 0.5 * step * j.first);
    if (left + 2 > DEPTH || d < 1e-9 ||
        ceiling_of(j, d, p->third) <= c->best * (1.0 + LOOSE))
      continue;
    at[left] = t - 0.5 * d;
    half[left++] = 0.5 * d;
    at[left] = t + 0.5 * d;
    half[left++] = 0.5 * d;
  }
}

/* All pieces are fitted before any is searched: the better the best value
 * known, the less there is to search. Room for (n + 32) / 8 series. */
static void search_all(curve *c, double start, double end, double enough,
                       double (*series)[NODES])
{
  size_t pieces = (size_t) ceil((end - start) * 0.5 * sqrt((double) c->n));
  pieces = c->plain || pieces < 1 ? 1 : pieces;
  double half = 0.5 * (end - start) / (double) pieces;
  for (size_t k = 0; k < pieces && c->best < enough; k++) {
    piece p = {start + (2.0 * (double) k + 1.0) * half, half, 0, series[k]};
    c->best = fmax(c->best, fit(&p, c));
  }
  for (size_t k = 0; k < pieces && c->best < enough; k++) {
    piece p = {start + (2.0 * (double) k + 1.0) * half, half, 0, series[k]};
    search(c, &p);
  }
}

/* Returns whether the mirror image was taken. */
static int copy_canonical(double *out, const double *a, size_t n)
{
  size_t i = 0;
  while (i < n && a[i] == a[n - i])
    i++;
  int mirror = a[i] < a[n - i];
  for (size_t j = 0; j <= n; j++)
    out[j] = a[mirror ? n - j : j];
  return mirror;
}

static double place(const curve *c, double theta)
{
  return c->plain ? theta : theta >= 1.0 ? HALF_PI : asin(sqrt(theta));
}

double ic_bernstein_max(const double *a, size_t n, double lo, double hi,
                        double enough, double *scratch)
{
  double *up = scratch + n + 1;
  curve c = {scratch, up, n, n <= DEGREE, {0}, 0.0};
  int mirror = copy_canonical(scratch, a, n);
  for (size_t s = 0; s <= n; s++)
    up[s] = ((double) n - (double) s) / ((double) s + 1.0);
  for (int j = 0; j < NODES; j++)
    c.node[j] = cos(HALF_PI * (2.0 * j + 1.0) / NODES);
  double start = place(&c, mirror ? 1.0 - hi : lo);
  double end = place(&c, mirror ? 1.0 - lo : hi);
  c.best = fmax(value(&c, start), value(&c, end));
  search_all(&c, start, end, enough,
             (double (*)[NODES]) (scratch + 2 * (n + 1)));
  return c.best;
}
