#include "agreement.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "memory.h"

/* A difference of moments this much smaller than they are is rounding: values
 * a whole turn apart are equal. */
#define LOST 1e-10

double ic_measure_weight(const ic_measure *m, int k, int l)
{
  return ic_weight(m->spec.weights, (size_t) m->ratings->categories,
                   (size_t) k, (size_t) l);
}

void ic_measure_weigh(const ic_measure *m, const double *x, double *out)
{
  ic_weigh(m->spec.weights, (size_t) m->ratings->categories, x, out);
}

double ic_measure_form(const ic_measure *m, const double *x, const double *y)
{
  return ic_form(m->spec.weights, (size_t) m->ratings->categories, x, y);
}

static int wants(const ic_measure *m, uint32_t coefficients)
{
  return (m->spec.wanted & coefficients) != 0;
}

static double pattern_agreement(const ic_measure *m, size_t p, int weighted)
{
  const ic_ratings *r = m->ratings;
  double n = r->rated[p], sum = 0.0;
  if (n < 2.0)
    return 0.0;
  for (size_t a = r->start[p]; a < r->start[p + 1]; a++) {
    double times = r->times[a];
    sum += times * (times - 1.0);
    if (!weighted || !m->spec.weights)
      continue;
    for (size_t b = r->start[p]; b < a; b++)
      sum += 2.0 * ic_measure_weight(m, r->category[a], r->category[b])
        * times * r->times[b];
  }
  return sum / (n * (n - 1.0));
}

double ic_measure_distance(const ic_measure *m, int k, int l)
{
  size_t n = (size_t) m->ratings->categories;
  if (m->spec.level == IC_NOMINAL)
    return k == l ? 0.0 : 1.0;
  if (m->spec.level == IC_GIVEN)
    return m->spec.distances[(size_t) k * n + (size_t) l];
  return ic_distance(m->spec.level, m->spec.range, m->spec.numbers[k],
                     m->spec.numbers[l]);
}

double ic_pattern_distance(const ic_measure *m, size_t p, const double *rank)
{
  const ic_ratings *r = m->ratings;
  double n = r->rated[p], sum = 0.0;
  if (n < 2.0)
    return 0.0;
  for (size_t a = r->start[p]; a < r->start[p + 1]; a++)
    for (size_t b = r->start[p]; b < a; b++) {
      int k = r->category[a], l = r->category[b];
      double d = rank ? rank[k] - rank[l] : 0.0;
      d = rank ? d * d : ic_measure_distance(m, k, l);
      sum += d * r->times[a] * r->times[b];
    }
  return 2.0 * sum / (n - 1.0);
}

double ic_counted_distance(const ic_measure *m, const double *counts)
{
  int n = m->ratings->categories;
  double sum = 0.0;
  for (int a = 0; a < n; a++) {
    if (counts[a] == 0.0)
      continue;
    for (int b = 0; b < a; b++)
      if (counts[b] > 0.0)
        sum += counts[a] * counts[b] * ic_measure_distance(m, a, b);
  }
  return 2.0 * sum;
}

int ic_by_moments(const ic_measure *m)
{
  return m->spec.level == IC_INTERVAL || m->spec.level == IC_CIRCULAR;
}

double ic_moment_distance(const ic_measure *m, double n, double first,
                          double second)
{
  if (m->spec.level == IC_INTERVAL)
    return 2.0 * (n * second - first * first);
  double all = second * (n - second), left = all - first * first;
  return left > LOST * all ? 2.0 * left : -1.0;
}

/* Moments lose least when the bulk of the values lies near zero. */
static double median_value(const ic_measure *m, double *times)
{
  const ic_ratings *r = m->ratings;
  double total = 0.0, below = 0.0;
  int k = 0;
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      times[r->category[e]] += r->size[p] * r->times[e];
      total += r->size[p] * r->times[e];
    }
  for (; k < r->categories - 1; k++) {
    below += times[k];
    if (2.0 * below >= total)
      break;
  }
  return r->categories > 0 ? m->spec.numbers[k] : 0.0;
}

