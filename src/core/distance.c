#include "distance.h"

#include <math.h>
#include <string.h>

/* Chance agreement this close to 1 leaves nothing to be measured. */
#define CERTAIN 1e-14

#define PI 3.14159265358979323846

/* Whole turns are taken off exactly, so that 0 and 360 degrees are one. */
double ic_half_angle(double difference, double circumference)
{
  return PI * (fmod(difference, circumference) / circumference);
}

static double ratio_distance(double a, double b)
{
  double d = (a - b) / (a + b);
  return a + b == 0.0 ? INFINITY : d * d;
}

static double circular_distance(double a, double b, double circumference)
{
  double s = sin(ic_half_angle(a - b, circumference));
  return s * s;
}

double ic_distance(ic_level level, const double *range, double a, double b)
{
  double d = a - b;
  if (a == b)
    return 0.0;
  switch (level) {
  case IC_INTERVAL: return d * d;
  case IC_RATIO: return ratio_distance(a, b);
  case IC_CIRCULAR: return circular_distance(a, b, range[0]);
  case IC_BIPOLAR:
    return d / (a - range[0] + (b - range[0])) * d
      / (range[1] - a + (range[1] - b));
  case IC_NOMINAL: case IC_ORDINAL: case IC_GIVEN: break;
  }
  return 1.0;
}

static double disagreement(ic_weights kind, const double *values,
                           const double *range, size_t n, size_t i, size_t j)
{
  double wide = values[n - 1] - values[0];
  double d = fabs(values[i] - values[j]) / wide;
  double steps = i > j ? (double) (i - j) : (double) (j - i);
  switch (kind) {
  case IC_LINEAR: return d;
  case IC_QUADRATIC: return d * d;
  case IC_BY_ORDER:
    return (steps + 1.0) * steps / ((double) n * (double) (n - 1));
  case IC_RADICAL: return sqrt(d);
  case IC_BY_RATIO: return ic_distance(IC_RATIO, NULL, values[i], values[j]);
  case IC_BY_CIRCLE: break;
  case IC_BY_POLES: return ic_distance(IC_BIPOLAR, range, values[i], values[j]);
  }
  return ic_distance(IC_CIRCULAR, range, values[i], values[j]);
}

void ic_weights_fill(ic_weights kind, const double *values,
                     const double *range, size_t n, double *weights)
{
  double largest = 0.0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double d = i == j ? 0.0 : disagreement(kind, values, range, n, i, j);
      weights[i * n + j] = d;
      largest = d > largest ? d : largest;
    }
  if (kind < IC_BY_RATIO || largest == 0.0)
    largest = 1.0;
  for (size_t i = 0; i < n * n; i++)
    weights[i] = 1.0 - weights[i] / largest;
}

static int shared_members(const int *a, const int *a_end, const int *b,
                          const int *b_end)
{
  int shared = 0;
  while (a < a_end && b < b_end) {
    shared += *a == *b;
    if (*a < *b)
      a++;
    else if (*b < *a)
      b++;
    else
      a++, b++;
  }
  return shared;
}

/* `a` and `b` are the sizes of two different sets. */
static double set_distance(ic_set_distance kind, int a, int b, int shared)
{
  double all = a + b - shared, both = shared;
  if (kind == IC_JACCARD)
    return (all - both) / all;
  double thirds = shared == a || shared == b ? 2.0 : 1.0;
  return (3.0 * all - thirds * both) / (3.0 * all);
}

void ic_set_distances(ic_set_distance kind, const int *members,
                      const int *start, size_t n, double *distances)
{
  for (size_t i = 0; i < n; i++) {
    const int *from = members + start[i], *to = members + start[i + 1];
    distances[i * n + i] = 0.0;
    for (size_t j = 0; j < i; j++) {
      int shared = shared_members(from, to, members + start[j],
                                  members + start[j + 1]);
      distances[i * n + j] = distances[j * n + i] =
        set_distance(kind, (int) (to - from), start[j + 1] - start[j], shared);
    }
  }
}

double ic_weight(const double *weights, size_t n, size_t k, size_t l)
{
  if (!weights)
    return k == l ? 1.0 : 0.0;
  return weights[k * n + l];
}

static double dot(const double *x, const double *y, size_t n)
{
  double sum = 0.0;
  for (size_t k = 0; k < n; k++)
    sum += x[k] * y[k];
  return sum;
}

void ic_weigh(const double *weights, size_t n, const double *x, double *out)
{
  if (!weights)
    memmove(out, x, n * sizeof *out);
  for (size_t k = 0; weights && k < n; k++)
    out[k] = dot(weights + k * n, x, n);
}

double ic_form(const double *weights, size_t n, const double *x,
               const double *y)
{
  double sum = 0.0;
  if (!weights)
    return dot(x, y, n);
  for (size_t k = 0; k < n; k++)
    if (x[k] != 0.0)
      sum += x[k] * dot(weights + k * n, y, n);
  return sum;
}

double ic_beyond_chance(double agree, double chance)
{
  return 1.0 - chance > CERTAIN ? (agree - chance) / (1.0 - chance) : NAN;
}
