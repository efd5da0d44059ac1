#include "multinomial.h"

#include <math.h>
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "memory.h"
#include "numeric.h"

#define BASE 100u
#define LEVELS 5
#define SMALL 256u

/* Below this many balls all are dropped one by one. */
#define FEW 16

/* A single ball costs about as much as this many Poisson counts. */
#define BALL 1.5

/* Tails of a Poisson table below this part of its mode are left out. With this
 * much the counts at rates below BASE are below SMALL. */
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

/* Small tables reach from 0 to SMALL - 1. */
static ic_status poisson_table(ic_alias *a, double rate, int small,
                               ic_error *err)
{
  uint32_t mode = (uint32_t) rate, low = mode, high = mode;
  for (double p = 1.0; low > 0 && (small || p > TAIL); low--)
    p *= low / rate;
  for (double p = 1.0; p > TAIL; high++)
    p *= rate / (high + 1.0);
  uint32_t n = small ? SMALL : high - low + 1;
  double *p = ic_alloc(n, sizeof *p);
  if (!p)
    return ic_no_memory(err);
  p[mode - low] = 1.0;
  for (uint32_t k = mode; k > low; k--)
    p[k - 1 - low] = p[k - low] * (k / rate);
  for (uint32_t k = mode; k < high; k++)
    p[k + 1 - low] = p[k - low] * (rate / (k + 1.0));
  ic_status status = alias_of(a, p, n, err);
  a->low = low;
  ic_free(p);
  return status;
}

static unsigned digit(double size, unsigned level)
{
  uint64_t rest = (uint64_t) size;
  for (; level > 0; level--)
    rest /= BASE;
  return (unsigned) (rest % BASE);
}

static size_t count_extras(const double *sizes, size_t k)
{
  size_t n = 0;
  for (size_t i = 0; i < k; i++)
    for (unsigned level = 1; level < LEVELS; level++)
      n += digit(sizes[i], level) > 0;
  return n;
}

/* One table after another: each is then at hand for all its cells. */
static int by_rate(const void *a, const void *b)
{
  const struct ic_extra *x = a, *y = b;
  if (x->rate != y->rate)
    return x->rate < y->rate ? -1 : 1;
  return (x->cell > y->cell) - (x->cell < y->cell);
}

static void split_rates(ic_multinomial *m, const double *sizes)
{
  m->tables[0].n = 1;
  for (size_t i = 0; i < m->cells; i++)
    for (unsigned level = 0; level < LEVELS; level++) {
      unsigned d = digit(sizes[i], level), rate = level * BASE + d;
      if (d == 0)
        continue;
      m->tables[rate].n = 1;
      if (level == 0)
        m->first[i] = (uint16_t) (rate * SMALL);
      else
        m->extra[m->extras++] =
          (struct ic_extra) {(uint32_t) i, (uint16_t) rate};
    }
  qsort(m->extra, m->extras, sizeof *m->extra, by_rate);
}

/* How many standard deviations the total of the Poisson counts stays below n:
 * farther leaves more balls, less far more totals that are drawn again. */
static double margin(double cells, double balls)
{
  double best = 0.5, least = INFINITY;
  for (double z = 0.5; z <= 3.0; z += 0.25) {
    double again = ic_normal_cdf(-z);
    double cost = BALL * z * sqrt(balls) + cells * again / (1.0 - again);
    if (cost < least) {
      least = cost;
      best = z;
    }
  }
  return best;
}

static ic_status open_tables(ic_multinomial *m, double part, ic_error *err)
{
  ic_status status = IC_OK;
  for (unsigned t = 0; t < LEVELS * BASE && !status; t++) {
    ic_alias *a = &m->tables[t];
    if (a->n == 0)
      continue;
    double rate = part * (t % BASE) * pow(BASE, t / BASE);
    status = poisson_table(a, rate, t < BASE, err);
    for (unsigned j = 0; !status && t < BASE && j < SMALL; j++)
      m->small[t * SMALL + j] = (ic_small_entry) {
        (uint8_t) (a->exact[j] >> 56), (uint8_t) a->entry[j].other
      };
  }
  return status;
}

