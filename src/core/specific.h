/* specific.h - how often a category is confirmed by another coder.
 * Of all ordered pairs of values in a unit whose first is category k, the share
 * whose second is k as well:
 *   S_k = sum_u r_uk (r_uk - 1) / sum_u r_uk (r_u - 1).
 * For two coders and two categories it is positive and negative agreement
 * (Cicchetti and Feinstein 1990); for several coders and missing values it is
 * the generalisation of Spitzer and Fleiss (1974) and Uebersax (1982). */
#ifndef IC_SPECIFIC_H
#define IC_SPECIFIC_H

#include <stdint.h>

#include "contribution.h"
#include "interval.h"
#include "parallel.h"

typedef struct ic_specific {
  double value;  /* NaN where nobody else rated a unit with this category */
  double times;  /* how often the category was given */
  ic_interval interval;
} ic_specific;

/* Which interval; replicate i draws from the stream (seed, i). */
typedef struct ic_interval_request {
  ic_interval_kind kind;
  double confidence;
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_interval_request;

/* out[categories]. Clusters are resampled where they are given. Nothing is left
 * allocated. */
ic_status ic_specific_agreement(const ic_coded *data,
                                const ic_interval_request *request,
                                const ic_watch *watch, ic_specific *out,
                                ic_error *err);

#endif
