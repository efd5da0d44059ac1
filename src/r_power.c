#include "glue.h"

#include "core/amounts.h"
#include "core/power.h"

SEXP power_region(SEXP n1, SEXP n2, SEXP test, SEXP tail, SEXP mid, SEXP alpha);
SEXP power_size(SEXP reject);
SEXP power_amounts(SEXP first, SEXP second, SEXP sizes, SEXP test, SEXP draw,
                   SEXP threads);

/* A logical matrix, (n1 + 1) x (n2 + 1). */
SEXP power_region(SEXP n1, SEXP n2, SEXP test, SEXP tail, SEXP mid, SEXP alpha)
{
  int rows = Rf_asInteger(n1) + 1, columns = Rf_asInteger(n2) + 1;
  SEXP out = PROTECT(Rf_allocMatrix(LGLSXP, rows, columns));
  unsigned char *reject =
    (unsigned char *) R_alloc((size_t) rows, (int) columns);

  ic_error err;
  ic_status status = ic_power_region((uint32_t) rows - 1,
                                     (uint32_t) columns - 1,
                                     (ic_table_test) Rf_asInteger(test),
                                     (ic_tail) Rf_asInteger(tail),
                                     Rf_asLogical(mid), Rf_asReal(alpha),
                                     reject, &err);
  if (status == IC_OK)
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++)
        LOGICAL(out)[(R_xlen_t) j * rows + i] =
          reject[(R_xlen_t) i * columns + j];
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

/* The largest and the mean probability of a region under the null. */
SEXP power_size(SEXP reject)
{
  int rows = Rf_nrows(reject), columns = Rf_ncols(reject);
  unsigned char *cell = (unsigned char *) R_alloc((size_t) rows, (int) columns);
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++)
      cell[(R_xlen_t) i * columns + j] =
        LOGICAL(reject)[(R_xlen_t) j * rows + i] != 0;
  SEXP out = PROTECT(Rf_allocVector(REALSXP, 2));

  ic_error err;
  ic_status status = ic_power_size((uint32_t) rows - 1, (uint32_t) columns - 1,
                                   cell, &REAL(out)[0], &REAL(out)[1], &err);
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

/* sizes: of the groups. draw: replicates and seed. p of each replicate. */
SEXP power_amounts(SEXP first, SEXP second, SEXP sizes, SEXP test, SEXP draw,
                   SEXP threads)
{
  ic_amounts a = {
    .first = REAL(first), .second = REAL(second),
    .values1 = (size_t) XLENGTH(first), .values2 = (size_t) XLENGTH(second),
    .n1 = (size_t) REAL(sizes)[0], .n2 = (size_t) REAL(sizes)[1],
    .test = (ic_amount_test) Rf_asInteger(test),
    .replicates = (size_t) REAL(draw)[0], .seed = (uint64_t) REAL(draw)[1],
    .threads = Rf_asInteger(threads)
  };
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t) a.replicates));
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, R_NilValue);

  ic_error err;
  ic_status status = ic_amounts_simulate(&a, &watch, REAL(out), &err);
  UNPROTECT(1);
  return status == IC_OK ? out : glue_failure(&err);
}

const R_CallMethodDef glue_power[] = {
  {"power_region", (DL_FUNC) &power_region, 6},
  {"power_size", (DL_FUNC) &power_size, 1},
  {"power_amounts", (DL_FUNC) &power_amounts, 6},
  {NULL, NULL, 0}
};
