#include "glue.h"

#include "core/permute.h"

SEXP comparison_minp_presence(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP comparison_minp_scores(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP comparison_relabellings(SEXP, SEXP);

/* The core is called between allocations, never around one: no R call that
 * may jump stands between making a core object and freeing it. */

static ic_status relabel(const unsigned char *member, size_t n, SEXP draws,
                         SEXP seed, SEXP threads, const ic_watch *watch,
                         ic_relabellings *r, ic_error *err)
{
  return ic_relabellings_make(n, glue_members_in(member, n),
                              (size_t) Rf_asReal(draws),
                              (uint64_t) Rf_asReal(seed),
                              Rf_asInteger(threads), watch, r, err);
}

static SEXP counts(const size_t *count, size_t n)
{
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t) n));
  for (size_t k = 0; k < n; k++)
    REAL(out)[k] = (double) count[k];
  UNPROTECT(1);
  return out;
}

/* has: participants x codes, logical; p: (n1 + 1) x codes. */
SEXP comparison_minp_presence(SEXP has, SEXP member, SEXP p, SEXP seen,
                              SEXP draws, SEXP seed, SEXP threads,
                              SEXP progress)
{
  static const char *const names[] = {"step.down", "relabellings"};
  size_t n = (size_t) Rf_xlength(member), codes = (size_t) Rf_xlength(seen);
  size_t words = (n + 63) / 64;
  unsigned char *m = glue_members(member);
  uint64_t *mask = (uint64_t *) R_alloc(codes * words, sizeof *mask);
  size_t *x = (size_t *) R_alloc(codes, sizeof *x);
  size_t *step = (size_t *) R_alloc(codes, sizeof *step);
  for (size_t i = 0; i < codes * words; i++)
    mask[i] = 0;
  for (size_t k = 0; k < codes; k++) {
    x[k] = (size_t) REAL(seen)[k];
    for (size_t i = 0; i < n; i++)
      if (LOGICAL(has)[k * n + i])
        mask[k * words + i / 64] |= (uint64_t) 1 << (i % 64);
  }
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  ic_relabellings r;
  ic_status status = relabel(m, n, draws, seed, threads, &watch, &r, &err);
  if (status == IC_OK)
    status = ic_minp_presence(&r, codes, mask, REAL(p), x,
                              Rf_asInteger(threads), &watch, step, &err);
  ic_relabellings_free(&r);
  if (status != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 2));
  SET_VECTOR_ELT(out, 0, counts(step, codes));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double) r.count));
  UNPROTECT(1);
  return out;
}

/* score: participants x codes, whole numbers in doubles. */
SEXP comparison_minp_scores(SEXP score, SEXP member, SEXP slack,
                            SEXP direction, SEXP draws, SEXP seed,
                            SEXP threads, SEXP progress)
{
  static const char *const names[] = {"alone", "step.down", "relabellings"};
  size_t n = (size_t) Rf_xlength(member), codes = (size_t) Rf_xlength(slack);
  unsigned char *m = glue_members(member);
  int64_t *s = glue_scores(score), *loose = glue_scores(slack);
  size_t *alone = (size_t *) R_alloc(codes, sizeof *alone);
  size_t *step = (size_t *) R_alloc(codes, sizeof *step);
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  ic_relabellings r;
  ic_status status = relabel(m, n, draws, seed, threads, &watch, &r, &err);
  if (status == IC_OK)
    status = ic_minp_scores(&r, codes, s, m, loose,
                            (ic_direction) Rf_asInteger(direction),
                            Rf_asInteger(threads), &watch, alone, step, &err);
  ic_relabellings_free(&r);
  if (status != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 3));
  SET_VECTOR_ELT(out, 0, counts(alone, codes));
  SET_VECTOR_ELT(out, 1, counts(step, codes));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal((double) r.count));
  UNPROTECT(1);
  return out;
}

SEXP comparison_relabellings(SEXP n, SEXP n1)
{
  return Rf_ScalarReal(ic_relabellings_all((size_t) Rf_asReal(n),
                                           (size_t) Rf_asReal(n1)));
}

const R_CallMethodDef glue_comparison[] = {
  {"comparison_minp_presence", (DL_FUNC) &comparison_minp_presence, 8},
  {"comparison_minp_scores", (DL_FUNC) &comparison_minp_scores, 8},
  {"comparison_relabellings", (DL_FUNC) &comparison_relabellings, 2},
  {NULL, NULL, 0}
};