static void fill_moments(ic_measure *m)
{
  const ic_ratings *r = m->ratings;
  int circular = m->spec.level == IC_CIRCULAR;
  double centre = median_value(m, m->centred);
  for (int k = 0; k < r->categories; k++) {
    m->centred[k] = m->spec.numbers[k] - centre;
    if (circular)
      m->centred[k] = ic_half_angle(m->centred[k], m->spec.range[0]);
  }
  for (size_t p = 0; p < r->patterns; p++) {
    if (r->rated[p] < 2)
      continue;
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      double u = m->centred[r->category[e]], v = circular ? sin(u) : u;
      m->first[p] += r->times[e] * v * (circular ? cos(u) : 1.0);
      m->second[p] += r->times[e] * v * v;
    }
  }
}

static void fill_patterns(ic_measure *m)
{
  const ic_ratings *r = m->ratings;
  int fixed = wants(m, IC_BIT(IC_ALPHA)) && m->spec.level != IC_ORDINAL;
  for (size_t p = 0; p < r->patterns; p++) {
    m->plain[p] = pattern_agreement(m, p, 0);
    m->agree[p] = m->spec.weights ? pattern_agreement(m, p, 1) : m->plain[p];
    if (r->rated[p] > 1 && r->start[p + 1] - r->start[p] > 1)
      m->disagreeing += r->size[p];
    if (fixed)
      m->observed[p] = ic_pattern_distance(m, p, NULL);
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      m->share[e] = (double) r->times[e] / r->rated[p];
  }
}

/* The largest disagreement 1 - w of two categories in use, 1 if there is none.
 * `used` is scratch. */
static double largest_disagreement(const ic_measure *m, double *used)
{
  const ic_ratings *r = m->ratings;
  size_t n = (size_t) r->categories;
  double largest = 0.0;
  memset(used, 0, n * sizeof *used);
  for (size_t e = 0; e < r->start[r->patterns]; e++)
    used[r->category[e]] = 1.0;
  for (size_t k = 0; k < n; k++)
    for (size_t l = 0; l < k && used[k] > 0.0; l++)
      if (used[l] > 0.0)
        largest = fmax(largest, 1.0 - m->spec.weights[k * n + l]);
  return largest > 0.0 ? largest : 1.0;
}

/* Categories in use may lie close together on a long scale: all weights are
 * then near 1, and so is p_e. Disagreement by the largest in use keeps the
 * digits; what is corrected for chance stays as it is. */
static void scale_weights(ic_measure *m, double *weights)
{
  size_t n = (size_t) m->ratings->categories;
  m->unit = largest_disagreement(m, m->centred);
  for (size_t k = 0; k < n * n; k++)
    weights[k] = 1.0 - (1.0 - m->spec.weights[k]) / m->unit;
  m->spec.weights = weights;
}

double ic_measure_unscaled(const ic_measure *m, double agree)
{
  return m->unit == 1.0 ? agree : 1.0 - m->unit * (1.0 - agree);
}

double ic_measure_ac_chance(const ic_measure *m, double spread)
{
  return 1.0 - 1.0 / m->unit + m->ac_slope * spread;
}

static double total_weight(const ic_measure *m)
{
  size_t n = (size_t) m->ratings->categories;
  double sum = 0.0;
  if (!m->spec.weights)
    return (double) n;
  for (size_t k = 0; k < n * n; k++)
    sum += m->spec.weights[k];
  return sum;
}

ic_coefficient ic_form_coefficient(ic_scale_form form)
{
  return form == IC_FORM_FINN ? IC_FINN
    : form == IC_FORM_ROBINSON ? IC_ROBINSON
    : (ic_coefficient) ((int) IC_ICC11 + (int) form - (int) IC_FORM_11);
}

ic_scale_form ic_coefficient_form(ic_coefficient c)
{
  int form = 0;
  while (form < IC_FORMS && ic_form_coefficient((ic_scale_form) form) != c)
    form++;
  return (ic_scale_form) form;
}

int ic_measure_scale(const ic_measure *m)
{
  return wants(m, IC_ONE_WAY | IC_TWO_WAY);
}

