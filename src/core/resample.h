/* resample.h - coefficients with their intervals, in one call.
 * The bootstrap resamples units, or whole clusters where they are given, with
 * everything computed anew in every replicate: margins, mid-ranks, chance
 * agreement. Replicate i draws from the stream (seed, i), so the answer does
 * not depend on the number of threads. One bootstrap serves all coefficients.
 * BCa takes its acceleration from the exact jackknife. */
#ifndef IC_RESAMPLE_H
#define IC_RESAMPLE_H

#include <stdint.h>

#include "agreement.h"
#include "interval.h"
#include "parallel.h"

typedef struct ic_agreement_request {
  const int *values; /* units x coders categories, as for
                        ic_ratings_collapse(); or, where `raw`, the numbers
                        spec.numbers, whole and narrow, as they were given: */
  const double *reals; /* instead of values, or NULL */
  int raw;
  size_t units;
  int coders, categories;
  const int *cluster;    /* or NULL */
  size_t clusters;
  ic_spec spec;
  ic_interval_kind kind;
  double confidence;
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_agreement_request;

typedef struct ic_agreement_answer {
  ic_estimate estimate;
  ic_interval interval[IC_COEFFICIENTS];
  double units, pairable, disagreeing;
  int coders;       /* with a value */
  size_t clusters, patterns;
} ic_agreement_answer;

/* The whole of it. `margins` (NULL or [categories]) gets how often each
 * category was given. Frees all it allocates. */
ic_status ic_agreement_run(const ic_agreement_request *request,
                           const ic_watch *watch, double *margins,
                           ic_agreement_answer *answer, ic_error *err);

/* out[b * IC_COEFFICIENTS + c] is coefficient c in replicate b, NaN where
 * undefined. Clusters are resampled where the ratings have them. */
ic_status ic_bootstrap(const ic_measure *measure, uint64_t seed,
                       size_t replicates, int threads, const ic_watch *watch,
                       double *out, ic_error *err);

#endif
