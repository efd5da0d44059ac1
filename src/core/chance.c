#include "chance.h"

#include <math.h>
#include <string.h>

#include "interval.h"
#include "memory.h"
#include "numeric.h"
#include "rng.h"

#define CHUNK 8
#define ROUNDED 1e-28 /* the square of what rounding leaves of differences */

/* A pot is what is shared out: the values of a coder (in a group). */
typedef struct lots {
  const ic_chance_request *q;
  size_t *place; /* of the values, pot by pot */
  size_t *begin; /* [pots + 1] */
  size_t pots;
  size_t fixed;  /* pots before it need not be shared out */
  int **work;    /* the data of each thread */
  double *out;
} lots;

/* Values and what is counted of them. */
typedef struct {
  ic_ratings *ratings;
  ic_measure measure;
  ic_tally tally;
} counted;

static void close_counted(counted *c)
{
  ic_tally_close(&c->tally);
  ic_measure_close(&c->measure);
  ic_ratings_free(c->ratings);
}

/* With exact = 1 coders are told apart and margins counted whatever the
 * coefficient. Nothing is owned on failure. */
static ic_status open_counted(counted *c, const ic_chance_request *q,
                              const int *values, int exact, ic_error *err)
{
  int aware = exact || (IC_BIT(q->coefficient) & IC_CODER_AWARE);
  ic_status status = ic_ratings_collapse(values, q->units, q->coders,
                                         q->categories, NULL, 0, aware,
                                         &c->ratings, err);
  if (status)
    return status;
  status = ic_measure_open(&c->measure, c->ratings, &q->spec, err);
  if (status) {
    ic_ratings_free(c->ratings);
    return status;
  }
  status = ic_tally_open(&c->tally, &c->measure, err);
  if (status)
    close_counted(c);
  else
    ic_tally_fill(&c->tally, &c->measure, c->ratings->size, exact);
  return status;
}

static ic_status evaluate(const ic_chance_request *q, const int *values,
                          ic_estimate *out, double *units, ic_error *err)
{
  counted c;
  ic_status status = open_counted(&c, q, values, 0, err);
  if (status)
    return status;
  ic_tally_estimate(&c.tally, &c.measure, out);
  *units = c.tally.units;
  close_counted(&c);
  return IC_OK;
}

/* The places of coder g's values, in the order of their groups. */
static void fill_pots(lots *l, int g, size_t *next, size_t *n)
{
  const ic_chance_request *q = l->q;
  const int *values = q->values + (size_t) g * q->units;
  memset(next, 0, (q->groups + 2) * sizeof *next);
  for (size_t i = 0; i < q->units; i++)
    if (values[i] > 0)
      next[q->group ? q->group[i] : 1]++;
  for (size_t k = 1; k <= q->groups; k++) {
    size_t size = next[k];
    next[k] = *n;
    if (size > 0)
      l->begin[l->pots++] = *n;
    *n += size;
  }
  for (size_t i = 0; i < q->units; i++)
    if (values[i] > 0)
      l->place[next[q->group ? q->group[i] : 1]++] =
        (size_t) g * q->units + i;
}

/* Without missing values only what coders gave next to the first matters. */
static int is_complete(const ic_chance_request *q)
{
  for (size_t i = 0; i < q->units * (size_t) q->coders; i++)
    if (q->values[i] <= 0)
      return 0;
  return 1;
}

static ic_status open_lots(lots *l, int threads, ic_error *err)
{
  const ic_chance_request *q = l->q;
  size_t cells = q->units * (size_t) q->coders, n = 0;
  size_t *next = ic_alloc(q->groups + 2, sizeof *next);
  l->place = ic_alloc(cells, sizeof *l->place);
  l->begin = ic_alloc(q->groups * (size_t) q->coders + 1, sizeof *l->begin);
  l->work = ic_alloc((size_t) threads, sizeof *l->work);
  ic_status status = next && l->place && l->begin && l->work
    ? IC_OK : ic_no_memory(err);
  for (int i = 0; i < threads && !status; i++) {
    l->work[i] = ic_alloc(cells, sizeof **l->work);
    if (!l->work[i])
      status = ic_no_memory(err);
    else if (cells > 0)
      memcpy(l->work[i], q->values, cells * sizeof **l->work);
  }
  for (int g = 0; g < q->coders && !status; g++) {
    fill_pots(l, g, next, &n);
    l->begin[l->pots] = n;
    if (g == 0 && is_complete(q))
      l->fixed = l->pots;
  }
  ic_free(next);
  return status;
}

static void close_lots(lots *l, int threads)
{
  for (int i = 0; l->work && i < threads; i++)
    ic_free(l->work[i]);
  ic_free(l->work);
  ic_free(l->place);
  ic_free(l->begin);
  ic_free(l->out);
}

static void swap(int *values, size_t a, size_t b)
{
  int v = values[a];
  values[a] = values[b];
  values[b] = v;
}

