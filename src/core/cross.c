#include "cross.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "memory.h"

/* Cells of the table of all rows if it has at most `most`, else 0. */
static size_t count_cells(const ic_ratings *r, size_t most)
{
  size_t cells = 1;
  for (int g = 0; g < r->coders; g++) {
    cells *= (size_t) r->categories + 1;
    if (cells > most)
      return 0;
  }
  return cells;
}

static uint32_t cell_of(const ic_ratings *r, size_t p)
{
  uint32_t cell = 0;
  for (int g = 0; g < r->coders; g++)
    cell = cell * ((uint32_t) r->categories + 1)
      + (uint32_t) r->value[p * (size_t) r->coders + (size_t) g];
  return cell;
}

ic_status ic_cross_open(ic_cross *c, const ic_ratings *r, ic_error *err)
{
  size_t m = (size_t) r->coders, base = (size_t) r->categories + 1;
  *c = (ic_cross) {.ratings = r, .base = base};
  if (m < 2 || r->patterns > UINT32_MAX / m)
    return IC_OK;
  c->cells = count_cells(r, r->patterns * m);
  if (c->cells == 0)
    return IC_OK;
  c->cell = ic_alloc(r->patterns, sizeof *c->cell);
  c->table = ic_alloc(3 * c->cells, sizeof *c->table);
  c->pair = ic_alloc(m * (m - 1) / 2 * base * base, sizeof *c->pair);
  if (!c->cell || !c->table || !c->pair) {
    ic_cross_close(c);
    return ic_no_memory(err);
  }
  for (size_t p = 0; p < r->patterns; p++)
    c->cell[p] = cell_of(r, p);
  return IC_OK;
}

void ic_cross_close(ic_cross *c)
{
  ic_free(c->cell);
  ic_free(c->table);
  ic_free(c->pair);
  *c = (ic_cross) {.cells = 0};
}

/* out[i] = sum over k < base of in[k * n + i] */
static void sum_slices(const double *in, size_t base, size_t n, double *out)
{
  size_t i = 0;
#ifdef __SSE2__
  for (; i + 2 <= n; i += 2) {
    __m128d sum = _mm_loadu_pd(in + i);
    for (size_t k = 1; k < base; k++)
      sum = _mm_add_pd(sum, _mm_loadu_pd(in + k * n + i));
    _mm_storeu_pd(out + i, sum);
  }
#endif
  for (; i < n; i++) {
    out[i] = in[i];
    for (size_t k = 1; k < base; k++)
      out[i] += in[k * n + i];
  }
}

/* The coder who follows the first is summed out, in place. */
static void sum_second(double *t, size_t base, size_t *cells)
{
  size_t inner = *cells / (base * base);
  for (size_t a = 0; a < base; a++)
    sum_slices(t + a * base * inner, base, inner, t + a * inner);
  *cells /= base;
}

static void sum_last(const double *in, size_t base, size_t cells, double *out)
{
  for (size_t i = 0; i < cells / base; i++) {
    double sum = in[i * base];
    for (size_t k = 1; k < base; k++)
      sum += in[i * base + k];
    out[i] = sum;
  }
}

/* The pairs of the first coder of a table with each of `others`, from the last:
 * coders between the two are summed out, then the last one. */
static void pairs_of_first(ic_cross *c, const double *table, size_t cells,
                           int others, double *pair)
{
  size_t square = c->base * c->base;
  double *left = c->table + c->cells, *work = left + c->cells;
  for (int h = others - 1; h >= 0; h--) {
    size_t n = cells;
    if (h == 0) {
      memcpy(pair, table, square * sizeof *pair);
      return;
    }
    for (size_t a = 0, inner = n / square; a < c->base; a++)
      sum_slices(table + a * c->base * inner, c->base, inner,
                 work + a * inner);
    n /= c->base;
    while (n > square)
      sum_second(work, c->base, &n);
    memcpy(pair + (size_t) h * square, work, square * sizeof *pair);
    sum_last(table, c->base, cells, left);
    cells /= c->base;
    table = left;
  }
}

void ic_cross_fill(ic_cross *c, const double *x)
{
  size_t square = c->base * c->base, n = c->cells;
  double *pair = c->pair;
  memset(c->table, 0, n * sizeof *c->table);
  for (size_t p = 0; p < c->ratings->patterns; p++)
    c->table[c->cell[p]] = x[p];
  for (int others = c->ratings->coders - 1; others > 0; others--) {
    pairs_of_first(c, c->table, n, others, pair);
    pair += (size_t) others * square;
    n /= c->base;
    sum_slices(c->table, c->base, n, c->table);
  }
}
