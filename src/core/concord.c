#include "concord.h"

#include <math.h>
#include <string.h>

#include "memory.h"

static size_t categories_of(const ic_concord *c)
{
  return (size_t) c->ratings->categories;
}

/* The category that coder g (among those that count) gave pattern i. */
static size_t category_of(const ic_concord *c, size_t i, size_t g)
{
  const ic_ratings *r = c->ratings;
  size_t at = c->pattern[i] * (size_t) r->coders + (size_t) c->coder[g];
  return (size_t) r->value[at] - 1;
}

static size_t coders_of(const ic_concord *c)
{
  return (size_t) c->coders;
}

static int is_active(const ic_ratings *r, int g)
{
  for (size_t p = 0; p < r->patterns; p++)
    if (r->value[p * (size_t) r->coders + (size_t) g] > 0)
      return 1;
  return 0;
}

ic_status ic_concord_open(ic_concord *c, const ic_ratings *r, ic_error *err)
{
  *c = (ic_concord) {.ratings = r};
  c->pattern = ic_alloc(r->patterns, sizeof *c->pattern);
  c->coder = ic_alloc((size_t) r->coders, sizeof *c->coder);
  if (!c->pattern || !c->coder) {
    ic_concord_close(c);
    return ic_no_memory(err);
  }
  for (int g = 0; g < r->coders; g++)
    if (is_active(r, g))
      c->coder[c->coders++] = g;
  for (size_t p = 0; p < r->patterns; p++)
    if (r->rated[p] == c->coders)
      c->pattern[c->patterns++] = p;
  return IC_OK;
}

void ic_concord_close(ic_concord *c)
{
  ic_free(c->pattern);
  ic_free(c->coder);
  *c = (ic_concord) {0};
}

ic_status ic_concord_tally_open(ic_concord_tally *t, const ic_concord *c,
                                ic_error *err)
{
  size_t n = coders_of(c) * categories_of(c);
  *t = (ic_concord_tally) {0};
  t->margin = ic_alloc(2 * n, sizeof *t->margin);
  if (!t->margin)
    return ic_no_memory(err);
  t->rank = t->margin + n;
  return IC_OK;
}

void ic_concord_tally_close(ic_concord_tally *t)
{
  ic_free(t->margin);
  *t = (ic_concord_tally) {0};
}

static double cube(double x)
{
  return x * x * x;
}

/* What a coder's ties leave of n^3, and his ranks. Exactly 0 for one tie. */
static double rank_coder(const double *margin, double *rank, size_t k,
                         double n)
{
  double below = 0.0, cubes = 0.0;
  for (size_t c = 0; c < k; c++) {
    rank[c] = below + 0.5 * (margin[c] - n);
    below += margin[c];
    cubes += cube(margin[c]);
  }
  return cube(n) - cubes;
}

static double rank_sum(const ic_concord *c, const ic_concord_tally *t, size_t i)
{
  double sum = 0.0;
  for (size_t g = 0; g < coders_of(c); g++)
    sum += t->rank[g * categories_of(c) + category_of(c, i, g)];
  return sum;
}

void ic_concord_fill(ic_concord_tally *t, const ic_concord *c, const double *x)
{
  size_t k = categories_of(c), m = coders_of(c);
  t->units = t->spread = t->untied = 0.0;
  memset(t->margin, 0, m * k * sizeof *t->margin);
  for (size_t i = 0; i < c->patterns; i++) {
    double times = x[c->pattern[i]];
    t->units += times;
    for (size_t g = 0; g < m; g++)
      t->margin[g * k + category_of(c, i, g)] += times;
  }
  for (size_t g = 0; g < m; g++)
    t->untied += rank_coder(t->margin + g * k, t->rank + g * k, k, t->units);
  for (size_t i = 0; i < c->patterns; i++) {
    double sum = rank_sum(c, t, i);
    t->spread += x[c->pattern[i]] * sum * sum;
  }
}

double ic_concord_value(const ic_concord_tally *t, const ic_concord *c,
                        ic_defined *why)
{
  *why = c->coders < 2 ? IC_ONE_CODER
    : t->units < 2.0 ? IC_FEW_COMPLETE
    : t->untied > 0.0 ? IC_DEFINED : IC_NO_VARIATION;
  return *why ? NAN : 12.0 * t->spread / (c->coders * t->untied);
}

/* Without a unit of pattern p every coder's rank r_g falls, beside its mean, by
 *   s_g(c) = [c > p_g] + [c = p_g] / 2,
 * so that the sums Q of centred ranks become Q - T, T = sum_g s_g, of mean
 * -m / 2, and what is to be known is sum Q^2 - 2 sum Q T + sum T^2. The middle
 * takes suffix sums of Q, the last counts of units above p with both of two
 * coders: a sweep down one coder's categories over a binary indexed tree of
 * the other's. */
typedef struct steps {
  const ic_concord *c;
  const ic_concord_tally *t;
  double *pull;    /* [coders x categories] sums of Q */
  double *above;   /* [patterns] sum T^2 */
  double *sum;     /* [patterns] Q */
  double *tree;    /* [categories + 1] */
  size_t *next, *order;
} steps;

static void tree_add(double *tree, size_t n, size_t at, double x)
{
  for (size_t i = n - at; i <= n; i += i & (~i + 1))
    tree[i] += x;
}

