/* relabel.h - ways to relabel participants between two groups.
 * A relabelling is a choice of who is in group 1, kept as a bit mask. Within
 * each stratum it keeps the size of group 1; a pair is a stratum of two with
 * one of each group, so that relabelling is flipping signs.
 *
 * All of them are gone through where there are few enough; beyond that a
 * seeded sample is drawn, each one keyed by (seed, number). */
#ifndef IC_RELABEL_H
#define IC_RELABEL_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "status.h"

typedef struct ic_relabellings {
  size_t n, n1;
  size_t words;   /* 64-bit words per mask */
  size_t count;
  int complete;   /* all of them, the observed one included */
  uint64_t *mask; /* count * words */
} ic_relabellings;

/* Participants by stratum: those of stratum s, in ascending order, are
 * at[start[s]] .. at[start[s + 1] - 1], and n1[s] of them are of group 1. */
typedef struct ic_layout {
  size_t n, strata;
  size_t *at, *start, *n1;
} ic_layout;

/* stratum[i] < strata, or NULL for one stratum; to be freed by
 * ic_layout_free(), also after a failure. */
ic_status ic_layout_make(const unsigned char *member, const uint32_t *stratum,
                         size_t n, size_t strata, ic_layout *out,
                         ic_error *err);
void ic_layout_free(ic_layout *layout);

/* How many ways there are, as a double. */
double ic_relabellings_all(size_t n, size_t n1);
double ic_layout_relabellings(const ic_layout *layout);

/* All of them if draws is 0 (n <= 63), otherwise a seeded sample of `draws`.
 * Drawing is shared by threads and asks the watch. *out is to be freed by
 * ic_relabellings_free(), also after a failure. The first is for one stratum
 * of n, n1 of them in group 1. */
ic_status ic_relabellings_make(size_t n, size_t n1, size_t draws,
                               uint64_t seed, int threads,
                               const ic_watch *watch, ic_relabellings *out,
                               ic_error *err);
ic_status ic_relabellings_within(const ic_layout *layout, size_t draws,
                                 uint64_t seed, int threads,
                                 const ic_watch *watch, ic_relabellings *out,
                                 ic_error *err);
void ic_relabellings_free(ic_relabellings *r);

#endif
