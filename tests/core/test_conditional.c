/* conditional: sets of odds ratios against p-values by definition on a grid,
 * gaps, mirror images, what happens at 1. */
#include "check.h"
#include "core/conditional.h"
#include "core/numeric.h"

#define MOST 200

typedef struct given {
  double w[MOST];
  ic_conditional c;
} given;

static void table(given *g, unsigned x1, unsigned n1, unsigned x2, unsigned n2)
{
  unsigned s = x1 + x2, least = s > n2 ? s - n2 : 0;
  unsigned most = s < n1 ? s : n1;
  for (unsigned x = least; x <= most; x++)
    g->w[x - least] = ic_log_choose(n1, x) + ic_log_choose(n2, s - x);
  g->c = (ic_conditional) {g->w, most - least + 1, x1 - least, 0};
}

/* p of the hypothesis log psi = b, from the definition. */
static double p_of(const given *g, ic_sides sides, int mid, double b)
{
  double p[MOST], all = 0.0, up[MOST], down = 0.0, above = 0.0, sum = 0.0;
  for (size_t i = 0; i < g->c.n; i++)
    all += p[i] = exp(g->w[i] - g->w[g->c.x] + b * ((double) i
                                                    - (double) g->c.x));
  for (size_t i = g->c.n; i-- > 0;)
    up[i] = above += p[i];
  double seen = 0.0;
  for (int pass = 0; pass < 2; pass++) {
    down = 0.0;
    for (size_t i = 0; i < g->c.n; i++) {
      down += p[i];
      double value = sides == IC_SIDES_MINLIKE ? p[i] : fmin(up[i], down);
      if (pass == 0 && i == g->c.x)
        seen = value;
      if (pass == 1 && value <= seen * (1 + 1e-10))
        sum += p[i];
    }
  }
  return (sum - (mid ? 0.5 * p[g->c.x] : 0.0)) / all;
}

static int belongs(const ic_pieces *s, double psi)
{
  for (size_t i = 0; i < s->n; i++)
    if (psi >= s->limit[i][0] && psi <= s->limit[i][1])
      return 1;
  return 0;
}

static int near_limit(const ic_pieces *s, double psi)
{
  for (size_t i = 0; i < s->n; i++)
    for (int j = 0; j < 2; j++)
      if (fabs(s->limit[i][j] / psi - 1.0) < 1e-6)
        return 1;
  return 0;
}

static size_t most_pieces;

static void against_grid(const given *g, ic_sides sides, int mid, double alpha)
{
  ic_pieces s;
  int inside = p_of(g, sides, mid, 0.0) > alpha, wrong = 0;
  ic_conditional_set(&g->c, sides, mid, alpha, inside, &s);
  for (double b = -8.0; b <= 8.0; b += 0.0137) {
    double psi = exp(b);
    if (!near_limit(&s, psi))
      wrong += belongs(&s, psi) != (p_of(g, sides, mid, b) > alpha);
  }
  CHECK(wrong == 0);
  CHECK(belongs(&s, 1.0) == inside);
  most_pieces = s.n > most_pieces ? s.n : most_pieces;
}

static void all_tables(unsigned n1, unsigned n2)
{
  static const double alphas[] = {0.01, 0.05, 0.2, 0.6};
  for (unsigned x = 0; x <= n1; x++)
    for (unsigned y = 0; y <= n2; y++) {
      given g;
      if (x + y == 0 || x + y == n1 + n2)
        continue;
      table(&g, x, n1, y, n2);
      for (int k = 0; k < 16; k++)
        against_grid(&g, (ic_sides) (k & 1), k >> 1 & 1, alphas[k >> 2]);
    }
}

static void mirror(void)
{
  given g, h;
  ic_pieces s, t;
  table(&g, 7, 11, 2, 10);
  table(&h, 2, 10, 7, 11);
  ic_conditional_set(&g.c, IC_SIDES_MINLIKE, 0, 0.05, 1, &s);
  ic_conditional_set(&h.c, IC_SIDES_MINLIKE, 0, 0.05, 1, &t);
  CHECK(s.n == 1 && t.n == 1);
  CHECK_NEAR(s.limit[0][0] * t.limit[0][1], 1.0, 1e-12);
  CHECK_NEAR(s.limit[0][1] * t.limit[0][0], 1.0, 1e-12);
}

int main(void)
{
  all_tables(5, 4);
  all_tables(11, 10);
  all_tables(3, 14);
  all_tables(12, 12);
  CHECK(most_pieces > 1);
  mirror();
  return check_report();
}
