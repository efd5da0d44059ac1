#include "values.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "memory.h"
#include "numeric.h"

#define BLOCK 2048

/* What a block of numbers looks like, so far. */
typedef struct extent {
  double low, high;
  int whole;
} extent;

/* out[i] is x[i] as an integer, INT_MIN for a NaN. A fraction, an infinite or
 * a huge number clears e->whole. */
static void to_whole(const double *x, size_t n, int *out, extent *e)
{
  size_t i = 0;
#ifdef __SSE2__
  __m128d low = _mm_set1_pd(e->low), high = _mm_set1_pd(e->high);
  __m128d odd = _mm_setzero_pd();
  for (; i + 2 <= n; i += 2) {
    __m128d a = _mm_loadu_pd(x + i);
    __m128i v = _mm_cvttpd_epi32(a);
    odd = _mm_or_pd(odd, _mm_and_pd(_mm_cmpord_pd(a, a),
                                    _mm_cmpneq_pd(a, _mm_cvtepi32_pd(v))));
    low = _mm_min_pd(a, low); /* the second operand where a is NaN */
    high = _mm_max_pd(a, high);
    _mm_storel_epi64((__m128i *) (out + i), v);
  }
  double ends[4];
  _mm_storeu_pd(ends, low);
  _mm_storeu_pd(ends + 2, high);
  e->low = ends[0] < ends[1] ? ends[0] : ends[1];
  e->high = ends[2] > ends[3] ? ends[2] : ends[3];
  e->whole &= !_mm_movemask_pd(odd);
#endif
  for (; i < n; i++) {
    int fits = x[i] > INT_MIN && x[i] < INT_MAX;
    out[i] = fits ? (int) x[i] : INT_MIN;
    e->whole &= isnan(x[i]) || (fits && x[i] == (double) out[i]);
    e->low = x[i] < e->low ? x[i] : e->low;
    e->high = x[i] > e->high ? x[i] : e->high;
  }
}

static void extend(const int *x, size_t n, extent *e)
{
  int low = INT_MAX, high = INT_MIN;
  for (size_t i = 0; i < n; i++) {
    int v = x[i] == INT_MIN ? INT_MAX : x[i];
    low = v < low ? v : low;
    high = x[i] > high ? x[i] : high;
  }
  if (high == INT_MIN)
    return;
  e->low = low < e->low ? low : e->low;
  e->high = high > e->high ? high : e->high;
}

/* Which numbers occur: seen[i] stands for base + i. Numbers full_low ..
 * full_high are known to occur all. */
typedef struct sighting {
  unsigned char *seen;
  int base, started, full_low, full_high;
} sighting;

#define WINDOW (2 * IC_NARROW - 1)

static void note_block(sighting *s, const int *x, size_t n, const extent *e)
{
  int low = (int) e->low, high = (int) e->high;
  if (!s->started) {
    s->base = low - IC_NARROW + 1;
    s->full_low = s->full_high = low;
    s->started = 1;
  } else if (low >= s->full_low && high <= s->full_high) {
    return;
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t at = (uint32_t) x[i] - (uint32_t) s->base;
    s->seen[at < WINDOW ? at : WINDOW] = 1; /* missing lies beyond */
  }
  for (int k = low; k <= high && high - low < BLOCK; k++) {
    if (!s->seen[k - s->base])
      return;
    if (k == high)
      s->full_low = low, s->full_high = high;
  }
}

/* 0 as soon as the numbers are not whole and narrow. */
static int see_all(sighting *s, const double *x, const int *whole, size_t n)
{
  int out[BLOCK];
  extent e = {INFINITY, -INFINITY, 1};
  for (size_t from = 0; from < n; from += BLOCK) {
    size_t m = n - from < BLOCK ? n - from : BLOCK;
    if (x)
      to_whole(x + from, m, out, &e);
    else
      extend(whole + from, m, &e);
    if (!e.whole || e.high - e.low >= IC_NARROW || e.low < -1e9
        || e.high > 1e9)
      return 0;
    if (e.low <= e.high)
      note_block(s, x ? out : whole + from, m, &e);
  }
  return s->started;
}

ic_status ic_values_narrow(const double *x, const int *whole, size_t n,
                           double **distinct, size_t *count, ic_error *err)
{
  sighting s = {.seen = ic_alloc(WINDOW + 1, 1)};
  *distinct = NULL;
  *count = 0;
  if (!s.seen)
    return ic_no_memory(err);
  int narrow = see_all(&s, x, whole, n);
  for (size_t k = 0; narrow && k < WINDOW; k++)
    *count += s.seen[k];
  if (narrow)
    *distinct = ic_alloc(*count, sizeof **distinct);
  for (size_t k = 0, used = 0; *distinct && k < WINDOW; k++)
    if (s.seen[k])
      (*distinct)[used++] = (double) s.base + (double) k;
  ic_free(s.seen);
  return narrow && !*distinct ? ic_no_memory(err) : IC_OK;
}

