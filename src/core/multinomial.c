#include "multinomial.h"

#include <math.h>

#include "memory.h"
#include "numeric.h"

#define BASE_BITS 6
#define BASE (1u << BASE_BITS)
#define LEVELS 6

/* Below this many balls all are dropped one by one. */
#define FEW 16

/* Total of the Poisson counts: this many standard deviations below n. */
#define MARGIN 2.0

/* Tails of a Poisson table below this part of its mode are left out. */
#define TAIL 1e-25

static ic_status alias_open(ic_alias *a, uint32_t n, ic_error *err)
{
  a->n = n;
  a->entry = ic_alloc(n, sizeof *a->entry);
  a->exact = ic_alloc(n, sizeof *a->exact);
  return a->entry && a->exact ? IC_OK : ic_no_memory(err);
}

static void alias_close(ic_alias *a)
{
  ic_free(a->entry);
  ic_free(a->exact);
  *a = (ic_alias) {NULL, NULL, 0, 0};
}

static void share(ic_alias *a, uint32_t j, double part, uint32_t other)
{
  a->exact[j] = (uint64_t) (part * 0x1p64);
  a->entry[j].limit = (uint32_t) (a->exact[j] >> 32);
  a->entry[j].other = other;
}

/* Shares scaled to a mean of 1: each that is too small is filled up by one
 * that is too large, which shrinks. `order` has room for n. */
static void alias_fill(ic_alias *a, double *p, uint32_t *order)
{
  uint32_t n = a->n, small = 0, large = n;
  double sum = 0.0;
  for (uint32_t j = 0; j < n; j++)
    sum += p[j];
  for (uint32_t j = n; j-- > 0;) {
    p[j] *= n / sum;
    order[p[j] < 1.0 ? small++ : --large] = j;
  }
  while (small > 0 && large < n) {
    uint32_t j = order[--small], from = order[large];
    share(a, j, p[j], from);
    p[from] -= 1.0 - p[j];
    if (p[from] < 1.0) {
      order[small++] = from;
      large++;
    }
  }
  while (small > 0)
    share(a, order[small - 1], 0.0, order[small - 1]), small--;
  for (; large < n; large++)
    share(a, order[large], 0.0, order[large]);
}

static ic_status alias_of(ic_alias *a, double *p, uint32_t n, ic_error *err)
{
  uint32_t *order = ic_alloc(n, sizeof *order);
  ic_status status = order ? alias_open(a, n, err) : ic_no_memory(err);
  if (!status)
    alias_fill(a, p, order);
  ic_free(order);
  return status;
}

static ic_status poisson_table(ic_alias *a, double rate, ic_error *err)
{
  uint32_t mode = (uint32_t) rate, low = mode, high = mode;
  for (double p = 1.0; low > 0 && p > TAIL; low--)
    p *= low / rate;
  for (double p = 1.0; p > TAIL; high++)
    p *= rate / (high + 1.0);
  double *p = ic_alloc(high - low + 1, sizeof *p);
  if (!p)
    return ic_no_memory(err);
  p[mode - low] = 1.0;
  for (uint32_t k = mode; k > low; k--)
    p[k - 1 - low] = p[k - low] * (k / rate);
  for (uint32_t k = mode; k < high; k++)
    p[k + 1 - low] = p[k - low] * (rate / (k + 1.0));
  ic_status status = alias_of(a, p, high - low + 1, err);
  a->low = low;
  ic_free(p);
  return status;
}

static uint64_t digit(uint64_t size, unsigned level)
{
  return size >> level * BASE_BITS & (BASE - 1);
}

static size_t count_extras(const double *sizes, size_t k)
{
  size_t n = 0;
  for (size_t i = 0; i < k; i++) {
    int digits = 0;
    for (unsigned level = 0; level < LEVELS; level++)
      digits += digit((uint64_t) sizes[i], level) > 0;
    n += (size_t) digits - 1;
  }
  return n;
}

static void split_rates(ic_multinomial *m, const double *sizes)
{
  for (size_t i = 0; i < m->cells; i++) {
    int first = 1;
    for (unsigned level = 0; level < LEVELS; level++) {
      uint64_t d = digit((uint64_t) sizes[i], level);
      uint16_t rate = (uint16_t) (level * BASE + d);
      if (d > 0 && first)
        m->rate[i] = rate;
      else if (d > 0)
        m->extra[m->extras++] = (struct ic_extra) {(uint32_t) i, rate};
      first &= d == 0;
      if (d > 0)
        m->tables[rate].n = 1;
    }
  }
}

