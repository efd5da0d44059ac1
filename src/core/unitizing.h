/* unitizing.h - agreement on where segments begin and end as well as on their
 * codes. Transcripts are continua side by side: within each, every coder who
 * saw it leaves coded segments and gaps. All coders are swept together over the
 * sorted boundaries, O(S log S) for S segments; sums are kept per transcript,
 * so that transcripts can be left out and drawn again.
 *
 * The family of Krippendorff, Mathet, Bouvry and Widlocher (2016); Krippendorff
 * (2019), section 12.6. Two places coincide when two coders have a value there;
 * each place weighs 1 / (m - 1) where m coders saw the transcript. A segment is
 * not paired with itself when chance is reckoned, nor is a character of a gap.
 * Where only what others have coded counts (cu, ku), a segment counts by its
 * overlap with them: the mean overlap is squared, not the mean of squares.
 * alpha_U is the earlier coefficient (Krippendorff 1995; 2004, p. 251-256). */
#ifndef IC_UNITIZING_H
#define IC_UNITIZING_H

#include <stdint.h>

#include "interval.h"
#include "parallel.h"

typedef struct ic_continua {
  size_t transcripts, segments;
  int coders, codes;
  const double *length; /* characters of each transcript */
  const int *seen;      /* transcripts x coders, by column; 0 is not seen */
  const int *transcript, *coder, *code; /* of each segment, from 1 */
  const double *start, *end; /* its first and last character, from 1 */
} ic_continua;

enum { IC_U, IC_U_BINARY, IC_U_CODES, IC_U_FIRST_CODE };

typedef enum ic_unitizing_status {
  IC_UNITIZED,
  IC_UNITIZING_ALONE,  /* nothing that two coders could agree on */
  IC_UNITIZING_PLAIN,  /* one value throughout */
  IC_UNITIZING_PARTIAL /* alpha_U with coders who did not see everything */
} ic_unitizing_status;

typedef struct ic_unitized {
  double value, observed, expected; /* NaN where undefined */
  double coverage; /* share of the coded length that others have coded, or of
                      all length that is coded (u and |u) */
  ic_unitizing_status status;
  ic_interval interval;
} ic_unitized;

/* What the coefficients are made of, a row for each transcript that at least
 * two coders saw. */
typedef struct ic_unitizing {
  size_t rows, width;
  int codes, coders; /* who saw one of them */
  size_t segments;   /* in them, after merging */
  double *sums;      /* rows x width, a row after the other */
} ic_unitizing;

/* Segments of one coder and one code that overlap are merged; those that touch
 * stay two. Segments of one coder and different codes that overlap are
 * IC_EINPUT, the later one the error's item, the earlier its `at`; so is a
 * segment that is empty, runs past its transcript or stands where its coder saw
 * nothing. */
ic_status ic_unitizing_open(ic_unitizing *u, const ic_continua *c,
                            ic_error *err);
void ic_unitizing_close(ic_unitizing *u);

typedef struct ic_unitizing_request {
  ic_interval_kind kind; /* none, BCa, percentile or jackknife */
  double confidence;
  size_t replicates;
  uint64_t seed;
  int threads;
} ic_unitizing_request;

/* out[IC_U_FIRST_CODE + codes]: u, |u, cu and (k)u of each code, with intervals
 * over transcripts. Replicate i draws from the stream (seed, i). */
ic_status ic_unitizing_run(const ic_unitizing *u,
                           const ic_unitizing_request *request,
                           const ic_watch *watch, ic_unitized *out,
                           ic_error *err);

/* out[codes + 1]: alpha_U of each code, and of all. No intervals. */
ic_status ic_unitizing_alpha_u(const ic_continua *c, ic_unitized *out,
                               ic_error *err);

#endif
