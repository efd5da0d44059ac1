#include "jackknife.h"

#include <math.h>
#include <string.h>

#include "memory.h"

typedef struct whole {
  const ic_measure *m;
  const ic_ratings *r;
  ic_tally t;
  ic_estimate estimate;
  double *used;   /* [categories] values in use, pairable or not */
  double *vector; /* [4 x categories] scratch of one coefficient */
  double *out;
  uint32_t done;  /* IC_BIT()s that have their values already */
} whole;

static double *place(const whole *w, size_t p, ic_coefficient c)
{
  return &w->out[p * IC_COEFFICIENTS + c];
}

static int wanted(const whole *w, ic_coefficient c)
{
  return (w->m->spec.wanted & ~w->done & IC_BIT(c))
    && w->estimate.status[c] == IC_DEFINED;
}

/* Agreement over the pairable units that remain; NaN if none does. */
static double agreement_without(const whole *w, size_t p)
{
  double pairs = w->t.pairs;
  if (w->r->rated[p] < 2)
    return w->t.agree / pairs;
  return pairs > 1.0 ? (w->t.agree - w->m->agree[p]) / (pairs - 1.0) : NAN;
}

static int categories_in(const double *counts, int n)
{
  int some = 0;
  for (int k = 0; k < n; k++)
    some += counts[k] > 0.0;
  return some;
}

/* Does more than one category remain in use without pattern p? */
static int varies_without(const whole *w, const double *counts, int in_use,
                          size_t p)
{
  const ic_ratings *r = w->r;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    in_use -= counts[r->category[e]] <= r->times[e];
  return in_use > 1;
}

static double dot_shares(const whole *w, size_t p, const double *x)
{
  const ic_ratings *r = w->r;
  double sum = 0.0;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    sum += w->m->share[e] * x[r->category[e]];
  return sum;
}

static double form_shares(const whole *w, size_t p, int weighted)
{
  const ic_ratings *r = w->r;
  double sum = 0.0;
  for (size_t a = r->start[p]; a < r->start[p + 1]; a++)
    for (size_t b = r->start[p]; b < r->start[p + 1]; b++) {
      int k = r->category[a], l = r->category[b];
      double weight = weighted ? ic_measure_weight(w->m, k, l) : k == l;
      sum += weight * w->m->share[a] * w->m->share[b];
    }
  return sum;
}

static void leave_percent(whole *w)
{
  double pairs = w->t.pairs;
  for (size_t p = 0; p < w->r->patterns; p++) {
    *place(w, p, IC_PERCENT) =
      ic_measure_unscaled(w->m, agreement_without(w, p));
    *place(w, p, IC_PLAIN) = w->r->rated[p] < 2 ? w->t.plain / pairs
      : pairs > 1.0 ? (w->t.plain - w->m->plain[p]) / (pairs - 1.0) : NAN;
  }
}

static void leave_maxwell(whole *w)
{
  for (size_t p = 0; p < w->r->patterns; p++)
    *place(w, p, IC_MAXWELL_RE) = 2.0 * *place(w, p, IC_PLAIN) - 1.0;
}

static int wanted_scale(const whole *w)
{
  int any = 0;
  for (int f = 0; f < IC_FORMS; f++)
    any |= wanted(w, ic_form_coefficient((ic_scale_form) f));
  return any;
}

static ic_status leave_scale(whole *w, ic_error *err)
{
  double *left = ic_alloc(w->r->patterns * IC_FORMS, sizeof *left);
  if (!left)
    return ic_no_memory(err);
  ic_status status = ic_scale_leave_out(&w->m->scale, &w->t.scale, left, err);
  for (size_t p = 0; p < w->r->patterns && !status; p++)
    for (int f = 0; f < IC_FORMS; f++)
      *place(w, p, ic_form_coefficient((ic_scale_form) f)) =
        left[p * IC_FORMS + (size_t) f];
  ic_free(left);
  return status;
}

static ic_status leave_kendall(whole *w, ic_error *err)
{
  double *left = ic_alloc(w->r->patterns, sizeof *left);
  if (!left)
    return ic_no_memory(err);
  ic_status status = ic_concord_leave_out(&w->m->concord, &w->t.concord, left,
                                          err);
  for (size_t p = 0; p < w->r->patterns && !status; p++)
    *place(w, p, IC_KENDALL_W) = left[p];
  ic_free(left);
  return status;
}