static ic_status open_rates(ic_multinomial *m, const double *sizes,
                            ic_error *err)
{
  double part = 1.0 - MARGIN / sqrt((double) m->balls);
  size_t extras = count_extras(sizes, m->cells);
  ic_status status = IC_OK;
  m->tables = ic_alloc(LEVELS * BASE, sizeof *m->tables);
  m->rate = ic_alloc(m->cells, sizeof *m->rate);
  m->extra = ic_alloc(extras, sizeof *m->extra);
  if (!m->tables || !m->rate || !m->extra)
    return ic_no_memory(err);
  split_rates(m, sizes);
  for (unsigned t = 0; t < LEVELS * BASE && !status; t++)
    if (m->tables[t].n > 0)
      status = poisson_table(&m->tables[t], part * (t % BASE)
                             * ldexp(1.0, (int) (t / BASE * BASE_BITS)), err);
  return status;
}

ic_status ic_multinomial_open(ic_multinomial *m, const double *sizes, size_t k,
                              ic_error *err)
{
  *m = (ic_multinomial) {.cells = k};
  double *p = ic_alloc(k, sizeof *p);
  if (!p)
    return ic_no_memory(err);
  for (size_t i = 0; i < k; i++) {
    m->balls += (uint64_t) sizes[i];
    p[i] = sizes[i];
  }
  ic_status status = alias_of(&m->ball, p, (uint32_t) k, err);
  ic_free(p);
  return !status && m->balls >= FEW ? open_rates(m, sizes, err) : status;
}

void ic_multinomial_close(ic_multinomial *m)
{
  alias_close(&m->ball);
  for (unsigned t = 0; m->tables && t < LEVELS * BASE; t++)
    alias_close(&m->tables[t]);
  ic_free(m->tables);
  ic_free(m->rate);
  ic_free(m->extra);
  *m = (ic_multinomial) {.cells = 0};
}

#define WORDS 256

typedef struct words {
  ic_rng *rng;
  int used;
  uint32_t word[WORDS];
} words;

static uint32_t next_word(words *w)
{
  if (w->used == WORDS) {
    ic_rng_fill(w->rng, w->word, WORDS / 4);
    w->used = 0;
  }
  return w->word[w->used++];
}

/* With 32 bits more the place may be the next one. */
static uint32_t pick_exactly(const ic_alias *a, words *w, uint64_t product)
{
  uint32_t j = (uint32_t) (product >> 32);
  uint64_t below = product << 32;
  uint64_t exact = below + (uint64_t) next_word(w) * a->n;
  j += exact < below;
  return a->low + (exact < a->exact[j] ? j : a->entry[j].other);
}

/* The bits that are not drawn yet could add up to n to the fraction. */
static inline uint32_t pick(const ic_alias *a, words *w)
{
  uint64_t product = (uint64_t) next_word(w) * a->n;
  uint32_t j = (uint32_t) (product >> 32), fraction = (uint32_t) product;
  struct ic_alias_entry e = a->entry[j];
  if (e.limit - fraction < a->n || 0u - fraction < a->n)
    return pick_exactly(a, w, product);
  return a->low + (fraction < e.limit ? j : e.other);
}

static uint64_t draw_counts(const ic_multinomial *m, words *w, double *x)
{
  uint64_t total = 0;
  for (size_t i = 0; i < m->cells; i++) {
    uint32_t count = pick(&m->tables[m->rate[i]], w);
    x[i] = count;
    total += count;
  }
  for (size_t i = 0; i < m->extras; i++) {
    uint32_t count = pick(&m->tables[m->extra[i].rate], w);
    x[m->extra[i].cell] += count;
    total += count;
  }
  return total;
}

void ic_multinomial_draw(const ic_multinomial *m, ic_rng *rng, double *x)
{
  words w = {.rng = rng, .used = WORDS};
  uint64_t total = 0;
  for (size_t i = 0; !m->rate && i < m->cells; i++)
    x[i] = 0.0;
  if (m->rate)
    do
      total = draw_counts(m, &w, x);
    while (total > m->balls);
  for (; total < m->balls; total++)
    x[pick(&m->ball, &w)] += 1.0;
}
