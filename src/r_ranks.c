#include "glue.h"

#include "core/brunner.h"
#include "core/kruskal.h"
#include "core/location.h"
#include "core/rates.h"

SEXP ranks_values(SEXP, SEXP, SEXP);
SEXP ranks_cliff(SEXP, SEXP, SEXP);
SEXP ranks_sums(SEXP, SEXP, SEXP, SEXP);
SEXP ranks_location(SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP ranks_brunner(SEXP, SEXP);
SEXP ranks_brunner_permuted(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP ranks_brunner_limits(SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP ranks_kruskal(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);
SEXP ranks_rates(SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP, SEXP);

static SEXP pair_of(const double x[2])
{
  SEXP out = Rf_allocVector(REALSXP, 2);
  REAL(out)[0] = x[0];
  REAL(out)[1] = x[1];
  return out;
}

static void set_tails(SEXP list, const ic_tails *tails)
{
  SET_VECTOR_ELT(list, 0, Rf_ScalarReal(tails->less));
  SET_VECTOR_ELT(list, 1, Rf_ScalarReal(tails->greater));
  SET_VECTOR_ELT(list, 2, Rf_ScalarReal(tails->two_sided));
}

SEXP ranks_values(SEXP x, SEXP member, SEXP level)
{
  static const char *const names[] = {"twice", "tie.factor", "delta",
                                      "conf.int"};
  size_t n = (size_t) Rf_xlength(x);
  unsigned char *m = glue_members(member);
  size_t n1 = glue_members_in(m, n);
  int64_t *twice = (int64_t *) R_alloc(n, sizeof *twice);
  SEXP out = PROTECT(glue_list(names, 4));
  SEXP ranks = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t) n));
  double factor, limits[2] = {NA_REAL, NA_REAL};

  ic_error err;
  if (ic_midranks(REAL(x), n, twice, &factor, &err) != IC_OK) {
    UNPROTECT(2);
    return glue_failure(&err);
  }
  double delta = ic_cliff(twice, m, n);
  for (size_t i = 0; i < n; i++)
    REAL(ranks)[i] = (double) twice[i];
  if (factor > 0.0)
    ic_cliff_interval(delta, n1, n - n1, factor, Rf_asReal(level), limits);

  SET_VECTOR_ELT(out, 0, ranks);
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(factor));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(delta));
  SET_VECTOR_ELT(out, 3, pair_of(limits));
  UNPROTECT(2);
  return out;
}

SEXP ranks_cliff(SEXP twice, SEXP member, SEXP level)
{
  double limits[2];
  ic_cliff_unbiased(glue_scores(twice), glue_members(member),
                      (size_t) Rf_xlength(member), Rf_asReal(level), limits);
  return pair_of(limits);
}

SEXP ranks_sums(SEXP score, SEXP member, SEXP exact, SEXP step)
{
  static const char *const names[] = {"less", "greater", "two.sided"};
  size_t n = (size_t) Rf_xlength(score);
  unsigned char *m = glue_members(member);
  int64_t *s = glue_scores(score);
  ic_tails tails;

  ic_error err;
  if (!Rf_asLogical(exact))
    ic_sum_normal(s, m, n, Rf_asReal(step), &tails);
  else if (ic_sum_exact(s, m, n, &tails, &err) != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 3));
  set_tails(out, &tails);
  UNPROTECT(1);
  return out;
}

SEXP ranks_location(SEXP x, SEXP y, SEXP level, SEXP side, SEXP exact)
{
  static const char *const names[] = {"estimate", "conf.int"};
  ic_error err;
  ic_location found;
  if (ic_location_interval(REAL(x), (size_t) Rf_xlength(x), REAL(y),
                           (size_t) Rf_xlength(y), Rf_asReal(level),
                           (ic_side) Rf_asInteger(side), Rf_asLogical(exact),
                           &found, &err) != IC_OK)
    return glue_failure(&err);

  double limits[2] = {found.low, found.high};
  SEXP out = PROTECT(glue_list(names, 2));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal(found.estimate));
  SET_VECTOR_ELT(out, 1, pair_of(limits));
  UNPROTECT(1);
  return out;
}

