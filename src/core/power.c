#include "power.h"

#include <math.h>
#include <string.h>

#include "bernstein.h"
#include "memory.h"
#include "numeric.h"

/* On one side of a test p grows with `rank`, a number that costs little. So
 * tables below `sure` are rejected and those above `never` are not, without
 * their p. Ranks are rounded: those within the slack of a bound are not told
 * by it. */
typedef struct walk {
  ic_table2 *table;
  uint32_t n1, n2;
  ic_table_test test;
  ic_tail tail;
  int mid;
  double alpha, sure, never;
} walk;

static double p_value(const walk *w, uint32_t x1, uint32_t x2)
{
  if (w->test == IC_FISHER)
    return ic_table2_fisher(w->table, x1, x2, w->tail, w->mid);
  return w->test == IC_BOSCHLOO
    ? ic_table2_boschloo(w->table, x1, x2, w->tail, 0.0)
    : ic_table2_barnard(w->table, x1, x2, w->tail, 0.0);
}

/* Fisher's p, or 1 / z^2 without its constant. */
static double rank_of(const walk *w, uint32_t x1, uint32_t x2, int side)
{
  if (w->test == IC_BOSCHLOO) {
    ic_tail tail = w->tail == IC_MINLIKE ? IC_MINLIKE
      : side > 0 ? IC_GREATER : IC_LESS;
    return ic_table2_fisher(w->table, x1, x2, tail, 0);
  }
  double s = (double) x1 + x2, gap = (double) x1 * w->n2 - (double) x2 * w->n1;
  return s * ((double) w->n1 + w->n2 - s) / (gap * gap);
}

/* Is the table rejected, the first group having more (side 1) or less (-1)? */
static int rejects(walk *w, uint32_t s, uint32_t x1, int side)
{
  const double slack = 1e-12;
  uint32_t x2 = s - x1;
  int64_t excess = (int64_t) x1 * w->n2 - (int64_t) x2 * w->n1;
  if (excess * side <= 0)
    return 0;
  if (w->test == IC_FISHER)
    return p_value(w, x1, x2) <= w->alpha;
  double rank = rank_of(w, x1, x2, side);
  if (rank < w->sure * (1.0 - slack))
    return 1;
  if (rank > w->never * (1.0 + slack))
    return 0;
  int hit = p_value(w, x1, x2) <= w->alpha;
  if (hit && rank > w->sure)
    w->sure = rank;
  if (!hit && rank < w->never)
    w->never = rank;
  return hit;
}

/* The run of rejected tables at one end of each total. `edge` is the last of
 * the run in the total before, which is where the search begins. */
static void mark_side(walk *w, int side, unsigned char *reject)
{
  uint32_t n = w->n1 + w->n2, edge = 0;
  w->sure = 0.0;
  w->never = INFINITY;
  for (uint32_t s = 0; s <= n; s++) {
    uint32_t low = s > w->n2 ? s - w->n2 : 0, high = s < w->n1 ? s : w->n1;
    uint32_t end = side > 0 ? high : low, other = side > 0 ? low : high;
    uint32_t x = edge < low ? low : edge > high ? high : edge;
    int hit = rejects(w, s, x, side);
    while (!hit && x != end) {
      x += side > 0 ? 1u : -1u;
      hit = rejects(w, s, x, side);
    }
    edge = x;
    if (!hit)
      continue;
    while (edge != other && rejects(w, s, edge - (uint32_t) side, side))
      edge -= (uint32_t) side;
    for (x = edge;; x += (uint32_t) side) {
      reject[(size_t) x * (w->n2 + 1) + (s - x)] = 1;
      if (x == end)
        break;
    }
  }
}

static size_t cells(uint32_t n1, uint32_t n2)
{
  return ((size_t) n1 + 1) * ((size_t) n2 + 1);
}

ic_status ic_power_region(uint32_t n1, uint32_t n2, ic_table_test test,
                          ic_tail tail, int mid, double alpha,
                          unsigned char *reject, ic_error *err)
{
  if (cells(n1, n2) > IC_POWER_CELLS_MAX)
    return ic_fail(err, IC_ELIMIT, "power is summed over at most %d tables",
                   IC_POWER_CELLS_MAX);
  walk w = {NULL, n1, n2, test, tail, mid, alpha, 0.0, INFINITY};
  ic_status status = ic_table2_new(n1, n2, &w.table, err);
  if (status != IC_OK)
    return status;
  memset(reject, 0, cells(n1, n2));
  if (tail != IC_LESS)
    mark_side(&w, 1, reject);
  if (tail != IC_GREATER)
    mark_side(&w, -1, reject);
  ic_table2_free(w.table);
  return IC_OK;
}

static double weight(uint32_t n1, uint32_t n2, uint32_t x1, uint32_t x2)
{
  return exp(ic_log_choose(n1, x1) + ic_log_choose(n2, x2)
             - ic_log_choose((double) n1 + n2, (double) x1 + x2));
}

ic_status ic_power_size(uint32_t n1, uint32_t n2, const unsigned char *reject,
                        double *largest, double *mean, ic_error *err)
{
  size_t n = (size_t) n1 + n2;
  double *a = ic_alloc(n + 1, sizeof *a);
  double *scratch = ic_alloc(IC_BERNSTEIN_SCRATCH(n), sizeof *scratch);
  ic_status status = a && scratch ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    double sum = 0.0;
    for (size_t s = 0; s <= n; s++)
      a[s] = 0.0;
    for (uint32_t x = 0; x <= n1; x++)
      for (uint32_t y = 0; y <= n2; y++)
        if (reject[(size_t) x * (n2 + 1) + y])
          a[x + y] += weight(n1, n2, x, y);
    for (size_t s = 0; s <= n; s++)
      sum += a[s];
    *mean = sum / ((double) n + 1.0);
    *largest = sum > 0.0 ? ic_bernstein_max(a, n, 0.0, 1.0, INFINITY, scratch)
                         : 0.0;
  }
  ic_free(a);
  ic_free(scratch);
  return status;
}
