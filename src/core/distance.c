#include "distance.h"

#include <math.h>

double ic_distance(ic_level level, double a, double b)
{
  double d = a - b;
  if (a == b)
    return 0.0;
  if (level == IC_NOMINAL)
    return 1.0;
  if (level == IC_INTERVAL)
    return d * d;
  if (a + b == 0.0)
    return INFINITY;
  d /= a + b;
  return d * d;
}

static double disagreement(ic_weights kind, const double *values, size_t n,
                           size_t i, size_t j)
{
  double range = values[n - 1] - values[0];
  double d = fabs(values[i] - values[j]) / range;
  double steps = i > j ? (double) (i - j) : (double) (j - i);
  double all = (double) n * (double) (n - 1);
  if (kind == IC_BY_ORDER)
    return (steps + 1.0) * steps / all;
  return kind == IC_LINEAR ? d : d * d;
}

void ic_weights_fill(ic_weights kind, const double *values, size_t n,
                     double *weights)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      weights[i * n + j] =
        i == j ? 1.0 : 1.0 - disagreement(kind, values, n, i, j);
}
