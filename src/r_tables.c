#include "glue.h"

#include "core/difference.h"
#include "core/odds.h"
#include "core/table2.h"

SEXP tables_p(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_difference(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_exact_difference(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_odds_ratio(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);

/* The core is called between allocations, never around one: no R call that
 * may jump stands between making a core object and freeing it. */

static uint32_t whole(SEXP x)
{
  return (uint32_t) Rf_asReal(x);
}

SEXP tables_p(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP test,
              SEXP tail, SEXP mid, SEXP gamma)
{
  R_xlen_t n = Rf_xlength(x1);
  const double *a = REAL(x1), *b = REAL(x2);
  int which = Rf_asInteger(test), half = Rf_asLogical(mid);
  double loose = Rf_asReal(gamma);
  ic_tail how = (ic_tail) Rf_asInteger(tail);
  SEXP out = PROTECT(Rf_allocVector(REALSXP, n));
  double *p = REAL(out);

  ic_error err;
  ic_table2 *d;
  if (ic_table2_new(whole(n1), whole(n2), &d, &err) != IC_OK) {
    UNPROTECT(1);
    return glue_failure(&err);
  }
  for (R_xlen_t i = 0; i < n; i++) {
    uint32_t x = (uint32_t) a[i], y = (uint32_t) b[i];
    p[i] = which == 0 ? ic_table2_fisher(d, x, y, how, half)
      : which == 1 ? ic_table2_boschloo(d, x, y, how, loose)
                   : ic_table2_barnard(d, x, y, how, loose);
  }
  ic_table2_free(d);
  UNPROTECT(1);
  return out;
}

SEXP tables_difference(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP kind,
                       SEXP level)
{
  int n = (int) Rf_xlength(x1);
  const double *a = REAL(x1), *b = REAL(x2);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, 2));
  for (int i = 0; i < n; i++) {
    double limits[2];
    ic_difference_interval((ic_interval) Rf_asInteger(kind), (uint32_t) a[i],
                           whole(n1), (uint32_t) b[i], whole(n2),
                           Rf_asReal(level), limits);
    REAL(out)[i] = limits[0];
    REAL(out)[n + i] = limits[1];
  }
  UNPROTECT(1);
  return out;
}

SEXP tables_exact_difference(SEXP x1, SEXP n1, SEXP x2, SEXP n2,
                             SEXP order, SEXP level)
{
  int n = (int) Rf_xlength(x1);
  const double *a = REAL(x1), *b = REAL(x2);
  ic_order by = (ic_order) Rf_asInteger(order);
  double conf = Rf_asReal(level);
  uint32_t m1 = whole(n1), m2 = whole(n2);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, 2));
  double *limit = REAL(out);

  ic_error err;
  ic_lower *low = NULL, *high = NULL;
  ic_status status = ic_lower_new(m1, m2, conf, by, &low, &err);
  if (status == IC_OK)
    status = ic_lower_new(m2, m1, conf, by, &high, &err);
  for (int i = 0; status == IC_OK && i < n; i++) {
    limit[i] = ic_lower_limit(low, (uint32_t) a[i], (uint32_t) b[i]);
    limit[n + i] = -ic_lower_limit(high, (uint32_t) b[i], (uint32_t) a[i]);
  }
  ic_lower_free(low);
  ic_lower_free(high);
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

/* The estimate and the two limits. alpha: what is left beyond either. */
SEXP tables_odds_ratio(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP kind,
                       SEXP alpha)
{
  SEXP out = PROTECT(Rf_allocVector(REALSXP, 3));
  double *v = REAL(out);
  ic_error err;
  ic_status status = ic_odds_ratio((ic_odds_kind) Rf_asInteger(kind),
                                   whole(x1), whole(n1), whole(x2), whole(n2),
                                   REAL(alpha)[0], REAL(alpha)[1], &v[0],
                                   &v[1], &err);
  if (status == IC_OK && ISNAN(v[0]))
    v[0] = NA_REAL;
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

const R_CallMethodDef glue_tables[] = {
  {"tables_p", (DL_FUNC) &tables_p, 8},
  {"tables_difference", (DL_FUNC) &tables_difference, 6},
  {"tables_exact_difference", (DL_FUNC) &tables_exact_difference, 6},
  {"tables_odds_ratio", (DL_FUNC) &tables_odds_ratio, 6},
  {NULL, NULL, 0}
};
