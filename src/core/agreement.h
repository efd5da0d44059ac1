/* agreement.h - coefficients of agreement from rating patterns.
 * A measure fixes what is to be computed from one set of ratings and holds
 * what every evaluation needs per pattern. A tally holds the sums over
 * patterns for one set of pattern weights (the data themselves, a bootstrap
 * replicate, the data without a cluster); estimates follow from the tally
 * alone. One pass over the patterns serves all coefficients.
 *
 * With w the agreement weights (identity unless given), q categories, r_uk
 * coders who put unit u into k, r_u = sum_k r_uk, p_a the mean over units with
 * r_u >= 2 of sum_kl w_kl r_uk (r_ul - [k = l]) / (r_u (r_u - 1)), and p_k the
 * mean over units of r_uk / r_u, each coefficient but alpha is
 * (p_a - p_e) / (1 - p_e) with
 *   kappa   p_e = sum w_kl p_1k p_2l, the two coders' own margins, units
 *           rated by both (Cohen 1960, 1968)
 *   pi      p_e = sum w_kl p_k p_l, units rated by both (Scott 1955)
 *   fleiss  the same over all units (Fleiss 1971; missing: Gwet 2014)
 *   conger  p_e = mean over ordered pairs of coders of sum w_kl p_gk p_hl
 *           (Conger 1980; missing: Gwet 2014)
 *   light, hubert  means over pairs of coders: see pairs.h
 *   bp      p_e = sum w_kl / q^2 (Brennan and Prediger 1981)
 *   ac      p_e = sum w_kl / (q (q - 1)) sum p_k (1 - p_k) (Gwet 2008)
 * alpha is 1 - D_o / D_e over pairable values (Krippendorff 2011). Intraclass
 * correlations, Finn's r and Robinson's A are those of scale.h, Kendall's W
 * that of concord.h; Maxwell's RE (1977) is 2 p_a - 1, for two coders and two
 * categories.
 *
 * At interval level the pairs of values a, b of any set of n values sum to
 * 2 (n sum a^2 - (sum a)^2); on a circle, with half angles u, s = sin u and
 * c = cos u, sin^2(u_a - u_b) sums to 2 (sum s^2 sum c^2 - (sum s c)^2). Both
 * follow from two moments, taken about the median value.
 * A measure is immutable; a tally belongs to one thread at a time. */
#ifndef IC_AGREEMENT_H
#define IC_AGREEMENT_H

#include <stdint.h>

#include "concord.h"
#include "cross.h"
#include "distance.h"
#include "pairs.h"
#include "ratings.h"
#include "scale.h"
#include "status.h"

typedef enum ic_coefficient {
  IC_PERCENT, /* pairwise, weighted by w */
  IC_KAPPA,
  IC_PI,
  IC_FLEISS,
  IC_CONGER,
  IC_LIGHT,
  IC_HUBERT,
  IC_BP,
  IC_AC,
  IC_ALPHA,
  IC_ICC11,
  IC_ICC21,
  IC_ICC31,
  IC_ICC1K,
  IC_ICC2K,
  IC_ICC3K,
  IC_KENDALL_W,
  IC_MAXWELL_RE,
  IC_FINN,
  IC_ROBINSON,
  IC_PLAIN,   /* pairwise percent agreement without weights: always computed */
  IC_COEFFICIENTS
} ic_coefficient;

#define IC_BIT(coefficient) (UINT32_C(1) << (coefficient))

/* Those that are means over pairs of coders. */
#define IC_BY_PAIRS (IC_BIT(IC_LIGHT) | IC_BIT(IC_HUBERT))

/* Those by analysis of variance, of one way and of two. */
#define IC_ONE_WAY (IC_BIT(IC_ICC11) | IC_BIT(IC_ICC1K) | IC_BIT(IC_FINN) \
  | IC_BIT(IC_ROBINSON))
#define IC_TWO_WAY (IC_BIT(IC_ICC21) | IC_BIT(IC_ICC31) | IC_BIT(IC_ICC2K) \
  | IC_BIT(IC_ICC3K))

/* Coefficients that need to know who gave which value. */
#define IC_CODER_AWARE \
  (IC_BIT(IC_KAPPA) | IC_BIT(IC_PI) | IC_BIT(IC_CONGER) | IC_BY_PAIRS \
   | IC_BIT(IC_KENDALL_W) | IC_TWO_WAY)

/* Those that need nothing but how many gave which value. */
#define IC_BY_COUNTS \
  (IC_BIT(IC_PERCENT) | IC_BIT(IC_FLEISS) | IC_BIT(IC_BP) | IC_BIT(IC_AC) \
   | IC_BIT(IC_ALPHA) | IC_BIT(IC_PLAIN))

/* observed and expected are what a coefficient is made of: p_a and p_e, or D_o
 * and D_e for alpha; NaN where it has none, or they were not reached. */
typedef struct ic_estimate {
  double value[IC_COEFFICIENTS];
  double observed[IC_COEFFICIENTS], expected[IC_COEFFICIENTS];
  ic_defined status[IC_COEFFICIENTS];
} ic_estimate;

/* What is to be computed. The arrays are borrowed. */
typedef struct ic_spec {
  uint32_t wanted;         /* IC_BIT()s */
  ic_level level;          /* of alpha */
  double range[2];         /* of a circular or bipolar level: see distance.h */
  const double *numbers;   /* values of the categories, ascending; NULL where
                              the level does not ask for them */
  const double *distances; /* categories x categories, symmetric, squared, zero
                              on the diagonal: for IC_GIVEN */
  const double *weights;   /* or NULL: see distance.h */
  int anonymous;           /* it is not known who gave which value */
} ic_spec;