/* Few distinct numbers are gathered by hashing. */
#define FEW 1024
#define SLOTS 4096

static size_t slot_of(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits ^= bits >> 32;
  bits *= 0x9E3779B97F4A7C15u;
  return (size_t) (bits >> 40) & (SLOTS - 1);
}

/* codes[i] is the number of x[i] in order of appearance, 0 for a NaN. Returns
 * how many there are, FEW + 1 if they are too many. */
static size_t gather_few(const double *x, size_t n, int *codes,
                         double *distinct)
{
  uint16_t slots[SLOTS] = {0};
  size_t used = 0;
  for (size_t i = 0; i < n; i++) {
    codes[i] = 0;
    if (isnan(x[i]))
      continue;
    double v = x[i] == 0.0 ? 0.0 : x[i];
    size_t at = slot_of(v);
    while (slots[at] && distinct[slots[at] - 1] != v)
      at = (at + 1) & (SLOTS - 1);
    if (!slots[at]) {
      if (used == FEW)
        return FEW + 1;
      distinct[used++] = v;
      slots[at] = (uint16_t) used;
    }
    codes[i] = slots[at];
  }
  return used;
}

static ic_status encode_few(const double *first, size_t n, int missing,
                            int *codes, size_t count, double **distinct,
                            ic_error *err)
{
  int rank[FEW + 1] = {missing};
  *distinct = ic_alloc(count, sizeof **distinct);
  if (!*distinct)
    return ic_no_memory(err);
  memcpy(*distinct, first, count * sizeof *first);
  ic_sort(*distinct, count);
  for (size_t k = 0; k < count; k++) {
    size_t low = 0, high = count;
    while (high - low > 1) {
      size_t mid = low + (high - low) / 2;
      if ((*distinct)[mid] <= first[k])
        low = mid;
      else
        high = mid;
    }
    rank[k + 1] = (int) low + 1;
  }
  for (size_t i = 0; i < n; i++)
    codes[i] = rank[codes[i]];
  return IC_OK;
}

/* Many are sorted by the digits of their bits, with the place they came from:
 * two buffers of n, one digit after another from the lowest. */
#define DIGIT 11
#define DIGITS 6

typedef struct placed {
  uint64_t key; /* in the order of the numbers */
  uint32_t at;
} placed;

static uint64_t key_of(double x)
{
  uint64_t bits, sign = UINT64_C(1) << 63;
  x = x == 0.0 ? 0.0 : x;
  memcpy(&bits, &x, sizeof bits);
  return bits & sign ? ~bits : bits | sign;
}

static double number_of(uint64_t key)
{
  uint64_t sign = UINT64_C(1) << 63, bits = key & sign ? key ^ sign : ~key;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static size_t digit_of(uint64_t key, int d)
{
  return (size_t) (key >> (d * DIGIT)) & ((1u << DIGIT) - 1);
}

/* Sorts n of them to and fro; returns the buffer that holds the answer. */
static placed *sort_placed(placed *a, placed *b, size_t n)
{
  for (int d = 0; d < DIGITS; d++) {
    size_t start[1 << DIGIT] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
      start[digit_of(a[i].key, d)]++;
    if (n == 0 || start[digit_of(a[0].key, d)] == n)
      continue;
    for (size_t k = 0; k < 1 << DIGIT; k++) {
      size_t here = start[k];
      start[k] = sum;
      sum += here;
    }
    for (size_t i = 0; i < n; i++)
      b[start[digit_of(a[i].key, d)]++] = a[i];
    placed *swap = a;
    a = b;
    b = swap;
  }
  return a;
}

static ic_status encode_sorted(const double *x, size_t n, int missing,
                               int *codes, double **distinct, size_t *count,
                               ic_error *err)
{
  placed *block = ic_alloc(n, 2 * sizeof *block), *sorted;
  size_t m = 0, used = 0;
  if (!block)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    codes[i] = missing;
    if (!isnan(x[i]))
      block[m++] = (placed) {key_of(x[i]), (uint32_t) i};
  }
  sorted = sort_placed(block, block + m, m);
  for (size_t i = 0; i < m; i++)
    used += i == 0 || sorted[i].key != sorted[i - 1].key;
  *distinct = ic_alloc(used, sizeof **distinct);
  for (size_t i = 0; *distinct && i < m; i++) {
    if (i == 0 || sorted[i].key != sorted[i - 1].key)
      (*distinct)[(*count)++] = number_of(sorted[i].key);
    codes[sorted[i].at] = (int) *count;
  }
  ic_free(block);
  return *distinct ? IC_OK : ic_no_memory(err);
}