static void shuffle(const lots *l, size_t pot, ic_rng *rng, int *values)
{
  const size_t *place = l->place + l->begin[pot];
  for (size_t n = l->begin[pot + 1] - l->begin[pot]; n > 1; n--)
    swap(values, place[n - 1], place[ic_rng_below(rng, (uint32_t) n)]);
}

static ic_status draw_chunk(void *data, size_t item, int worker, ic_error *err)
{
  lots *l = data;
  const ic_chance_request *q = l->q;
  int *values = l->work[worker];
  ic_status status = IC_OK;
  for (size_t b = item * CHUNK; b < (item + 1) * CHUNK && !status; b++) {
    ic_rng rng = ic_rng_stream(q->seed, b);
    ic_estimate e;
    double units;
    if (b >= q->replicates)
      break;
    memcpy(values, q->values,
           q->units * (size_t) q->coders * sizeof *values);
    for (size_t pot = l->fixed; pot < l->pots; pot++)
      shuffle(l, pot, &rng, values);
    status = evaluate(q, values, &e, &units, err);
    l->out[b] = e.value[q->coefficient];
  }
  return status;
}

static void sort_pot(const lots *l, size_t pot, int *values)
{
  const size_t *place = l->place;
  for (size_t i = l->begin[pot] + 1; i < l->begin[pot + 1]; i++)
    for (size_t k = i; k > l->begin[pot]
         && values[place[k - 1]] > values[place[k]]; k--)
      swap(values, place[k - 1], place[k]);
}

/* The next arrangement of a pot in lexical order; 0, and the first again, after
 * the last. */
static int next_arrangement(const lots *l, size_t pot, int *values)
{
  const size_t *place = l->place;
  size_t from = l->begin[pot], to = l->begin[pot + 1], i = to, k = to;
  while (i > from + 1 && values[place[i - 2]] >= values[place[i - 1]])
    i--;
  if (i < from + 2) {
    sort_pot(l, pot, values);
    return 0;
  }
  while (values[place[k - 1]] <= values[place[i - 2]])
    k--;
  swap(values, place[i - 2], place[k - 1]);
  for (k = to; i < k; i++, k--)
    swap(values, place[i - 1], place[k - 1]);
  return 1;
}

/* The logarithm of how many arrangements there are; `times` is scratch. */
static double log_arrangements(const lots *l, double *times)
{
  size_t categories = (size_t) l->q->categories + 1;
  double sum = 0.0;
  for (size_t pot = l->fixed; pot < l->pots; pot++) {
    memset(times, 0, categories * sizeof *times);
    for (size_t i = l->begin[pot]; i < l->begin[pot + 1]; i++)
      times[l->q->values[l->place[i]]] += 1.0;
    sum += ic_log_factorial((double) (l->begin[pot + 1] - l->begin[pot]));
    for (size_t k = 0; k < categories; k++)
      sum -= ic_log_factorial(times[k]);
  }
  return sum;
}

static ic_status go_through(lots *l, size_t *n, ic_error *err)
{
  int *values = l->work[0];
  size_t pot = l->fixed;
  for (size_t p = l->fixed; p < l->pots; p++)
    sort_pot(l, p, values);
  for (*n = 0; pot < l->pots || *n == 0;) {
    ic_estimate e;
    double units;
    ic_status status = evaluate(l->q, values, &e, &units, err);
    if (status)
      return status;
    l->out[(*n)++] = e.value[l->q->coefficient];
    for (pot = l->fixed; pot < l->pots; pot++)
      if (next_arrangement(l, pot, values))
        break;
  }
  return IC_OK;
}

static void summarise(const double *x, size_t n, ic_chance_answer *a)
{
  double defined = 0.0, squares = 0.0;
  ic_sum sum = {0, 0};
  a->arrangements = (double) n;
  a->above = a->below = 0.0;
  for (size_t i = 0; i < n; i++) {
    a->above += !(x[i] < a->value - IC_TIE);
    a->below += !(x[i] > a->value + IC_TIE);
    if (isnan(x[i]))
      continue;
    ic_sum_add(&sum, x[i]);
    defined += 1.0;
  }
  a->mean = ic_sum_value(&sum) / defined;
  for (size_t i = 0; i < n; i++)
    squares += isnan(x[i]) ? 0.0 : (x[i] - a->mean) * (x[i] - a->mean);
  a->deviation = sqrt(squares / (defined - (a->complete ? 0.0 : 1.0)));
}

static ic_status arrange(lots *l, int threads, const ic_watch *watch,
                         ic_chance_answer *a, ic_error *err)
{
  size_t n = l->q->replicates;
  double *times = ic_alloc((size_t) l->q->categories + 1, sizeof *times);
  if (!times)
    return ic_no_memory(err);
  a->complete =
    log_arrangements(l, times) <= log((double) IC_ARRANGEMENTS_ALL) + 1e-9;
  ic_free(times);
  l->out = ic_alloc(a->complete ? IC_ARRANGEMENTS_ALL + 1 : n,
                    sizeof *l->out);
  if (!l->out)
    return ic_no_memory(err);
  ic_status status = a->complete ? go_through(l, &n, err)
    : ic_parallel((n + CHUNK - 1) / CHUNK, threads, draw_chunk, l, watch, err);
  if (!status)
    summarise(l->out, n, a);
  return status;
}

