#include "linearise.h"

#include <math.h>
#include <string.h>

/* What the patterns share: p_a, scaled to all units, less what moves p_e. */
typedef struct linear {
  double units, scale, agree, chance, value;
} linear;

static linear linear_begin(const ic_tally *t, double chance)
{
  linear l = {t->units, t->units / t->pairs, t->agree / t->pairs, chance, 0.0};
  l.value = (l.agree - chance) / (1.0 - chance);
  return l;
}

/* shift is the pattern's own p_e less the overall one. */
static double linear_term(const linear *l, const ic_measure *m, size_t p,
                          double shift)
{
  double own = m->ratings->rated[p] > 1
    ? l->scale * (m->agree[p] - l->chance) / (1.0 - l->chance) : 0.0;
  return own - l->value - 2.0 * (1.0 - l->value) * shift / (1.0 - l->chance);
}

static double mean_share(const ic_measure *m, size_t p, const double *x)
{
  const ic_ratings *r = m->ratings;
  double sum = 0.0;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    sum += m->share[e] * x[r->category[e]];
  return sum;
}

static void linearise_percent(const ic_measure *m, const ic_tally *t, double *z)
{
  double mean = ic_measure_unscaled(m, t->agree / t->pairs);
  for (size_t p = 0; p < m->ratings->patterns; p++)
    z[p] = (m->ratings->rated[p] > 1 ? t->units / t->pairs
            * ic_measure_unscaled(m, m->agree[p]) : 0.0) - mean;
}

static void linearise_maxwell(const ic_measure *m, const ic_tally *t, double *z)
{
  double mean = t->plain / t->pairs;
  for (size_t p = 0; p < m->ratings->patterns; p++)
    z[p] = 2.0 * (t->units / t->pairs * m->plain[p] - mean);
}

static void linearise_bp(const ic_measure *m, const ic_tally *t, double *z)
{
  double q = m->ratings->categories;
  linear l = linear_begin(t, m->weight_total / (q * q));
  for (size_t p = 0; p < m->ratings->patterns; p++)
    z[p] = linear_term(&l, m, p, 0.0);
}

static void linearise_fleiss(const ic_measure *m, ic_tally *t, double *z)
{
  ic_measure_weigh(m, t->mean, t->work);
  double n = t->units;
  linear l = linear_begin(t, ic_measure_form(m, t->mean, t->mean) / (n * n));
  for (size_t p = 0; p < m->ratings->patterns; p++)
    z[p] = linear_term(&l, m, p, mean_share(m, p, t->work) / n - l.chance);
}

static void linearise_ac(const ic_measure *m, ic_tally *t, double *z)
{
  double n = t->units, spread = 0.0;
  for (int k = 0; k < m->ratings->categories; k++) {
    t->work[k] = 1.0 - t->mean[k] / n;
    spread += t->mean[k] / n * t->work[k];
  }
  linear l = linear_begin(t, ic_measure_ac_chance(m, spread));
  for (size_t p = 0; p < m->ratings->patterns; p++)
    z[p] = linear_term(&l, m, p,
                       ic_measure_ac_chance(m, mean_share(m, p, t->work))
                       - l.chance);
}

/* Two coders, complete pairs: the same as fleiss over those units alone. */
static void linearise_pi(const ic_measure *m, ic_tally *t, double *z)
{
  const ic_ratings *r = m->ratings;
  double n = t->both;
  for (int k = 0; k < r->categories; k++)
    t->rank[k] = t->margin[0][k] + t->margin[1][k];
  ic_measure_weigh(m, t->rank, t->work);
  double chance = ic_measure_form(m, t->rank, t->rank) / (4.0 * n * n);
  linear l = {n, 1.0, t->agree / n, chance, 0.0};
  l.value = (l.agree - chance) / (1.0 - chance);
  for (size_t p = 0; p < r->patterns; p++)
    z[p] = r->rated[p] < 2 ? 0.0
      : linear_term(&l, m, p, mean_share(m, p, t->work) / (2.0 * n) - chance);
}

static void linearise_kappa(const ic_measure *m, ic_tally *t, double *z)
{
  const ic_ratings *r = m->ratings;
  double n = t->both, po = t->agree / n;
  double pe = ic_measure_form(m, t->margin[0], t->margin[1]) / (n * n);
  ic_measure_weigh(m, t->margin[1], t->work);
  ic_measure_weigh(m, t->margin[0], t->rank);
  for (size_t p = 0; p < r->patterns; p++) {
    const int *row = r->value + p * (size_t) r->coders;
    int a = row[m->pair[0]] - 1, b = row[m->pair[1]] - 1;
    z[p] = 0.0;
    if (a < 0 || b < 0)
      continue;
    double own = m->agree[p] * (1.0 - pe)
      - (t->work[a] + t->rank[b]) / n * (1.0 - po);
    z[p] = (own - (po * pe - 2.0 * pe + po)) / ((1.0 - pe) * (1.0 - pe));
  }
}

