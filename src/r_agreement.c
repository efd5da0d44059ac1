#include <string.h>

#include "glue.h"

#include "core/distance.h"
#include "core/memory.h"
#include "core/resample.h"
#include "core/values.h"

SEXP agreement_measure(SEXP values, SEXP shape, SEXP cluster, SEXP spec,
                       SEXP interval, SEXP threads, SEXP progress);
SEXP agreement_weights(SEXP kind, SEXP values, SEXP range);
SEXP agreement_set_distances(SEXP kind, SEXP members, SEXP start);
SEXP agreement_encode(SEXP x);

static SEXP reals(const double *x, int n)
{
  SEXP out = Rf_allocVector(REALSXP, n);
  memcpy(REAL(out), x, (size_t) n * sizeof *x);
  return out;
}

static SEXP pack_intervals(const ic_agreement_answer *a)
{
  static const char *const names[] = {"std.error", "low", "high", "undefined",
                                      "kind"};
  SEXP list = PROTECT(glue_list(names, 5));
  double column[4][IC_COEFFICIENTS];
  SEXP kind = Rf_allocVector(INTSXP, IC_COEFFICIENTS);
  SET_VECTOR_ELT(list, 4, kind);
  for (int c = 0; c < IC_COEFFICIENTS; c++) {
    column[0][c] = a->interval[c].error;
    column[1][c] = a->interval[c].low;
    column[2][c] = a->interval[c].high;
    column[3][c] = a->interval[c].undefined;
    INTEGER(kind)[c] = (int) a->interval[c].kind;
  }
  for (int i = 0; i < 4; i++)
    SET_VECTOR_ELT(list, i, reals(column[i], IC_COEFFICIENTS));
  UNPROTECT(1);
  return list;
}

static SEXP pack_answer(const ic_agreement_answer *a, SEXP margins)
{
  static const char *const names[] = {"value", "status", "interval", "size",
                                      "margins", "observed", "expected"};
  double size[] = {a->units, a->pairable, a->disagreeing, a->coders,
                   (double) a->clusters, (double) a->patterns};
  SEXP list = PROTECT(glue_list(names, 7));
  SEXP status = Rf_allocVector(INTSXP, IC_COEFFICIENTS);
  SET_VECTOR_ELT(list, 1, status);
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    INTEGER(status)[c] = (int) a->estimate.status[c];
  SET_VECTOR_ELT(list, 0, reals(a->estimate.value, IC_COEFFICIENTS));
  SET_VECTOR_ELT(list, 2, pack_intervals(a));
  SET_VECTOR_ELT(list, 3, reals(size, 6));
  SET_VECTOR_ELT(list, 4, margins);
  SET_VECTOR_ELT(list, 5, reals(a->estimate.observed, IC_COEFFICIENTS));
  SET_VECTOR_ELT(list, 6, reals(a->estimate.expected, IC_COEFFICIENTS));
  UNPROTECT(1);
  return list;
}

/* shape: units, coders, categories, clusters, raw. interval: kind, confidence,
 * replicates, seed. */
SEXP agreement_measure(SEXP values, SEXP shape, SEXP cluster, SEXP spec,
                       SEXP interval, SEXP threads, SEXP progress)
{
  const double *n = REAL(shape), *ci = REAL(interval);
  ic_agreement_request request = {
    .values = TYPEOF(values) == INTSXP ? INTEGER(values) : NULL,
    .reals = TYPEOF(values) == REALSXP ? REAL(values) : NULL,
    .raw = n[4] != 0.0, .units = (size_t) n[0], .coders = (int) n[1],
    .categories = (int) n[2],
    .cluster = Rf_isNull(cluster) ? NULL : INTEGER(cluster),
    .clusters = (size_t) n[3], .spec = glue_spec(spec),
    .kind = (ic_interval_kind) (int) ci[0], .confidence = ci[1],
    .replicates = (size_t) ci[2], .seed = (uint64_t) ci[3],
    .threads = Rf_asInteger(threads)
  };
  SEXP margins = PROTECT(Rf_allocVector(REALSXP, request.categories));
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_agreement_answer answer;
  ic_error err;

  ic_status status = ic_agreement_run(&request, &watch, REAL(margins),
                                      &answer, &err);

  SEXP out = status ? glue_failure(&err) : pack_answer(&answer, margins);
  UNPROTECT(1);
  return out;
}

SEXP agreement_weights(SEXP kind, SEXP values, SEXP range)
{
  int n = Rf_length(values);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, n));

  ic_weights_fill((ic_weights) Rf_asInteger(kind), REAL(values), REAL(range),
                  (size_t) n, REAL(out));

  UNPROTECT(1);
  return out;
}

/* start: where the members of each set begin, and where the last ends. */
SEXP agreement_set_distances(SEXP kind, SEXP members, SEXP start)
{
  int n = Rf_length(start) - 1;
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, n));

  ic_set_distances((ic_set_distance) Rf_asInteger(kind), INTEGER(members),
                   INTEGER(start), (size_t) n, REAL(out));

  UNPROTECT(1);
  return out;
}

static void free_block(SEXP owner)
{
  ic_free(R_ExternalPtrAddr(owner));
  R_ClearExternalPtr(owner);
}

static ic_status encode(SEXP x, SEXP out, double **distinct, size_t *count,
                        ic_error *err)
{
  size_t n = (size_t) XLENGTH(x);
  int real = TYPEOF(x) == REALSXP;
  ic_status status = ic_values_narrow(real ? REAL(x) : NULL,
                                      real ? NULL : INTEGER(x), n, distinct,
                                      count, err);
  if (status || *distinct)
    return status;
  x = PROTECT(Rf_coerceVector(x, REALSXP));
  SEXP codes = Rf_allocVector(INTSXP, (R_xlen_t) n);
  SET_VECTOR_ELT(out, 0, codes);
  status = ic_values_encode(REAL(x), n, NA_INTEGER, INTEGER(codes), distinct,
                            count, err);
  UNPROTECT(1);
  return status;
}

/* codes stay NULL where the numbers need no encoding. */
SEXP agreement_encode(SEXP x)
{
  static const char *const names[] = {"codes", "values"};
  SEXP owner = PROTECT(glue_owner(R_NilValue, free_block));
  SEXP out = PROTECT(glue_list(names, 2));
  double *distinct;
  size_t count;
  ic_error err;

  ic_status status = encode(x, out, &distinct, &count, &err);

  if (status) {
    SEXP failure = glue_failure(&err);
    UNPROTECT(2);
    return failure;
  }
  R_SetExternalPtrAddr(owner, distinct);
  SEXP values = Rf_allocVector(REALSXP, (R_xlen_t) count);
  SET_VECTOR_ELT(out, 1, values);
  if (count > 0)
    memcpy(REAL(values), distinct, count * sizeof *distinct);
  free_block(owner);
  UNPROTECT(2);
  return out;
}

const R_CallMethodDef glue_agreement[] = {
  {"agreement_measure", (DL_FUNC) &agreement_measure, 7},
  {"agreement_weights", (DL_FUNC) &agreement_weights, 3},
  {"agreement_set_distances", (DL_FUNC) &agreement_set_distances, 3},
  {"agreement_encode", (DL_FUNC) &agreement_encode, 1},
  {NULL, NULL, 0}
};
