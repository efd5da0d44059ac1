/* coincidence.h - Krippendorff's own bootstrap of alpha (manuscript of 2006,
 * revised 2013; Hayes and Krippendorff 2007), as the macro KALPHA for SPSS and
 * SAS has it since version 3 of 2011: for comparison with them, not for use. It
 * draws single pairs of values, as if pairs of one unit knew nothing of each
 * other, and holds the expected disagreement fixed, so its intervals are
 * usually too narrow, and beyond a number of units they no longer shrink.
 *
 * Of the coincidences o_ck among n.. pairable values a replicate draws
 * M = min(25 Q, (m - 1) n.. / 2) with replacement, where Q of them (c, k in
 * either order) are not zero and m coders have values; it is
 * 1 - sum of their distances / (M D_e), at least -1. A replicate of 1 lacks
 * disagreement or, where every draw fell on one category, variation: of B
 * replicates round(B sum_c (o_cc / n..)^M) are expected to lack variation, and
 * so many of those that are 1 (all, where one category alone has o_cc > 0)
 * count as 0. */
#ifndef IC_COINCIDENCE_H
#define IC_COINCIDENCE_H

#include "agreement.h"
#include "interval.h"
#include "parallel.h"

/* The interval of an alpha that is defined, `tally` being that of the data;
 * limits are replicates floor(B p) and floor(B (1 - p)) + 1 in ascending order,
 * p = (1 - confidence) / 2. Replicate i draws from the stream (seed, i). */
ic_status ic_krippendorff_interval(const ic_measure *measure,
                                   const ic_tally *tally, double confidence,
                                   uint64_t seed, size_t replicates,
                                   int threads, const ic_watch *watch,
                                   ic_interval *out, ic_error *err);

#endif
