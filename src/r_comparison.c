#include "glue.h"

#include "core/permute.h"
#include "core/ranks.h"

SEXP comparison_ranks(SEXP, SEXP, SEXP);
SEXP comparison_sums(SEXP, SEXP, SEXP, SEXP);
SEXP comparison_minp_presence(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP comparison_minp_scores(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP comparison_relabellings(SEXP, SEXP);

/* The core is called between allocations, never around one: no R call that
 * may jump stands between making a core object and freeing it. */

static unsigned char *members(SEXP member)
{
  R_xlen_t n = Rf_xlength(member);
  unsigned char *m = (unsigned char *) R_alloc((size_t) n, 1);
  for (R_xlen_t i = 0; i < n; i++)
    m[i] = LOGICAL(member)[i] != 0;
  return m;
}

static int64_t *whole_scores(SEXP score)
{
  R_xlen_t n = Rf_xlength(score);
  int64_t *s = (int64_t *) R_alloc((size_t) n, sizeof *s);
  for (R_xlen_t i = 0; i < n; i++)
    s[i] = (int64_t) REAL(score)[i];
  return s;
}

SEXP comparison_ranks(SEXP x, SEXP member, SEXP level)
{
  static const char *const names[] = {"twice", "tie.factor", "delta",
                                      "conf.int"};
  size_t n = (size_t) Rf_xlength(x), n1 = 0;
  unsigned char *m = members(member);
  int64_t *twice = (int64_t *) R_alloc(n, sizeof *twice);
  SEXP out = PROTECT(glue_list(names, 4));
  SEXP ranks = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t) n));
  SEXP limits = PROTECT(Rf_allocVector(REALSXP, 2));

  ic_error err;
  double factor;
  if (ic_midranks(REAL(x), n, twice, &factor, &err) != IC_OK) {
    UNPROTECT(3);
    return glue_failure(&err);
  }
  double delta = ic_cliff(twice, m, n);
  for (size_t i = 0; i < n; i++) {
    n1 += m[i];
    REAL(ranks)[i] = (double) twice[i];
  }
  REAL(limits)[0] = REAL(limits)[1] = NA_REAL;
  if (factor > 0.0)
    ic_cliff_interval(delta, n1, n - n1, factor, Rf_asReal(level),
                      REAL(limits));
  SET_VECTOR_ELT(out, 0, ranks);
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(factor));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(delta));
  SET_VECTOR_ELT(out, 3, limits);
  UNPROTECT(3);
  return out;
}

SEXP comparison_sums(SEXP score, SEXP member, SEXP exact, SEXP step)
{
  static const char *const names[] = {"less", "greater", "two.sided"};
  size_t n = (size_t) Rf_xlength(score);
  unsigned char *m = members(member);
  int64_t *s = whole_scores(score);
  ic_tails tails;

  ic_error err;
  if (!Rf_asLogical(exact))
    ic_sum_normal(s, m, n, Rf_asReal(step), &tails);
  else if (ic_sum_exact(s, m, n, &tails, &err) != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 3));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal(tails.less));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(tails.greater));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(tails.two_sided));
  UNPROTECT(1);
  return out;
}

static size_t size_of_group(const unsigned char *member, size_t n)
{
  size_t n1 = 0;
  for (size_t i = 0; i < n; i++)
    n1 += member[i];
  return n1;
}

static ic_status relabel(const unsigned char *member, size_t n, SEXP draws,
                         SEXP seed, SEXP threads, const ic_watch *watch,
                         ic_relabellings *r, ic_error *err)
{
  return ic_relabellings_make(n, size_of_group(member, n),
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
  unsigned char *m = members(member);
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
  unsigned char *m = members(member);
  int64_t *s = whole_scores(score), *loose = whole_scores(slack);
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
  {"comparison_ranks", (DL_FUNC) &comparison_ranks, 3},
  {"comparison_sums", (DL_FUNC) &comparison_sums, 4},
  {"comparison_minp_presence", (DL_FUNC) &comparison_minp_presence, 8},
  {"comparison_minp_scores", (DL_FUNC) &comparison_minp_scores, 8},
  {"comparison_relabellings", (DL_FUNC) &comparison_relabellings, 2},
  {NULL, NULL, 0}
};
