/* rng.h - random numbers keyed by (seed, replicate).
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) is a function of a key and a
 * counter: replicate r draws the same numbers whichever thread, process or
 * machine computes it. A stream is a value; copy it freely. */
#ifndef IC_RNG_H
#define IC_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct ic_rng {
  uint32_t key[2];
  uint32_t counter[4]; /* block (2 words), replicate (2 words) */
  uint32_t block[4];
  int used;
} ic_rng;

/* The Philox4x32-10 block function itself, for known-answer tests. */
void ic_philox(const uint32_t counter[4], const uint32_t key[2],
               uint32_t out[4]);

/* The stream of one replicate under one seed, at its beginning. */
ic_rng ic_rng_stream(uint64_t seed, uint64_t replicate);

/* The words of the next `blocks` whole blocks, four each; what is left of a
 * block that was begun is passed over. Several blocks at a time where the
 * processor can: the words are the same. */
void ic_rng_fill(ic_rng *rng, uint32_t *out, size_t blocks);

uint32_t ic_rng_u32(ic_rng *rng);
uint64_t ic_rng_u64(ic_rng *rng);

/* Uniform on (0, 1), never 0 or 1, 53 bits. */
double ic_rng_unit(ic_rng *rng);

/* Uniform on 0 .. n - 1 without bias, n > 0. */
uint32_t ic_rng_below(ic_rng *rng, uint32_t n);

/* Binomial(n, p), exact: inversion for small n p, transformed rejection
 * (BTRS, Hormann 1993) otherwise. 0 <= p <= 1. */
uint64_t ic_rng_binomial(ic_rng *rng, uint64_t n, double p);

/* `draws` balls into k cells with the given cell sizes (their sum > 0):
 * counts[i] receives the balls of cell i, each ball independent with
 * probability size / sum. O(k). */
void ic_rng_multinomial(ic_rng *rng, uint64_t draws, const double *sizes,
                        size_t k, uint64_t *counts);

#endif
