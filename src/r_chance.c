#include "glue.h"

#include "core/chance.h"

SEXP chance_permute(SEXP values, SEXP shape, SEXP group, SEXP spec, SEXP draws,
                    SEXP threads, SEXP progress);
SEXP chance_asymptotic(SEXP values, SEXP shape, SEXP spec);

/* shape: categories, groups, coefficient */
static ic_chance_request read_request(SEXP values, SEXP shape, SEXP spec)
{
  const int *n = INTEGER(shape);
  return (ic_chance_request) {
    .values = INTEGER(values), .units = (size_t) Rf_nrows(values),
    .coders = Rf_ncols(values), .categories = n[0], .groups = (size_t) n[1],
    .coefficient = (ic_coefficient) n[2], .spec = glue_spec(spec)
  };
}

/* draws: replicates, seed */
SEXP chance_permute(SEXP values, SEXP shape, SEXP group, SEXP spec, SEXP draws,
                    SEXP threads, SEXP progress)
{
  static const char *const names[] = {
    "value", "status", "units", "complete", "arrangements", "above", "below",
    "mean", "deviation"
  };
  ic_chance_request request = read_request(values, shape, spec);
  request.group = Rf_isNull(group) ? NULL : INTEGER(group);
  request.replicates = (size_t) REAL(draws)[0];
  request.seed = (uint64_t) REAL(draws)[1];
  request.threads = Rf_asInteger(threads);
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_chance_answer a;
  ic_error err;

  ic_status status = ic_chance_permute(&request, &watch, &a, &err);

  if (status)
    return glue_failure(&err);
  double row[] = {a.value, a.status, a.units, a.complete, a.arrangements,
                  a.above, a.below, a.mean, a.deviation};
  SEXP out = PROTECT(glue_list(names, 9));
  for (int i = 0; i < 9; i++)
    SET_VECTOR_ELT(out, i, Rf_ScalarReal(row[i]));
  UNPROTECT(1);
  return out;
}

/* A row of value and standard error for the whole, then for each category. */
SEXP chance_asymptotic(SEXP values, SEXP shape, SEXP spec)
{
  static const char *const names[] = {"errors", "status", "units"};
  ic_chance_request request = read_request(values, shape, spec);
  int n = request.categories + 1;
  ic_chance_error *errors =
    (ic_chance_error *) R_alloc((size_t) n, sizeof *errors);
  ic_defined why = IC_DEFINED;
  double units = 0.0;
  ic_error err;

  ic_status status = ic_chance_asymptotic(&request, &why, &units, errors,
                                          errors + 1, &err);

  if (status)
    return glue_failure(&err);
  SEXP out = PROTECT(glue_list(names, 3));
  SEXP table = Rf_allocMatrix(REALSXP, n, 2);
  SET_VECTOR_ELT(out, 0, table);
  for (int i = 0; i < n; i++) {
    REAL(table)[i] = errors[i].value;
    REAL(table)[i + n] = errors[i].error;
  }
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double) why));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(units));
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_chance[] = {
  {"chance_permute", (DL_FUNC) &chance_permute, 7},
  {"chance_asymptotic", (DL_FUNC) &chance_asymptotic, 3},
  {NULL, NULL, 0}
};
