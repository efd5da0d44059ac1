/* ranks.h - two samples compared by ranks or by sums of scores.
 * Scores are whole numbers (mid-ranks are doubled), so ties are decided
 * exactly. The observed statistic is the sum of the scores of group 1; under
 * the null hypothesis every choice of n1 of the n participants is equally
 * likely. */
#ifndef IC_RANKS_H
#define IC_RANKS_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Twice the mid-ranks of x, and the tie factor 1 - sum(t^3 - t) / (n^3 - n),
 * which is 0 when all values are equal. No NaN in x. */
ic_status ic_midranks(const double *x, size_t n, int64_t *twice,
                      double *tie_factor, ic_error *err);

/* The probabilities of a sum no larger, no smaller, and no nearer to its mean
 * than the observed one. */
typedef struct ic_tails {
  double less, greater, two_sided;
} ic_tails;

typedef enum ic_side { IC_SIDE_BOTH, IC_SIDE_LESS, IC_SIDE_GREATER } ic_side;

static inline double ic_tail_of(const ic_tails *tails, ic_side side)
{
  return side == IC_SIDE_BOTH ? tails->two_sided
    : side == IC_SIDE_LESS ? tails->less : tails->greater;
}

/* The largest exact distribution: additions (about a second's worth), counts
 * kept (8 bytes each) and participants. */
#define IC_RANKS_WORK_MAX 1e9
#define IC_RANKS_CELLS_MAX 12000000
#define IC_RANKS_N_MAX 1000

/* Exact, by the shift algorithm (Streitberg and Roehmel 1986): the number of
 * ways to reach each sum with each group size. The scores, in ascending order,
 * are cut in the middle, each half is counted alone and the tails are summed
 * over the pairs of counts, which takes a quarter of the additions of one
 * sweep and a fraction of its memory. member[i] is non-zero for group 1.
 *
 * Counts are sums of positive whole numbers: exact below 2^53 (every count for
 * n <= 56), and otherwise within (n / 2) 2^-53, so that a p-value is within
 * (2 n + 12) 2^-53 of the true one, relatively. No count overflows, since
 * 1000 choose 500 is below 1e300. IC_ELIMIT beyond the limits above,
 * IC_EINPUT if a group is empty. */
ic_status ic_sum_exact(const int64_t *score, const unsigned char *member,
                       size_t n, ic_tails *tails, ic_error *err);

/* Normal approximation with the exact variance of the sum and a continuity
 * correction of half a step; `step` is the distance of neighbouring sums (2
 * for doubled mid-ranks). p is 1 where the scores do not vary. */
void ic_sum_normal(const int64_t *score, const unsigned char *member, size_t n,
                   double step, ic_tails *tails);

/* Cliff's delta, P(X > Y) - P(X < Y), from doubled mid-ranks. */
double ic_cliff(const int64_t *twice, const unsigned char *member, size_t n);

/* The interval of Feng and Cliff (2004): the unbiased variance of delta,
 * at least (1 - delta^2) / (n1 n2 - 1), the asymmetric limits of Cliff (1996)
 * and t with n1 + n2 - 2 degrees of freedom. At -1 and 1 the inner limit is (n
 * - t^2) / (n + t^2), n the smaller group. Both groups have two members. */
void ic_cliff_unbiased(const int64_t *twice, const unsigned char *member,
                         size_t n, double level, double limits[2]);

/* Its interval: with t = (delta + 1) / 2, the t for which
 *   |t_observed - t| = z sqrt(f V(t)),
 *   V(t) = t (1 - t) (1 + m ((1 - t) / (2 - t) + t / (1 + t))) / (n1 n2),
 *   m = (n1 + n2) / 2 - 1
 * (Newcombe 2006, method 5), f the tie factor as in Fay and Malinovsky (2018).
 * V(1/2) is the Wilcoxon variance, so 0 is excluded when its normal
 * approximation without continuity correction rejects. Limits stay in
 * [-1, 1] and have width at both ends. f > 0. */
void ic_cliff_interval(double delta, size_t n1, size_t n2, double tie_factor,
                       double level, double limits[2]);

#endif
