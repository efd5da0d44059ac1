/* plan.h - agreement in data drawn from a model, for planning a study.
 * Each unit is of one of several kinds; given its kind, coders draw its
 * category independently, and each rating may be missing at random. Replicate
 * r draws unit after unit from the stream (seed, r), so that a study of n units
 * is the beginning of a larger one and the answer does not depend on the number
 * of threads. */
#ifndef IC_PLAN_H
#define IC_PLAN_H

#include "resample.h"

typedef struct ic_plan {
  /* units, coders, categories, spec (one coefficient wanted), kind, confidence
   * and replicates (bootstrap) of each data set; the rest is not read. */
  ic_agreement_request study;
  ic_coefficient coefficient;
  size_t kinds;
  const double *weight; /* [kinds] sum to 1 */
  const double *given;  /* [kinds x categories] kind by kind, each sums to 1 */
  double missing;       /* probability that a rating is missing */
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_plan;

/* Fills estimate, low and high, [replicates] each: NaN where undefined. */
ic_status ic_plan_simulate(const ic_plan *plan, const ic_watch *watch,
                           double *estimate, double *low, double *high,
                           ic_error *err);

#endif