typedef struct ic_measure {
  const ic_ratings *ratings;
  ic_spec spec;
  /* The rest is derived. */
  int active;            /* coders with a value */
  int pair[2];           /* the first two of them */
  double weight_total;
  double unit;           /* spec.weights are scaled: w was 1 - unit (1 - w) */
  double ac_slope;
  double disagreeing;    /* units whose coders differ */
  double *agree;         /* [patterns] weighted pairwise agreement */
  double *plain;         /* [patterns] the same without weights */
  double *observed;      /* [patterns] sum of distances / (r_u - 1) */
  double *share;         /* [entries] r_uk / r_u */
  double *centred;       /* [categories] values less their median, on a
                            circle as half angles */
  double *first;         /* [patterns] sum r v (r s c), pairable only */
  double *second;        /* [patterns] sum r v^2 (r s^2) */
  double *block;         /* owns the arrays above */
  /* Where patterns tell coders apart and it saves much: the same of patterns
   * that do not, for IC_BY_COUNTS. Pattern p is pattern of[p] there. */
  struct ic_measure *counted;
  ic_ratings *merged;
  uint32_t *of;
  /* Ordinal: pairable values in ascending order, category k from place[k] to
   * place[k + 1] - 1, each by its pattern. */
  size_t *place;
  uint32_t *bearer;
  ic_scale scale;        /* where wanted */
  ic_concord concord;    /* where wanted */
} ic_measure;

typedef struct ic_tally {
  double units, pairs;    /* with at least one, at least two values */
  double agree, plain;    /* sums over pairable units */
  int low, high;          /* a lower and a higher category in use, equal where
                             a single one is */
  int pair_low, pair_high;/* the same where both of two coders have a value */
  int able_low, able_high;/* the same among pairable values */
  double both;            /* units rated by both of two coders */
  double *mean;           /* [categories] sum of shares */
  double *margin[2];      /* [categories] of the two coders, units in both */
  double *coder;          /* everybody's margins: coder g, category k at
                             g * step + k (one place before it: missing) */
  size_t step;
  double *coder_n;        /* [coders] */
  ic_cross cross;         /* for IC_CONGER and IC_BY_PAIRS, where it pays */
  ic_pairs of_pairs;      /* for IC_BY_PAIRS */
  double *counted;        /* [patterns of measure->counted] their weights */
  double *pairable;       /* [categories] pairable values (not for interval,
                             unless asked for) */
  double *rank;           /* [categories] mid-ranks (ordinal) */
  double spread;          /* sum of their squares about the mean, over values */
  double values;          /* pairable values */
  double observed;        /* sum of distances within units / (r_u - 1) */
  double expected;        /* sum of distances over all pairs of values */
  double first, second;   /* moments (interval, circular) */
  double *work, *slope;   /* [categories] scratch */
  double *block;
  ic_scale_tally scale;
  ic_concord_tally concord;
} ic_tally;

/* What alpha, kappa and the others need of `ratings`, which must outlive the
 * measure, as must the arrays of `spec`. Nothing is owned on failure. */
ic_status ic_measure_open(ic_measure *measure, const ic_ratings *ratings,
                          const ic_spec *spec, ic_error *err);
void ic_measure_close(ic_measure *measure);

ic_status ic_tally_open(ic_tally *tally, const ic_measure *measure,
                        ic_error *err);
void ic_tally_close(ic_tally *tally);

/* Sums over patterns with weights x (units per pattern, >= 0). With
 * margins = 1 `pairable` is filled at every level. */
void ic_tally_fill(ic_tally *tally, const ic_measure *measure,
                   const double *x, int margins);

void ic_tally_estimate(ic_tally *tally, const ic_measure *measure,
                       ic_estimate *out);

/* The coefficient of a form of scale.h, and the other way round: IC_FORMS for
 * a coefficient that is none. */
ic_coefficient ic_form_coefficient(ic_scale_form form);
ic_scale_form ic_coefficient_form(ic_coefficient coefficient);

/* Is anything to be computed by scale.h, by concord.h? */
int ic_measure_scale(const ic_measure *measure);
int ic_measure_concord(const ic_measure *measure);

/* Agreement under the weights as they were given, from that under w. */
double ic_measure_unscaled(const ic_measure *measure, double agree);

/* p_e of ac, where spread = sum p_k (1 - p_k). */
double ic_measure_ac_chance(const ic_measure *measure, double spread);

/* w_kl, scaled */
double ic_measure_weight(const ic_measure *measure, int k, int l);

/* out = W x, for vectors over categories. */
void ic_measure_weigh(const ic_measure *measure, const double *x, double *out);

/* Sum over k, l of w_kl x_k y_l. */
double ic_measure_form(const ic_measure *measure, const double *x,
                       const double *y);

/* The squared distance of two categories at a level other than ordinal. */
double ic_measure_distance(const ic_measure *measure, int k, int l);

/* Sum of distances between all pairs of a pattern's values over (r_u - 1): of
 * its mid-ranks where `rank` is given. */
double ic_pattern_distance(const ic_measure *measure, size_t pattern,
                           const double *rank);

/* The same between all pairs of values, `counts` of each category. */
double ic_counted_distance(const ic_measure *measure, const double *counts);

/* Sum of distances between all pairs of n values with these moments. Where
 * rounding has eaten it the counts must be asked: it is then negative. */
double ic_moment_distance(const ic_measure *measure, double n, double first,
                          double second);

/* Are all distances those of moments? */
int ic_by_moments(const ic_measure *measure);

/* The chance agreement of conger; *coders is how many have values. Leaves the
 * sum of the coders' margins (as proportions) in work. */
double ic_conger_chance(ic_tally *tally, const ic_measure *measure,
                        int *coders);

#endif
