#include "relabel.h"

#include <math.h>

#include "memory.h"
#include "rng.h"

#define BLOCK 1024 /* relabellings per item of work */

double ic_relabellings_all(size_t n, size_t n1)
{
  double all = 1.0;
  size_t k = n1 < n - n1 ? n1 : n - n1;
  for (size_t i = 1; i <= k; i++)
    all = all * (double) (n - k + i) / (double) i;
  return floor(all + 0.5);
}

static size_t size_of(const ic_layout *l, size_t s)
{
  return l->start[s + 1] - l->start[s];
}

double ic_layout_relabellings(const ic_layout *l)
{
  double all = 1.0;
  for (size_t s = 0; s < l->strata; s++)
    all *= ic_relabellings_all(size_of(l, s), l->n1[s]);
  return all;
}

static ic_status make_room(ic_layout *l, size_t n, size_t strata,
                           ic_error *err)
{
  *l = (ic_layout) {n, strata, ic_alloc(n, sizeof *l->at),
                    ic_alloc(strata + 1, sizeof *l->start),
                    ic_alloc(strata, sizeof *l->n1)};
  return l->at && l->start && l->n1 ? IC_OK : ic_no_memory(err);
}

ic_status ic_layout_make(const unsigned char *member, const uint32_t *stratum,
                         size_t n, size_t strata, ic_layout *l, ic_error *err)
{
  strata = stratum ? strata : 1;
  ic_status status = make_room(l, n, strata, err);
  if (status != IC_OK)
    return status;
  for (size_t i = 0; i < n; i++) {
    size_t s = stratum ? stratum[i] : 0;
    l->start[s + 1]++;
    l->n1[s] += member[i] != 0;
  }
  for (size_t s = 0; s < strata; s++)
    l->start[s + 1] += l->start[s];
  for (size_t i = 0; i < n; i++)
    l->at[l->start[stratum ? stratum[i] : 0]++] = i;
  for (size_t s = strata; s > 0; s--)
    l->start[s] = l->start[s - 1];
  l->start[0] = 0;
  return IC_OK;
}

void ic_layout_free(ic_layout *l)
{
  ic_free(l->at);
  ic_free(l->start);
  ic_free(l->n1);
  *l = (ic_layout) {0, 0, NULL, NULL, NULL};
}

/* The next larger mask with as many bits (Gosper). */
static uint64_t next_mask(uint64_t m)
{
  uint64_t low = m & (~m + 1), up = m + low;
#if defined(__GNUC__)
  return up | ((m ^ up) >> (2 + __builtin_ctzll(low)));
#else
  return up | (((m ^ up) / low) >> 2);
#endif
}

/* Bit i of m at the place of the i-th of the stratum. */
static uint64_t spread(uint64_t m, const size_t *at, size_t n)
{
  if (at[n - 1] - at[0] == n - 1)
    return m << at[0];
  uint64_t out = 0;
  for (size_t i = 0; i < n; i++)
    out |= (m >> i & 1) << at[i];
  return out;
}

/* Every way so far joined with every way of one more stratum; the first
 * `count` masks are in place. */
static size_t join_stratum(uint64_t *mask, size_t count, const size_t *at,
                           size_t n, size_t n1)
{
  size_t ways = (size_t) ic_relabellings_all(n, n1);
  uint64_t m = n1 ? ~UINT64_C(0) >> (64 - n1) : 0;
  uint64_t first = n ? spread(m, at, n) : 0;
  for (size_t w = 1; w < ways; w++) {
    m = next_mask(m);
    uint64_t part = spread(m, at, n);
    for (size_t b = 0; b < count; b++)
      mask[w * count + b] = mask[b] | part;
  }
  for (size_t b = 0; b < count; b++)
    mask[b] |= first;
  return count * ways;
}

static int is_set(const uint64_t *mask, size_t i)
{
  return (int) (mask[i / 64] >> (i % 64) & 1);
}

/* Random words by the dozen. */
typedef struct words {
  ic_rng rng;
  uint32_t word[32];
  size_t used;
} words;

static uint32_t next_word(words *w)
{
  if (w->used == 32) {
    ic_rng_fill(&w->rng, w->word, 8);
    w->used = 0;
  }
  return w->word[w->used++];
}