ic_status ic_values_encode(const double *x, size_t n, int missing, int *codes,
                           double **distinct, size_t *count, ic_error *err)
{
  double first[FEW];
  *distinct = NULL;
  *count = 0;
  for (size_t i = 0; i < n; i++)
    if (isinf(x[i]))
      return ic_fail_at(err, IC_EINPUT, i, 0, "value %zu is infinite", i + 1);
  if (n > INT_MAX - 1)
    return ic_fail(err, IC_ELIMIT, "more than %d values", INT_MAX - 1);
  size_t few = gather_few(x, n, codes, first);
  if (few > FEW)
    return encode_sorted(x, n, missing, codes, distinct, count, err);
  *count = few;
  return encode_few(first, n, missing, codes, few, distinct, err);
}

ic_cells ic_cells_of_places(const int *values, size_t units, int coders,
                            int categories)
{
  return (ic_cells) {.whole = values, .units = units, .coders = coders,
    .categories = categories, .low = 1, .span = categories};
}

ic_status ic_cells_name(ic_cells *c, const double *numbers, ic_error *err)
{
  int n = c->categories;
  c->low = n > 0 ? (int) numbers[0] : 1;
  c->span = n > 0 ? (int) numbers[n - 1] - c->low + 1 : 0;
  c->place = NULL;
  if (c->span == n)
    return IC_OK;
  c->place = ic_alloc((size_t) c->span + 1, sizeof *c->place);
  if (!c->place)
    return ic_no_memory(err);
  for (int k = 0; k < n; k++)
    c->place[(int) numbers[k] - c->low + 1] = k + 1;
  return IC_OK;
}

void ic_cells_close(ic_cells *c)
{
  ic_free(c->place);
  c->place = NULL;
}

/* The number as a step above low - 1, 0 where it is missing or below. */
static int step_of(const ic_cells *c, double x)
{
  return x >= c->low ? x < (double) c->low + c->span
    ? (int) x - c->low + 1 : INT_MAX : 0;
}

static int read_real(const ic_cells *c, const double *x, size_t n, int *out)
{
  size_t i = 0;
  int above = 0;
#ifdef __SSE2__
  const __m128i below = _mm_set1_epi32(c->low - 1);
  const __m128i span = _mm_set1_epi32(c->span);
  __m128i over = _mm_setzero_si128();
  for (; i + 4 <= n; i += 4) {
    __m128i a = _mm_cvttpd_epi32(_mm_loadu_pd(x + i)); /* NaN: INT_MIN */
    __m128i b = _mm_cvttpd_epi32(_mm_loadu_pd(x + i + 2));
    __m128i v = _mm_unpacklo_epi64(a, b);
    v = _mm_and_si128(_mm_sub_epi32(v, below), _mm_cmpgt_epi32(v, below));
    over = _mm_or_si128(over, _mm_cmpgt_epi32(v, span));
    _mm_storeu_si128((__m128i *) (out + i), v);
  }
  above = _mm_movemask_epi8(over);
#endif
  for (; i < n; i++) {
    out[i] = step_of(c, x[i]);
    above |= out[i] > c->span;
  }
  return above != 0;
}

static int read_whole(const ic_cells *c, const int *x, size_t n, int *out)
{
  int above = 0;
  for (size_t i = 0; i < n; i++) {
    out[i] = x[i] >= c->low ? x[i] - (c->low - 1) : 0;
    above |= out[i] > c->span;
  }
  return above;
}

int ic_cells_read(const ic_cells *c, int coder, size_t from, size_t n,
                  int *out)
{
  size_t at = (size_t) coder * c->units + from;
  int above = c->real ? read_real(c, c->real + at, n, out)
    : read_whole(c, c->whole + at, n, out);
  if (above || !c->place)
    return above;
  for (size_t i = 0; i < n; i++) {
    int place = c->place[out[i]];
    above |= (place == 0) & (out[i] > 0);
    out[i] = place;
  }
  return above;
}

int ic_cells_at(const ic_cells *c, int coder, size_t unit)
{
  int out;
  ic_cells_read(c, coder, unit, 1, &out);
  return out;
}
