#include "glue.h"

#include <string.h>

#include "core/contingency.h"
#include "core/difference.h"
#include "core/odds.h"
#include "core/phi.h"
#include "core/ratio.h"
#include "core/strata.h"
#include "core/table2.h"
#include "core/unconditional.h"

SEXP tables_p(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_difference(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_exact_limits(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_ratio(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_phi(SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_odds_score(SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_strata(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP tables_mantel_haenszel(SEXP, SEXP, SEXP, SEXP);
SEXP tables_contingency(SEXP);
SEXP tables_contingency_draw(SEXP, SEXP, SEXP, SEXP, SEXP);

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
  ic_difference_kind wanted = (ic_difference_kind) Rf_asInteger(kind);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, 2));
  for (int i = 0; i < n; i++) {
    double limits[2];
    ic_difference_interval(wanted, (uint32_t) a[i], whole(n1), (uint32_t) b[i],
                           whole(n2), Rf_asReal(level), limits);
    REAL(out)[i] = limits[0];
    REAL(out)[n + i] = limits[1];
  }
  UNPROTECT(1);
  return out;
}

/* Limits of the difference or, with the last of the orders, the ratio. */
SEXP tables_exact_limits(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP order,
                         SEXP level)
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
    double other = ic_lower_limit(high, (uint32_t) b[i], (uint32_t) a[i]);
    limit[n + i] = by == IC_ORDER_RATIO ? 1.0 / other : -other;
  }
  ic_lower_free(low);
  ic_lower_free(high);
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

SEXP tables_ratio(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP large, SEXP alpha)
{
  SEXP out = PROTECT(Rf_allocVector(REALSXP, 2));
  ic_ratio_interval(Rf_asLogical(large), whole(x1), whole(n1), whole(x2),
                    whole(n2), REAL(alpha)[0], REAL(alpha)[1], REAL(out));
  UNPROTECT(1);
  return out;
}

SEXP tables_phi(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP level)
{
  SEXP out = PROTECT(Rf_allocVector(REALSXP, 2));
  ic_phi_interval(whole(x1), whole(n1), whole(x2), whole(n2),
                  Rf_asReal(level), REAL(out));
  UNPROTECT(1);
  return out;
}

/* The estimate and the two limits. alpha: what is left beyond either. */
SEXP tables_odds_score(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP alpha)
{
  double v[3];
  ic_odds_score(whole(x1), whole(n1), whole(x2), whole(n2), REAL(alpha)[0],
                REAL(alpha)[1], &v[0], &v[1]);
  SEXP out = Rf_allocVector(REALSXP, 3);
  for (int i = 0; i < 3; i++)
    REAL(out)[i] = ISNAN(v[i]) ? NA_REAL : v[i];
  return out;
}

/* Whole numbers in doubles, in memory that R takes back after the call. */
static uint32_t *wholes(SEXP x)
{
  R_xlen_t n = Rf_xlength(x);
  uint32_t *out = (uint32_t *) R_alloc((size_t) n, sizeof *out);
  for (R_xlen_t i = 0; i < n; i++)
    out[i] = (uint32_t) REAL(x)[i];
  return out;
}

static SEXP matrix_of(const ic_pieces *pieces)
{
  SEXP out = Rf_allocMatrix(REALSXP, (int) pieces->n, 2);
  for (size_t i = 0; i < pieces->n; i++)
    for (size_t j = 0; j < 2; j++)
      REAL(out)[i + j * pieces->n] = pieces->limit[i][j];
  return out;
}

/* p: the p-value if it is known already, otherwise NA. */
SEXP tables_strata(SEXP x1, SEXP n1, SEXP x2, SEXP n2, SEXP tail, SEXP mid,
                   SEXP alpha, SEXP p)
{
  static const char *const names[] = {"sum", "p.value", "estimate", "set"};
  uint32_t *a = wholes(x1), *m = wholes(n1), *b = wholes(x2), *k = wholes(n2);
  ic_tail how = (ic_tail) Rf_asInteger(tail);
  int half = Rf_asLogical(mid);
  double left = Rf_asReal(alpha), value = Rf_asReal(p), estimate = NA_REAL;
  ic_strata s;
  ic_pieces set;

  ic_error err;
  ic_status status = ic_strata_open(&s, a, m, b, k, (size_t) Rf_xlength(x1),
                                    &err);
  if (status == IC_OK && ISNAN(value))
    status = ic_strata_p(&s, how, half, &value, &err);
  if (status == IC_OK) {
    ic_strata_interval(&s, how, half, left, value > left, &set);
    if (s.law.n > 1)
      estimate = ic_conditional_estimate(&s.law);
  }
  double sum = s.seen;
  ic_strata_close(&s);
  if (status != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 4));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal(sum));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(value));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(estimate));
  SET_VECTOR_ELT(out, 3, matrix_of(&set));
  UNPROTECT(1);
  return out;
}

