#include "rng.h"

#include <math.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void philox_round(uint32_t c[4], const uint32_t k[2])
{
  uint64_t a = (uint64_t) 0xD2511F53u * c[0];
  uint64_t b = (uint64_t) 0xCD9E8D57u * c[2];
  uint32_t c1 = c[1], c3 = c[3];
  c[0] = (uint32_t) (b >> 32) ^ c1 ^ k[0];
  c[1] = (uint32_t) b;
  c[2] = (uint32_t) (a >> 32) ^ c3 ^ k[1];
  c[3] = (uint32_t) a;
}

void ic_philox(const uint32_t counter[4], const uint32_t key[2],
               uint32_t out[4])
{
  uint32_t k[2] = {key[0], key[1]};
  for (int i = 0; i < 4; i++)
    out[i] = counter[i];
  for (int i = 0; i < 10; i++) {
    philox_round(out, k);
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
}

ic_rng ic_rng_stream(uint64_t seed, uint64_t replicate)
{
  ic_rng rng = {
    .key = {(uint32_t) seed, (uint32_t) (seed >> 32)},
    .counter = {0, 0, (uint32_t) replicate, (uint32_t) (replicate >> 32)},
    .block = {0, 0, 0, 0},
    .used = 4
  };
  return rng;
}

static void next_block(ic_rng *rng, uint32_t out[4])
{
  ic_philox(rng->counter, rng->key, out);
  if (++rng->counter[0] == 0)
    rng->counter[1]++;
}

#ifdef __SSE2__
/* Two blocks, their words in the lower halves of 64 bits; what the upper halves
 * hold never enters a product. */
typedef struct two_blocks {
  __m128i c[4];
} two_blocks;

static inline two_blocks begin(const ic_rng *rng, int first)
{
  two_blocks b;
  for (int i = 0; i < 4; i++)
    b.c[i] = _mm_set1_epi32((int) rng->counter[i]);
  b.c[0] = _mm_add_epi32(b.c[0], _mm_set_epi32(0, first + 1, 0, first));
  return b;
}

static inline two_blocks next_round(two_blocks b, __m128i k0, __m128i k1)
{
  const __m128i by0 = _mm_set1_epi32((int) 0xD2511F53u);
  const __m128i by2 = _mm_set1_epi32((int) 0xCD9E8D57u);
  __m128i p0 = _mm_mul_epu32(b.c[0], by0), p2 = _mm_mul_epu32(b.c[2], by2);
  __m128i c0 = _mm_xor_si128(_mm_srli_epi64(p2, 32), b.c[1]);
  __m128i c2 = _mm_xor_si128(_mm_srli_epi64(p0, 32), b.c[3]);
  return (two_blocks) {{_mm_xor_si128(c0, k0), p2, _mm_xor_si128(c2, k1), p0}};
}

static inline void store(two_blocks b, uint32_t *out)
{
  __m128i ab0 = _mm_unpacklo_epi32(b.c[0], b.c[1]);
  __m128i cd0 = _mm_unpacklo_epi32(b.c[2], b.c[3]);
  __m128i ab1 = _mm_unpackhi_epi32(b.c[0], b.c[1]);
  __m128i cd1 = _mm_unpackhi_epi32(b.c[2], b.c[3]);
  _mm_storeu_si128((__m128i *) out, _mm_unpacklo_epi64(ab0, cd0));
  _mm_storeu_si128((__m128i *) (out + 4), _mm_unpacklo_epi64(ab1, cd1));
}

static void four_blocks(const ic_rng *rng, uint32_t *out)
{
  two_blocks a = begin(rng, 0), b = begin(rng, 2);
  __m128i k0 = _mm_set1_epi32((int) rng->key[0]);
  __m128i k1 = _mm_set1_epi32((int) rng->key[1]);
  for (int i = 0; i < 10; i++) {
    a = next_round(a, k0, k1);
    b = next_round(b, k0, k1);
    k0 = _mm_add_epi32(k0, _mm_set1_epi32((int) 0x9E3779B9u));
    k1 = _mm_add_epi32(k1, _mm_set1_epi32((int) 0xBB67AE85u));
  }
  store(a, out);
  store(b, out + 8);
}
#endif

void ic_rng_fill(ic_rng *rng, uint32_t *out, size_t blocks)
{
  size_t i = 0;
  rng->used = 4;
#ifdef __SSE2__
  for (; i + 4 <= blocks && rng->counter[0] <= UINT32_MAX - 4; i += 4) {
    four_blocks(rng, out + 4 * i);
    rng->counter[0] += 4;
  }
#endif
  for (; i < blocks; i++)
    next_block(rng, out + 4 * i);
}

uint32_t ic_rng_u32(ic_rng *rng)
{
  if (rng->used == 4) {
    next_block(rng, rng->block);
    rng->used = 0;
  }
  return rng->block[rng->used++];
}

uint64_t ic_rng_u64(ic_rng *rng)
{
  uint64_t high = ic_rng_u32(rng);
  return high << 32 | ic_rng_u32(rng);
}

double ic_rng_unit(ic_rng *rng)
{
  return ((double) (ic_rng_u64(rng) >> 12) + 0.5) * 0x1p-52;
}

uint32_t ic_rng_below(ic_rng *rng, uint32_t n)
{
  uint64_t product = (uint64_t) ic_rng_u32(rng) * n;
  if ((uint32_t) product < n) {
    uint32_t reject = (0u - n) % n;
    while ((uint32_t) product < reject)
      product = (uint64_t) ic_rng_u32(rng) * n;
  }
  return (uint32_t) (product >> 32);
}

static uint64_t binomial_inversion(ic_rng *rng, uint64_t n, double p)
{
  double odds = p / (1.0 - p);
  double term = exp((double) n * log1p(-p));
  double u = ic_rng_unit(rng);
  uint64_t k = 0;
  while (u > term && k < n) {
    u -= term;
    k++;
    term *= odds * (double) (n - k + 1) / (double) k;
  }
  return k;
}

/* Remainder of Stirling's series for log(k!), exact to double for k > 9. */
static double stirling_rest(double k)
{
  static const double table[10] = {
    0.08106146679532726, 0.04134069595540929, 0.02767792568499834,
    0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
    0.01189670994589177, 0.01041126526197209, 0.009255462182712733,
    0.008330563433362871
  };
  if (k <= 9.0)
    return table[(int) k];
  double k1 = k + 1.0, s = k1 * k1;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / s) / s) / k1;
}

