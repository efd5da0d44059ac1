/* linearise.h - analytic variances of the coefficients.
 * A coefficient is a smooth function of means over units; its linearisation
 * gives each unit a contribution z, and the variance follows from them, over
 * units or summed within clusters. Nothing allocates. */
#ifndef IC_LINEARISE_H
#define IC_LINEARISE_H

#include "agreement.h"

/* Their distribution is taken as normal, with the number of units for the
 * divisor, as Fleiss, Cohen and Everitt do. */
#define IC_NORMAL (IC_BIT(IC_KAPPA) | IC_BY_PAIRS)

/* Linearised contributions: fills z[patterns] such that the variance of the
 * coefficient is sum size * z^2 / *divisor; `t` is the tally of the data. For
 * kappa that of Fleiss, Cohen and Everitt (1969) with *divisor = n^2, for light
 * and hubert the same over their pairs; for the
 * others Gwet's (2008, 2014) with n (n - 1), where n is *units. Returns 0 where
 * there is none (ordinal alpha: its distances move with the margins). The
 * coefficient must be defined. Scratch and ranks of the tally are used up. */
int ic_linearise(const ic_measure *measure, ic_tally *t,
                 ic_coefficient coefficient, double *z, double *units,
                 double *divisor);

#endif
