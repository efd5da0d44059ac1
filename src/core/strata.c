#include "strata.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "bigint.h"
#include "memory.h"
#include "numeric.h"

#define TIED 1e-9

typedef struct support {
  uint32_t least;
  size_t n; /* values */
} support;

static support support_of(uint32_t x1, uint32_t n1, uint32_t x2, uint32_t n2)
{
  uint32_t s = x1 + x2, most = s < n1 ? s : n1;
  uint32_t least = s > n2 ? s - n2 : 0;
  return (support) {least, (size_t) (most - least) + 1};
}

static support stratum(const ic_strata *s, size_t k)
{
  return support_of(s->x1[k], s->n1[k], s->x2[k], s->n2[k]);
}

/* Logs of the weights of a stratum, that of its observed table being 0. */
static void weigh(const ic_strata *s, size_t k, double *log_weight)
{
  support u = stratum(s, k);
  double n1 = s->n1[k], n2 = s->n2[k], all = (double) s->x1[k] + s->x2[k];
  size_t seen = s->x1[k] - u.least;
  log_weight[seen] = 0.0;
  for (size_t i = seen; i + 1 < u.n; i++) {
    double x = u.least + (double) i;
    log_weight[i + 1] = log_weight[i]
      + log((n1 - x) * (all - x) / ((x + 1.0) * (n2 - all + x + 1.0)));
  }
  for (size_t i = seen; i > 0; i--) {
    double x = u.least + (double) i;
    log_weight[i - 1] = log_weight[i]
      + log(x * (n2 - all + x) / ((n1 - x + 1.0) * (all - x + 1.0)));
  }
}

/* out[i] = log of the sum over j of exp(a[i - j] + b[j]). */
static void convolve(const double *a, size_t na, const double *b, size_t nb,
                     double *out)
{
  for (size_t i = 0; i < na + nb - 1; i++) {
    size_t from = i >= na ? i - na + 1 : 0, to = i < nb ? i : nb - 1;
    double top = -INFINITY, sum = 0.0;
    for (size_t j = from; j <= to; j++)
      top = fmax(top, a[i - j] + b[j]);
    for (size_t j = from; j <= to; j++)
      sum += exp(a[i - j] + b[j] - top);
    out[i] = top + log(sum);
  }
}

static ic_status make_law(ic_strata *s, size_t values, ic_error *err)
{
  size_t n = 1;
  double *own = ic_alloc(values, sizeof *own);
  double *sum = ic_alloc(values, sizeof *sum);
  s->log_weight = ic_alloc(values, sizeof *s->log_weight);
  ic_status status = own && sum && s->log_weight ? IC_OK : ic_no_memory(err);
  for (size_t k = 0; status == IC_OK && k < s->k; k++) {
    support u = stratum(s, k);
    weigh(s, k, k == 0 ? s->log_weight : own);
    if (k > 0) {
      convolve(s->log_weight, n, own, u.n, sum);
      memcpy(s->log_weight, sum, (n + u.n - 1) * sizeof *sum);
    }
    n = k == 0 ? u.n : n + u.n - 1;
  }
  s->law = (ic_conditional) {s->log_weight, n, s->seen - s->least, 0};
  ic_free(own);
  ic_free(sum);
  return status;
}

ic_status ic_strata_open(ic_strata *s, const uint32_t *x1, const uint32_t *n1,
                         const uint32_t *x2, const uint32_t *n2, size_t k,
                         ic_error *err)
{
  double total = 0.0;
  size_t values = 1;
  *s = (ic_strata) {0};
  s->x1 = ic_alloc(k, sizeof *s->x1);
  s->n1 = ic_alloc(k, sizeof *s->n1);
  s->x2 = ic_alloc(k, sizeof *s->x2);
  s->n2 = ic_alloc(k, sizeof *s->n2);
  if (!s->x1 || !s->n1 || !s->x2 || !s->n2)
    return ic_no_memory(err);
  for (size_t i = 0; i < k; i++)
    total += (double) n1[i] + n2[i];
  if (total > IC_STRATA_TOTAL_MAX)
    return ic_fail(err, IC_EINPUT, "more than %d participants",
                   IC_STRATA_TOTAL_MAX);
  for (size_t i = 0; i < k; i++) {
    support u = support_of(x1[i], n1[i], x2[i], n2[i]);
    s->seen += x1[i];
    s->least += u.least;
    values += u.n - 1;
    if (u.n > 1) {
      s->x1[s->k] = x1[i];
      s->n1[s->k] = n1[i];
      s->x2[s->k] = x2[i];
      s->n2[s->k++] = n2[i];
    }
  }
  return make_law(s, values, err);
}

void ic_strata_close(ic_strata *s)
{
  ic_free(s->x1);
  ic_free(s->n1);
  ic_free(s->x2);
  ic_free(s->n2);
  ic_free(s->log_weight);
}

/* A polynomial with whole coefficients. */
typedef struct whole {
  ic_big *c;
  size_t n;
} whole;

static void whole_free(whole *w)
{
  for (size_t i = 0; w->c && i < w->n; i++)
    ic_big_free(&w->c[i]);
  ic_free(w->c);
}