ic_status ic_chance_permute(const ic_chance_request *given,
                            const ic_watch *watch, ic_chance_answer *a,
                            ic_error *err)
{
  ic_chance_request q = *given;
  lots l = {.q = &q};
  ic_estimate e;
  int threads = q.threads < 1 ? 1
    : q.threads > IC_THREADS_MAX ? IC_THREADS_MAX : q.threads;
  if (!q.group)
    q.groups = 1;
  *a = (ic_chance_answer) {.value = NAN};
  ic_status status = evaluate(&q, q.values, &e, &a->units, err);
  if (status)
    return status;
  a->value = e.value[q.coefficient];
  a->status = e.status[q.coefficient];
  if (a->status != IC_DEFINED)
    return IC_OK;
  status = open_lots(&l, threads, err);
  if (!status)
    status = arrange(&l, threads, watch, a, err);
  close_lots(&l, threads);
  return status;
}

static double kappa_error(const ic_measure *m, ic_tally *t)
{
  const double *a = t->margin[0], *b = t->margin[1];
  double n = t->both, sum = 0.0;
  double chance = ic_measure_form(m, a, b) / (n * n);
  ic_measure_weigh(m, b, t->work);
  ic_measure_weigh(m, a, t->slope);
  for (int k = 0; k < m->ratings->categories; k++)
    for (int l = 0; a[k] > 0.0 && l < m->ratings->categories; l++) {
      double w = ic_measure_weight(m, k, l) - (t->work[k] + t->slope[l]) / n
        + chance;
      sum += a[k] * b[l] / (n * n) * w * w;
    }
  return sum > ROUNDED ? sqrt(sum / n) / (1.0 - chance) : 0.0;
}

/* The number of ratings that all units have, or 0. */
static int ratings_each(const ic_ratings *r)
{
  int each = r->patterns > 0 ? r->rated[0] : 0;
  for (size_t p = 1; p < r->patterns; p++)
    if (r->rated[p] != each)
      return 0;
  return each;
}

static void fleiss_category(const ic_measure *m, const ic_tally *t, int k,
                            double n, ic_chance_error *out)
{
  const ic_ratings *r = m->ratings;
  double split = 0.0, p = t->mean[k] / t->units;
  for (size_t i = 0; i < r->patterns; i++)
    for (size_t e = r->start[i]; e < r->start[i + 1]; e++)
      if (r->category[e] == k)
        split += r->size[i] * r->times[e] * (n - r->times[e]);
  if (!(p > 0.0 && t->mean[k] < t->units))
    return;
  out->value = 1.0 - split / (t->units * n * (n - 1.0) * p * (1.0 - p));
  out->error = sqrt(2.0 / (t->units * n * (n - 1.0)));
}

static void fleiss_errors(const ic_measure *m, const ic_tally *t,
                          ic_chance_error *whole, ic_chance_error *by_category)
{
  double n = ratings_each(m->ratings), spread = 0.0, skew = 0.0;
  if (n < 2.0 || m->spec.weights)
    return;
  for (int k = 0; k < m->ratings->categories; k++) {
    double p = t->mean[k] / t->units, q = 1.0 - p;
    spread += p * q;
    skew += p * q * (q - p);
    fleiss_category(m, t, k, n, &by_category[k]);
  }
  double variance = 2.0 * (spread * spread - skew)
    / (t->units * n * (n - 1.0) * spread * spread);
  whole->error = sqrt(variance > 0.0 ? variance : 0.0);
}

ic_status ic_chance_asymptotic(const ic_chance_request *q, ic_defined *why,
                               double *units, ic_chance_error *whole,
                               ic_chance_error *by_category, ic_error *err)
{
  counted c;
  ic_estimate e;
  *whole = (ic_chance_error) {NAN, NAN};
  for (int k = 0; k < q->categories; k++)
    by_category[k] = *whole;
  ic_status status = open_counted(&c, q, q->values, 1, err);
  if (status)
    return status;
  ic_tally *t = &c.tally;
  ic_tally_estimate(t, &c.measure, &e);
  *why = e.status[q->coefficient];
  whole->value = e.value[q->coefficient];
  *units = q->coefficient == IC_KAPPA ? t->both : t->units;
  if (*why == IC_DEFINED && q->coefficient == IC_KAPPA)
    whole->error = kappa_error(&c.measure, t);
  if (*why == IC_DEFINED && q->coefficient == IC_FLEISS)
    fleiss_errors(&c.measure, t, whole, by_category);
  close_counted(&c);
  return IC_OK;
}