static void leave_bp(whole *w)
{
  double q = w->r->categories;
  for (size_t p = 0; p < w->r->patterns; p++)
    *place(w, p, IC_BP) =
      ic_beyond_chance(agreement_without(w, p), w->m->weight_total / (q * q));
}

static void leave_fleiss(whole *w)
{
  double *y = w->vector, n = w->t.units - 1.0;
  int in_use = categories_in(w->used, w->r->categories);
  double form = ic_measure_form(w->m, w->t.mean, w->t.mean);
  ic_measure_weigh(w->m, w->t.mean, y);
  for (size_t p = 0; p < w->r->patterns; p++) {
    double left = form - 2.0 * dot_shares(w, p, y) + form_shares(w, p, 1);
    *place(w, p, IC_FLEISS) = varies_without(w, w->used, in_use, p)
      ? ic_beyond_chance(agreement_without(w, p), left / (n * n)) : NAN;
  }
}

static void leave_ac(whole *w)
{
  double n = w->t.units - 1.0, squares = 0.0;
  for (int k = 0; k < w->r->categories; k++)
    squares += w->t.mean[k] * w->t.mean[k];
  for (size_t p = 0; p < w->r->patterns; p++) {
    double left = squares - 2.0 * dot_shares(w, p, w->t.mean)
      + form_shares(w, p, 0);
    *place(w, p, IC_AC) = ic_beyond_chance(
      agreement_without(w, p),
      ic_measure_ac_chance(w->m, 1.0 - left / (n * n)));
  }
}

static void pair_of(const whole *w, size_t p, int *a, int *b)
{
  const int *row = w->r->value + p * (size_t) w->r->coders;
  *a = row[w->m->pair[0]] - 1;
  *b = row[w->m->pair[1]] - 1;
}

static void leave_kappa(whole *w)
{
  double *first = w->vector, *second = first + w->r->categories;
  double *both = second + w->r->categories, n = w->t.both - 1.0;
  const double *a = w->t.margin[0], *b = w->t.margin[1];
  double form = ic_measure_form(w->m, a, b);
  ic_measure_weigh(w->m, b, first);
  ic_measure_weigh(w->m, a, second);
  for (int k = 0; k < w->r->categories; k++)
    both[k] = a[k] + b[k];
  int in_use = categories_in(both, w->r->categories), i, j;
  for (size_t p = 0; p < w->r->patterns; p++) {
    pair_of(w, p, &i, &j);
    *place(w, p, IC_KAPPA) = w->estimate.value[IC_KAPPA];
    if (i < 0 || j < 0)
      continue;
    double left = form - first[i] - second[j] + ic_measure_weight(w->m, i, j);
    *place(w, p, IC_KAPPA) = varies_without(w, both, in_use, p)
      ? ic_beyond_chance(agreement_without(w, p), left / (n * n)) : NAN;
  }
}

static void leave_pi(whole *w)
{
  double *both = w->vector, *y = both + w->r->categories;
  double n = 2.0 * (w->t.both - 1.0);
  for (int k = 0; k < w->r->categories; k++)
    both[k] = w->t.margin[0][k] + w->t.margin[1][k];
  double form = ic_measure_form(w->m, both, both);
  ic_measure_weigh(w->m, both, y);
  int in_use = categories_in(both, w->r->categories), i, j;
  for (size_t p = 0; p < w->r->patterns; p++) {
    pair_of(w, p, &i, &j);
    *place(w, p, IC_PI) = w->estimate.value[IC_PI];
    if (i < 0 || j < 0)
      continue;
    double left = form - 2.0 * (y[i] + y[j]) + ic_measure_weight(w->m, i, i)
      + ic_measure_weight(w->m, j, j) + 2.0 * ic_measure_weight(w->m, i, j);
    *place(w, p, IC_PI) = varies_without(w, both, in_use, p)
      ? ic_beyond_chance(agreement_without(w, p), left / (n * n)) : NAN;
  }
}

/* The bilinear forms of all pairs of coders: form[g, h] = C_g' W C_h and
 * weighed[g] = W C_g. */
typedef struct coder_forms {
  double *form, *weighed;
} coder_forms;