static ic_status whole_make(whole *w, size_t n, size_t bits, ic_error *err)
{
  ic_status status = IC_OK;
  *w = (whole) {ic_alloc(n, sizeof *w->c), n};
  if (!w->c)
    return ic_no_memory(err);
  for (size_t i = 0; i < n && status == IC_OK; i++)
    status = ic_big_make(&w->c[i], bits, err);
  return status;
}

static ic_status whole_weights(const ic_strata *s, size_t k, whole *w,
                               ic_error *err)
{
  support u = stratum(s, k);
  uint32_t all = s->x1[k] + s->x2[k];
  ic_status status = whole_make(w, u.n, (size_t) s->n1[k] + s->n2[k] + 64,
                                err);
  if (status != IC_OK)
    return status;
  ic_big_set(&w->c[0], 1);
  for (uint32_t i = 1; i <= u.least; i++) {
    ic_big_scale(&w->c[0], s->n1[k] - u.least + i);
    ic_big_divide(&w->c[0], i);
  }
  for (uint32_t i = 1, y = all - u.least; i <= y; i++) {
    ic_big_scale(&w->c[0], s->n2[k] - y + i);
    ic_big_divide(&w->c[0], i);
  }
  for (size_t i = 0; i + 1 < u.n; i++) {
    uint32_t x = u.least + (uint32_t) i, y = all - x;
    ic_big_copy(&w->c[i + 1], &w->c[i]);
    ic_big_scale(&w->c[i + 1], s->n1[k] - x);
    ic_big_divide(&w->c[i + 1], x + 1);
    ic_big_scale(&w->c[i + 1], y);
    ic_big_divide(&w->c[i + 1], s->n2[k] - y + 1);
  }
  return IC_OK;
}

/* out += coefficient i of a times b. */
static void add_coefficient(const whole *a, const whole *b, size_t i,
                            ic_big *product, ic_big *out)
{
  for (size_t j = i >= a->n ? i - a->n + 1 : 0; j < b->n && j <= i; j++) {
    ic_big_multiply(product, &a->c[i - j], &b->c[j]);
    ic_big_add(out, product);
  }
}

/* The product of all strata but the last one. */
static ic_status whole_product(const ic_strata *s, whole *out, ic_big *product,
                               size_t bits, ic_error *err)
{
  ic_status status = whole_weights(s, 0, out, err);
  for (size_t k = 1; k + 1 < s->k && status == IC_OK; k++) {
    whole own = {NULL, 0}, next = {NULL, 0};
    status = whole_weights(s, k, &own, err);
    if (status == IC_OK)
      status = whole_make(&next, out->n + own.n - 1, bits, err);
    for (size_t i = 0; status == IC_OK && i < next.n; i++)
      add_coefficient(out, &own, i, product, &next.c[i]);
    whole_free(&own);
    whole_free(out);
    *out = next;
  }
  return status;
}

/* How the weight of value i compares with that of the observed one. */
static ic_status compare_exactly(const ic_strata *s, size_t i, int *order,
                                 ic_error *err)
{
  size_t bits = 64;
  whole most = {NULL, 0}, last = {NULL, 0}, scratch = {NULL, 0};
  for (size_t k = 0; k < s->k; k++)
    bits += (size_t) s->n1[k] + s->n2[k] + 8;
  if ((double) s->law.n * (double) s->law.n * pow((double) bits / 64.0, 2.0)
      > 4e11)
    return ic_fail(err, IC_ELIMIT, "whether two sums are equally likely cannot "
                   "be decided for so many participants");
  ic_status status = whole_make(&scratch, 3, bits, err);
  if (status == IC_OK)
    status = whole_product(s, &most, &scratch.c[0], bits, err);
  if (status == IC_OK && s->k > 1)
    status = whole_weights(s, s->k - 1, &last, err);
  else if (status == IC_OK && (status = whole_make(&last, 1, 64, err)) == IC_OK)
    ic_big_set(&last.c[0], 1);
  if (status == IC_OK) {
    add_coefficient(&most, &last, i, &scratch.c[0], &scratch.c[1]);
    add_coefficient(&most, &last, s->law.x, &scratch.c[0], &scratch.c[2]);
    *order = ic_big_compare(&scratch.c[1], &scratch.c[2]);
  }
  whole_free(&most);
  whole_free(&last);
  whole_free(&scratch);
  return status;
}

/* The law is its own mirror image where that of every stratum is. */
static int symmetric(const ic_strata *s)
{
  for (size_t k = 0; k < s->k; k++)
    if (s->n1[k] != s->n2[k]
        && 2 * (s->x1[k] + s->x2[k]) != s->n1[k] + s->n2[k])
      return 0;
  return 1;
}

static ic_status no_heavier(const ic_strata *s, int mirror, size_t i, int *is,
                            ic_error *err)
{
  double gap = s->log_weight[i] - s->log_weight[s->law.x];
  int order = gap < 0.0 ? -1 : 1;
  ic_status status = IC_OK;
  if (i == s->law.x || (mirror && i == s->law.n - 1 - s->law.x))
    order = 0;
  else if (fabs(gap) < TIED)
    status = compare_exactly(s, i, &order, err);
  *is = order <= 0;
  return status;
}