static ic_status open_rates(ic_multinomial *m, const double *sizes,
                            ic_error *err)
{
  double n = (double) m->balls;
  size_t extras = count_extras(sizes, m->cells);
  m->tables = ic_alloc(LEVELS * BASE, sizeof *m->tables);
  m->small = ic_alloc(BASE * SMALL, sizeof *m->small);
  m->extra = ic_alloc(extras, sizeof *m->extra);
  m->first = ic_alloc(m->cells + 1, sizeof *m->first);
  if (!m->tables || !m->small || !m->extra || !m->first)
    return ic_no_memory(err);
  split_rates(m, sizes);
  double z = margin((double) (m->cells + extras), n);
  return open_tables(m, 1.0 - z / sqrt(n), err);
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
  ic_free(m->small);
  ic_free(m->first);
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

/* The bits of one half of a word, and the 56 that follow. */
static uint32_t pick_small_exactly(const ic_alias *a, words *w, uint32_t half)
{
  uint64_t exact = (uint64_t) (half & 255) << 56;
  exact |= (uint64_t) next_word(w) << 24;
  exact |= next_word(w) >> 8;
  return exact < a->exact[half >> 8] ? half >> 8 : a->entry[half >> 8].other;
}

/* Which of two numbers it is nobody can predict: no branch. */
static inline uint8_t pick_small(const ic_small_entry *table, uint32_t half,
                                 int *undecided)
{
  uint32_t fraction = half & 255, own = half >> 8;
  ic_small_entry e = table[own];
  uint32_t keep = 0u - (uint32_t) (fraction < e.limit);
  *undecided = fraction == e.limit;
  return (uint8_t) (e.other ^ ((e.other ^ own) & keep));
}

/* Cells drawn together, two from each word. */
#define BATCH ((size_t) 2 * WORDS)

/* Picks for n cells, n even; returns how many `open` lists as undecided. */
static size_t pick_some(const ic_small_entry *small, const uint16_t *first,
                        const uint32_t *word, size_t n, uint8_t *count,
                        uint16_t *open)
{
  size_t opened = 0;
  int undecided;
  for (size_t i = 0; i < n; i += 2) {
    uint32_t both = word[i / 2];
    count[i] = pick_small(small + first[i], both & 65535, &undecided);
    if (undecided)
      open[opened++] = (uint16_t) i;
    count[i + 1] = pick_small(small + first[i + 1], both >> 16, &undecided);
    if (undecided)
      open[opened++] = (uint16_t) (i + 1);
  }
  return opened;
}

/* Counts as doubles; their total. */
static uint64_t widen(const uint8_t *count, size_t n, double *x)
{
  uint64_t total = 0;
  size_t i = 0;
#ifdef __SSE2__
  const __m128i zero = _mm_setzero_si128();
  for (; i + 8 <= n; i += 8) {
    __m128i bytes = _mm_loadl_epi64((const __m128i *) (count + i));
    __m128i pairs = _mm_unpacklo_epi8(bytes, zero);
    __m128i low = _mm_unpacklo_epi16(pairs, zero);
    __m128i high = _mm_unpackhi_epi16(pairs, zero);
    total += (uint64_t) _mm_cvtsi128_si32(_mm_sad_epu8(bytes, zero));
    _mm_storeu_pd(x + i, _mm_cvtepi32_pd(low));
    _mm_storeu_pd(x + i + 2, _mm_cvtepi32_pd(_mm_srli_si128(low, 8)));
    _mm_storeu_pd(x + i + 4, _mm_cvtepi32_pd(high));
    _mm_storeu_pd(x + i + 6, _mm_cvtepi32_pd(_mm_srli_si128(high, 8)));
  }
#endif
  for (; i < n; i++) {
    x[i] = count[i];
    total += count[i];
  }
  return total;
}

/* Cells from .. from + n - 1. */
static uint64_t draw_some(const ic_multinomial *m, words *w, size_t from,
                          size_t n, double *x)
{
  uint32_t word[WORDS];
  uint16_t open[BATCH];
  uint8_t count[BATCH];
  const uint16_t *first = m->first + from;
  ic_rng_fill(w->rng, word, (n + 7) / 8);
  size_t opened = pick_some(m->small, first, word, n + n % 2, count, open);
  for (size_t k = 0; k < opened; k++) {
    size_t i = open[k];
    uint32_t half = word[i / 2] >> i % 2 * 16 & 65535;
    count[i] = (uint8_t) pick_small_exactly(&m->tables[first[i] / SMALL], w,
                                            half);
  }
  return widen(count, n, x + from);
}

static uint64_t draw_counts(const ic_multinomial *m, words *w, double *x)
{
  uint64_t total = 0;
  for (size_t from = 0; from < m->cells; from += BATCH) {
    size_t n = m->cells - from;
    total += draw_some(m, w, from, n < BATCH ? n : BATCH, x);
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
  for (size_t i = 0; !m->first && i < m->cells; i++)
    x[i] = 0.0;
  if (m->first)
    do
      total = draw_counts(m, &w, x);
    while (total > m->balls);
  for (; total < m->balls; total++)
    x[pick(&m->ball, &w)] += 1.0;
}
