/* kruskal.h - three or more groups compared by sums of ranks.
 * With T_g the sum of doubled mid-ranks of group g, the statistic of Kruskal
 * and Wallis (1952), corrected for ties, is a rising function of
 * S = sum(T_g^2 / n_g); relabellings are compared by S. Two values of S that
 * are within 1e-13 of each other count as equal: below some 200 participants
 * different values are further apart than that, and never does it make p
 * smaller. */
#ifndef IC_KRUSKAL_H
#define IC_KRUSKAL_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "status.h"

#define IC_KRUSKAL_GROUPS_MAX 64

/* H with ties corrected; 0 where all values are equal. group[i] < groups, each
 * group has a member. twice and tie_factor as from ic_midranks(). */
double ic_kruskal_statistic(const int64_t *twice, const uint32_t *group,
                            size_t n, size_t groups, double tie_factor);

/* Different sums that the exact distribution may have to keep apart. */
#define IC_KRUSKAL_STATES_MAX ((size_t) 1 << 18)

/* P(S no smaller than observed) over all ways to form groups of these sizes.
 * Participants are placed one after the other; ways that lead to the same
 * sizes and sums so far are counted together, groups of equal size being
 * interchangeable. Exact while counts are below 2^53, then to n 2^-53.
 * IC_ELIMIT when there are more than IC_KRUSKAL_STATES_MAX of them at once. */
ic_status ic_kruskal_exact(const int64_t *twice, const uint32_t *group,
                           size_t n, size_t groups, double *p, ic_error *err);

/* How many of `draws` random relabellings have S no smaller than observed;
 * draw i is keyed by (seed, i). */
ic_status ic_kruskal_draw(const int64_t *twice, const uint32_t *group,
                          size_t n, size_t groups, size_t draws,
                          uint64_t seed, int threads, const ic_watch *watch,
                          size_t *hits, ic_error *err);

#endif
