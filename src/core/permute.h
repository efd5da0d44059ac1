/* permute.h - all codes compared at once by relabelling participants.
 * A relabelling is a choice of n1 of the n participants, kept as a bit mask;
 * a code that participants mention or not is a bit mask too, and the number
 * of mentions in group 1 is the population count of their intersection.
 * Other codes have a whole-number score per participant.
 *
 * All relabellings are gone through where there are few enough; beyond that a
 * seeded sample is, keyed by (seed, number), and every count has 1 added to
 * it and to the number of relabellings (Phipson and Smyth 2010).
 *
 * Step-down min-p (Westfall and Young 1993; Ge, Dudoit and Speed 2003): with
 * codes in order of p, the count of code i is how many relabellings have,
 * among codes i, i + 1, ..., a p-value no larger than its own. Counts are
 * whole numbers joined by number of relabelling, so threads change nothing. */
#ifndef IC_PERMUTE_H
#define IC_PERMUTE_H

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

/* n choose n1, as a double. */
double ic_relabellings_all(size_t n, size_t n1);

/* All of them if draws is 0 (n <= 63), otherwise a seeded sample of `draws`.
 * Drawing is shared by threads and asks the watch.
 * *out is to be freed by ic_relabellings_free(), also after a failure. */
ic_status ic_relabellings_make(size_t n, size_t n1, size_t draws,
                               uint64_t seed, int threads,
                               const ic_watch *watch, ic_relabellings *out,
                               ic_error *err);
void ic_relabellings_free(ic_relabellings *r);

/* Presence. has[k * words ..] is the mask of code k; p[k * (n1 + 1) + x] its
 * p-value when x of group 1 mention it (in (0, 1] for every x that can
 * occur); seen[k] the observed x. step_down[k] receives the count. Codes with
 * equal p stand in the order given. */
ic_status ic_minp_presence(const ic_relabellings *r, size_t codes,
                           const uint64_t *has, const double *p,
                           const size_t *seen, int threads,
                           const ic_watch *watch, size_t *step_down,
                           ic_error *err);

typedef enum ic_direction { IC_BOTH, IC_DOWN, IC_UP } ic_direction;

/* Scores. score[k * n + i], |n * sum of any n1 scores| < 2^62. member[i] marks
 * the observed group 1. The statistic is n * sum - n1 * total, by magnitude
 * (IC_BOTH) or sign; sums within slack[k] of each other (in units of the
 * statistic) count as tied. alone[k] receives how many relabellings are at
 * least as extreme as the observed one, step_down[k] as above, with the p of
 * a relabelling its share of relabellings at least as extreme. Needs 4 bytes
 * per code and relabelling. */
ic_status ic_minp_scores(const ic_relabellings *r, size_t codes,
                         const int64_t *score, const unsigned char *member,
                         const int64_t *slack, ic_direction direction,
                         int threads, const ic_watch *watch, size_t *alone,
                         size_t *step_down, ic_error *err);

#endif
