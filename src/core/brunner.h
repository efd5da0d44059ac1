/* brunner.h - the relative effect of two samples, P(X < Y) + P(X = Y) / 2, its
 * studentised statistic and the distribution of that over relabellings.
 *
 * With doubled placements a of the first group (twice how many of the second
 * lie below, plus those that tie) and b of the second,
 *   D = sum(b) - n1 n2,
 *   Q = (n2 - 1) (n1 sum(a^2) - sum(a)^2) + (n1 - 1) (n2 sum(b^2) - sum(b)^2)
 * are whole numbers, the effect is 1/2 + D / (2 n1 n2), its variance is
 * estimated by Q / (4 n1^2 n2^2 (n1 - 1) (n2 - 1)), and the statistic of
 * Brunner and Munzel (2000) is
 *   T = D sqrt((n1 - 1) (n2 - 1) / Q).
 * Two relabellings are compared by D^2 and Q as whole numbers. Q is 0 only
 * where the groups do not overlap: among relabellings T is infinite there.
 * (Or where all values are equal, which is refused.) */
#ifndef IC_BRUNNER_H
#define IC_BRUNNER_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "ranks.h"

typedef struct ic_brunner {
  double effect, variance, statistic;
  double df; /* Satterthwaite's */
  double tie_factor;
} ic_brunner;

/* Where the groups do not overlap, the estimate of the variance is 0. In its
 * place stands that of the nearest overlap, one tied pair: 1 / (2 n1^2 n2^2),
 * with equal shares of both groups in df. No arrangement has a larger T.
 * No NaN in x, infinite values rank as any. IC_EINPUT unless both groups have
 * two members and not all values are equal. */
ic_status ic_brunner_estimate(const double *x, const unsigned char *member,
                              size_t n, ic_brunner *out, ic_error *err);

/* P by Student's t with df, in (0, 1]. */
void ic_brunner_t(const ic_brunner *b, ic_tails *tails);

/* The scale on which an interval is symmetric: the effect itself or its logit,
 * with statistic logit(p) p (1 - p) / se (Pauly, Asendorf and Konietschke
 * 2016). */
typedef enum ic_scale_of { IC_SCALE_PLAIN, IC_SCALE_LOGIT } ic_scale_of;

/* The distribution over all relabellings or a random sample of them, to which
 * the observed one is added. two_sided counts |T| (Neubert and Brunner 2007).
 * */
typedef struct ic_brunner_permuted {
  ic_tails tails;
  double relabellings; /* all of them, or those drawn */
  int complete;
  double quantile[2]; /* of the statistic on the scale asked for: the least
                       * and the largest value with no more than `outside` of
                       * the distribution beyond it; may be infinite */
} ic_brunner_permuted;

#define IC_BRUNNER_TABLES_MAX 5e6
#define IC_BRUNNER_N_MAX 5000

/* In how many ways the first group can fall on the different values: with ties
 * far fewer than relabellings, and all that a complete distribution visits. */
ic_status ic_brunner_tables(const double *x, const unsigned char *member,
                            size_t n, double *tables, ic_error *err);

/* draws = 0 visits every table, each with the number of relabellings that
 * give it (IC_ELIMIT above IC_BRUNNER_TABLES_MAX); otherwise draw i is keyed
 * by (seed, i). IC_ELIMIT above IC_BRUNNER_N_MAX participants. With `outside`
 * 0 or less no quantile is looked for, which takes a fraction of the time. */
ic_status ic_brunner_permute(const double *x, const unsigned char *member,
                             size_t n, size_t draws, uint64_t seed,
                             ic_scale_of scale, double outside,
                             const ic_watch *watch, ic_brunner_permuted *out,
                             ic_error *err);

/* The interval from effect - quantile[1] se to effect - quantile[0] se on the
 * scale, cut to [0, 1]. An effect of 0 or 1 has no variance: its interval is
 * that of ic_cliff_interval() at this level. */
void ic_brunner_interval(const ic_brunner *b, size_t n1, size_t n2,
                         ic_scale_of scale, const double quantile[2],
                         double level, double limits[2]);

#endif
