#include "coincidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"
#include "rng.h"

#define CHUNK 16

/* An unordered pair of categories and its share of the coincidences. */
typedef struct cell {
  int low, high;
  double times;
} cell;

typedef struct table {
  cell *cells;
  size_t n;
  double *times, *distance; /* [n] */
  size_t draws;             /* M */
  double expected;          /* M D_e */
  uint64_t seed;
  size_t replicates;
  double *out;
  uint64_t *counts;         /* [n] for each thread */
} table;

static int by_categories(const void *a, const void *b)
{
  const cell *x = a, *y = b;
  if (x->low != y->low)
    return x->low < y->low ? -1 : 1;
  return (x->high > y->high) - (x->high < y->high);
}

static size_t merge_cells(cell *cells, size_t n)
{
  size_t kept = 0;
  qsort(cells, n, sizeof *cells, by_categories);
  for (size_t i = 0; i < n; i++) {
    if (kept > 0 && by_categories(&cells[kept - 1], &cells[i]) == 0)
      cells[kept - 1].times += cells[i].times;
    else
      cells[kept++] = cells[i];
  }
  return kept;
}

/* Both orders of a pair together: 2 o_ck, and o_cc. */
static void list_cells(const ic_ratings *r, cell *cells, size_t *count)
{
  size_t n = 0;
  for (size_t p = 0; p < r->patterns; p++) {
    if (r->rated[p] < 2)
      continue;
    double each = r->size[p] / (r->rated[p] - 1.0);
    for (size_t a = r->start[p]; a < r->start[p + 1]; a++) {
      double times = r->times[a];
      for (size_t b = r->start[p]; b < a; b++)
        cells[n++] = (cell) {r->category[b], r->category[a],
                             2.0 * each * times * r->times[b]};
      if (times > 1.0)
        cells[n++] = (cell) {r->category[a], r->category[a],
                             each * times * (times - 1.0)};
    }
  }
  *count = n;
}

static size_t most_cells(const ic_ratings *r)
{
  size_t n = 0;
  for (size_t p = 0; p < r->patterns; p++) {
    size_t k = r->start[p + 1] - r->start[p];
    n += k * (k + 1) / 2;
  }
  return n;
}

static double cell_distance(const ic_measure *m, const ic_tally *t,
                            const cell *c)
{
  if (c->low == c->high)
    return 0.0;
  if (m->spec.level != IC_ORDINAL)
    return ic_measure_distance(m, c->low, c->high);
  double d = t->rank[c->high] - t->rank[c->low];
  return d * d;
}

static void fill_table(table *t, const ic_measure *m, const ic_tally *tally)
{
  double n = tally->values, nonzero = 0.0;
  for (size_t i = 0; i < t->n; i++) {
    const cell *c = &t->cells[i];
    t->times[i] = c->times;
    t->distance[i] = cell_distance(m, tally, c);
    nonzero += c->low == c->high ? 1.0 : 2.0;
  }
  double pairs = floor((m->active - 1.0) * n / 2.0);
  double draws = 25.0 * nonzero < pairs ? 25.0 * nonzero : pairs;
  t->draws = (size_t) draws;
  t->expected = draws * tally->expected / (n * (n - 1.0));
}

static ic_status open_table(table *t, const ic_measure *m,
                            const ic_tally *tally, int threads, ic_error *err)
{
  t->cells = ic_alloc(most_cells(m->ratings), sizeof *t->cells);
  if (!t->cells)
    return ic_no_memory(err);
  list_cells(m->ratings, t->cells, &t->n);
  t->n = merge_cells(t->cells, t->n);
  t->times = ic_alloc(t->n, sizeof *t->times);
  t->distance = ic_alloc(t->n, sizeof *t->distance);
  t->counts = ic_alloc(t->n * (size_t) threads, sizeof *t->counts);
  t->out = ic_alloc(t->replicates, sizeof *t->out);
  if (!t->times || !t->distance || !t->counts || !t->out)
    return ic_no_memory(err);
  fill_table(t, m, tally);
  return IC_OK;
}

static void close_table(table *t)
{
  ic_free(t->cells);
  ic_free(t->times);
  ic_free(t->distance);
  ic_free(t->counts);
  ic_free(t->out);
}

static ic_status draw_chunk(void *data, size_t item, int worker, ic_error *err)
{
  table *t = data;
  uint64_t *counts = t->counts + (size_t) worker * t->n;
  (void) err;
  for (size_t b = item * CHUNK; b < (item + 1) * CHUNK; b++) {
    if (b >= t->replicates)
      break;
    ic_rng rng = ic_rng_stream(t->seed, b);
    double sum = 0.0;
    ic_rng_multinomial(&rng, t->draws, t->times, t->n, counts);
    for (size_t i = 0; i < t->n; i++)
      sum += (double) counts[i] * t->distance[i];
    double alpha = 1.0 - sum / t->expected;
    t->out[b] = alpha < -1.0 ? -1.0 : alpha;
  }
  return IC_OK;
}

/* How many replicates are expected to have drawn one category alone. */
static double without_variation(const table *t, double n)
{
  double share = 0.0;
  int categories = 0;
  for (size_t i = 0; i < t->n; i++) {
    if (t->cells[i].low != t->cells[i].high)
      continue;
    categories++;
    share += pow(t->times[i] / n, (double) t->draws);
  }
  return categories == 1 ? (double) t->replicates
                         : nearbyint((double) t->replicates * share);
}

static void correct_unity(table *t, double n)
{
  double left = without_variation(t, n);
  for (size_t b = 0; b < t->replicates && left > 0.0; b++)
    if (t->out[b] == 1.0) {
      t->out[b] = 0.0;
      left -= 1.0;
    }
}

static ic_interval read_interval(table *t, double confidence)
{
  size_t n = t->replicates;
  double p = 0.5 - 0.5 * confidence;
  ic_sum sum = {0, 0};
  double squares = 0.0;
  ic_interval out = ic_interval_none;
  out.kind = IC_CI_TOO_FEW;
  size_t low = (size_t) floor((double) n * p);
  size_t high = (size_t) floor((double) n * (1.0 - p));
  if (n < 2)
    return out;
  ic_sort(t->out, n);
  for (size_t b = 0; b < n; b++)
    ic_sum_add(&sum, t->out[b]);
  double mean = ic_sum_value(&sum) / (double) n;
  for (size_t b = 0; b < n; b++)
    squares += (t->out[b] - mean) * (t->out[b] - mean);
  out.error = sqrt(squares / ((double) n - 1.0));
  out.kind = IC_CI_DEGENERATE;
  if (t->out[n - 1] - t->out[0] < IC_TIE)
    return out;
  out.kind = IC_CI_KRIPPENDORFF;
  out.low = t->out[low > 0 ? low - 1 : 0];
  out.high = t->out[high < n ? high : n - 1];
  return out;
}

ic_status ic_krippendorff_interval(const ic_measure *m, const ic_tally *tally,
                                   double confidence, uint64_t seed,
                                   size_t replicates, int threads,
                                   const ic_watch *watch, ic_interval *out,
                                   ic_error *err)
{
  table t = {.seed = seed, .replicates = replicates};
  threads = threads < 1 ? 1 : threads > IC_THREADS_MAX ? IC_THREADS_MAX
                                                       : threads;
  ic_status status = open_table(&t, m, tally, threads, err);
  if (!status)
    status = ic_parallel((replicates + CHUNK - 1) / CHUNK, threads, draw_chunk,
                         &t, watch, err);
  if (!status) {
    correct_unity(&t, tally->values);
    *out = read_interval(&t, confidence);
  }
  close_table(&t);
  return status;
}