static double conger_without(const whole *w, const coder_forms *f, size_t p,
                             int *coders)
{
  size_t m = (size_t) w->r->coders, k = (size_t) w->r->categories;
  const int *row = w->r->value + p * m;
  double sum = 0.0;
  *coders = 0;
  for (size_t g = 0; g < m; g++) {
    double ng = w->t.coder_n[g] - (row[g] > 0);
    if (ng == 0.0)
      continue;
    ++*coders;
    for (size_t h = 0; h < g; h++) {
      double nh = w->t.coder_n[h] - (row[h] > 0), form = f->form[g * m + h];
      if (nh == 0.0)
        continue;
      if (row[g] > 0)
        form -= f->weighed[h * k + (size_t) row[g] - 1];
      if (row[h] > 0)
        form -= f->weighed[g * k + (size_t) row[h] - 1];
      if (row[g] > 0 && row[h] > 0)
        form += ic_measure_weight(w->m, row[g] - 1, row[h] - 1);
      sum += 2.0 * form / (ng * nh);
    }
  }
  return sum / (*coders * (*coders - 1.0));
}

static ic_status leave_conger(whole *w, ic_error *err)
{
  size_t m = (size_t) w->r->coders, k = (size_t) w->r->categories;
  int in_use = categories_in(w->used, w->r->categories), coders;
  coder_forms f;
  f.form = ic_alloc(m * m + m * k, sizeof *f.form);
  if (!f.form)
    return ic_no_memory(err);
  f.weighed = f.form + m * m;
  for (size_t g = 0; g < m; g++) {
    ic_measure_weigh(w->m, w->t.coder + g * w->t.step, f.weighed + g * k);
    for (size_t h = 0; h < g; h++)
      f.form[g * m + h] = ic_measure_form(w->m, w->t.coder + g * w->t.step,
                                          w->t.coder + h * w->t.step);
  }
  for (size_t p = 0; p < w->r->patterns; p++) {
    double chance = conger_without(w, &f, p, &coders);
    *place(w, p, IC_CONGER) =
      coders > 1 && varies_without(w, w->used, in_use, p)
      ? ic_beyond_chance(agreement_without(w, p), chance) : NAN;
  }
  ic_free(f.form);
  return IC_OK;
}

static double nominal_without(const whole *w, size_t p)
{
  const ic_ratings *r = w->r;
  double sum = w->t.expected;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
    double times = r->times[e], others = w->t.values
      - w->t.pairable[r->category[e]];
    sum -= times * (2.0 * others - r->rated[p] + times);
  }
  return sum;
}

/* By the sums of distances from each category to all values. */
static double summed_without(const whole *w, size_t p, const double *to_all)
{
  const ic_ratings *r = w->r;
  double sum = w->t.expected + (r->rated[p] - 1.0) * w->m->observed[p];
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    sum -= 2.0 * r->times[e] * to_all[r->category[e]];
  return sum;
}

/* What the correction has lost to rounding is summed again. */
static double counted_without(whole *w, size_t p)
{
  const ic_ratings *r = w->r;
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    w->t.pairable[r->category[e]] -= r->times[e];
  double sum = ic_counted_distance(w->m, w->t.pairable);
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
    w->t.pairable[r->category[e]] += r->times[e];
  return sum;
}

/* Expected distances without pattern p at the levels with fixed distances. */
static double expected_without(whole *w, size_t p, const double *to_all)
{
  const ic_measure *m = w->m;
  double sum;
  if (m->spec.level == IC_NOMINAL)
    return nominal_without(w, p);
  if (ic_by_moments(m))
    sum = ic_moment_distance(m, w->t.values - w->r->rated[p],
                             w->t.first - m->first[p],
                             w->t.second - m->second[p]);
  else
    sum = summed_without(w, p, to_all);
  return m->spec.level == IC_INTERVAL || sum > 1e-9 * w->t.expected
    ? sum : counted_without(w, p);
}

static void distances_to_all(const whole *w, double *to_all)
{
  int n = w->r->categories;
  for (int a = 0; a < n; a++) {
    to_all[a] = 0.0;
    for (int b = 0; w->t.pairable[a] > 0.0 && b < n; b++)
      if (w->t.pairable[b] > 0.0)
        to_all[a] += w->t.pairable[b] * ic_measure_distance(w->m, a, b);
  }
}

static double alpha_without(whole *w, size_t p, const double *to_all)
{
  double n = w->t.values - w->r->rated[p];
  double expected = expected_without(w, p, to_all);
  return expected == 0.0 ? NAN
    : 1.0 - (n - 1.0) * (w->t.observed - w->m->observed[p]) / expected;
}