int ic_measure_concord(const ic_measure *m)
{
  return wants(m, IC_BIT(IC_KENDALL_W)) && !m->spec.anonymous;
}

static ic_status open_scales(ic_measure *m, ic_error *err)
{
  int two_way = wants(m, IC_TWO_WAY) && !m->spec.anonymous;
  ic_status status = IC_OK;
  if (ic_measure_scale(m) && !m->spec.numbers)
    return ic_fail(err, IC_EINPUT, "values are needed for a scale");
  if (ic_measure_scale(m))
    status = ic_scale_open(&m->scale, m->ratings, m->spec.numbers, two_way,
                           err);
  if (!status && ic_measure_concord(m))
    status = ic_concord_open(&m->concord, m->ratings, err);
  return status;
}

/* Few patterns are not worth merging. */
#define MANY_PATTERNS 16

static ic_status open_counted(ic_measure *m, ic_spec spec, ic_error *err)
{
  const ic_ratings *r = m->ratings;
  spec.wanted &= IC_BY_COUNTS;
  if (!wants(m, IC_CODER_AWARE) || r->patterns < MANY_PATTERNS)
    return IC_OK;
  m->of = ic_alloc(r->patterns, sizeof *m->of);
  if (!m->of)
    return ic_no_memory(err);
  ic_status status = ic_ratings_merge(r, m->of, &m->merged, err);
  if (status || 2 * m->merged->patterns > r->patterns)
    return status;
  m->counted = ic_alloc(1, sizeof *m->counted);
  return m->counted ? ic_measure_open(m->counted, m->merged, &spec, err)
                    : ic_no_memory(err);
}

/* Entries of pairable patterns, one after another by category. */
static void order_values(const ic_ratings *r, size_t *place, uint32_t *bearer)
{
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; r->rated[p] > 1 && e < r->start[p + 1]; e++)
      place[r->category[e] + 1] += (size_t) r->times[e];
  for (int k = 0; k < r->categories; k++)
    place[k + 1] += place[k];
  for (size_t p = r->patterns; p-- > 0;)
    for (size_t e = r->start[p]; r->rated[p] > 1 && e < r->start[p + 1]; e++)
      for (int i = 0; i < r->times[e]; i++)
        bearer[--place[r->category[e] + 1]] = (uint32_t) p;
}

/* Filling leaves in place[k + 1] where category k begins. */
static ic_status open_order(ic_measure *m, ic_error *err)
{
  const ic_ratings *r = m->ratings;
  size_t k = (size_t) r->categories, values = 0;
  if (m->counted || m->spec.level != IC_ORDINAL || !wants(m, IC_BIT(IC_ALPHA)))
    return IC_OK;
  for (size_t p = 0; p < r->patterns; p++)
    values += r->rated[p] > 1 ? (size_t) r->rated[p] : 0;
  m->place = ic_alloc(k + 1, sizeof *m->place);
  m->bearer = ic_alloc(values, sizeof *m->bearer);
  if (!m->place || !m->bearer)
    return ic_no_memory(err);
  order_values(r, m->place, m->bearer);
  memmove(m->place, m->place + 1, k * sizeof *m->place);
  m->place[k] = values;
  return IC_OK;
}

ic_status ic_measure_open(ic_measure *m, const ic_ratings *ratings,
                          const ic_spec *spec, ic_error *err)
{
  size_t n = ratings->patterns, k = (size_t) ratings->categories;
  *m = (ic_measure) {.ratings = ratings, .spec = *spec};
  m->spec.wanted |= IC_BIT(IC_PLAIN);
  if (spec->level == IC_GIVEN ? !spec->distances
      : spec->level > IC_ORDINAL && !spec->numbers)
    return ic_fail(err, IC_EINPUT, "values are needed at this level");
  m->block = ic_alloc(5 * n + ratings->start[n] + k
                      + (spec->weights ? k * k : 0), sizeof *m->block);
  if (!m->block)
    return ic_no_memory(err);
  m->agree = m->block;
  m->plain = m->agree + n;
  m->observed = m->plain + n;
  m->first = m->observed + n;
  m->second = m->first + n;
  m->share = m->second + n;
  m->centred = m->share + ratings->start[n];
  m->unit = 1.0;
  double q = ratings->categories, total = total_weight(m);
  if (spec->weights)
    scale_weights(m, m->centred + k);
  m->ac_slope = total / (q * (q - 1.0) * m->unit);
  m->weight_total = total_weight(m);
  m->active = ratings->active;
  memcpy(m->pair, ratings->pair, sizeof m->pair);
  fill_patterns(m);
  if (ic_by_moments(m))
    fill_moments(m);
  ic_status status = open_scales(m, err);
  if (!status)
    status = open_counted(m, *spec, err);
  if (!status)
    status = open_order(m, err);
  if (status)
    ic_measure_close(m);
  return status;
}