/* Uniform on 0 .. n - 1 (Lemire 2019). */
static uint32_t below(words *w, uint32_t n)
{
  uint64_t x = (uint64_t) next_word(w) * n;
  if ((uint32_t) x < n)
    for (uint32_t least = (0 - n) % n; (uint32_t) x < least;)
      x = (uint64_t) next_word(w) * n;
  return (uint32_t) (x >> 32);
}

/* n1 of n without replacement (Floyd), or all but n - n1 where those are
 * fewer. */
static void draw_stratum(uint64_t *mask, const size_t *at, size_t n,
                         size_t n1, words *random)
{
  int out = n1 > n - n1;
  size_t k = out ? n - n1 : n1;
  for (size_t i = 0; out && i < n; i++)
    mask[at[i] / 64] |= (uint64_t) 1 << (at[i] % 64);
  for (size_t j = n - k; j < n; j++) {
    size_t t = at[below(random, (uint32_t) (j + 1))];
    if (is_set(mask, t) != out)
      t = at[j];
    mask[t / 64] ^= (uint64_t) 1 << (t % 64);
  }
}

typedef struct drawing {
  const ic_layout *layout;
  ic_relabellings *r;
  uint64_t seed;
} drawing;

static ic_status draw_block(void *data, size_t item, int worker,
                            ic_error *err)
{
  const drawing *d = data;
  const ic_layout *l = d->layout;
  size_t from = item * BLOCK, left = d->r->count - from;
  (void) worker;
  (void) err;
  for (size_t b = from; b < from + (left < BLOCK ? left : BLOCK); b++) {
    words random = {ic_rng_stream(d->seed, b), {0}, 32};
    for (size_t s = 0; s < l->strata; s++)
      draw_stratum(d->r->mask + b * d->r->words, l->at + l->start[s],
                   size_of(l, s), l->n1[s], &random);
  }
  return IC_OK;
}

ic_status ic_relabellings_within(const ic_layout *l, size_t draws,
                                 uint64_t seed, int threads,
                                 const ic_watch *watch, ic_relabellings *out,
                                 ic_error *err)
{
  double all = ic_layout_relabellings(l);
  size_t n1 = 0;
  for (size_t s = 0; s < l->strata; s++)
    n1 += l->n1[s];
  *out = (ic_relabellings) {l->n, n1, (l->n + 63) / 64, draws, draws == 0,
                            NULL};
  if (n1 < 1 || n1 >= l->n)
    return ic_fail(err, IC_EINPUT, "one of the two groups is empty");
  if (out->complete && (l->n > 63 || all > 1e9))
    return ic_fail(err, IC_ELIMIT, "too many relabellings to go through all");
  if (out->complete)
    out->count = (size_t) all;
  out->mask = ic_alloc(out->count, out->words * sizeof *out->mask);
  if (!out->mask)
    return ic_no_memory(err);
  if (!out->complete) {
    drawing d = {l, out, seed};
    return ic_parallel((out->count + BLOCK - 1) / BLOCK, threads, draw_block,
                       &d, watch, err);
  }
  size_t count = 1;
  for (size_t s = 0; s < l->strata; s++)
    count = join_stratum(out->mask, count, l->at + l->start[s], size_of(l, s),
                         l->n1[s]);
  return IC_OK;
}

ic_status ic_relabellings_make(size_t n, size_t n1, size_t draws,
                               uint64_t seed, int threads,
                               const ic_watch *watch, ic_relabellings *out,
                               ic_error *err)
{
  ic_layout l;
  *out = (ic_relabellings) {0, 0, 0, 0, 0, NULL};
  ic_status status = make_room(&l, n, 1, err);
  if (status == IC_OK) {
    for (size_t i = 0; i < n; i++)
      l.at[i] = i;
    l.start[1] = n;
    l.n1[0] = n1;
    status = ic_relabellings_within(&l, draws, seed, threads, watch, out, err);
  }
  ic_layout_free(&l);
  return status;
}

void ic_relabellings_free(ic_relabellings *r)
{
  ic_free(r->mask);
  r->mask = NULL;
}