static void leave_alpha(whole *w)
{
  int in_use = categories_in(w->t.pairable, w->r->categories);
  if (w->m->spec.level != IC_NOMINAL && !ic_by_moments(w->m))
    distances_to_all(w, w->vector);
  for (size_t p = 0; p < w->r->patterns; p++) {
    double *value = place(w, p, IC_ALPHA);
    if (w->r->rated[p] < 2)
      *value = w->estimate.value[IC_ALPHA];
    else if (varies_without(w, w->t.pairable, in_use, p))
      *value = alpha_without(w, p, w->vector);
    else
      *value = NAN;
  }
}

/* Ordinal. Without pattern p each mid-rank falls by the step function
 *   s_c = sum_j r_pj ([j < c] + [j = c] / 2),
 * and with the coincidences O, margins n and centred ranks R the observed
 * distances Q = 2 sum n R^2 - 2 R'OR become
 *   Q - 4 sum n R s + 2 sum n s^2 + 4 s'OR - 2 s'Os.
 * Sums against s are suffix sums; s'Os counts coincidences above pairs of the
 * pattern's categories, found for all patterns in one sweep from the highest
 * category down over a binary indexed tree. */
typedef struct sweep {
  double *margin, *moment, *pull; /* suffix sums of n, n R, (O R) beyond k */
  double *own;                    /* (O R)_k */
  double *tree;
  double *corner;                 /* [patterns] s'Os */
  size_t *at;                     /* entries by category */
  size_t *entry, *owner;
} sweep;

static void tree_add(double *tree, int n, int at, double x)
{
  for (int i = n - at; i <= n; i += i & -i)
    tree[i] += x;
}

/* The sum at `from` and above. */
static double tree_above(const double *tree, int n, int from)
{
  double sum = 0.0;
  for (int i = n - from; i > 0; i -= i & -i)
    sum += tree[i];
  return sum;
}

static void index_entries(const ic_ratings *r, sweep *s)
{
  for (size_t e = 0; e < r->start[r->patterns]; e++)
    s->at[r->category[e] + 1]++;
  for (int k = 0; k < r->categories; k++)
    s->at[k + 1] += s->at[k];
  for (size_t p = r->patterns; p-- > 0;)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
      size_t to = s->at[r->category[e]]++;
      s->entry[to] = e;
      s->owner[to] = p;
    }
  for (int k = r->categories; k > 0; k--)
    s->at[k] = s->at[k - 1];
  s->at[0] = 0;
}

static void count_corners(const ic_ratings *r, sweep *s, int k)
{
  for (size_t i = s->at[k]; i < s->at[k + 1]; i++) {
    size_t p = s->owner[i];
    double times = r->times[s->entry[i]];
    for (size_t e = r->start[p]; r->rated[p] > 1 && e < r->start[p + 1]; e++) {
      int c = r->category[e];
      s->corner[p] += 0.25 * times * r->times[e]
        * (tree_above(s->tree, r->categories, c)
           + tree_above(s->tree, r->categories, c + 1));
    }
  }
}

static void insert_coincidences(const ic_ratings *r, sweep *s, int k)
{
  for (size_t i = s->at[k]; i < s->at[k + 1]; i++) {
    size_t p = s->owner[i];
    double times = r->times[s->entry[i]];
    double each = r->size[p] * times / (r->rated[p] - 1.0);
    for (size_t e = r->start[p]; r->rated[p] > 1 && e < r->start[p + 1]; e++)
      tree_add(s->tree, r->categories, r->category[e],
               each * (r->times[e] - (r->category[e] == k)));
  }
}

static void sum_pulls(const whole *w, sweep *s, const double *rank)
{
  const ic_ratings *r = w->r;
  for (size_t p = 0; p < r->patterns; p++) {
    double sum = 0.0;
    if (r->rated[p] < 2)
      continue;
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      sum += r->times[e] * rank[r->category[e]];
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      s->own[r->category[e]] += r->size[p] * r->times[e]
        * (sum - rank[r->category[e]]) / (r->rated[p] - 1.0);
  }
  for (int k = r->categories - 2; k >= 0; k--) {
    double n = w->t.pairable[k + 1];
    s->margin[k] = s->margin[k + 1] + n;
    s->moment[k] = s->moment[k + 1] + n * rank[k + 1];
    s->pull[k] = s->pull[k + 1] + s->own[k + 1];
  }
}