/* The sum at `from` and above. */
static double tree_above(const double *tree, size_t n, size_t from)
{
  double sum = 0.0;
  for (size_t i = n - from; i > 0; i -= i & (~i + 1))
    sum += tree[i];
  return sum;
}

static void sum_ranks(steps *s)
{
  const ic_concord *c = s->c;
  size_t k = categories_of(c);
  for (size_t i = 0; i < c->patterns; i++) {
    double x = c->ratings->size[c->pattern[i]];
    s->sum[i] = rank_sum(c, s->t, i);
    for (size_t g = 0; g < coders_of(c); g++)
      s->pull[g * k + category_of(c, i, g)] += x * s->sum[i];
  }
}

/* Each entry: itself by half and all above it. */
static void sum_beyond(double *x, size_t k)
{
  double beyond = 0.0;
  for (size_t c = k; c-- > 0;) {
    double own = x[c];
    x[c] = beyond + 0.5 * own;
    beyond += own;
  }
}

static void order_by(steps *s, size_t g)
{
  size_t k = categories_of(s->c);
  memset(s->next, 0, (k + 1) * sizeof *s->next);
  for (size_t i = 0; i < s->c->patterns; i++)
    s->next[k - category_of(s->c, i, g)]++;
  for (size_t c = 0; c < k; c++)
    s->next[c + 1] += s->next[c];
  for (size_t i = 0; i < s->c->patterns; i++)
    s->order[s->next[k - 1 - category_of(s->c, i, g)]++] = i;
}

static void count_above(steps *s, size_t from, size_t to, size_t h)
{
  size_t k = categories_of(s->c);
  for (size_t j = from; j < to; j++) {
    size_t i = s->order[j], at = category_of(s->c, i, h);
    s->above[i] += 0.5 * (tree_above(s->tree, k, at)
                          + tree_above(s->tree, k, at + 1));
  }
}

/* Products of the steps of g and h, both ways: twice [>][>] and so on. The
 * patterns stand in the order of g, highest first. */
static void sweep_pair(steps *s, size_t g, size_t h)
{
  const ic_concord *c = s->c;
  size_t k = categories_of(c), from = 0;
  memset(s->tree, 0, (k + 1) * sizeof *s->tree);
  while (from < c->patterns) {
    size_t to = from, at = category_of(c, s->order[from], g);
    while (to < c->patterns && category_of(c, s->order[to], g) == at)
      to++;
    count_above(s, from, to, h);
    for (size_t j = from; j < to; j++)
      tree_add(s->tree, k, category_of(c, s->order[j], h),
               c->ratings->size[c->pattern[s->order[j]]]);
    count_above(s, from, to, h);
    from = to;
  }
}

/* Squares of a coder's own steps: 1 for units above, 1/4 for its tie. */
static void square_steps(steps *s, size_t g)
{
  const double *rank = s->t->rank + g * categories_of(s->c);
  const double *margin = s->t->margin + g * categories_of(s->c);
  for (size_t i = 0; i < s->c->patterns; i++) {
    size_t at = category_of(s->c, i, g);
    s->above[i] += 0.5 * s->t->units - rank[at] - 0.25 * margin[at];
  }
}

static double without(const steps *s, size_t i)
{
  const ic_concord *c = s->c;
  size_t k = categories_of(c);
  double n = s->t->units - 1.0, half = 0.5 * c->coders;
  double spread = s->t->spread + s->above[i], untied = 0.0;
  for (size_t g = 0; g < coders_of(c); g++) {
    size_t at = g * k + category_of(c, i, g);
    double ties = s->t->margin[at];
    spread -= 2.0 * s->pull[at];
    untied += cube(ties) - cube(ties - 1.0);
  }
  spread -= (s->sum[i] - half) * (s->sum[i] - half) + half * half * n;
  untied += s->t->untied + c->coders * (cube(n) - cube(n + 1.0));
  return n > 1.0 && untied > 0.0 ? 12.0 * spread / (c->coders * untied) : NAN;
}

static void leave_each(steps *s, double *out)
{
  const ic_concord *c = s->c;
  size_t k = categories_of(c), m = coders_of(c);
  ic_defined why;
  double value = ic_concord_value(s->t, c, &why);
  sum_ranks(s);
  for (size_t g = 0; g < m; g++) {
    sum_beyond(s->pull + g * k, k);
    square_steps(s, g);
    order_by(s, g);
    for (size_t h = 0; h < g; h++)
      sweep_pair(s, g, h);
  }
  for (size_t p = 0; p < c->ratings->patterns; p++)
    out[p] = value;
  for (size_t i = 0; i < c->patterns; i++)
    out[c->pattern[i]] = without(s, i);
}

ic_status ic_concord_leave_out(const ic_concord *c, const ic_concord_tally *t,
                               double *out, ic_error *err)
{
  size_t n = c->patterns, k = categories_of(c), m = coders_of(c);
  double *block = ic_alloc(m * k + 2 * n + k + 1, sizeof *block);
  size_t *index = ic_alloc(k + 1 + n, sizeof *index);
  ic_status status = block && index ? IC_OK : ic_no_memory(err);
  if (!status) {
    steps s = {.c = c, .t = t, .pull = block, .above = block + m * k,
      .sum = block + m * k + n, .tree = block + m * k + 2 * n,
      .next = index, .order = index + k + 1};
    leave_each(&s, out);
  }
  ic_free(block);
  ic_free(index);
  return status;
}
