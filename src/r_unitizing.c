#include <string.h>

#include "glue.h"

#include "core/alignment.h"
#include "core/memory.h"
#include "core/unitizing.h"

SEXP unitizing_alpha(SEXP continua, SEXP segments, SEXP interval, SEXP threads,
                     SEXP progress);
SEXP unitizing_alpha_u(SEXP continua, SEXP segments);
SEXP unitizing_observed(SEXP continua, SEXP segments, SEXP dissimilarity);
SEXP unitizing_expected(SEXP continua, SEXP segments, SEXP dissimilarity,
                        SEXP draws, SEXP threads, SEXP progress);

/* continua: lengths, seen (transcripts x coders), number of codes.
 * segments: transcript, coder, code, start, end. */
static ic_continua unpack(SEXP continua, SEXP segments)
{
  SEXP seen = VECTOR_ELT(continua, 1);
  ic_continua c = {
    .transcripts = (size_t) XLENGTH(VECTOR_ELT(continua, 0)),
    .segments = (size_t) XLENGTH(VECTOR_ELT(segments, 0)),
    .coders = Rf_ncols(seen),
    .codes = Rf_asInteger(VECTOR_ELT(continua, 2)),
    .length = REAL(VECTOR_ELT(continua, 0)), .seen = INTEGER(seen),
    .transcript = INTEGER(VECTOR_ELT(segments, 0)),
    .coder = INTEGER(VECTOR_ELT(segments, 1)),
    .code = INTEGER(VECTOR_ELT(segments, 2)),
    .start = REAL(VECTOR_ELT(segments, 3)), .end = REAL(VECTOR_ELT(segments, 4))
  };
  return c;
}

enum { COLUMNS = 10 };

static SEXP open_answer(int n)
{
  static const char *const names[] = {
    "estimate", "observed", "expected", "coverage", "std.error", "low", "high",
    "undefined", "status", "kind", "size"
  };
  SEXP list = PROTECT(glue_list(names, COLUMNS + 1));
  for (int i = 0; i < 8; i++)
    SET_VECTOR_ELT(list, i, Rf_allocVector(REALSXP, n));
  for (int i = 8; i < COLUMNS; i++)
    SET_VECTOR_ELT(list, i, Rf_allocVector(INTSXP, n));
  SET_VECTOR_ELT(list, COLUMNS, Rf_allocVector(REALSXP, 3));
  UNPROTECT(1);
  return list;
}

static void pack(SEXP list, const ic_unitized *out, int n)
{
  for (int k = 0; k < n; k++) {
    const ic_unitized *x = &out[k];
    double value[] = {x->value, x->observed, x->expected, x->coverage,
                      x->interval.error, x->interval.low, x->interval.high,
                      x->interval.undefined};
    for (int i = 0; i < 8; i++)
      REAL(VECTOR_ELT(list, i))[k] = value[i];
    INTEGER(VECTOR_ELT(list, 8))[k] = (int) x->status;
    INTEGER(VECTOR_ELT(list, 9))[k] = (int) x->interval.kind;
  }
}

/* interval: kind, confidence, replicates, seed. */
SEXP unitizing_alpha(SEXP continua, SEXP segments, SEXP interval, SEXP threads,
                     SEXP progress)
{
  ic_continua c = unpack(continua, segments);
  int n = IC_U_FIRST_CODE + c.codes;
  const double *ci = REAL(interval);
  ic_unitizing_request q = {
    .kind = (ic_interval_kind) (int) ci[0], .confidence = ci[1],
    .replicates = (size_t) ci[2], .seed = (uint64_t) ci[3],
    .threads = Rf_asInteger(threads)
  };
  SEXP list = PROTECT(open_answer(n));
  double *size = REAL(VECTOR_ELT(list, COLUMNS));
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_unitizing u = {.sums = NULL};
  ic_error err;

  ic_unitized *out = ic_alloc((size_t) n, sizeof *out);
  ic_status status = out ? ic_unitizing_open(&u, &c, &err)
                         : ic_no_memory(&err);
  if (!status)
    status = ic_unitizing_run(&u, &q, &watch, out, &err);
  if (!status)
    pack(list, out, n);
  ic_unitizing_close(&u);
  ic_free(out);

  size[0] = (double) u.rows;
  size[1] = (double) u.coders;
  size[2] = (double) u.segments;
  SEXP answer = status ? glue_failure(&err) : list;
  UNPROTECT(1);
  return answer;
}

