#include "panel.h"

#include <string.h>

#include "memory.h"
#include "numeric.h"

void ic_panel_close(ic_panel *p)
{
  ic_free(p->level);
  ic_free(p->base);
  ic_free(p->step);
}

/* Gives the largest sum of levels. */
static uint64_t measure(const int64_t *score, size_t n, size_t n1,
                        int64_t *least, uint64_t *step)
{
  uint64_t most = 0, all = 0, by = 0;
  *least = score[0];
  for (size_t i = 1; i < n; i++)
    *least = score[i] < *least ? score[i] : *least;
  for (size_t i = 0; i < n; i++) {
    uint64_t above = (uint64_t) (score[i] - *least);
    if (by != 1 && above % (by ? by : above + 1))
      by = ic_common_divisor(above, by);
    most = above > most ? above : most;
    all += above;
  }
  *step = by ? by : 1;
  return (most > UINT64_MAX / n1 || most * n1 > all ? all : most * n1) / *step;
}

ic_status ic_panel_open(ic_panel *p, const int64_t *score, size_t n,
                        size_t n1, size_t codes, const size_t *order,
                        ic_error *err)
{
  uint64_t most = 1;
  *p = (ic_panel) {n, codes, 0, 0, 8, NULL, ic_alloc(codes, sizeof *p->base),
                   ic_alloc(codes, sizeof *p->step)};
  if (!p->base || !p->step)
    return ic_no_memory(err);
  for (size_t q = 0; q < codes; q++) {
    const int64_t *own = score + (order ? order[q] : q) * n;
    uint64_t step, sum = measure(own, n, n1, &p->base[q], &step);
    most = sum > most ? sum : most;
    p->step[q] = (int64_t) step;
  }
  while (p->bits < 64 && most >> p->bits)
    p->bits *= 2;
  p->lanes = 64 / p->bits;
  p->words = (codes + p->lanes * IC_PANEL_WIDE - 1)
    / (p->lanes * IC_PANEL_WIDE) * IC_PANEL_WIDE;
  p->level = ic_alloc(n, p->words * sizeof *p->level);
  if (!p->level)
    return ic_no_memory(err);
  for (size_t q = 0; q < codes; q++) {
    const int64_t *own = score + (order ? order[q] : q) * n;
    unsigned shift = p->bits * (unsigned) (q % p->lanes);
    for (size_t i = 0; i < n; i++)
      p->level[i * p->words + q / p->lanes] |=
        (uint64_t) (own[i] - p->base[q]) / (uint64_t) p->step[q] << shift;
    p->base[q] *= (int64_t) n1;
  }
  return IC_OK;
}

/* Words that are added together. */
#if defined(__GNUC__)
typedef uint64_t words __attribute__((vector_size(16)));

typedef struct tile {
  words a, b, c, d;
} tile;

static inline void add_tile(tile *to, const tile *x)
{
  to->a += x->a;
  to->b += x->b;
  to->c += x->c;
  to->d += x->d;
}
#else
typedef struct tile {
  uint64_t word[IC_PANEL_WIDE];
} tile;

static inline void add_tile(tile *to, const tile *x)
{
  for (size_t j = 0; j < IC_PANEL_WIDE; j++)
    to->word[j] += x->word[j];
}
#endif

/* table[i][m] is the sum over those of participants 64 w + 4 i .. + 3 that are
 * in m; gives how many fours there are. */
static size_t fill_tables(tile (*table)[16], const ic_panel *p, size_t first,
                          size_t w)
{
  size_t left = p->n - 64 * w, n = left < 64 ? left : 64;
  for (size_t i = 0; i < (n + 3) / 4; i++)
    for (size_t bit = 0; bit < 4; bit++) {
      size_t half = (size_t) 1 << bit, at = 4 * i + bit;
      tile own = {0};
      if (at < n)
        memcpy(&own, p->level + (64 * w + at) * p->words + first, sizeof own);
      for (size_t m = 0; m < half; m++) {
        table[i][half + m] = table[i][m];
        add_tile(&table[i][half + m], &own);
      }
    }
  return (n + 3) / 4;
}

void ic_panel_add(const ic_panel *p, size_t first, const ic_relabellings *r,
                  size_t from, size_t count, uint64_t *sum)
{
  tile table[16][16];
  for (size_t i = 0; i < 16; i++)
    memset(&table[i][0], 0, sizeof table[i][0]);
  for (size_t w = 0; w < r->words; w++) {
    size_t fours = fill_tables(table, p, first, w);
    for (size_t b = 0; b < count; b++) {
      uint64_t m = r->mask[(from + b) * r->words + w], out[IC_PANEL_WIDE];
      tile s = table[0][m & 15];
      for (size_t i = 1; i < fours; i++)
        add_tile(&s, &table[i][(m >>= 4) & 15]);
      memcpy(out, &s, sizeof out);
      for (size_t j = 0; j < IC_PANEL_WIDE; j++)
        sum[j * IC_PANEL_BLOCK + b] =
          (w ? sum[j * IC_PANEL_BLOCK + b] : 0) + out[j];
    }
  }
}
