#include "glue.h"

#include "core/machine.h"

SEXP machine_contest(SEXP values, SEXP categories, SEXP machine, SEXP people,
                     SEXP numbers, SEXP similarity);

SEXP machine_contest(SEXP values, SEXP categories, SEXP machine, SEXP people,
                     SEXP numbers, SEXP similarity)
{
  ic_contest contest = {
    .values = INTEGER(values), .units = (size_t) Rf_nrows(values),
    .coders = Rf_ncols(values), .categories = Rf_asInteger(categories),
    .machine = Rf_asInteger(machine),
    .people = INTEGER(people), .n_people = Rf_length(people),
    .numbers = Rf_isNull(numbers) ? NULL : REAL(numbers),
    .similarity = Rf_isNull(similarity) ? NULL : REAL(similarity)
  };
  SEXP out = PROTECT(Rf_allocMatrix(INTSXP, Rf_nrows(values),
                                    contest.n_people));

  ic_contest_run(&contest, INTEGER(out));

  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_machine[] = {
  {"machine_contest", (DL_FUNC) &machine_contest, 6},
  {NULL, NULL, 0}
};
