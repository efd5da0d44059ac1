/* interval.h - intervals of a statistic from its replicates and from its
 * values without each unit. BCa is Efron's (1987), its acceleration that of
 * one or several samples (Davison and Hinkley 1997, 5.26). The p-value turns
 * the interval round: it is the least alpha whose interval leaves out 0 (Efron
 * and Tibshirani 1993, 15.4), never below 2 / (replicates + 1). */
#ifndef IC_INTERVAL_H
#define IC_INTERVAL_H

#include <stddef.h>

typedef enum ic_interval_kind {
  IC_CI_NONE,
  IC_CI_BCA,
  IC_CI_PERCENTILE,
  IC_CI_JACKKNIFE,  /* t with units (clusters) - 1 degrees of freedom */
  IC_CI_ANALYTIC,   /* linearised variance, normal for the kappas of pairs
                       of coders, else t; F for intraclass correlations */
  IC_CI_KRIPPENDORFF, /* his own of 2006, for alpha: see coincidence.h */
  /* Found, never asked for: no interval, because */
  IC_CI_DEGENERATE, /* nothing varies between replicates or units */
  IC_CI_UNAVAILABLE,/* there is no such interval of this statistic */
  IC_CI_TOO_FEW     /* fewer than two units or clusters, or replicates */
} ic_interval_kind;

typedef struct ic_interval {
  double low, high; /* NaN where there is no interval */
  double error;     /* standard error: of the replicates, the jackknife, the
                       linearisation */
  double undefined; /* replicates in which the statistic was undefined */
  double p;         /* two-sided, of the value 0; NaN without an interval */
  ic_interval_kind kind;
} ic_interval;

/* Deviations this small are rounding: ties, not differences. */
#define IC_TIE 1e-12

extern const ic_interval ic_interval_none;

/* How far each unit (or cluster) moves a statistic: sums over the units of one
 * sample or of several independent ones. Start from ic_influence_none. */
typedef struct ic_influence {
  double least;    /* units in the smallest sample */
  double squares, cubes;
  double variance; /* of the jackknife */
  double spread;   /* sum of each sample's variance^2 / (units - 1) */
} ic_influence;

extern const ic_influence ic_influence_none;

/* Adds a sample: values[i * step] without one of the size[i] units (one where
 * size is NULL) of pattern i; NaN is passed over. */
void ic_influence_add(ic_influence *influence, const double *values,
                      size_t step, const double *size, size_t n);

/* t with units - 1 degrees of freedom, Satterthwaite's for several samples;
 * limits above `ceiling` are cut. */
ic_interval ic_interval_jackknife(const ic_influence *influence, double value,
                                  double confidence, double ceiling);

/* x[n] are replicates, NaN where undefined; they are sorted in place. Without
 * influence it is the percentile interval, otherwise BCa, or percentile where
 * a correction is impossible. */
ic_interval ic_interval_replicates(double *x, size_t n, double value,
                                   const ic_influence *influence,
                                   double confidence);

/* The usual interval of a value with this standard error, t with df degrees of
 * freedom, normal where df is infinite. */
ic_interval ic_interval_around(double value, double error, double df,
                               double confidence, double ceiling,
                               ic_interval_kind kind);

#endif