SEXP ranks_brunner(SEXP x, SEXP member)
{
  static const char *const names[] = {"less", "greater", "two.sided",
                                      "effect", "variance", "statistic", "df",
                                      "tables"};
  size_t n = (size_t) Rf_xlength(x);
  unsigned char *m = glue_members(member);
  ic_brunner b;
  ic_tails tails;
  double tables;

  ic_error err;
  if (ic_brunner_estimate(REAL(x), m, n, &b, &err) != IC_OK
      || ic_brunner_tables(REAL(x), m, n, &tables, &err) != IC_OK)
    return glue_failure(&err);
  ic_brunner_t(&b, &tails);

  SEXP out = PROTECT(glue_list(names, 8));
  set_tails(out, &tails);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(b.effect));
  SET_VECTOR_ELT(out, 4, Rf_ScalarReal(b.variance));
  SET_VECTOR_ELT(out, 5, Rf_ScalarReal(b.statistic));
  SET_VECTOR_ELT(out, 6, Rf_ScalarReal(b.df));
  SET_VECTOR_ELT(out, 7, Rf_ScalarReal(tables));
  UNPROTECT(1);
  return out;
}

SEXP ranks_brunner_permuted(SEXP x, SEXP member, SEXP draws, SEXP seed,
                            SEXP scale, SEXP outside, SEXP progress)
{
  static const char *const names[] = {"less", "greater", "two.sided",
                                      "relabellings", "quantile"};
  unsigned char *m = glue_members(member);
  ic_brunner_permuted found;
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  if (ic_brunner_permute(REAL(x), m, (size_t) Rf_xlength(x),
                         (size_t) Rf_asReal(draws),
                         (uint64_t) Rf_asReal(seed),
                         (ic_scale_of) Rf_asInteger(scale),
                         Rf_asReal(outside), &watch, &found, &err) != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 5));
  set_tails(out, &found.tails);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(found.relabellings));
  SET_VECTOR_ELT(out, 4, pair_of(found.quantile));
  UNPROTECT(1);
  return out;
}

SEXP ranks_brunner_limits(SEXP x, SEXP member, SEXP scale, SEXP quantile,
                          SEXP level)
{
  size_t n = (size_t) Rf_xlength(x);
  unsigned char *m = glue_members(member);
  size_t n1 = glue_members_in(m, n);
  double limits[2];
  ic_brunner b;

  ic_error err;
  if (ic_brunner_estimate(REAL(x), m, n, &b, &err) != IC_OK)
    return glue_failure(&err);
  ic_brunner_interval(&b, n1, n - n1, (ic_scale_of) Rf_asInteger(scale),
                      REAL(quantile), Rf_asReal(level), limits);
  return pair_of(limits);
}

/* draws: 0 for the exact distribution, negative for the statistic alone. */
SEXP ranks_kruskal(SEXP x, SEXP group, SEXP groups, SEXP draws, SEXP seed,
                   SEXP threads, SEXP progress)
{
  static const char *const names[] = {"statistic", "p.value"};
  size_t n = (size_t) Rf_xlength(x), hits = 0;
  size_t k = (size_t) Rf_asInteger(groups);
  double wanted = Rf_asReal(draws), factor, p = NA_REAL;
  int64_t *twice = (int64_t *) R_alloc(n, sizeof *twice);
  uint32_t *g = (uint32_t *) R_alloc(n, sizeof *g);
  for (size_t i = 0; i < n; i++)
    g[i] = (uint32_t) INTEGER(group)[i] - 1;
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, progress);

  ic_error err;
  ic_status status = ic_midranks(REAL(x), n, twice, &factor, &err);
  if (status == IC_OK && wanted == 0.0)
    status = ic_kruskal_exact(twice, g, n, k, &p, &err);
  if (status == IC_OK && wanted > 0.0) {
    status = ic_kruskal_draw(twice, g, n, k, (size_t) wanted,
                             (uint64_t) Rf_asReal(seed),
                             Rf_asInteger(threads), &watch, &hits, &err);
    p = ((double) hits + 1.0) / (wanted + 1.0);
  }
  if (status != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 2));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal(ic_kruskal_statistic(twice, g, n, k,
                                                            factor)));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal(p));
  UNPROTECT(1);
  return out;
}

