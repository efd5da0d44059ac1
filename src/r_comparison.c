#include "glue.h"

#include "core/permute.h"
#include "core/profile.h"

SEXP comparison_joint(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP,
                      SEXP, SEXP);
SEXP comparison_relabellings(SEXP, SEXP);
SEXP comparison_profile(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);

/* The core is called between allocations, never around one: no R call that
 * may jump stands between making a core object and freeing it. */

/* Factor codes, or NULL. */
typedef struct strata {
  uint32_t *of;
  size_t count;
} strata;

static strata strata_of(SEXP stratum)
{
  strata s = {NULL, 1};
  if (Rf_isNull(stratum))
    return s;
  size_t n = (size_t) Rf_xlength(stratum);
  s.of = (uint32_t *) R_alloc(n, sizeof *s.of);
  for (size_t i = 0; i < n; i++) {
    s.of[i] = (uint32_t) INTEGER(stratum)[i] - 1;
    s.count = s.of[i] + 1u > s.count ? s.of[i] + 1u : s.count;
  }
  return s;
}

static SEXP counts(const size_t *count, size_t n)
{
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t) n));
  for (size_t k = 0; k < n; k++)
    REAL(out)[k] = (double) count[k];
  UNPROTECT(1);
  return out;
}

static size_t *room(size_t n)
{
  return (size_t *) R_alloc(n, sizeof(size_t));
}

/* score: participants x codes, whole numbers in doubles; weight: p, or scale,
 * or NULL, as the rule needs. */
SEXP comparison_joint(SEXP score, SEXP member, SEXP stratum, SEXP rule,
                      SEXP weight, SEXP slack, SEXP direction, SEXP draws,
                      SEXP seed, SEXP threads, SEXP progress)
{
  static const char *const names[] = {"evidence", "alone", "down", "single",
                                      "relabellings"};
  size_t n = (size_t) Rf_xlength(member), codes = (size_t) Rf_xlength(slack);
  const double *w = Rf_isNull(weight) ? NULL : REAL(weight);
  strata s = strata_of(stratum);
  ic_joint joint = {(ic_joint_rule) Rf_asInteger(rule), codes,
                    glue_scores(score), glue_members(member),
                    glue_scores(slack),
                    (ic_direction) Rf_asInteger(direction), w, w};
  SEXP out = PROTECT(glue_list(names, 5));
  SET_VECTOR_ELT(out, 0, Rf_allocVector(REALSXP, (R_xlen_t) codes));
  ic_joint_counts found = {REAL(VECTOR_ELT(out, 0)), room(codes), room(codes),
                           room(codes)};
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  ic_layout layout;
  ic_relabellings r = {0, 0, 0, 0, 0, NULL};
  ic_status status = ic_layout_make(joint.member, s.of, n, s.count, &layout,
                                    &err);
  if (status == IC_OK)
    status = ic_relabellings_within(&layout, (size_t) Rf_asReal(draws),
                                    (uint64_t) Rf_asReal(seed),
                                    Rf_asInteger(threads), &watch, &r, &err);
  if (status == IC_OK)
    status = ic_joint_test(&r, &joint, Rf_asInteger(threads), &watch, &found,
                           &err);
  ic_layout_free(&layout);
  ic_relabellings_free(&r);
  if (status != IC_OK) {
    UNPROTECT(1);
    return glue_failure(&err);
  }

  if (joint.rule != IC_MINP_TABLE)
    SET_VECTOR_ELT(out, 1, counts(found.alone, codes));
  SET_VECTOR_ELT(out, 2, counts(found.down, codes));
  SET_VECTOR_ELT(out, 3, counts(found.single, codes));
  SET_VECTOR_ELT(out, 4, Rf_ScalarReal((double) r.count));
  UNPROTECT(1);
  return out;
}

SEXP comparison_relabellings(SEXP member, SEXP stratum)
{
  strata s = strata_of(stratum);
  ic_error err;
  ic_layout layout;
  ic_status status = ic_layout_make(glue_members(member), s.of,
                                    (size_t) Rf_xlength(member), s.count,
                                    &layout, &err);
  double all = status == IC_OK ? ic_layout_relabellings(&layout) : 0.0;
  ic_layout_free(&layout);
  return status == IC_OK ? Rf_ScalarReal(all) : glue_failure(&err);
}

/* distance: squared, whole numbers in doubles; draws: 0 for all. */
SEXP comparison_profile(SEXP distance, SEXP group, SEXP stratum, SEXP slack,
                        SEXP draws, SEXP seed, SEXP threads, SEXP progress)
{
  static const char *const names[] = {"hits", "relabellings"};
  strata g = strata_of(group), s = strata_of(stratum);
  ic_profile p = {(size_t) Rf_xlength(group), g.count, s.count,
                  glue_scores(distance), g.of, s.of, Rf_asReal(slack)};
  size_t count = (size_t) Rf_asReal(draws), hits = 0;
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  ic_status status = count == 0
    ? ic_profile_all(&p, &count, &hits, &err)
    : ic_profile_draw(&p, count, (uint64_t) Rf_asReal(seed),
                      Rf_asInteger(threads), &watch, &hits, &err);
  if (status != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 2));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal((double) hits));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double) count));
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_comparison[] = {
  {"comparison_joint", (DL_FUNC) &comparison_joint, 11},
  {"comparison_relabellings", (DL_FUNC) &comparison_relabellings, 2},
  {"comparison_profile", (DL_FUNC) &comparison_profile, 8},
  {NULL, NULL, 0}
};
