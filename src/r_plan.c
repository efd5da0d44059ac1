#include "glue.h"

#include "core/plan.h"

SEXP plan_simulate(SEXP shape, SEXP weight, SEXP given, SEXP numbers,
                   SEXP wanted, SEXP weights, SEXP interval, SEXP threads);

/* shape: units, coders, categories, missing, replicates, seed. wanted:
 * coefficient, level. interval: kind, confidence, replicates. */
SEXP plan_simulate(SEXP shape, SEXP weight, SEXP given, SEXP numbers,
                   SEXP wanted, SEXP weights, SEXP interval, SEXP threads)
{
  static const char *const names[] = {"estimate", "low", "high"};
  const double *n = REAL(shape), *ci = REAL(interval);
  ic_plan plan = {
    .study = {
      .units = (size_t) n[0], .coders = (int) n[1], .categories = (int) n[2],
      .spec = {
        .wanted = IC_BIT(INTEGER(wanted)[0]),
        .level = (ic_level) INTEGER(wanted)[1],
        .numbers = REAL(numbers),
        .weights = Rf_isNull(weights) ? NULL : REAL(weights)
      },
      .kind = (ic_interval_kind) (int) ci[0], .confidence = ci[1],
      .replicates = (size_t) ci[2]
    },
    .coefficient = (ic_coefficient) INTEGER(wanted)[0],
    .kinds = (size_t) XLENGTH(weight),
    .weight = REAL(weight), .given = REAL(given), .missing = n[3],
    .replicates = (size_t) n[4], .seed = (uint64_t) n[5],
    .threads = Rf_asInteger(threads)
  };
  SEXP out = PROTECT(glue_list(names, 3));
  for (int i = 0; i < 3; i++)
    SET_VECTOR_ELT(out, i, Rf_allocVector(REALSXP,
                                          (R_xlen_t) plan.replicates));
  glue_watch state;
  ic_watch watch = glue_watching(&state, R_NilValue);
  ic_error err;

  ic_status status = ic_plan_simulate(&plan, &watch,
                                      REAL(VECTOR_ELT(out, 0)),
                                      REAL(VECTOR_ELT(out, 1)),
                                      REAL(VECTOR_ELT(out, 2)), &err);

  UNPROTECT(1);
  return status ? glue_failure(&err) : out;
}

const R_CallMethodDef glue_plan[] = {
  {"plan_simulate", (DL_FUNC) &plan_simulate, 8},
  {NULL, NULL, 0}
};