void ic_measure_close(ic_measure *m)
{
  ic_scale_close(&m->scale);
  ic_concord_close(&m->concord);
  if (m->counted)
    ic_measure_close(m->counted);
  ic_free(m->counted);
  ic_ratings_free(m->merged);
  ic_free(m->of);
  ic_free(m->place);
  ic_free(m->bearer);
  ic_free(m->block);
  m->place = NULL;
  m->bearer = NULL;
  m->block = NULL;
  m->counted = NULL;
  m->merged = NULL;
  m->of = NULL;
}

ic_status ic_tally_open(ic_tally *t, const ic_measure *m, ic_error *err)
{
  size_t k = (size_t) m->ratings->categories;
  size_t coders = wants(m, IC_BIT(IC_CONGER)) ? (size_t) m->ratings->coders : 0;
  memset(t, 0, sizeof *t);
  size_t counted = m->counted ? m->merged->patterns : 0;
  t->block = ic_alloc(7 * k + coders * (k + 2) + 1 + counted,
                      sizeof *t->block);
  if (!t->block)
    return ic_no_memory(err);
  t->mean = t->block;
  t->margin[0] = t->mean + k;
  t->margin[1] = t->margin[0] + k;
  t->pairable = t->margin[1] + k;
  t->rank = t->pairable + k;
  t->work = t->rank + k;
  t->slope = t->work + k;
  t->step = k + 1;
  t->coder_n = t->slope + k;
  t->coder = t->coder_n + coders + 1;
  t->counted = t->coder + coders * (k + 1);
  ic_status status = IC_OK;
  if (wants(m, IC_BIT(IC_CONGER) | IC_BY_PAIRS))
    status = ic_cross_open(&t->cross, m->ratings, err);
  if (!status && wants(m, IC_BY_PAIRS))
    status = ic_pairs_open(&t->of_pairs, m->ratings, m->spec.weights, err);
  if (!status && ic_measure_scale(m))
    status = ic_scale_tally_open(&t->scale, &m->scale, err);
  if (!status && ic_measure_concord(m))
    status = ic_concord_tally_open(&t->concord, &m->concord, err);
  if (status)
    ic_tally_close(t);
  return status;
}

void ic_tally_close(ic_tally *t)
{
  ic_cross_close(&t->cross);
  ic_pairs_close(&t->of_pairs);
  ic_scale_tally_close(&t->scale);
  ic_concord_tally_close(&t->concord);
  ic_free(t->block);
  t->block = NULL;
}

static void widen(int *low, int *high, int from, int to)
{
  *low = from < *low ? from : *low;
  *high = to > *high ? to : *high;
}

/* Patterns that a replicate did not draw have weight zero and add nothing;
 * to skip them would cost more in mispredicted branches than it saves. */
static void tally_sums(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  double units = 0.0, pairs = 0.0, agree = 0.0, plain = 0.0, values = 0.0;
  for (size_t p = 0; p < r->patterns; p++) {
    double able = r->rated[p] > 1 ? x[p] : 0.0;
    units += x[p];
    pairs += able;
    agree += able * m->agree[p];
    plain += able * m->plain[p];
    values += able * r->rated[p];
  }
  t->units = units;
  t->pairs = pairs;
  t->agree = agree;
  t->plain = plain;
  t->values = values;
}

