/* alignment.h - gamma: agreement on segments by the best alignment of what the
 * coders marked (Mathet, Widlocher and Metivier 2015; gamma-cat: Mathet 2017).
 *
 * The dissimilarity of two units is alpha * d_pos + beta * d_cat, where d_pos =
 * ((|starts| + |ends|) / sum of lengths)^2 * empty and d_cat = empty where the
 * codes differ; a unit and nothing, or nothing and nothing, differ by `empty`.
 * A unitary alignment takes at most one unit of each coder; its disorder is the
 * mean over all pairs of coders. An alignment parts all units into unitary
 * alignments; its disorder is their sum, divided by the mean number of units
 * per coder where it is reported. The best alignment has the least disorder,
 * and is found exactly: for two coders as an assignment, by shortest augmenting
 * paths (Jonker and Volgenant 1987), O(n^3); for more by a search along the
 * text over the units that are already aligned, with Lagrangian bounds. A
 * unitary alignment that may be parted without loss is never looked at. */
#ifndef IC_ALIGNMENT_H
#define IC_ALIGNMENT_H

#include <stdint.h>

#include "parallel.h"
#include "unitizing.h"

typedef struct ic_unit {
  double start, end; /* half open */
  int coder, code;   /* coder from 0 */
} ic_unit;

typedef struct ic_dissimilarity {
  double alpha, beta, empty;
} ic_dissimilarity;

double ic_dissimilarity_of(const ic_dissimilarity *d, const ic_unit *a,
                           const ic_unit *b);

/* Coders at most, and how far apart in the order of starts two units of one
 * unitary alignment may stand. */
#define IC_ALIGN_CODERS 32
#define IC_ALIGN_WINDOW 256

/* The best alignment of n units of `coders` coders, at least two. group[i] is
 * the number of the unitary alignment that unit i is in. More than `limit`
 * unitary alignments or states of the search are IC_ELIMIT. */
ic_status ic_align(const ic_unit *units, size_t n, int coders,
                   const ic_dissimilarity *d, size_t limit, int *group,
                   double *disorder, ic_error *err);

/* The same by the search, whatever the number of coders. */
ic_status ic_align_search(const ic_unit *units, size_t n, int coders,
                          const ic_dissimilarity *d, size_t limit, int *group,
                          double *disorder, ic_error *err);

/* Of one transcript: the disorder of its best alignment per mean number of
 * units, and the sums whose quotient is the disorder of codes alone. NaN where
 * nobody marked anything or fewer than two coders saw it. */
typedef struct ic_disorder {
  double disorder, apart, weight;
} ic_disorder;

/* The segments of `c` stand by transcript; they may overlap. out[transcripts],
 * group[segments] (from 0 in each transcript, -1 where there is no alignment).
 * A limit names the transcript as item. */
ic_status ic_gamma_observed(const ic_continua *c, const ic_dissimilarity *d,
                            size_t limit, ic_disorder *out, int *group,
                            ic_error *err);

/* The same of random continua `from` to `from + count - 1`, by `threads`:
 * out[i * transcripts + t]. In each, every coder is one of the coders who saw
 * the transcript, drawn with replacement, whose units are shifted around it;
 * two shifts are at least the mean length of a unit apart, or as far as there
 * is room. A unit that would be cut by the end keeps its length. */
ic_status ic_gamma_expected(const ic_continua *c, const ic_dissimilarity *d,
                            size_t limit, uint64_t seed, size_t from,
                            size_t count, int threads, const ic_watch *watch,
                            ic_disorder *out, ic_error *err);

#endif