typedef struct rate_data {
  ic_rate_model model;
  const double *y, *w;
  size_t n, n1;
  uint64_t *mask;
  double *r, *v;
} rate_data;

static ic_status compare_rates(const rate_data *d, size_t draws,
                               uint64_t seed, double level, ic_side side,
                               const ic_watch *watch, ic_rate_test *out,
                               double limits[2], double *count, ic_error *err)
{
  ic_relabellings all;
  ic_status status = ic_relabellings_make(d->n, d->n1, draws, seed, 1, watch,
                                          &all, err);
  ic_rate_scores(d->model, d->y, d->w, d->n, d->r, d->v);
  if (status == IC_OK)
    status = ic_rate_permute(&all, d->r, d->v, d->mask, level, side, out, err);
  *count = (double) all.count;
  ic_relabellings_free(&all);
  if (status == IC_OK)
    status = ic_rate_interval(d->model, d->y, d->w, d->n, d->mask,
                              out->critical, limits, err);
  return status;
}

SEXP ranks_rates(SEXP y, SEXP words, SEXP member, SEXP model, SEXP draws,
                 SEXP seed, SEXP level, SEXP side)
{
  static const char *const names[] = {"less", "greater", "two.sided",
                                      "statistic", "conf.int", "rate",
                                      "relabellings"};
  size_t n = (size_t) Rf_xlength(y), at[2] = {0, 0};
  unsigned char *m = glue_members(member);
  rate_data d = {
    (ic_rate_model) Rf_asInteger(model), REAL(y), REAL(words), n,
    glue_members_in(m, n),
    (uint64_t *) R_alloc((n + 63) / 64, sizeof(uint64_t)),
    (double *) R_alloc(n, sizeof(double)),
    (double *) R_alloc(n, sizeof(double))
  };
  double rate[2], limits[2], count;
  for (size_t i = 0; i < (n + 63) / 64; i++)
    d.mask[i] = 0;
  for (int g = 0; g < 2; g++) {
    for (size_t i = at[g] = 0; i < n; i++)
      if (m[i] != g) {
        d.r[at[g]] = d.y[i];
        d.v[at[g]++] = d.w[i];
      }
    rate[g] = ic_rate_estimate(d.model, d.r, d.v, at[g]);
  }
  for (size_t i = 0; i < n; i++)
    d.mask[i / 64] |= (uint64_t) m[i] << (i % 64);
  glue_watch holder;
  ic_watch watch = glue_watching(&holder, R_NilValue);

  ic_error err;
  ic_rate_test found;
  if (compare_rates(&d, (size_t) Rf_asReal(draws),
                    (uint64_t) Rf_asReal(seed), Rf_asReal(level),
                    (ic_side) Rf_asInteger(side), &watch, &found, limits,
                    &count, &err) != IC_OK)
    return glue_failure(&err);

  SEXP out = PROTECT(glue_list(names, 7));
  set_tails(out, &found.tails);
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(found.statistic));
  SET_VECTOR_ELT(out, 4, pair_of(limits));
  SET_VECTOR_ELT(out, 5, pair_of(rate));
  SET_VECTOR_ELT(out, 6, Rf_ScalarReal(count));
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_ranks[] = {
  {"ranks_values", (DL_FUNC) &ranks_values, 3},
  {"ranks_cliff", (DL_FUNC) &ranks_cliff, 3},
  {"ranks_sums", (DL_FUNC) &ranks_sums, 4},
  {"ranks_location", (DL_FUNC) &ranks_location, 5},
  {"ranks_brunner", (DL_FUNC) &ranks_brunner, 2},
  {"ranks_brunner_permuted", (DL_FUNC) &ranks_brunner_permuted, 7},
  {"ranks_brunner_limits", (DL_FUNC) &ranks_brunner_limits, 5},
  {"ranks_kruskal", (DL_FUNC) &ranks_kruskal, 7},
  {"ranks_rates", (DL_FUNC) &ranks_rates, 8},
  {NULL, NULL, 0}
};
