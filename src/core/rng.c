#include "rng.h"

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
/* Word i of four blocks in each of c[0] .. c[3]: products of 32 bits come two
 * at a time, of the even and of the odd places. */
static void multiply(__m128i a, __m128i by, __m128i *high, __m128i *low)
{
  __m128i even = _mm_mul_epu32(a, by);
  __m128i odd = _mm_mul_epu32(_mm_srli_epi64(a, 32), by);
  const __m128i lower = _mm_set_epi32(0, -1, 0, -1);
  *low = _mm_or_si128(_mm_and_si128(even, lower), _mm_slli_epi64(odd, 32));
  *high = _mm_or_si128(_mm_srli_epi64(even, 32), _mm_andnot_si128(lower, odd));
}

static void four_blocks(const ic_rng *rng, uint32_t *out)
{
  const __m128i by0 = _mm_set1_epi32((int) 0xD2511F53u);
  const __m128i by2 = _mm_set1_epi32((int) 0xCD9E8D57u);
  uint32_t k0 = rng->key[0], k1 = rng->key[1];
  __m128i c[4], high0, low0, high2, low2;
  for (int i = 0; i < 4; i++)
    c[i] = _mm_set1_epi32((int) rng->counter[i]);
  c[0] = _mm_add_epi32(c[0], _mm_set_epi32(3, 2, 1, 0));
  for (int i = 0; i < 10; i++) {
    multiply(c[0], by0, &high0, &low0);
    multiply(c[2], by2, &high2, &low2);
    c[0] = _mm_xor_si128(_mm_xor_si128(high2, c[1]), _mm_set1_epi32((int) k0));
    c[2] = _mm_xor_si128(_mm_xor_si128(high0, c[3]), _mm_set1_epi32((int) k1));
    c[1] = low2;
    c[3] = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  __m128i ab = _mm_unpacklo_epi32(c[0], c[1]), cd = _mm_unpacklo_epi32(c[2], c[3]);
  __m128i AB = _mm_unpackhi_epi32(c[0], c[1]), CD = _mm_unpackhi_epi32(c[2], c[3]);
  _mm_storeu_si128((__m128i *) out, _mm_unpacklo_epi64(ab, cd));
  _mm_storeu_si128((__m128i *) (out + 4), _mm_unpackhi_epi64(ab, cd));
  _mm_storeu_si128((__m128i *) (out + 8), _mm_unpacklo_epi64(AB, CD));
  _mm_storeu_si128((__m128i *) (out + 12), _mm_unpackhi_epi64(AB, CD));
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
