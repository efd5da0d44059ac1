/* resample.h - coefficients with their intervals, in one call.
 * The bootstrap resamples units, or whole clusters where they are given, with
 * everything computed anew in every replicate: margins, mid-ranks, chance
 * agreement. Replicate i draws from the stream (seed, i), so the answer does
 * not depend on the number of threads. One bootstrap serves all coefficients.
 * BCa (Efron 1987) takes its acceleration from the exact jackknife. */
#ifndef IC_RESAMPLE_H
#define IC_RESAMPLE_H

#include <stdint.h>

#include "agreement.h"
#include "parallel.h"

typedef enum ic_interval_kind {
  IC_CI_NONE,
  IC_CI_BCA,
  IC_CI_PERCENTILE,
  IC_CI_JACKKNIFE,  /* t with units (clusters) - 1 degrees of freedom */
  IC_CI_ANALYTIC,   /* linearised variance; normal for kappa, else t */
  /* Found, never asked for: no interval, because */
  IC_CI_DEGENERATE, /* nothing varies between replicates or units */
  IC_CI_UNAVAILABLE,/* there is no analytic variance */
  IC_CI_TOO_FEW     /* fewer than two units or clusters, or replicates */
} ic_interval_kind;

typedef struct ic_interval {
  double low, high; /* NaN where there is no interval */
  double error;     /* standard error: of the replicates, the jackknife, the
                       linearisation */
  double undefined; /* replicates in which the coefficient was undefined */
  ic_interval_kind kind;
} ic_interval;

typedef struct ic_agreement_request {
  const int *values; /* as for ic_ratings_collapse() */
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
