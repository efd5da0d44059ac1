/* contrast.h - differences of coefficients with their intervals.
 * A sample is a set of units (or clusters) that are drawn together; a view is
 * a coefficient's look at some columns of it: a code, a round, a set of
 * coders. A side of a contrast is one view or the mean of several. Views of
 * one sample are paired: its columns stand side by side, units
 * with the same joined row are one joint pattern, and a replicate draws weights
 * of joint patterns, which each view sums to those of its own patterns. Views
 * of different samples are independent: replicate b of sample s draws from the
 * stream (seed, s 2^48 + b). Nothing depends on the number of threads.
 * Leaving out a unit leaves it out of every view of its sample, so the
 * jackknife and the acceleration of BCa are those of the difference itself. */
#ifndef IC_CONTRAST_H
#define IC_CONTRAST_H

#include <stdint.h>

#include "agreement.h"
#include "interval.h"
#include "parallel.h"

typedef struct ic_sample {
  const int *values;  /* units x coders, as for ic_ratings_collapse() */
  size_t units;
  int coders;         /* columns of all its views */
  int categories;     /* no value of any view is above it */
  const int *cluster; /* or NULL */
  size_t clusters;
} ic_sample;

typedef struct ic_view {
  size_t sample;
  const int *columns; /* of the sample, from 0; views may share them */
  int coders;         /* how many */
  int categories;
  ic_spec spec;       /* wanted must hold what contrasts ask of the view */
} ic_view;

/* Views of one sample, whose coefficients are averaged. None: zero, so that a
 * contrast with it is the other side itself. */
typedef struct ic_mean {
  const int *view;
  int views;
} ic_mean;

typedef struct ic_side {
  size_t view; /* a view, or one of the request's means where it has them */
  ic_coefficient coefficient;
} ic_side;

/* first less second */
typedef struct ic_contrast {
  ic_side first, second;
} ic_contrast;

typedef struct ic_contrast_request {
  const ic_sample *sample;
  size_t samples;
  const ic_view *view;
  size_t views;
  const ic_mean *mean;   /* what sides refer to; NULL: to views */
  const ic_contrast *contrast;
  size_t contrasts;
  ic_interval_kind kind; /* none, bca, percentile or jackknife */
  double confidence;
  size_t replicates;     /* below 2^48 */
  uint64_t seed;
  int threads;
} ic_contrast_request;

typedef struct ic_view_answer {
  ic_estimate estimate;
  double units, pairable, disagreeing; /* as in ic_agreement_answer */
  int coders;
} ic_view_answer;

typedef struct ic_contrast_answer {
  double value; /* NaN where either side is undefined */
  double units; /* of its sample, or of both, with a value in any view */
  double clusters;
  ic_interval interval;
} ic_contrast_answer;

/* views[] and contrasts[] receive one answer each. Frees all it allocates. */
ic_status ic_contrast_run(const ic_contrast_request *request,
                          const ic_watch *watch, ic_view_answer *views,
                          ic_contrast_answer *contrasts, ic_error *err);

#endif
