#include "glue.h"

#include "core/contribution.h"
#include "core/specific.h"

SEXP diagnostics_contributions(SEXP values, SEXP shape, SEXP cluster,
                               SEXP spec, SEXP coefficient);
SEXP diagnostics_specific(SEXP values, SEXP shape, SEXP cluster, SEXP interval,
                          SEXP threads, SEXP progress);

/* shape: units, coders, categories, clusters. */
static ic_coded coded(SEXP values, SEXP shape, SEXP cluster)
{
  const double *n = REAL(shape);
  return (ic_coded) {
    .values = INTEGER(values),
    .units = (size_t) n[0], .coders = (int) n[1], .categories = (int) n[2],
    .cluster = Rf_isNull(cluster) ? NULL : INTEGER(cluster),
    .clusters = (size_t) n[3]
  };
}

/* n columns of doubles under these names, and where each begins. */
static SEXP columns(const char *const *names, int n, R_xlen_t rows,
                    double **column)
{
  SEXP list = PROTECT(glue_list(names, n));
  for (int i = 0; i < n; i++) {
    SEXP x = Rf_allocVector(REALSXP, rows);
    SET_VECTOR_ELT(list, i, x);
    column[i] = REAL(x);
  }
  UNPROTECT(1);
  return list;
}

static SEXP pack_contributions(const ic_contribution *x, R_xlen_t n)
{
  static const char *const names[] = {"without", "share", "rated"};
  double *to[3];
  SEXP list = columns(names, 3, n, to);
  for (R_xlen_t i = 0; i < n; i++) {
    to[0][i] = x[i].without;
    to[1][i] = x[i].share;
    to[2][i] = x[i].rated;
  }
  return list;
}

SEXP diagnostics_contributions(SEXP values, SEXP shape, SEXP cluster,
                               SEXP spec, SEXP coefficient)
{
  ic_coded data = coded(values, shape, cluster);
  ic_spec wanted = glue_spec(spec);
  size_t parts = data.cluster ? data.clusters : data.units;
  ic_contribution *out = (ic_contribution *)
    R_alloc(parts + 1, sizeof *out);
  ic_error err;

  ic_status status = ic_contributions(
    &data, &wanted, (ic_coefficient) Rf_asInteger(coefficient), out, &err);

  return status ? glue_failure(&err)
                : pack_contributions(out, (R_xlen_t) parts);
}

static SEXP pack_specific(const ic_specific *x, int n)
{
  static const char *const names[] = {"value", "times", "std.error", "low",
                                      "high", "undefined", "kind"};
  double *to[7];
  SEXP list = columns(names, 7, n, to);
  for (int k = 0; k < n; k++) {
    const ic_interval *ci = &x[k].interval;
    double row[] = {x[k].value, x[k].times, ci->error, ci->low, ci->high,
                    ci->undefined, (double) ci->kind};
    for (int i = 0; i < 7; i++)
      to[i][k] = row[i];
  }
  return list;
}

/* interval: kind, confidence, replicates, seed. */
SEXP diagnostics_specific(SEXP values, SEXP shape, SEXP cluster, SEXP interval,
                          SEXP threads, SEXP progress)
{
  const double *ci = REAL(interval);
  ic_coded data = coded(values, shape, cluster);
  ic_interval_request request = {
    .kind = (ic_interval_kind) (int) ci[0], .confidence = ci[1],
    .replicates = (size_t) ci[2], .seed = (uint64_t) ci[3],
    .threads = Rf_asInteger(threads)
  };
  ic_specific *out = (ic_specific *)
    R_alloc((size_t) data.categories + 1, sizeof *out);
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_error err;

  ic_status status = ic_specific_agreement(&data, &request, &watch, out, &err);

  return status ? glue_failure(&err)
                : pack_specific(out, data.categories);
}

const R_CallMethodDef glue_diagnostics[] = {
  {"diagnostics_contributions", (DL_FUNC) &diagnostics_contributions, 5},
  {"diagnostics_specific", (DL_FUNC) &diagnostics_specific, 6},
  {NULL, NULL, 0}
};