/* sum over categories of n s^2 */
static double squared_steps(const whole *w, const sweep *s, size_t p)
{
  const ic_ratings *r = w->r;
  double sum = 0.0;
  for (size_t a = r->start[p]; a < r->start[p + 1]; a++)
    for (size_t b = r->start[p]; b <= a; b++) {
      int k = r->category[a];
      double beyond = s->margin[k] + w->t.pairable[k] * (a == b ? 0.25 : 0.5);
      sum += (a == b ? 1.0 : 2.0) * r->times[a] * r->times[b] * beyond;
    }
  return sum;
}

/* The pattern's own distances under the ranks that hold without it. */
static double own_distance(const whole *w, size_t p, const double *rank)
{
  const ic_ratings *r = w->r;
  double sum = 0.0;
  for (size_t a = r->start[p]; a < r->start[p + 1]; a++) {
    double drop = 0.5 * r->times[a];
    for (size_t b = a; b-- > r->start[p];) {
      drop += 0.5 * r->times[b];
      double d = rank[r->category[a]] - rank[r->category[b]] - drop;
      sum += 2.0 * r->times[a] * r->times[b] * d * d;
      drop += 0.5 * r->times[b];
    }
  }
  return sum / (r->rated[p] - 1.0);
}

static double ordinal_without(const whole *w, const sweep *s, size_t p,
                              const double *rank, double cubes)
{
  const ic_ratings *r = w->r;
  double observed = w->t.observed + 2.0 * squared_steps(w, s, p)
    - 2.0 * s->corner[p] - own_distance(w, p, rank);
  double n = w->t.values - r->rated[p];
  for (size_t e = r->start[p]; e < r->start[p + 1]; e++) {
    int k = r->category[e];
    double nk = w->t.pairable[k], times = r->times[e], left = nk - times;
    observed += 4.0 * times
      * (s->pull[k] + 0.5 * s->own[k] - s->moment[k] - 0.5 * nk * rank[k]);
    cubes += left * left * left - nk * nk * nk;
  }
  return 1.0 - (n - 1.0) * observed / (n * (n * n * n - cubes) / 6.0);
}

static void leave_ordinal(whole *w, sweep *s)
{
  int n = w->r->categories;
  int in_use = categories_in(w->t.pairable, n);
  double *rank = w->vector, cubes = 0.0;
  for (int k = 0; k < n; k++) {
    double nk = w->t.pairable[k];
    rank[k] = w->t.rank[k] - 0.5 * w->t.values;
    cubes += nk * nk * nk;
  }
  sum_pulls(w, s, rank);
  index_entries(w->r, s);
  for (int k = n - 1; k >= 0; k--) {
    count_corners(w->r, s, k);
    insert_coincidences(w->r, s, k);
    count_corners(w->r, s, k);
  }
  for (size_t p = 0; p < w->r->patterns; p++)
    *place(w, p, IC_ALPHA) = w->r->rated[p] < 2
      ? w->estimate.value[IC_ALPHA]
      : varies_without(w, w->t.pairable, in_use, p)
      ? ordinal_without(w, s, p, rank, cubes) : NAN;
}