/* An infinite distance counts only where its pattern was drawn. */
static double drawn_distances(const ic_measure *m, const double *x)
{
  double sum = 0.0;
  for (size_t p = 0; p < m->ratings->patterns; p++)
    sum += x[p] > 0.0 ? x[p] * m->observed[p] : 0.0;
  return sum;
}

static void tally_distances(ic_tally *t, const ic_measure *m, const double *x)
{
  size_t n = m->ratings->patterns;
  double observed = 0.0, first = 0.0, second = 0.0;
  for (size_t p = 0; p < n; p++)
    observed += x[p] * m->observed[p];
  for (size_t p = 0; ic_by_moments(m) && p < n; p++) {
    first += x[p] * m->first[p];
    second += x[p] * m->second[p];
  }
  t->observed = isnan(observed) ? drawn_distances(m, x) : observed;
  t->first = first;
  t->second = second;
}

/* Seldom more than a few patterns tell that categories differ. */
static void tally_range(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  for (size_t p = 0; p < r->patterns; p++) {
    if (x[p] == 0.0)
      continue;
    int low = r->category[r->start[p]];
    int high = r->category[r->start[p + 1] - 1];
    widen(&t->low, &t->high, low, high);
    if (r->rated[p] > 1)
      widen(&t->able_low, &t->able_high, low, high);
    if (t->able_low < t->able_high)
      return;
  }
}

static void tally_mean(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  memset(t->mean, 0, (size_t) r->categories * sizeof *t->mean);
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      t->mean[r->category[e]] += x[p] * m->share[e];
}

static void tally_pair(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  for (int g = 0; g < 2; g++)
    memset(t->margin[g], 0, (size_t) r->categories * sizeof *t->margin[g]);
  for (size_t p = 0; p < r->patterns; p++) {
    const int *row = r->value + p * (size_t) r->coders;
    int a = row[m->pair[0]], b = row[m->pair[1]];
    if (x[p] == 0.0 || a == 0 || b == 0)
      continue;
    t->both += x[p];
    t->margin[0][a - 1] += x[p];
    t->margin[1][b - 1] += x[p];
    widen(&t->pair_low, &t->pair_high, a - 1, a - 1);
    widen(&t->pair_low, &t->pair_high, b - 1, b - 1);
  }
}

/* The first coders' margins from their pairs with the last, whose own comes
 * from the last pair. */
static void margins_of_cross(const ic_cross *c, size_t coders, double *out)
{
  size_t base = c->base, square = base * base;
  const double *pair = c->pair - square;
  for (size_t g = 0; g + 1 < coders; g++) {
    pair += (coders - g - 1) * square;
    for (size_t i = 0; i < square; i++)
      out[g * base + i / base] += pair[i];
  }
  for (size_t i = 0; i < square; i++)
    out[(coders - 1) * base + i % base] += pair[i];
}

static void tally_coders(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  size_t coders = (size_t) r->coders;
  double *with_missing = t->coder - 1;
  memset(with_missing, 0, coders * t->step * sizeof *with_missing);
  memset(t->coder_n, 0, coders * sizeof *t->coder_n);
  if (t->cross.cells)
    margins_of_cross(&t->cross, coders, with_missing);
  for (size_t p = 0; !t->cross.cells && p < r->patterns; p++)
    for (size_t g = 0; g < coders; g++)
      with_missing[g * t->step + (size_t) r->value[p * coders + g]] += x[p];
  for (size_t g = 0; g < coders; g++)
    for (size_t c = 0; c + 1 < t->step; c++)
      t->coder_n[g] += t->coder[g * t->step + c];
}

static void tally_pairable(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  memset(t->pairable, 0, (size_t) r->categories * sizeof *t->pairable);
  for (size_t p = 0; p < r->patterns; p++)
    if (r->rated[p] > 1)
      for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
        t->pairable[r->category[e]] += x[p] * r->times[e];
}

/* The sum over pairs of values from two moments about the first of them. */
static double rank_distance(const ic_ratings *r, size_t p, const double *rank)
{
  size_t e = r->start[p];
  double n = r->rated[p], first = 0.0, second = 0.0;
  double origin = rank[r->category[e]];
  for (e++; e < r->start[p + 1]; e++) {
    double d = rank[r->category[e]] - origin, times = r->times[e];
    first += times * d;
    second += times * d * d;
  }
  return 2.0 * (n * second - first * first) / (n - 1.0);
}

