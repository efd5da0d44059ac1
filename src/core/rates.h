/* rates.h - two groups compared by how often something comes up for what they
 * say. Participant i has y_i events in w_i words. Under a common rate
 *   count:    E(y) = rate w (a log-linear model with offset log w),
 *   presence: P(y > 0) = 1 - exp(-rate w) (complementary log-log, the same
 *             offset: at least one event of a Poisson process).
 * With r_i the score residual of participant i at the common rate and v_i its
 * information,
 *   count:    r = y - rate w,                      v = rate w,
 *   presence: r = u / (e^u - 1) if y > 0, else -u, v = u^2 / (e^u - 1),
 *   u = rate w,
 * the effective score for the group and its robust standardisation are
 *   T = sum(psi) / sqrt(sum(psi^2)),  psi_i = (g_i - sum(g v) / sum(v)) r_i
 * (Cox and Hinkley 1974; White 1982). Groups are relabelled among pairs
 * (y_i, w_i) and T is taken anew: exact where pairs are exchangeable, and,
 * T being studentised, valid in large samples where only the rates are equal
 * and one group talks longer (Janssen 1997; Hemerik, Goeman and Finos 2020
 * flip the same contributions). */
#ifndef IC_RATES_H
#define IC_RATES_H

#include "relabel.h"
#include "ranks.h"

typedef enum ic_rate_model { IC_RATE_COUNT, IC_RATE_PRESENCE } ic_rate_model;

/* The rate per word: 0 if there is no event, infinite if (presence) everybody
 * has one. words > 0. */
double ic_rate_estimate(ic_rate_model model, const double *y, const double *w,
                        size_t n);

/* Residuals and informations at the common rate, which must be positive and
 * finite. */
void ic_rate_scores(ic_rate_model model, const double *y, const double *w,
                    size_t n, double *r, double *v);

/* T; 0 where its variance is. in_first(i) is bit i of mask. */
double ic_rate_statistic(const double *r, const double *v, size_t n,
                         const uint64_t *mask);

typedef struct ic_rate_test {
  double statistic;
  ic_tails tails; /* two-sided by |T|; T within 1e-10 counts as equal */
  double critical[2]; /* p > alpha just while T lies between these */
} ic_rate_test;

/* Over the relabellings given (a random sample has the observed one added).
 * level, side: of `critical`, one of which is infinite for one side. */
ic_status ic_rate_permute(const ic_relabellings *relabel, const double *r,
                          const double *v, const uint64_t *mask, double level,
                          ic_side side, ic_rate_test *out, ic_error *err);

/* The ratios of rates (first to second group) around the estimate at which T,
 * with the words of the first group multiplied by the ratio, lies between the
 * critical values: it goes outwards to the first ratio that is rejected, in
 * steps of 1/16 of the logarithm with 1 among them, or else to 0 or infinity.
 * 1 lies outside just where p is at most 1 - level. Where one group has no
 * event (presence: none or all have) the estimate is at the end of the line,
 * where T says nothing: the search begins at 1, which is the limit if it is
 * itself rejected. */
ic_status ic_rate_interval(ic_rate_model model, const double *y,
                           const double *w, size_t n, const uint64_t *mask,
                           const double critical[2], double limits[2],
                           ic_error *err);

#endif
