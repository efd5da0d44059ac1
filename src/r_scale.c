#include <string.h>

#include "glue.h"

#include "core/scale.h"

SEXP scale_anova(SEXP values, SEXP shape, SEXP numbers);

/* shape: units, coders, categories, is it known who gave which value? */
SEXP scale_anova(SEXP values, SEXP shape, SEXP numbers)
{
  const double *n = REAL(shape);
  ic_anova a;
  ic_error err;

  ic_status status = ic_scale_run(INTEGER(values), (size_t) n[0], (int) n[1],
                                  (int) n[2], REAL(numbers), n[3] != 0.0, &a,
                                  &err);

  if (status)
    return glue_failure(&err);
  const double table[] = {
    a.units_df, a.units, a.unit_variance,
    a.within_df, a.within, a.unit_error,
    a.coders_df, a.coders, a.coder_variance,
    a.residual_df, a.residual, a.error_variance,
    a.units_df, a.adjusted, a.variance
  };
  SEXP out = Rf_allocMatrix(REALSXP, 3, 5);
  memcpy(REAL(out), table, sizeof table);
  return out;
}

const R_CallMethodDef glue_scale[] = {
  {"scale_anova", (DL_FUNC) &scale_anova, 3},
  {NULL, NULL, 0}
};