ic_status ic_strata_p(const ic_strata *s, ic_tail tail, int mid, double *p,
                      ic_error *err)
{
  const double *w = s->log_weight;
  double top = -INFINITY, all = 0.0, less = 0.0, greater = 0.0, light = 0.0;
  int mirror = symmetric(s);
  for (size_t i = 0; i < s->law.n; i++)
    top = fmax(top, w[i]);
  for (size_t i = 0; i < s->law.n; i++) {
    double v = exp(w[i] - top);
    int counts = 0;
    if (tail == IC_MINLIKE) {
      ic_status status = no_heavier(s, mirror, i, &counts, err);
      if (status != IC_OK)
        return status;
    }
    all += v;
    less += i <= s->law.x ? v : 0.0;
    greater += i >= s->law.x ? v : 0.0;
    light += counts ? v : 0.0;
  }
  double half = mid ? 0.5 * exp(w[s->law.x] - top) : 0.0;
  *p = tail == IC_LESS ? less : tail == IC_GREATER ? greater
    : tail == IC_MINLIKE ? light : fmin(less, greater);
  *p = (tail == IC_CENTRAL ? 2.0 : 1.0) * (*p - half) / all;
  *p = *p < DBL_MIN * DBL_EPSILON ? DBL_MIN * DBL_EPSILON : fmin(*p, 1.0);
  return IC_OK;
}

void ic_strata_interval(const ic_strata *s, ic_tail tail, int mid,
                        double alpha, int inside, ic_pieces *out)
{
  if (s->law.n < 2) {
    *out = (ic_pieces) {1, {{0.0, INFINITY}}};
    return;
  }
  if (tail == IC_MINLIKE || tail == IC_BLAKER) {
    ic_conditional_set(&s->law, tail == IC_MINLIKE ? IC_SIDES_MINLIKE
                                                   : IC_SIDES_BLAKER,
                       mid, alpha, inside, out);
    return;
  }
  double low = tail == IC_LESS ? 0.0 : tail == IC_GREATER ? alpha
                                                          : 0.5 * alpha;
  ic_conditional_limits(&s->law, mid, low,
                        tail == IC_CENTRAL ? low : alpha - low, inside, out);
}

/* The root of (psi - 1) X^2 - (n2 - s + psi (n1 + s)) X + psi n1 s that lies
 * within, in the form that does not cancel. */
double ic_fitted_cell(double n1, double n2, double s, double psi)
{
  double a = psi - 1.0, b = n2 - s + psi * (n1 + s), c = psi * n1 * s;
  double inside = b * b - 4.0 * a * c;
  double root = sqrt(inside > 0.0 ? inside : 0.0);
  double x = b >= 0.0 ? 2.0 * c / (b + root) : (b - root) / (2.0 * a);
  return fmin(fmax(x, fmax(0.0, s - n2)), fmin(s, n1));
}

static double breslow_day(const ic_strata *s, double psi)
{
  double chi = 0.0, gap = 0.0, variance = 0.0;
  for (size_t k = 0; k < s->k; k++) {
    double n1 = s->n1[k], n2 = s->n2[k], all = (double) s->x1[k] + s->x2[k];
    double x = ic_fitted_cell(n1, n2, all, psi), d = s->x1[k] - x;
    double v = 1.0 / (1.0 / x + 1.0 / (n1 - x) + 1.0 / (all - x)
                      + 1.0 / (n2 - all + x));
    chi += d * d / v;
    gap += d;
    variance += v;
  }
  return chi - gap * gap / variance;
}

void ic_strata_mantel_haenszel(const ic_strata *s, ic_mantel_haenszel *out)
{
  double gap = 0.0, variance = 0.0, r = 0.0, q = 0.0;
  double pr = 0.0, cross = 0.0, qs = 0.0;
  for (size_t k = 0; k < s->k; k++) {
    double a = s->x1[k], b = s->n1[k] - a, c = s->x2[k], d = s->n2[k] - c;
    double n = a + b + c + d;
    gap += a - (a + b) * (a + c) / n;
    variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1.0));
    r += a * d / n;
    q += b * c / n;
    pr += (a + d) * a * d / (n * n);
    cross += ((a + d) * b * c + (b + c) * a * d) / (n * n);
    qs += (b + c) * b * c / (n * n);
  }
  double shrunk = fmax(fabs(gap) - 0.5, 0.0);
  int ends = r == 0.0 || q == 0.0;
  out->statistic = s->k ? gap * gap / variance : NAN;
  out->corrected = s->k ? shrunk * shrunk / variance : NAN;
  out->direction = s->k ? gap : NAN;
  out->odds_ratio = s->k ? r / q : NAN;
  out->log_error = s->k == 0 || ends ? NAN
    : sqrt(0.5 * (pr / (r * r) + cross / (r * q) + qs / (q * q)));
  out->homogeneity = s->k == 0 || ends ? NAN : breslow_day(s, out->odds_ratio);
  out->df = s->k ? (double) s->k - 1.0 : NAN;
}
