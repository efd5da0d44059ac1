/* scale.h - ratings on a numeric scale: analysis of variance and what follows
 * from it.
 * A scale holds what every evaluation needs of one set of ratings; a tally the
 * sums of squares for one set of pattern weights; the coefficients follow from
 * those sums alone, in closed form.
 *
 * With N values in n units by m coders, N_u of them in unit u:
 *   one-way   BMS and WMS between and within units, n_0 = (N - sum N_u^2 / N)
 *             / (n - 1): V_u = (BMS - WMS) / n_0, V_w = WMS
 *   two-way   sums of squares of units and of coders, each adjusted for the
 *             other (units are absorbed and the coders' reduced normal
 *             equations solved), the residual with N - n - m + 1 degrees of
 *             freedom: Henderson's method 3 (1953; Searle, Casella and
 *             McCulloch 1992). V_e is the residual mean square,
 *             V_u = (SS_u|c - (n - 1) V_e) / (N - m),
 *             V_c = (SS_c|u - (m - 1) V_e) / (N - n).
 *   icc       V_u / (V_u + error), error V_w (1), V_c + V_e (2) or V_e (3); for
 *             the mean of k values error / k, k the harmonic mean of the N_u
 *             (ten Hove, Jorgensen and van der Ark 2024). Complete data give
 *             the six forms of Shrout and Fleiss (1979) exactly. Estimated
 *             components may be negative and are not cut.
 *   finn      1 - WMS / variance of a uniform choice among the categories,
 *             (q^2 - 1) / 12 for 1 .. q (Finn 1970)
 *   robinson  A, the share of units in the total sum of squares (Robinson 1957)
 * A scale is immutable; a tally belongs to one thread at a time. */
#ifndef IC_SCALE_H
#define IC_SCALE_H

#include "ratings.h"
#include "status.h"

typedef enum ic_scale_form {
  IC_FORM_11,
  IC_FORM_21,
  IC_FORM_31,
  IC_FORM_1K,
  IC_FORM_2K,
  IC_FORM_3K,
  IC_FORM_FINN,
  IC_FORM_ROBINSON,
  IC_FORMS
} ic_scale_form;

typedef struct ic_scale {
  const ic_ratings *ratings;
  int two_way;         /* who gave which value is known and asked for */
  double uniform;      /* variance of a uniform choice among the categories */
  double *value;       /* [categories] less the mean of all values */
  double *sum;         /* [patterns] of values */
  double *within;      /* [patterns] sum of squares about the unit's mean */
  /* Patterns rated by the same coders share a design. The coders of design d
   * are coder[start[d]] .. coder[start[d + 1] - 1]. Two-way only. */
  size_t designs;
  size_t *design;      /* [patterns] */
  size_t *start;
  int *coder;
  double *block;
} ic_scale;

/* Sums over units; values are those of ic_scale, less their mean. */
typedef struct ic_scale_sums {
  double units, values;
  double squares;      /* sum N_u^2 */
  double inverse;      /* sum 1 / N_u */
  double total;        /* sum of values */
  double between;      /* sum over units of (sum of values)^2 / N_u */
  double within;       /* sum of squares within units */
  double coders;       /* with a value */
  double margin;       /* sum over coders of (sum of values)^2 / number */
  double fitted;       /* sum of squares of coders adjusted for units */
  double adjusted;     /* of units adjusted for coders */
  double residual;     /* of what neither explains */
  int joined;          /* are all coders linked by units they share? */
} ic_scale_sums;

typedef struct ic_scale_tally {
  ic_scale_sums sums;
  double *count;       /* [designs] units */
  double *means;       /* [designs] sum of unit means */
  double *number;      /* [coders] values of each */
  double *coder;       /* [coders] their sum */
  double *side;        /* [coders] right-hand side of the normal equations */
  double *effect;      /* [coders] their solution, one coder at 0 */
  double *factor;      /* [coders x coders] Cholesky factor of those that are
                          in `place`, row by row */
  int *place;          /* [coders] row in `factor`, -1 where there is none */
  int *leader;         /* [coders] scratch */
  double *block;
  int *index;
} ic_scale_tally;

/* `numbers` are the values of the categories. With two_way = 0 only forms of
 * one way are computed. Nothing is owned on failure. */
ic_status ic_scale_open(ic_scale *scale, const ic_ratings *ratings,
                        const double *numbers, int two_way, ic_error *err);
void ic_scale_close(ic_scale *scale);

ic_status ic_scale_tally_open(ic_scale_tally *tally, const ic_scale *scale,
                              ic_error *err);
void ic_scale_tally_close(ic_scale_tally *tally);

/* Sums over patterns with weights x (units per pattern, >= 0). */
void ic_scale_fill(ic_scale_tally *tally, const ic_scale *scale,
                   const double *x);

/* Analysis of variance: sums of squares, degrees of freedom and estimated
 * components of variance. Those of two ways are NaN where the design is not
 * joined or one way was asked for; a component is not finite where its degrees
 * of freedom are 0. */
typedef struct ic_anova {
  double units, within, total;
  double units_df, within_df;
  double adjusted;     /* units, adjusted for coders */
  double coders;       /* coders, adjusted for units */
  double residual;
  double coders_df, residual_df;
  double unit_variance, unit_error;                /* of one way */
  double variance, coder_variance, error_variance; /* of two */
} ic_anova;

ic_anova ic_scale_anova(const ic_scale *scale, const ic_scale_sums *sums);

/* The whole of it for values as for ic_ratings_collapse(). Nothing is left
 * allocated. */
ic_status ic_scale_run(const int *values, size_t units, int coders,
                       int categories, const double *numbers, int two_way,
                       ic_anova *out, ic_error *err);

/* The value of each form, NaN where it is undefined; why[] says why. */
void ic_scale_values(const ic_scale *scale, const ic_scale_sums *sums,
                     double value[IC_FORMS], ic_defined why[IC_FORMS]);

/* Limits of an intraclass correlation by the F distribution (Shrout and Fleiss
 * 1979; McGraw and Wong 1996; those of two-way agreement with Satterthwaite's
 * degrees of freedom), *p_value of the correlation 0, two-sided. 0 where there
 * are none: missing values, other forms. */
int ic_scale_limits(const ic_scale *scale, const ic_scale_sums *sums,
                    ic_scale_form form, double confidence, double *low,
                    double *high, double *p_value);

/* out[p * IC_FORMS + form] is the value of a form without one unit of pattern
 * p, NaN where it is then undefined. `tally` is filled with the whole data. The
 * normal equations are corrected by the rank of the unit; only where a unit
 * holds the design together are the sums taken again. */
ic_status ic_scale_leave_out(const ic_scale *scale, ic_scale_tally *tally,
                             double *out, ic_error *err);

#endif