/* Weights of the values in ascending order, and from them the ranks. */
static void rank_categories(ic_tally *t, const ic_measure *m, const double *x)
{
  const size_t *place = m->place;
  const uint32_t *bearer = m->bearer;
  double below = 0.0, spread = 0.0, mean = 0.5 * t->values;
  size_t i = place[0];
  for (int k = 0; k < m->ratings->categories; k++) {
    double sum = 0.0;
    for (; i < place[k + 1]; i++)
      sum += x[bearer[i]];
    double rank = below + 0.5 * sum;
    t->pairable[k] = sum;
    t->rank[k] = rank;
    spread += sum * (rank - mean) * (rank - mean);
    below += sum;
  }
  t->spread = spread;
}

static void tally_ranks(ic_tally *t, const ic_measure *m, const double *x)
{
  const ic_ratings *r = m->ratings;
  double observed = 0.0;
  rank_categories(t, m, x);
  for (size_t p = 0; p < r->patterns; p++)
    if (x[p] > 0.0 && r->rated[p] > 1)
      observed += x[p] * rank_distance(r, p, t->rank);
  t->observed = observed;
}

static void tally_counts(ic_tally *t, const ic_measure *m, const double *x,
                         int margins)
{
  tally_sums(t, m, x);
  if (m->spec.level != IC_ORDINAL)
    tally_distances(t, m, x);
  tally_range(t, m, x);
  if (wants(m, IC_BIT(IC_FLEISS) | IC_BIT(IC_AC)))
    tally_mean(t, m, x);
  if (!wants(m, IC_BIT(IC_ALPHA)))
    return;
  if (m->spec.level == IC_ORDINAL)
    tally_ranks(t, m, x);
  else if (margins || m->spec.level != IC_INTERVAL)
    tally_pairable(t, m, x);
}

static void tally_merged(ic_tally *t, const ic_measure *m, const double *x,
                         int margins)
{
  memset(t->counted, 0, m->merged->patterns * sizeof *t->counted);
  for (size_t p = 0; p < m->ratings->patterns; p++)
    t->counted[m->of[p]] += x[p];
  tally_counts(t, m->counted, t->counted, margins);
}

void ic_tally_fill(ic_tally *t, const ic_measure *m, const double *x,
                   int margins)
{
  t->both = t->expected = 0.0;
  t->low = t->pair_low = t->able_low = INT_MAX;
  t->high = t->pair_high = t->able_high = -1;
  if (m->counted)
    tally_merged(t, m, x, margins);
  else
    tally_counts(t, m, x, margins);
  if (t->cross.cells)
    ic_cross_fill(&t->cross, x);
  if (wants(m, IC_BIT(IC_KAPPA) | IC_BIT(IC_PI)) && m->active == 2)
    tally_pair(t, m, x);
  if (wants(m, IC_BIT(IC_CONGER)))
    tally_coders(t, m, x);
  if (wants(m, IC_BY_PAIRS) && t->cross.cells)
    ic_pairs_take(&t->of_pairs, &t->cross);
  else if (wants(m, IC_BY_PAIRS))
    ic_pairs_fill(&t->of_pairs, x);
  if (ic_measure_scale(m))
    ic_scale_fill(&t->scale, &m->scale, x);
  if (ic_measure_concord(m))
    ic_concord_fill(&t->concord, &m->concord, x);
}

static void set_value(ic_estimate *out, const ic_measure *m, ic_coefficient c,
                      double agree, double chance)
{
  out->observed[c] = ic_measure_unscaled(m, agree);
  out->expected[c] = ic_measure_unscaled(m, chance);
  out->value[c] = ic_beyond_chance(agree, chance);
  out->status[c] = isnan(out->value[c]) ? IC_NO_VARIATION : IC_DEFINED;
}

