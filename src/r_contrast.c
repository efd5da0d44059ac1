#include "glue.h"

#include "core/contrast.h"

SEXP contrast_run(SEXP samples, SEXP views, SEXP means, SEXP contrasts,
                  SEXP interval, SEXP threads, SEXP progress);

/* values, categories, cluster, clusters */
static ic_sample read_sample(SEXP x)
{
  SEXP values = VECTOR_ELT(x, 0), cluster = VECTOR_ELT(x, 2);
  return (ic_sample) {
    .values = INTEGER(values), .units = (size_t) Rf_nrows(values),
    .coders = Rf_ncols(values), .categories = Rf_asInteger(VECTOR_ELT(x, 1)),
    .cluster = Rf_isNull(cluster) ? NULL : INTEGER(cluster),
    .clusters = (size_t) Rf_asInteger(VECTOR_ELT(x, 3))
  };
}

/* sample, columns, categories, spec */
static ic_view read_view(SEXP x)
{
  SEXP columns = VECTOR_ELT(x, 1);
  return (ic_view) {
    .sample = (size_t) Rf_asInteger(VECTOR_ELT(x, 0)),
    .columns = INTEGER(columns), .coders = Rf_length(columns),
    .categories = Rf_asInteger(VECTOR_ELT(x, 2)),
    .spec = glue_spec(VECTOR_ELT(x, 3))
  };
}

static ic_contrast read_contrast(const int *x)
{
  return (ic_contrast) {{(size_t) x[0], (ic_coefficient) x[1]},
                        {(size_t) x[2], (ic_coefficient) x[3]}};
}

/* A row for each contrast. */
static SEXP pack_contrasts(const ic_contrast_answer *a, int n)
{
  enum { COLUMNS = 9 };
  SEXP out = Rf_allocMatrix(REALSXP, n, COLUMNS);
  double *x = REAL(out);
  for (int i = 0; i < n; i++) {
    const ic_interval *ci = &a[i].interval;
    double row[COLUMNS] = {a[i].value, ci->error, ci->low, ci->high, ci->p,
                           ci->undefined, (double) ci->kind, a[i].units,
                           a[i].clusters};
    for (int k = 0; k < COLUMNS; k++)
      x[i + k * n] = row[k];
  }
  return out;
}

/* A row for each view: units, pairable, disagreeing, coders, then values and
 * statuses of all coefficients. */
static SEXP pack_views(const ic_view_answer *a, int n)
{
  SEXP out = Rf_allocMatrix(REALSXP, n, 4 + 2 * IC_COEFFICIENTS);
  double *x = REAL(out);
  for (int i = 0; i < n; i++) {
    double row[] = {a[i].units, a[i].pairable, a[i].disagreeing, a[i].coders};
    for (int k = 0; k < 4; k++)
      x[i + k * n] = row[k];
    for (int c = 0; c < IC_COEFFICIENTS; c++) {
      x[i + (4 + c) * n] = a[i].estimate.value[c];
      x[i + (4 + IC_COEFFICIENTS + c) * n] = a[i].estimate.status[c];
    }
  }
  return out;
}

static const ic_mean *read_means(SEXP x)
{
  if (Rf_isNull(x))
    return NULL;
  int n = Rf_length(x);
  ic_mean *mean = (ic_mean *) R_alloc((size_t) n, sizeof *mean);
  for (int i = 0; i < n; i++)
    mean[i] = (ic_mean) {INTEGER(VECTOR_ELT(x, i)),
                         Rf_length(VECTOR_ELT(x, i))};
  return mean;
}

/* means: NULL, or lists of views. contrasts: view (or mean), coefficient, view,
 * coefficient in each column. interval: kind, confidence, replicates, seed. */
SEXP contrast_run(SEXP samples, SEXP views, SEXP means, SEXP contrasts,
                  SEXP interval, SEXP threads, SEXP progress)
{
  static const char *const names[] = {"views", "contrasts"};
  int s = Rf_length(samples), v = Rf_length(views), c = Rf_ncols(contrasts);
  const double *ci = REAL(interval);
  ic_sample *sample = (ic_sample *) R_alloc((size_t) s, sizeof *sample);
  ic_view *view = (ic_view *) R_alloc((size_t) v, sizeof *view);
  ic_contrast *contrast =
    (ic_contrast *) R_alloc((size_t) c, sizeof *contrast);
  ic_view_answer *looks = (ic_view_answer *) R_alloc((size_t) v,
                                                     sizeof *looks);
  ic_contrast_answer *answers =
    (ic_contrast_answer *) R_alloc((size_t) c, sizeof *answers);
  for (int i = 0; i < s; i++)
    sample[i] = read_sample(VECTOR_ELT(samples, i));
  for (int i = 0; i < v; i++)
    view[i] = read_view(VECTOR_ELT(views, i));
  for (int i = 0; i < c; i++)
    contrast[i] = read_contrast(INTEGER(contrasts) + 4 * i);
  ic_contrast_request request = {
    .sample = sample, .samples = (size_t) s, .view = view,
    .views = (size_t) v, .mean = read_means(means),
    .contrast = contrast, .contrasts = (size_t) c,
    .kind = (ic_interval_kind) (int) ci[0], .confidence = ci[1],
    .replicates = (size_t) ci[2], .seed = (uint64_t) ci[3],
    .threads = Rf_asInteger(threads)
  };
  glue_watch state;
  ic_watch watch = glue_watching(&state, progress);
  ic_error err;

  ic_status status = ic_contrast_run(&request, &watch, looks, answers, &err);

  if (status)
    return glue_failure(&err);
  SEXP out = PROTECT(glue_list(names, 2));
  SET_VECTOR_ELT(out, 0, pack_views(looks, v));
  SET_VECTOR_ELT(out, 1, pack_contrasts(answers, c));
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_contrast[] = {
  {"contrast_run", (DL_FUNC) &contrast_run, 7},
  {NULL, NULL, 0}
};
