#include "conditional.h"

#include <math.h>

#include "numeric.h"

#define LOG_MOST 700.0
#define NEGLIGIBLE -51.0 /* log 1e-22 */

static double log_weight(const ic_conditional *c, size_t i)
{
  return c->log_weight[c->mirrored ? c->n - 1 - i : i];
}

/* The value that is most likely under log psi = b. */
static size_t mode(const ic_conditional *c, double b)
{
  size_t lo = 0, hi = c->n - 1;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (log_weight(c, mid + 1) - log_weight(c, mid) + b > 0.0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

/* Probabilities of what is below, at and above x, from k on, and the mean. */
typedef struct law {
  double below, at, above, far, mean;
} law;

static void add(law *l, const ic_conditional *c, size_t i, size_t k, double w,
                double *sum)
{
  *sum += w;
  l->mean += w * (double) i;
  *(i < c->x ? &l->below : i > c->x ? &l->above : &l->at) += w;
  if (i >= k)
    l->far += w;
}

static law law_at(const ic_conditional *c, double b, size_t k)
{
  law l = {0, 0, 0, 0, 0};
  size_t m = mode(c, b);
  double top = log_weight(c, m), sum = 0.0;
  for (size_t i = m; i < c->n; i++) {
    double log = log_weight(c, i) - top + b * (double) (i - m);
    if (log < NEGLIGIBLE)
      break;
    add(&l, c, i, k, exp(log), &sum);
  }
  for (size_t i = m; i-- > 0;) {
    double log = log_weight(c, i) - top - b * (double) (m - i);
    if (log < NEGLIGIBLE)
      break;
    add(&l, c, i, k, exp(log), &sum);
  }
  return (law) {l.below / sum, l.at / sum, l.above / sum, l.far / sum,
                l.mean / sum};
}

/* A function that rises, or falls, from lo to hi reaches the target where? */
typedef double (*of_log)(const void *data, double b);

static double solve(of_log f, const void *data, double target, double lo,
                    double hi)
{
  int rising = f(data, hi) > f(data, lo);
  while (hi - lo > 1e-14 * fmax(1.0, fabs(lo))) {
    double mid = 0.5 * (lo + hi);
    if (mid == lo || mid == hi)
      break;
    if ((f(data, mid) < target) == rising)
      lo = mid;
    else
      hi = mid;
  }
  return 0.5 * (lo + hi);
}

static double mean_at(const void *data, double b)
{
  return law_at(data, b, 0).mean;
}

double ic_conditional_estimate(const ic_conditional *c)
{
  if (c->x == 0 || c->x + 1 == c->n)
    return c->x == 0 ? 0.0 : INFINITY;
  return exp(solve(mean_at, c, (double) c->x, -LOG_MOST, LOG_MOST));
}

typedef struct tail {
  const ic_conditional *c;
  double half; /* of the observed value that is not counted */
  int upper;
} tail;

static double tail_at(const void *data, double b)
{
  const tail *t = data;
  law l = law_at(t->c, b, 0);
  return (t->upper ? l.above : l.below) + (1.0 - t->half) * l.at;
}

/* A limit that rounding has put on the wrong side of 1 is put right. */
static void settle(ic_pieces *p, int inside)
{
  const double near = 1e-9;
  int found = 0;
  for (size_t i = 0; i < p->n; i++)
    found |= p->limit[i][0] <= 1.0 && p->limit[i][1] >= 1.0;
  if (found == inside)
    return;
  for (size_t i = 0; i < p->n; i++)
    for (int j = 0; j < 2; j++)
      if (fabs(p->limit[i][j] - 1.0) < near)
        p->limit[i][j] = inside ? 1.0 : nextafter(1.0, j ? 0.0 : 2.0);
}

void ic_conditional_limits(const ic_conditional *c, int mid, double alpha_low,
                           double alpha_high, int inside, ic_pieces *out)
{
  tail up = {c, mid ? 0.5 : 0.0, 1}, down = {c, mid ? 0.5 : 0.0, 0};
  *out = (ic_pieces) {1, {{0.0, INFINITY}}};
  if (c->x > 0 && alpha_low > 0.0)
    out->limit[0][0] = exp(solve(tail_at, &up, alpha_low, -LOG_MOST,
                                 LOG_MOST));
  if (c->x + 1 < c->n && alpha_high > 0.0)
    out->limit[0][1] = exp(solve(tail_at, &down, alpha_high, -LOG_MOST,
                                 LOG_MOST));
  settle(out, inside);
}

/* p above the estimate while values x < i < k are not counted. */
typedef struct stretch {
  const ic_conditional *c;
  size_t k;
  double half;
} stretch;

static double p_at(const void *data, double b)
{
  const stretch *s = data;
  law l = law_at(s->c, b, s->k);
  return l.below + (1.0 - s->half) * l.at + l.far;
}

/* The tail from k on less the one at x. */
static double tails_differ(const void *data, double b)
{
  const stretch *s = data;
  law l = law_at(s->c, b, s->k);
  return l.far - l.below - l.at;
}

/* log psi at which value k > x begins to be left out. */
static double jump(const stretch *s, ic_sides sides)
{
  const ic_conditional *c = s->c;
  if (sides == IC_SIDES_BLAKER)
    return solve(tails_differ, s, 0.0, -LOG_MOST, LOG_MOST);
  return (log_weight(c, c->x) - log_weight(c, s->k))
    / (double) (s->k - c->x);
}

static double depth_at(const void *data, double b)
{
  return -p_at(data, b);
}

/* Adds [lo, hi], which begins where the last piece ends or later. */
static void add_piece(ic_pieces *out, double lo, double hi)
{
  if (out->n > 0 && (lo <= out->limit[out->n - 1][1]
                     || out->n == IC_PIECES_MAX)) {
    out->limit[out->n - 1][1] = hi;
    return;
  }
  out->limit[out->n][0] = lo;
  out->limit[out->n++][1] = hi;
}

/* The part of a stretch from lo to hi in which p is above alpha. */
static void add_stretch(const stretch *s, double alpha, double lo, double hi,
                        ic_pieces *out)
{
  double p_lo = p_at(s, lo), p_hi = p_at(s, hi);
  if (p_lo <= alpha && p_hi <= alpha)
    return;
  if (p_lo > alpha && p_hi > alpha) {
    double least;
    if (-ic_golden_max(depth_at, s, lo, hi, 1e-9, &least) <= alpha) {
      add_piece(out, lo, solve(p_at, s, alpha, lo, least));
      add_piece(out, solve(p_at, s, alpha, least, hi), hi);
    } else {
      add_piece(out, lo, hi);
    }
    return;
  }
  double at = solve(p_at, s, alpha, lo, hi);
  add_piece(out, p_lo > alpha ? lo : at, p_lo > alpha ? at : hi);
}

/* The jump after which value x + 1 is left out; x has one. */
static double first_jump(const ic_conditional *c, ic_sides sides)
{
  stretch s = {c, c->x + 1, 0.0};
  return c->x + 1 < c->n ? jump(&s, sides) : LOG_MOST;
}

/* From log psi = `from` upwards, where x is the mode or the median. Where
 * P(X <= x) is below alpha / 2 (Blaker) or alpha / (n + 1) p is below alpha:
 * of the tail from k on no value is more likely than x. */
static void set_above(const ic_conditional *c, ic_sides sides, double half,
                      double alpha, double from, ic_pieces *out)
{
  tail down = {c, 0.0, 0};
  double few = sides == IC_SIDES_BLAKER ? 2.0 : (double) c->n + 1.0;
  double end = c->x + 1 < c->n
    ? solve(tail_at, &down, alpha / few, -LOG_MOST, LOG_MOST) : LOG_MOST;
  for (size_t k = c->x + 1; k <= c->n && from < end; k++) {
    stretch s = {c, k, half};
    double to = k < c->n ? fmin(jump(&s, sides), end) : end;
    if (to > from)
      add_stretch(&s, alpha, from, to, out);
    from = fmax(from, to);
  }
}

static double ratio_of(double b)
{
  return b <= -LOG_MOST ? 0.0 : b >= LOG_MOST ? INFINITY : exp(b);
}

void ic_conditional_set(const ic_conditional *c, ic_sides sides, int mid,
                        double alpha, int inside, ic_pieces *out)
{
  ic_conditional mirror = *c;
  ic_pieces below = {0};
  mirror.mirrored = !c->mirrored;
  mirror.x = c->n - 1 - c->x;
  double up = first_jump(c, sides), down = -first_jump(&mirror, sides);
  double from = down <= -LOG_MOST ? down : up >= LOG_MOST ? up
                                                          : 0.5 * (up + down);
  *out = (ic_pieces) {0};
  set_above(&mirror, sides, mid ? 0.5 : 0.0, alpha, -from, &below);
  for (size_t i = below.n; i-- > 0;)
    add_piece(out, -below.limit[i][1], -below.limit[i][0]);
  set_above(c, sides, mid ? 0.5 : 0.0, alpha, from, out);
  for (size_t i = 0; i < out->n; i++)
    for (int j = 0; j < 2; j++)
      out->limit[i][j] = ratio_of(out->limit[i][j]);
  settle(out, inside);
}
