#include "pairs.h"

#include <math.h>
#include <string.h>

#include "distance.h"
#include "memory.h"

/* Chance agreement this close to 1 is computed from the margins themselves,
 * where that of constant margins is exactly 1. */
#define NEAR_CERTAIN (1.0 - 1e-9)

/* More coders seldom rate the same units: then only those who did are
 * visited. */
#define DENSE_CODERS 32

/* Many patterns of few categories are quicker counted into cross tables. */
static size_t table_cells(const ic_ratings *r, size_t pairs)
{
  size_t step = (size_t) r->categories + 1;
  return r->coders <= DENSE_CODERS && step * step <= r->patterns
    ? pairs * step * step : 0;
}

ic_status ic_pairs_open(ic_pairs *s, const ic_ratings *r,
                        const double *weights, ic_error *err)
{
  size_t m = (size_t) r->coders, k = (size_t) r->categories;
  size_t n = m * (m - 1) / 2, cells = table_cells(r, n);
  *s = (ic_pairs) {.ratings = r, .weights = weights, .count = n};
  s->block = ic_alloc(n * (4 + 4 * k) + cells, sizeof *s->block);
  s->who = ic_alloc(m, sizeof *s->who);
  if (!s->block || !s->who) {
    ic_pairs_close(s);
    return ic_no_memory(err);
  }
  s->n = s->block;
  s->agree = s->n + n;
  s->margin = s->agree + n;
  s->form = s->margin + 2 * n * k;
  s->chance = s->form + n;
  s->weighed = s->chance + n;
  s->table = cells > 0 ? s->weighed + 2 * n * k : NULL;
  return IC_OK;
}

void ic_pairs_close(ic_pairs *s)
{
  ic_free(s->block);
  ic_free(s->who);
  s->block = NULL;
  s->who = NULL;
}

static size_t pair_at(const ic_pairs *s, size_t g, size_t h)
{
  size_t m = (size_t) s->ratings->coders;
  return g * (2 * m - g - 1) / 2 + h - g - 1;
}

static size_t categories_of(const ic_pairs *s)
{
  return (size_t) s->ratings->categories;
}

static double *margins_of(const ic_pairs *s, double *all, size_t i)
{
  return all + 2 * i * categories_of(s);
}

/* Two values that one unit got, from the coders of pair i. */
typedef struct meeting {
  size_t i;
  int a, b; /* categories, from 0 */
} meeting;

/* The coders of pattern p into who; how many they are. */
static int find_raters(ic_pairs *s, size_t p)
{
  const int *row = s->ratings->value + p * (size_t) s->ratings->coders;
  int n = 0;
  for (int g = 0; g < s->ratings->coders; g++) {
    s->who[n] = g;
    n += row[g] > 0;
  }
  return n;
}

static meeting meet(const ic_pairs *s, size_t p, int first, int second)
{
  const int *row = s->ratings->value + p * (size_t) s->ratings->coders;
  int g = s->who[first], h = s->who[second];
  return (meeting) {pair_at(s, (size_t) g, (size_t) h), row[g] - 1, row[h] - 1};
}

static double weight_of(const ic_pairs *s, meeting t)
{
  return ic_weight(s->weights, categories_of(s), (size_t) t.a, (size_t) t.b);
}

static void add(ic_pairs *s, meeting t, double x)
{
  double *margin = margins_of(s, s->margin, t.i);
  s->n[t.i] += x;
  s->agree[t.i] += x * weight_of(s, t);
  margin[t.a] += x;
  margin[categories_of(s) + (size_t) t.b] += x;
}

/* Every pair at every pattern, without a branch. */
static void count_tables(ic_pairs *s, const double *x)
{
  const ic_ratings *r = s->ratings;
  size_t m = (size_t) r->coders, step = categories_of(s) + 1;
  memset(s->table, 0, s->count * step * step * sizeof *s->table);
  for (size_t p = 0; p < r->patterns; p++) {
    const int *row = r->value + p * m;
    double *cell = s->table;
    for (size_t g = 0; g < m; g++)
      for (size_t h = g + 1; h < m; h++, cell += step * step)
        cell[(size_t) row[g] * step + (size_t) row[h]] += x[p];
  }
}

static void add_table(ic_pairs *s, size_t i)
{
  int k = s->ratings->categories;
  size_t step = categories_of(s) + 1;
  const double *table = s->table + i * step * step;
  for (int a = 0; a < k; a++)
    for (int b = 0; b < k; b++) {
      double times = table[(size_t) (a + 1) * step + (size_t) b + 1];
      if (times > 0.0)
        add(s, (meeting) {i, a, b}, times);
    }
}

void ic_pairs_fill(ic_pairs *s, const double *x)
{
  memset(s->n, 0, s->count * (2 + 2 * categories_of(s)) * sizeof *s->n);
  if (s->table) {
    count_tables(s, x);
    for (size_t i = 0; i < s->count; i++)
      add_table(s, i);
    return;
  }
  for (size_t p = 0; p < s->ratings->patterns; p++) {
    int n = x[p] > 0.0 ? find_raters(s, p) : 0;
    for (int h = 1; h < n; h++)
      for (int g = 0; g < h; g++)
        add(s, meet(s, p, g, h), x[p]);
  }
}