static ic_status leave_alpha_ordinal(whole *w, ic_error *err)
{
  size_t k = (size_t) w->r->categories, n = w->r->start[w->r->patterns];
  double *block = ic_alloc(5 * k + 1 + w->r->patterns, sizeof *block);
  size_t *index = ic_alloc(k + 2 + 2 * n, sizeof *index);
  ic_status status = IC_OK;
  if (block && index) {
    sweep s = {.margin = block, .moment = block + k, .pull = block + 2 * k,
      .own = block + 3 * k, .tree = block + 4 * k,
      .corner = block + 5 * k + 1, .at = index, .entry = index + k + 2,
      .owner = index + k + 2 + n};
    leave_ordinal(w, &s);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(block);
  ic_free(index);
  return status;
}

static ic_status leave_each(whole *w, ic_error *err)
{
  if (!w->done)
    leave_percent(w);
  if (wanted(w, IC_BP))
    leave_bp(w);
  if (wanted(w, IC_FLEISS))
    leave_fleiss(w);
  if (wanted(w, IC_AC))
    leave_ac(w);
  if (wanted(w, IC_KAPPA))
    leave_kappa(w);
  if (wanted(w, IC_PI))
    leave_pi(w);
  if (wanted(w, IC_LIGHT) || wanted(w, IC_HUBERT))
    ic_pairs_leave_unit_out(&w->t.of_pairs, place(w, 0, IC_LIGHT),
                            place(w, 0, IC_HUBERT), IC_COEFFICIENTS);
  if (wanted(w, IC_ALPHA) && w->m->spec.level != IC_ORDINAL)
    leave_alpha(w);
  ic_status status = IC_OK;
  if (wanted(w, IC_ALPHA) && w->m->spec.level == IC_ORDINAL)
    status = leave_alpha_ordinal(w, err);
  if (!status && wanted(w, IC_CONGER))
    status = leave_conger(w, err);
  if (wanted(w, IC_MAXWELL_RE))
    leave_maxwell(w);
  if (!status && wanted_scale(w))
    status = leave_scale(w, err);
  if (!status && wanted(w, IC_KENDALL_W))
    status = leave_kendall(w, err);
  return status;
}

static void count_used(whole *w)
{
  const ic_ratings *r = w->r;
  for (size_t p = 0; p < r->patterns; p++)
    for (size_t e = r->start[p]; e < r->start[p + 1]; e++)
      w->used[r->category[e]] += r->size[p] * r->times[e];
}

/* What needs counts alone, from the merged patterns. */
static ic_status leave_counted(whole *w, ic_error *err)
{
  size_t row = IC_COEFFICIENTS;
  double *merged = ic_alloc(w->m->merged->patterns * row, sizeof *merged);
  ic_status status = merged ? ic_leave_unit_out(w->m->counted, merged, err)
                            : ic_no_memory(err);
  for (size_t p = 0; !status && p < w->r->patterns; p++)
    memcpy(w->out + p * row, merged + w->m->of[p] * row,
           row * sizeof *merged);
  w->done = IC_BY_COUNTS;
  ic_free(merged);
  return status;
}

ic_status ic_leave_unit_out(const ic_measure *m, double *out, ic_error *err)
{
  size_t k = (size_t) m->ratings->categories;
  whole w = {.m = m, .r = m->ratings, .out = out};
  for (size_t i = 0; i < m->ratings->patterns * IC_COEFFICIENTS; i++)
    out[i] = NAN;
  ic_status status = m->counted ? leave_counted(&w, err) : IC_OK;
  if (!status)
    status = ic_tally_open(&w.t, m, err);
  if (status)
    return status;
  w.used = ic_alloc(5 * k, sizeof *w.used);
  if (w.used) {
    w.vector = w.used + k;
    count_used(&w);
    ic_tally_fill(&w.t, m, m->ratings->size, 1);
    ic_tally_estimate(&w.t, m, &w.estimate);
    if (w.t.pairs > 0.0 && m->active > 1)
      status = leave_each(&w, err);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(w.used);
  ic_tally_close(&w.t);
  return status;
}

static void leave_cluster(const ic_measure *m, ic_tally *t, double *x, size_t g,
                          double *out)
{
  const ic_ratings *r = m->ratings;
  ic_estimate left;
  for (size_t i = r->cluster_start[g]; i < r->cluster_start[g + 1]; i++)
    x[r->cluster_pattern[i]] -= r->cluster_times[i];
  ic_tally_fill(t, m, x, 0);
  ic_tally_estimate(t, m, &left);
  memcpy(out, left.value, sizeof left.value);
  for (size_t i = r->cluster_start[g]; i < r->cluster_start[g + 1]; i++)
    x[r->cluster_pattern[i]] += r->cluster_times[i];
}

ic_status ic_leave_cluster_out(const ic_measure *m, double *out, ic_error *err)
{
  size_t n = m->ratings->patterns;
  ic_tally t;
  ic_status status = ic_tally_open(&t, m, err);
  if (status)
    return status;
  double *x = ic_alloc(n, sizeof *x);
  if (x) {
    memcpy(x, m->ratings->size, n * sizeof *x);
    for (size_t g = 0; g < m->ratings->clusters; g++)
      leave_cluster(m, &t, x, g, out + g * IC_COEFFICIENTS);
  } else {
    status = ic_no_memory(err);
  }
  ic_free(x);
  ic_tally_close(&t);
  return status;
}