static void set_chance_family(ic_tally *t, const ic_measure *m, double agree,
                              ic_estimate *out)
{
  double q = m->ratings->categories;
  if (wants(m, IC_BIT(IC_BP)))
    set_value(out, m, IC_BP, agree, m->weight_total / (q * q));
  if (wants(m, IC_BIT(IC_FLEISS))) {
    double form = ic_measure_form(m, t->mean, t->mean);
    set_value(out, m, IC_FLEISS, agree, t->low == t->high
              ? 1.0 : form / (t->units * t->units));
  }
  if (wants(m, IC_BIT(IC_AC)) && q < 2.0)
    out->status[IC_AC] = IC_NO_VARIATION;
  if (wants(m, IC_BIT(IC_AC)) && q >= 2.0) {
    double spread = 0.0;
    for (int k = 0; k < m->ratings->categories; k++)
      spread += t->mean[k] * (t->units - t->mean[k]);
    set_value(out, m, IC_AC, agree, ic_measure_ac_chance(
                m, spread / (t->units * t->units)));
  }
}

static void set_pair_family(ic_tally *t, const ic_measure *m, double agree,
                            ic_estimate *out)
{
  double n = t->both;
  int constant = t->pair_low == t->pair_high;
  if (wants(m, IC_BIT(IC_KAPPA)))
    set_value(out, m, IC_KAPPA, agree, constant ? 1.0
              : ic_measure_form(m, t->margin[0], t->margin[1]) / (n * n));
  if (!wants(m, IC_BIT(IC_PI)))
    return;
  for (int k = 0; k < m->ratings->categories; k++)
    t->work[k] = t->margin[0][k] + t->margin[1][k];
  set_value(out, m, IC_PI, agree, constant ? 1.0
            : ic_measure_form(m, t->work, t->work) / (4.0 * n * n));
}

/* All pairs of coders less each with itself. */
double ic_conger_chance(ic_tally *t, const ic_measure *m, int *coders)
{
  size_t k = (size_t) m->ratings->categories;
  double own = 0.0;
  *coders = 0;
  memset(t->work, 0, k * sizeof *t->work);
  for (int g = 0; g < m->ratings->coders; g++) {
    const double *margin = t->coder + (size_t) g * t->step;
    double n = t->coder_n[g];
    if (n == 0.0)
      continue;
    ++*coders;
    own += ic_measure_form(m, margin, margin) / (n * n);
    for (size_t c = 0; c < k; c++)
      t->work[c] += margin[c] / n;
  }
  double all = ic_measure_form(m, t->work, t->work);
  return (all - own) / (*coders * (*coders - 1.0));
}

static void set_conger(ic_tally *t, const ic_measure *m, double agree,
                       ic_estimate *out)
{
  int coders;
  double chance = ic_conger_chance(t, m, &coders);
  if (coders < 2)
    out->status[IC_CONGER] = IC_ONE_CODER;
  else
    set_value(out, m, IC_CONGER, agree, t->low == t->high ? 1.0 : chance);
}

static void set_mean_family(ic_tally *t, ic_estimate *out)
{
  static const ic_coefficient both[] = {IC_LIGHT, IC_HUBERT};
  ic_pairs_estimate(&t->of_pairs, &out->value[IC_LIGHT],
                    &out->value[IC_HUBERT]);
  for (int i = 0; i < 2; i++)
    out->status[both[i]] =
      isnan(out->value[both[i]]) ? IC_NO_VARIATION : IC_DEFINED;
}

static double expected_distance(const ic_tally *t, const ic_measure *m)
{
  double n = t->values, sum = -1.0;
  if (ic_by_moments(m))
    sum = ic_moment_distance(m, n, t->first, t->second);
  if (m->spec.level == IC_INTERVAL || sum >= 0.0)
    return sum;
  if (m->spec.level > IC_INTERVAL)
    return ic_counted_distance(m, t->pairable);
  if (m->spec.level == IC_ORDINAL)
    return 2.0 * n * t->spread;
  sum = 0.0;
  for (int k = 0; k < m->ratings->categories; k++)
    sum += t->pairable[k] * (n - t->pairable[k]);
  return sum;
}