static void take_pair(ic_pairs *s, size_t i, const double *pair)
{
  size_t k = categories_of(s), base = k + 1;
  double *first = margins_of(s, s->margin, i), *second = first + k;
  double n = 0.0, agree = 0.0;
  for (size_t a = 0; a < k; a++) {
    const double *row = pair + (a + 1) * base + 1;
    double sum = 0.0;
    for (size_t b = 0; b < k; b++) {
      sum += row[b];
      second[b] += row[b];
      if (s->weights)
        agree += row[b] * ic_weight(s->weights, k, a, b);
    }
    agree += s->weights ? 0.0 : row[a];
    first[a] = sum;
    n += sum;
  }
  s->n[i] = n;
  s->agree[i] = agree;
}

void ic_pairs_take(ic_pairs *s, const ic_cross *c)
{
  memset(s->margin, 0, s->count * 2 * categories_of(s) * sizeof *s->margin);
  for (size_t i = 0; i < s->count; i++)
    take_pair(s, i, c->pair + i * c->base * c->base);
}

static double margin_form(const ic_pairs *s, size_t i)
{
  const double *first = margins_of(s, s->margin, i);
  return ic_form(s->weights, categories_of(s), first,
                 first + categories_of(s));
}

/* Sums over pairs with a unit in common. */
typedef struct sums {
  double pairs, certain; /* all, and those whose chance agreement is 1 */
  double agree, chance, kappa;
} sums;

static void count_pair(sums *t, double sign, double agree, double chance)
{
  double kappa = ic_beyond_chance(agree, chance);
  t->pairs += sign;
  t->agree += sign * agree;
  t->chance += sign * chance;
  if (isnan(kappa))
    t->certain += sign;
  else
    t->kappa += sign * kappa;
}

static double light_of(const sums *t)
{
  return t->pairs > 0.0 && t->certain == 0.0 ? t->kappa / t->pairs : NAN;
}

static double hubert_of(const sums *t)
{
  return t->pairs > t->certain
    ? ic_beyond_chance(t->agree / t->pairs, t->chance / t->pairs) : NAN;
}

/* Leaves form and chance filled. */
static sums sum_pairs(ic_pairs *s)
{
  sums t = {0, 0, 0, 0, 0};
  for (size_t i = 0; i < s->count; i++) {
    double n = s->n[i];
    if (n == 0.0)
      continue;
    s->form[i] = margin_form(s, i);
    s->chance[i] = s->form[i] / (n * n);
    count_pair(&t, 1.0, s->agree[i] / n, s->chance[i]);
  }
  return t;
}

void ic_pairs_estimate(ic_pairs *s, double *light, double *hubert)
{
  sums t = sum_pairs(s);
  *light = light_of(&t);
  *hubert = hubert_of(&t);
}

/* W times the margin of each coder's partner. */
static void weigh_margins(ic_pairs *s)
{
  size_t k = categories_of(s);
  for (size_t i = 0; i < s->count; i++) {
    const double *margin = margins_of(s, s->margin, i);
    double *weighed = margins_of(s, s->weighed, i);
    ic_weigh(s->weights, k, margin + k, weighed);
    ic_weigh(s->weights, k, margin, weighed + k);
  }
}

static double weighed_of(const ic_pairs *s, meeting t)
{
  const double *weighed = margins_of(s, s->weighed, t.i);
  return weighed[t.a] + weighed[categories_of(s) + (size_t) t.b];
}

static double chance_without(ic_pairs *s, meeting t)
{
  double left = s->n[t.i] - 1.0, weight = weight_of(s, t);
  double chance = (s->form[t.i] - weighed_of(s, t) + weight) / (left * left);
  if (chance < NEAR_CERTAIN)
    return chance;
  add(s, t, -1.0);
  chance = margin_form(s, t.i) / (left * left);
  add(s, t, 1.0);
  return chance;
}

static sums sums_without(ic_pairs *s, sums t, size_t p)
{
  int n = find_raters(s, p);
  for (int h = 1; h < n; h++)
    for (int g = 0; g < h; g++) {
      meeting both = meet(s, p, g, h);
      double units = s->n[both.i], agree = s->agree[both.i];
      count_pair(&t, -1.0, agree / units, s->chance[both.i]);
      if (units > 1.0)
        count_pair(&t, 1.0, (agree - weight_of(s, both)) / (units - 1.0),
                   chance_without(s, both));
    }
  return t;
}

void ic_pairs_leave_unit_out(ic_pairs *s, double *light, double *hubert,
                             size_t step)
{
  sums whole = sum_pairs(s);
  weigh_margins(s);
  for (size_t p = 0; p < s->ratings->patterns; p++) {
    sums left = sums_without(s, whole, p);
    light[p * step] = light_of(&left);
    hubert[p * step] = hubert_of(&left);
  }
}

/* What one pair adds: the linearised p_a less that of p_e, over 1 - p_e. */
static double contribution(const ic_pairs *s, meeting t, const sums *whole,
                           int light)
{
  double n = s->n[t.i], agree = s->agree[t.i] / n, chance = s->chance[t.i];
  double left = 1.0 - (light ? chance : whole->chance / whole->pairs);
  double value = light ? (agree - chance) / left : hubert_of(whole);
  double shift = weighed_of(s, t) / n - 2.0 * chance;
  return (weight_of(s, t) - agree - (1.0 - value) * shift) / (left * n);
}

void ic_pairs_linearise(ic_pairs *s, int light, double units, double *z)
{
  sums whole = sum_pairs(s);
  weigh_margins(s);
  for (size_t p = 0; p < s->ratings->patterns; p++) {
    int n = find_raters(s, p);
    double sum = 0.0;
    for (int h = 1; h < n; h++)
      for (int g = 0; g < h; g++)
        sum += contribution(s, meet(s, p, g, h), &whole, light);
    z[p] = sum * units / whole.pairs;
  }
}