/* The derivative of p_e along coder g's margin: W (sum of the others). */
static void linearise_conger(const ic_measure *m, ic_tally *t, double *z)
{
  const ic_ratings *r = m->ratings;
  size_t k = (size_t) r->categories, coders = (size_t) r->coders;
  int active;
  linear l = linear_begin(t, ic_conger_chance(t, m, &active));
  double pairs = active * (active - 1.0);
  memset(z, 0, r->patterns * sizeof *z);
  for (size_t g = 0; g < coders; g++) {
    double n = t->coder_n[g], centre = 0.0;
    if (n == 0.0)
      continue;
    for (size_t c = 0; c < k; c++)
      t->rank[c] = t->work[c] - t->coder[g * t->step + c] / n;
    for (size_t c = 0; c < k; c++)
      if (t->coder[g * t->step + c] > 0.0) {
        double slope = 0.0;
        for (size_t d = 0; m->spec.weights && d < k; d++)
          slope += m->spec.weights[c * k + d] * t->rank[d];
        t->slope[c] = m->spec.weights ? slope : t->rank[c];
        centre += t->coder[g * t->step + c] / n * t->slope[c];
      }
    for (size_t p = 0; p < r->patterns; p++) {
      int v = r->value[p * coders + g];
      if (v > 0)
        z[p] += t->units / n * (t->slope[v - 1] - centre) / pairs;
    }
  }
  for (size_t p = 0; p < r->patterns; p++)
    z[p] = linear_term(&l, m, p, z[p]);
}

static double circular_to_all(const ic_tally *t, double half_angle)
{
  double s = sin(half_angle), c = cos(half_angle);
  return s * s * (t->values - t->second) - 2.0 * s * c * t->first
    + c * c * t->second;
}

/* Sum of distances from each category to all pairable values. */
static void distances_to_all(const ic_measure *m, const ic_tally *t,
                             double *out)
{
  int n = m->ratings->categories;
  for (int a = 0; a < n; a++) {
    double v = m->centred[a];
    out[a] = 0.0;
    if (m->spec.level == IC_NOMINAL)
      out[a] = t->values - t->pairable[a];
    else if (m->spec.level == IC_INTERVAL)
      out[a] = t->values * v * v - 2.0 * v * t->first + t->second;
    else if (m->spec.level == IC_CIRCULAR)
      out[a] = circular_to_all(t, v);
    else if (t->pairable[a] > 0.0)
      for (int b = 0; b < n; b++)
        if (t->pairable[b] > 0.0)
          out[a] += t->pairable[b] * ic_measure_distance(m, a, b);
  }
}

/* alpha without its small-sample term, 1 - D_o / D_e with n.. for n.. - 1. */
static void linearise_alpha(const ic_measure *m, ic_tally *t, double *z)
{
  const ic_ratings *r = m->ratings;
  double n = t->values, mean = n / t->pairs;
  double o = t->observed / n, e = t->expected / (n * n);
  distances_to_all(m, t, t->work);
  for (size_t p = 0; p < r->patterns; p++) {
    double rated = r->rated[p], to_all = 0.0;
    z[p] = 0.0;
    if (rated < 2.0)
      continue;
    for (size_t k = r->start[p]; k < r->start[p + 1]; k++)
      to_all += r->times[k] * t->work[r->category[k]] / n;
    z[p] = (-(m->observed[p] - o * rated) + 2.0 * o / e * (to_all - e * rated))
      / (mean * e);
  }
}

int ic_linearise(const ic_measure *m, ic_tally *t, ic_coefficient c, double *z,
                 double *units, double *divisor)
{
  *units = c == IC_KAPPA || c == IC_PI ? t->both
    : IC_BIT(c) & (IC_BIT(IC_ALPHA) | IC_BY_PAIRS) ? t->pairs : t->units;
  *divisor = *units * (IC_BIT(c) & IC_NORMAL ? *units : *units - 1.0);
  switch (c) {
  case IC_PERCENT: linearise_percent(m, t, z); break;
  case IC_KAPPA: linearise_kappa(m, t, z); break;
  case IC_PI: linearise_pi(m, t, z); break;
  case IC_FLEISS: linearise_fleiss(m, t, z); break;
  case IC_BP: linearise_bp(m, t, z); break;
  case IC_AC: linearise_ac(m, t, z); break;
  case IC_ALPHA:
    if (m->spec.level == IC_ORDINAL)
      return 0;
    linearise_alpha(m, t, z);
    break;
  case IC_CONGER: linearise_conger(m, t, z); break;
  case IC_LIGHT: case IC_HUBERT:
    ic_pairs_linearise(&t->of_pairs, c == IC_LIGHT, *units, z);
    break;
  case IC_MAXWELL_RE: linearise_maxwell(m, t, z); break;
  case IC_ICC11: case IC_ICC21: case IC_ICC31:
  case IC_ICC1K: case IC_ICC2K: case IC_ICC3K:
  case IC_FINN: case IC_ROBINSON: case IC_KENDALL_W:
  case IC_PLAIN: case IC_COEFFICIENTS: return 0;
  }
  return 1;
}