SEXP tables_mantel_haenszel(SEXP x1, SEXP n1, SEXP x2, SEXP n2)
{
  uint32_t *a = wholes(x1), *m = wholes(n1), *b = wholes(x2), *k = wholes(n2);
  ic_strata s;
  ic_mantel_haenszel v;

  ic_error err;
  ic_status status = ic_strata_open(&s, a, m, b, k, (size_t) Rf_xlength(x1),
                                    &err);
  if (status == IC_OK)
    ic_strata_mantel_haenszel(&s, &v);
  ic_strata_close(&s);
  if (status != IC_OK)
    return glue_failure(&err);

  const double values[] = {v.statistic, v.corrected, v.direction,
                           v.odds_ratio, v.log_error, v.homogeneity, v.df};
  SEXP out = Rf_allocVector(REALSXP, 7);
  for (int i = 0; i < 7; i++)
    REAL(out)[i] = ISNAN(values[i]) ? NA_REAL : values[i];
  return out;
}

/* The p-value and the probability of the table itself. */
SEXP tables_contingency(SEXP x)
{
  size_t rows = (size_t) Rf_nrows(x), columns = (size_t) Rf_ncols(x);
  double p[2];
  ic_error err;
  if (ic_contingency_exact(wholes(x), rows, columns, &p[0], &p[1], &err)
      != IC_OK)
    return glue_failure(&err);
  SEXP out = Rf_allocVector(REALSXP, 2);
  memcpy(REAL(out), p, sizeof p);
  return out;
}

SEXP tables_contingency_draw(SEXP x, SEXP draws, SEXP seed, SEXP threads,
                             SEXP progress)
{
  size_t rows = (size_t) Rf_nrows(x), columns = (size_t) Rf_ncols(x), hits;
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);
  ic_error err;
  if (ic_contingency_draw(wholes(x), rows, columns, (size_t) Rf_asReal(draws),
                          (uint64_t) Rf_asReal(seed), Rf_asInteger(threads),
                          &watch, &hits, &err) != IC_OK)
    return glue_failure(&err);
  return Rf_ScalarReal((double) hits);
}

const R_CallMethodDef glue_tables[] = {
  {"tables_p", (DL_FUNC) &tables_p, 8},
  {"tables_difference", (DL_FUNC) &tables_difference, 6},
  {"tables_exact_limits", (DL_FUNC) &tables_exact_limits, 6},
  {"tables_ratio", (DL_FUNC) &tables_ratio, 6},
  {"tables_phi", (DL_FUNC) &tables_phi, 5},
  {"tables_odds_score", (DL_FUNC) &tables_odds_score, 5},
  {"tables_strata", (DL_FUNC) &tables_strata, 8},
  {"tables_mantel_haenszel", (DL_FUNC) &tables_mantel_haenszel, 4},
  {"tables_contingency", (DL_FUNC) &tables_contingency, 1},
  {"tables_contingency_draw", (DL_FUNC) &tables_contingency_draw, 5},
  {NULL, NULL, 0}
};