static uint64_t binomial_btrs(ic_rng *rng, uint64_t size, double p)
{
  double n = (double) size, q = 1.0 - p, spread = sqrt(n * p * q);
  double b = 1.15 + 2.53 * spread;
  double a = -0.0873 + 0.0248 * b + 0.01 * p;
  double c = n * p + 0.5;
  double vr = 0.92 - 4.2 / b;
  double alpha = (2.83 + 5.1 / b) * spread;
  double m = floor((n + 1.0) * p);
  for (;;) {
    double u = ic_rng_unit(rng) - 0.5, v = ic_rng_unit(rng);
    double us = 0.5 - fabs(u);
    double k = floor((2.0 * a / us + b) * u + c);
    if (us >= 0.07 && v <= vr)
      return (uint64_t) k;
    if (k < 0.0 || k > n)
      continue;
    v = log(v * alpha / (a / (us * us) + b));
    double bound = (m + 0.5) * log((m + 1.0) / (p / q * (n - m + 1.0)))
      + (n + 1.0) * log((n - m + 1.0) / (n - k + 1.0))
      + (k + 0.5) * log(p / q * (n - k + 1.0) / (k + 1.0))
      + stirling_rest(m) + stirling_rest(n - m)
      - stirling_rest(k) - stirling_rest(n - k);
    if (v <= bound)
      return (uint64_t) k;
  }
}

uint64_t ic_rng_binomial(ic_rng *rng, uint64_t n, double p)
{
  if (n == 0 || p <= 0.0)
    return 0;
  if (p >= 1.0)
    return n;
  if (p > 0.5)
    return n - ic_rng_binomial(rng, n, 1.0 - p);
  if ((double) n * p < 10.0)
    return binomial_inversion(rng, n, p);
  return binomial_btrs(rng, n, p);
}

void ic_rng_multinomial(ic_rng *rng, uint64_t draws, const double *sizes,
                        size_t k, uint64_t *counts)
{
  double rest = 0.0;
  size_t last = 0;
  for (size_t i = 0; i < k; i++) {
    rest += sizes[i];
    if (sizes[i] > 0.0)
      last = i;
    counts[i] = 0;
  }
  for (size_t i = 0; i < last && draws > 0; i++) {
    double p = rest > 0.0 ? sizes[i] / rest : 0.0;
    counts[i] = ic_rng_binomial(rng, draws, p < 1.0 ? p : 1.0);
    draws -= counts[i];
    rest -= sizes[i];
  }
  if (k > 0)
    counts[last] += draws;
}