static void set_alpha(ic_tally *t, const ic_measure *m, ic_estimate *out)
{
  double n = t->values;
  if (t->able_low == t->able_high) {
    out->status[IC_ALPHA] = IC_NO_VARIATION;
    out->observed[IC_ALPHA] = out->expected[IC_ALPHA] = 0.0;
    return;
  }
  t->expected = expected_distance(t, m);
  if (!isfinite(t->expected) || !isfinite(t->observed)) {
    out->status[IC_ALPHA] = IC_INFINITE_DISTANCE;
    return;
  }
  if (t->expected == 0.0) { /* squares of differences below 1e-154 */
    out->status[IC_ALPHA] = IC_NO_VARIATION;
    return;
  }
  out->status[IC_ALPHA] = IC_DEFINED;
  out->observed[IC_ALPHA] = t->observed / n;
  out->expected[IC_ALPHA] = t->expected / (n * (n - 1.0));
  out->value[IC_ALPHA] = 1.0 - (n - 1.0) * t->observed / t->expected;
}

static void set_scale(const ic_tally *t, const ic_measure *m, ic_estimate *out)
{
  double value[IC_FORMS];
  ic_defined why[IC_FORMS];
  ic_scale_values(&m->scale, &t->scale.sums, value, why);
  for (int f = 0; f < IC_FORMS; f++) {
    ic_coefficient c = ic_form_coefficient((ic_scale_form) f);
    out->value[c] = value[f];
    out->status[c] = why[f];
  }
}

static void set_kendall(const ic_tally *t, const ic_measure *m,
                        ic_estimate *out)
{
  if (m->spec.anonymous)
    out->status[IC_KENDALL_W] = IC_CODERS_UNKNOWN;
  else if (ic_measure_concord(m))
    out->value[IC_KENDALL_W] = ic_concord_value(&t->concord, &m->concord,
                                                &out->status[IC_KENDALL_W]);
}

static void set_maxwell(const ic_tally *t, const ic_measure *m,
                        ic_estimate *out)
{
  ic_defined why = m->active != 2 ? IC_NOT_TWO_CODERS
    : m->ratings->categories != 2 ? IC_NOT_TWO_CATEGORIES : IC_DEFINED;
  out->status[IC_MAXWELL_RE] = why;
  out->value[IC_MAXWELL_RE] = why ? NAN : 2.0 * t->plain / t->pairs - 1.0;
}

static ic_defined why_all_undefined(const ic_tally *t, const ic_measure *m)
{
  if (t->units == 0.0)
    return IC_NO_RATINGS;
  if (m->active < 2)
    return IC_ONE_CODER;
  return t->pairs == 0.0 ? IC_NO_PAIRABLE : IC_DEFINED;
}

void ic_tally_estimate(ic_tally *t, const ic_measure *m, ic_estimate *out)
{
  ic_defined why = why_all_undefined(t, m);
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    out->value[c] = out->observed[c] = out->expected[c] = NAN;
    out->status[c] = why;
  }
  if (why)
    return;
  double agree = t->agree / t->pairs;
  out->value[IC_PLAIN] = t->plain / t->pairs;
  out->value[IC_PERCENT] = out->observed[IC_PERCENT] =
    ic_measure_unscaled(m, agree);
  set_chance_family(t, m, agree, out);
  set_maxwell(t, m, out);
  set_kendall(t, m, out);
  if (ic_measure_scale(m))
    set_scale(t, m, out);
  if (wants(m, IC_BIT(IC_ALPHA)))
    set_alpha(t, m, out);
  if (m->spec.anonymous || m->active != 2)
    out->status[IC_KAPPA] = out->status[IC_PI] =
      m->spec.anonymous ? IC_CODERS_UNKNOWN : IC_NOT_TWO_CODERS;
  else
    set_pair_family(t, m, agree, out);
  if (m->spec.anonymous)
    out->status[IC_CONGER] = out->status[IC_LIGHT] = out->status[IC_HUBERT] =
      IC_CODERS_UNKNOWN;
  if (!m->spec.anonymous && wants(m, IC_BIT(IC_CONGER)))
    set_conger(t, m, agree, out);
  if (!m->spec.anonymous && wants(m, IC_BY_PAIRS))
    set_mean_family(t, out);
}