SEXP unitizing_alpha_u(SEXP continua, SEXP segments)
{
  ic_continua c = unpack(continua, segments);
  int n = c.codes + 1;
  SEXP list = PROTECT(open_answer(n));
  ic_error err;

  ic_unitized *out = ic_alloc((size_t) n, sizeof *out);
  ic_status status = out ? ic_unitizing_alpha_u(&c, out, &err)
                         : ic_no_memory(&err);
  if (!status)
    pack(list, out, n);
  ic_free(out);

  SEXP answer = status ? glue_failure(&err) : list;
  UNPROTECT(1);
  return answer;
}

static ic_dissimilarity unpack_dissimilarity(SEXP x)
{
  ic_dissimilarity d = {REAL(x)[0], REAL(x)[1], REAL(x)[2]};
  return d;
}

/* dissimilarity: alpha, beta, empty, limit. A column for each figure. */
static void pack_disorders(SEXP out, const ic_disorder *x, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    REAL(out)[i] = x[i].disorder;
    REAL(out)[n + i] = x[i].apart;
    REAL(out)[2 * n + i] = x[i].weight;
  }
}

SEXP unitizing_observed(SEXP continua, SEXP segments, SEXP dissimilarity)
{
  static const char *const names[] = {"disorders", "group"};
  ic_continua c = unpack(continua, segments);
  ic_dissimilarity d = unpack_dissimilarity(dissimilarity);
  SEXP list = PROTECT(glue_list(names, 2));
  SEXP disorders = Rf_allocMatrix(REALSXP, (int) c.transcripts, 3);
  SET_VECTOR_ELT(list, 0, disorders);
  SEXP group = Rf_allocVector(INTSXP, (R_xlen_t) c.segments);
  SET_VECTOR_ELT(list, 1, group);
  ic_error err;

  ic_disorder *out = ic_alloc(c.transcripts, sizeof *out);
  ic_status status = out
    ? ic_gamma_observed(&c, &d, (size_t) REAL(dissimilarity)[3], out,
                        INTEGER(group), &err)
    : ic_no_memory(&err);
  if (!status)
    pack_disorders(disorders, out, c.transcripts);
  ic_free(out);

  SEXP answer = status ? glue_failure(&err) : list;
  UNPROTECT(1);
  return answer;
}

/* draws: seed, from, count. */
SEXP unitizing_expected(SEXP continua, SEXP segments, SEXP dissimilarity,
                        SEXP draws, SEXP threads, SEXP progress)
{
  ic_continua c = unpack(continua, segments);
  ic_dissimilarity d = unpack_dissimilarity(dissimilarity);
  size_t from = (size_t) REAL(draws)[1], count = (size_t) REAL(draws)[2];
  size_t n = count * c.transcripts;
  SEXP disorders = PROTECT(Rf_allocMatrix(REALSXP, (int) n, 3));
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_error err;

  ic_disorder *out = ic_alloc(n, sizeof *out);
  ic_status status = out
    ? ic_gamma_expected(&c, &d, (size_t) REAL(dissimilarity)[3],
                        (uint64_t) REAL(draws)[0], from, count,
                        Rf_asInteger(threads), &watch, out, &err)
    : ic_no_memory(&err);
  if (!status)
    pack_disorders(disorders, out, n);
  ic_free(out);

  SEXP answer = status ? glue_failure(&err) : disorders;
  UNPROTECT(1);
  return answer;
}

const R_CallMethodDef glue_unitizing[] = {
  {"unitizing_alpha", (DL_FUNC) &unitizing_alpha, 5},
  {"unitizing_alpha_u", (DL_FUNC) &unitizing_alpha_u, 2},
  {"unitizing_observed", (DL_FUNC) &unitizing_observed, 3},
  {"unitizing_expected", (DL_FUNC) &unitizing_expected, 6},
  {NULL, NULL, 0}
};
