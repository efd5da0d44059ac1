#include "unitizing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"
#include "rng.h"

/* Columns of a row of sums: of all, then of each code. */
enum { ALL, GAP, GAP_MATCH, HEAD };
enum { LENGTH, MATCH, SELF, SHARED, SHARED_SELF, PER_CODE };

typedef struct segment {
  size_t item;
  int transcript, coder, code;
  double start, end; /* half open, from 0 */
  double before;     /* coded length of all coders up to its start */
} segment;

typedef struct boundary {
  double at;
  size_t segment;
  int transcript, opens;
} boundary;

static int compare(double a, double b)
{
  return (a > b) - (a < b);
}

static int by_code(const void *a, const void *b)
{
  const segment *x = a, *y = b;
  int d = (x->transcript > y->transcript) - (x->transcript < y->transcript);
  if (!d)
    d = (x->coder > y->coder) - (x->coder < y->coder);
  if (!d)
    d = (x->code > y->code) - (x->code < y->code);
  if (!d)
    d = compare(x->start, y->start);
  return d ? d : compare(x->end, y->end);
}

static int by_place(const void *a, const void *b)
{
  const segment *x = a, *y = b;
  int d = (x->transcript > y->transcript) - (x->transcript < y->transcript);
  if (!d)
    d = (x->coder > y->coder) - (x->coder < y->coder);
  if (!d)
    d = compare(x->start, y->start);
  return d ? d : (x->item > y->item) - (x->item < y->item);
}

static int by_boundary(const void *a, const void *b)
{
  const boundary *x = a, *y = b;
  int d = (x->transcript > y->transcript) - (x->transcript < y->transcript);
  if (!d)
    d = compare(x->at, y->at);
  if (!d)
    d = x->opens - y->opens;
  return d ? d : (x->segment > y->segment) - (x->segment < y->segment);
}

static int saw(const ic_continua *c, size_t transcript, int coder)
{
  return c->seen[transcript + (size_t) coder * c->transcripts] != 0;
}

static int observers(const ic_continua *c, size_t transcript)
{
  int m = 0;
  for (int i = 0; i < c->coders; i++)
    m += saw(c, transcript, i);
  return m;
}

static ic_status check_segment(const ic_continua *c, size_t i, ic_error *err)
{
  size_t t = (size_t) c->transcript[i] - 1;
  if (!(c->start[i] >= 1.0) || !(c->end[i] >= c->start[i]))
    return ic_fail_at(err, IC_EINPUT, i, 0, "the segment is empty");
  if (c->end[i] > c->length[t])
    return ic_fail_at(err, IC_EINPUT, i, 0,
                      "the segment runs past the end of its transcript");
  if (!saw(c, t, c->coder[i] - 1))
    return ic_fail_at(err, IC_EINPUT, i, 0,
                      "the coder did not see the transcript");
  return IC_OK;
}

/* The segments by transcript, coder and code, those that overlap merged. */
static ic_status read_segments(const ic_continua *c, segment **out, size_t *n,
                               ic_error *err)
{
  segment *s = ic_alloc(c->segments, sizeof *s);
  *out = s;
  *n = 0;
  if (!s)
    return ic_no_memory(err);
  for (size_t i = 0; i < c->segments; i++) {
    ic_status status = check_segment(c, i, err);
    if (status)
      return status;
    s[i] = (segment) {i, c->transcript[i] - 1, c->coder[i] - 1, c->code[i] - 1,
                      c->start[i] - 1.0, c->end[i], 0.0};
  }
  qsort(s, c->segments, sizeof *s, by_code);
  for (size_t i = 0; i < c->segments; i++) {
    segment *last = *n ? &s[*n - 1] : NULL;
    if (last && last->transcript == s[i].transcript
        && last->coder == s[i].coder && last->code == s[i].code
        && s[i].start < last->end) {
      if (s[i].end > last->end)
        last->end = s[i].end;
    } else {
      s[(*n)++] = s[i];
    }
  }
  return IC_OK;
}

static ic_status check_apart(segment *s, size_t n, ic_error *err)
{
  qsort(s, n, sizeof *s, by_place);
  for (size_t i = 1; i < n; i++)
    if (s[i].transcript == s[i - 1].transcript && s[i].coder == s[i - 1].coder
        && s[i].start < s[i - 1].end)
      return ic_fail_at(err, IC_EINPUT, s[i].item, s[i - 1].item,
                        "segments of different codes overlap");
  return IC_OK;
}

/* ---- one sweep over the boundaries of a transcript ---- */

typedef struct sweep {
  double at, covered; /* where it is; coded length of all coders so far */
  int coded;          /* coders who have a code here */
  int *count;         /* of each code, here; the last is the gap */
  double *since;      /* where that count began */
  double *row;
  int codes;
} sweep;

static double *code_sums(double *row, int code)
{
  return row + HEAD + (size_t) code * PER_CODE;
}

static void settle(sweep *w, int value, double *match)
{
  double n = w->count[value];
  *match += (w->at - w->since[value]) * n * (n - 1.0);
  w->since[value] = w->at;
}

static void move_to(sweep *w, double at)
{
  w->covered += (at - w->at) * w->coded;
  w->at = at;
}

static void close_segment(sweep *w, const segment *s)
{
  double *sums = code_sums(w->row, s->code);
  double own = s->end - s->start, shared = w->covered - s->before - own;
  sums[LENGTH] += own;
  sums[SELF] += own * own;
  sums[SHARED] += shared;
  sums[SHARED_SELF] += shared * shared;
}

static void cross(sweep *w, const boundary *b, segment *s)
{
  int step = b->opens ? 1 : -1;
  move_to(w, b->at);
  settle(w, s->code, code_sums(w->row, s->code) + MATCH);
  settle(w, w->codes, w->row + GAP_MATCH);
  if (b->opens)
    s->before = w->covered;
  else
    close_segment(w, s);
  w->count[s->code] += step;
  w->count[w->codes] -= step;
  w->coded += step;
}

static void sweep_transcript(sweep *w, double length, int m,
                             const boundary *b, size_t n, segment *s)
{
  double others = m - 1.0;
  w->at = w->covered = w->since[w->codes] = 0.0;
  w->coded = 0;
  w->count[w->codes] = m;
  for (size_t i = 0; i < n; i++)
    cross(w, &b[i], &s[b[i].segment]);
  move_to(w, length);
  settle(w, w->codes, w->row + GAP_MATCH);
  w->row[ALL] = length * m;
  w->row[GAP] = w->row[ALL] - w->covered;
  w->row[GAP_MATCH] /= others;
  for (int k = 0; k < w->codes; k++) {
    double *sums = code_sums(w->row, k);
    sums[MATCH] /= others;
    sums[SHARED] /= others;
    sums[SHARED_SELF] /= others * others;
  }
}

static ic_status sort_boundaries(const segment *s, size_t n, boundary **out,
                                 ic_error *err)
{
  boundary *b = ic_alloc(2 * n, sizeof *b);
  *out = b;
  if (!b)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    b[2 * i] = (boundary) {s[i].start, i, s[i].transcript, 1};
    b[2 * i + 1] = (boundary) {s[i].end, i, s[i].transcript, 0};
  }
  qsort(b, 2 * n, sizeof *b, by_boundary);
  return IC_OK;
}

static void count_coders(ic_unitizing *u, const ic_continua *c)
{
  for (int i = 0; i < c->coders; i++)
    for (size_t t = 0; t < c->transcripts; t++)
      if (saw(c, t, i) && observers(c, t) > 1) {
        u->coders++;
        break;
      }
}

static void sweep_all(ic_unitizing *u, const ic_continua *c, sweep *w,
                      const boundary *b, size_t n, segment *s)
{
  for (size_t t = 0, first = 0; t < c->transcripts; t++) {
    size_t last = first;
    int m = observers(c, t);
    while (last < n && b[last].transcript == (int) t)
      last++;
    if (m > 1) {
      w->row = u->sums + u->rows++ * u->width;
      sweep_transcript(w, c->length[t], m, b + first, last - first, s);
      u->segments += (last - first) / 2;
    }
    first = last;
  }
}

static ic_status tally(ic_unitizing *u, const ic_continua *c, segment *s,
                       size_t n, ic_error *err)
{
  boundary *b = NULL;
  sweep w = {.codes = c->codes};
  w.count = ic_alloc((size_t) c->codes + 1, sizeof *w.count);
  w.since = ic_alloc((size_t) c->codes + 1, sizeof *w.since);
  ic_status status = w.count && w.since ? sort_boundaries(s, n, &b, err)
                                        : ic_no_memory(err);
  if (!status)
    sweep_all(u, c, &w, b, 2 * n, s);
  ic_free(b);
  ic_free(w.count);
  ic_free(w.since);
  return status;
}

ic_status ic_unitizing_open(ic_unitizing *u, const ic_continua *c,
                            ic_error *err)
{
  segment *s;
  size_t n;
  memset(u, 0, sizeof *u);
  u->codes = c->codes;
  u->width = HEAD + (size_t) c->codes * PER_CODE;
  u->sums = ic_alloc(c->transcripts * u->width, sizeof *u->sums);
  if (!u->sums)
    return ic_no_memory(err);
  ic_status status = read_segments(c, &s, &n, err);
  if (!status)
    status = check_apart(s, n, err);
  if (!status)
    status = tally(u, c, s, n, err);
  ic_free(s);
  if (status)
    ic_unitizing_close(u);
  else
    count_coders(u, c);
  return status;
}

void ic_unitizing_close(ic_unitizing *u)
{
  ic_free(u->sums);
  u->sums = NULL;
}

/* ---- from sums to coefficients ---- */

static ic_unitized undefined(ic_unitizing_status why)
{
  ic_unitized out = {NAN, NAN, NAN, NAN, why, ic_interval_none};
  return out;
}

/* `same` of `all` places agree; of `pairs` that might have met by chance,
 * `apart` differ. */
static ic_unitized coefficient(double same, double all, double apart,
                               double pairs)
{
  ic_unitized out = undefined(IC_UNITIZED);
  if (!(all > 0.0))
    return undefined(IC_UNITIZING_ALONE);
  if (!(apart > 0.0) || !(pairs > 0.0))
    return undefined(IC_UNITIZING_PLAIN);
  out.observed = 1.0 - same / all;
  out.expected = apart / pairs;
  out.value = 1.0 - out.observed / out.expected;
  return out;
}

/* Sums over all codes of a row. */
typedef struct totals {
  double match, self, shared, shared_self, apart, shared_apart;
} totals;

static totals add_codes(const double *row, int codes)
{
  totals t = {0, 0, 0, 0, 0, 0};
  for (int k = 0; k < codes; k++) {
    const double *x = row + HEAD + (size_t) k * PER_CODE;
    t.match += x[MATCH];
    t.self += x[SELF];
    t.shared += x[SHARED];
    t.shared_self += x[SHARED_SELF];
  }
  t.apart = row[GAP] * (row[ALL] - row[GAP]);
  for (int k = 0; k < codes; k++) {
    const double *x = row + HEAD + (size_t) k * PER_CODE;
    t.apart += x[LENGTH] * (row[ALL] - x[LENGTH]);
    t.shared_apart += x[SHARED] * (t.shared - x[SHARED]);
  }
  return t;
}

static void estimate(const double *row, int codes, ic_unitized *out)
{
  totals t = add_codes(row, codes);
  double all = row[ALL], gap = row[GAP], coded = all - gap;
  double pairs = all * all - gap - t.self;
  out[IC_U] = coefficient(row[GAP_MATCH] + t.match, all, t.apart, pairs);
  out[IC_U_BINARY] = coefficient(row[GAP_MATCH] + t.shared, all,
                                 2.0 * gap * coded, pairs);
  out[IC_U_CODES] = coefficient(t.match, t.shared, t.shared_apart,
                                t.shared * t.shared - t.shared_self);
  out[IC_U].coverage = out[IC_U_BINARY].coverage = coded / all;
  out[IC_U_CODES].coverage = t.shared / coded;
  for (int k = 0; k < codes; k++) {
    const double *x = row + HEAD + (size_t) k * PER_CODE;
    ic_unitized *one = &out[IC_U_FIRST_CODE + k];
    *one = coefficient(x[MATCH], x[SHARED], x[SHARED] * (t.shared - x[SHARED]),
                       x[SHARED] * t.shared - x[SHARED_SELF]);
    one->coverage = x[SHARED] / x[LENGTH];
  }
}

static void add_row(double *to, const double *row, size_t width, double times)
{
  for (size_t i = 0; i < width; i++)
    to[i] += times * row[i];
}

typedef struct draws {
  const ic_unitizing *u;
  const ic_unitizing_request *q;
  size_t kinds;
  double *out; /* kinds x replicates */
  struct scratch {
    double *row;
    uint32_t *times;
    ic_unitized *value;
  } *scratch;
} draws;

static ic_status draw_one(void *data, size_t item, int worker, ic_error *err)
{
  draws *d = data;
  struct scratch *s = &d->scratch[worker];
  size_t n = d->u->rows;
  ic_rng rng = ic_rng_stream(d->q->seed, item);
  (void) err;
  memset(s->row, 0, d->u->width * sizeof *s->row);
  memset(s->times, 0, n * sizeof *s->times);
  for (size_t i = 0; i < n; i++)
    s->times[ic_rng_below(&rng, (uint32_t) n)]++;
  for (size_t i = 0; i < n; i++)
    if (s->times[i])
      add_row(s->row, d->u->sums + i * d->u->width, d->u->width, s->times[i]);
  estimate(s->row, d->u->codes, s->value);
  for (size_t k = 0; k < d->kinds; k++)
    d->out[k * d->q->replicates + item] = s->value[k].value;
  return IC_OK;
}

static ic_status open_scratch(draws *d, int threads, ic_error *err)
{
  d->scratch = ic_alloc((size_t) threads, sizeof *d->scratch);
  if (!d->scratch)
    return ic_no_memory(err);
  for (int i = 0; i < threads; i++) {
    struct scratch *s = &d->scratch[i];
    s->row = ic_alloc(d->u->width, sizeof *s->row);
    s->times = ic_alloc(d->u->rows, sizeof *s->times);
    s->value = ic_alloc(d->kinds, sizeof *s->value);
    if (!s->row || !s->times || !s->value)
      return ic_no_memory(err);
  }
  return IC_OK;
}

static void close_scratch(draws *d, int threads)
{
  for (int i = 0; d->scratch && i < threads; i++) {
    ic_free(d->scratch[i].row);
    ic_free(d->scratch[i].times);
    ic_free(d->scratch[i].value);
  }
  ic_free(d->scratch);
}

static ic_status draw_all(draws *d, const ic_watch *watch, ic_error *err)
{
  int threads = d->q->threads < 1 ? 1
    : d->q->threads > IC_THREADS_MAX ? IC_THREADS_MAX : d->q->threads;
  d->out = ic_alloc(d->kinds * d->q->replicates, sizeof *d->out);
  ic_status status = d->out ? open_scratch(d, threads, err)
                            : ic_no_memory(err);
  if (!status)
    status = ic_parallel(d->q->replicates, threads, draw_one, d, watch, err);
  close_scratch(d, threads);
  return status;
}

/* out[i * kinds + k] is coefficient k without transcript i. */
static void leave_out(const ic_unitizing *u, size_t kinds, double *row,
                      ic_unitized *value, double *out)
{
  for (size_t i = 0; i < u->rows; i++) {
    memset(row, 0, u->width * sizeof *row);
    for (size_t j = 0; j < u->rows; j++)
      if (j != i)
        add_row(row, u->sums + j * u->width, u->width, 1.0);
    estimate(row, u->codes, value);
    for (size_t k = 0; k < kinds; k++)
      out[i * kinds + k] = value[k].value;
  }
}

static ic_status influences(const ic_unitizing *u, size_t kinds,
                            ic_influence *out, ic_error *err)
{
  double *row = ic_alloc(u->width, sizeof *row);
  double *left = ic_alloc(u->rows * kinds, sizeof *left);
  ic_unitized *value = ic_alloc(kinds, sizeof *value);
  ic_status status = row && left && value ? IC_OK : ic_no_memory(err);
  if (!status)
    leave_out(u, kinds, row, value, left);
  for (size_t k = 0; k < kinds && !status; k++) {
    out[k] = ic_influence_none;
    ic_influence_add(&out[k], left + k, kinds, NULL, u->rows);
  }
  ic_free(row);
  ic_free(left);
  ic_free(value);
  return status;
}

static ic_status intervals(const ic_unitizing *u,
                           const ic_unitizing_request *q,
                           const ic_watch *watch, size_t kinds,
                           ic_unitized *out, ic_error *err)
{
  int boot = q->kind != IC_CI_JACKKNIFE, leave = q->kind != IC_CI_PERCENTILE;
  draws d = {.u = u, .q = q, .kinds = kinds};
  ic_influence *f = ic_alloc(kinds, sizeof *f);
  ic_status status = f ? IC_OK : ic_no_memory(err);
  if (!status && leave)
    status = influences(u, kinds, f, err);
  if (!status && boot)
    status = draw_all(&d, watch, err);
  for (size_t k = 0; k < kinds && !status; k++)
    if (out[k].status == IC_UNITIZED)
      out[k].interval = boot
        ? ic_interval_replicates(d.out + k * q->replicates, q->replicates,
                                 out[k].value, leave ? &f[k] : NULL,
                                 q->confidence)
        : ic_interval_jackknife(&f[k], out[k].value, q->confidence, 1.0);
  ic_free(d.out);
  ic_free(f);
  return status;
}

ic_status ic_unitizing_run(const ic_unitizing *u,
                           const ic_unitizing_request *q,
                           const ic_watch *watch, ic_unitized *out,
                           ic_error *err)
{
  size_t kinds = IC_U_FIRST_CODE + (size_t) u->codes;
  double *row = ic_alloc(u->width, sizeof *row);
  if (!row)
    return ic_no_memory(err);
  for (size_t i = 0; i < u->rows; i++)
    add_row(row, u->sums + i * u->width, u->width, 1.0);
  estimate(row, u->codes, out);
  ic_free(row);
  if (q->kind == IC_CI_NONE)
    return IC_OK;
  if (u->rows > 1)
    return intervals(u, q, watch, kinds, out, err);
  for (size_t k = 0; k < kinds; k++)
    if (out[k].status == IC_UNITIZED)
      out[k].interval.kind = IC_CI_TOO_FEW;
  return IC_OK;
}

/* ---- alpha_U ---- */

/* Sections of one code over all transcripts and coders. */
typedef struct sections {
  const segment *s;
  size_t n;
  double *gap; /* lengths of gaps, then their sums from the longest down */
  double *tail;
  size_t gaps;
} sections;

static double square(double x)
{
  return x * x;
}

/* How far the units of two coders in one transcript are apart. */
static double apart(const segment *a, size_t n, const segment *b, size_t m)
{
  double sum = 0.0;
  for (size_t i = 0, j = 0; i < n; i++) {
    int met = 0;
    while (j < m && b[j].end <= a[i].start)
      j++;
    for (size_t k = j; k < m && b[k].start < a[i].end; k++) {
      sum += square(a[i].start - b[k].start) + square(a[i].end - b[k].end);
      met = 1;
    }
    if (!met) /* also as a gap of the first coder with a unit of the second */
      sum += 2.0 * square(a[i].end - a[i].start);
  }
  return sum;
}

static int by_kind(const void *a, const void *b)
{
  const segment *x = a, *y = b;
  int d = (x->code > y->code) - (x->code < y->code);
  return d ? d : by_code(a, b);
}

/* The units of one transcript and coder, which stand in order: moves *from. */
static size_t take(const sections *c, size_t *from, size_t transcript,
                   int coder)
{
  size_t first = *from;
  while (*from < c->n && c->s[*from].transcript == (int) transcript
         && c->s[*from].coder == coder)
    ++*from;
  return *from - first;
}

static void add_gaps(sections *c, const segment *s, size_t n, double length)
{
  double at = 0.0;
  for (size_t i = 0; i <= n; i++) {
    double to = i < n ? s[i].start : length;
    if (to > at)
      c->gap[c->gaps++] = to - at;
    if (i < n)
      at = s[i].end;
  }
}

static double observe(sections *c, const ic_continua *all, size_t *first,
                      size_t *count)
{
  double sum = 0.0;
  for (size_t t = 0, from = 0; t < all->transcripts; t++) {
    for (int i = 0; i < all->coders; i++) {
      first[i] = from;
      count[i] = take(c, &from, t, i);
      add_gaps(c, c->s + first[i], count[i], all->length[t]);
    }
    for (int i = 0; i < all->coders; i++)
      for (int j = 0; j < all->coders; j++)
        if (i != j)
          sum += apart(c->s + first[i], count[i], c->s + first[j], count[j]);
  }
  return sum;
}

/* The sum over gaps no shorter than l of (gap - l + 1). `gap` ascends. */
static double room(const sections *c, double l)
{
  size_t low = 0, high = c->gaps;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (c->gap[mid] >= l)
      high = mid;
    else
      low = mid + 1;
  }
  return c->tail[low] - (double) (c->gaps - low) * (l - 1.0);
}

static double expect(sections *c, double places, double total)
{
  double sum = 0.0, own = 0.0;
  ic_sort(c->gap, c->gaps);
  c->tail[c->gaps] = 0.0;
  for (size_t i = c->gaps; i-- > 0;)
    c->tail[i] = c->tail[i + 1] + c->gap[i];
  for (size_t i = 0; i < c->n; i++) {
    double l = c->s[i].end - c->s[i].start;
    sum += ((double) c->n - 1.0) / 3.0 * (2.0 * l * l * l - 3.0 * l * l + l)
      + l * l * room(c, l);
    own += l * (l - 1.0);
  }
  return 2.0 * sum / (total * (places * (places - 1.0) - own));
}

static ic_unitized ratio(double observed, double expected)
{
  ic_unitized out = undefined(IC_UNITIZING_PLAIN);
  if (!(expected > 0.0))
    return out;
  out.observed = observed;
  out.expected = expected;
  out.value = 1.0 - observed / expected;
  out.status = IC_UNITIZED;
  return out;
}

static ic_status compare_codes(const ic_continua *c, const segment *s,
                               size_t n, double total, ic_unitized *out,
                               ic_error *err)
{
  double m = c->coders, observed = 0.0, expected = 0.0;
  size_t room_needed = n + c->transcripts * (size_t) c->coders + 1;
  sections one = {.gap = ic_alloc(room_needed, sizeof(double)),
                  .tail = ic_alloc(room_needed, sizeof(double))};
  size_t *first = ic_alloc((size_t) c->coders, sizeof *first);
  size_t *count = ic_alloc((size_t) c->coders, sizeof *count);
  int ready = one.gap && one.tail && first && count;
  for (size_t k = 0, from = 0; ready && k < (size_t) c->codes; k++) {
    one.s = s + from;
    one.n = one.gaps = 0;
    for (; from < n && s[from].code == (int) k; from++)
      one.n++;
    double d = observe(&one, c, first, count)
      / (m * (m - 1.0) * total * total);
    double e = one.n ? expect(&one, m * total, total) : 0.0;
    out[k] = ratio(d, e);
    observed += d;
    expected += e;
  }
  out[c->codes] = ratio(observed, expected);
  ic_free(one.gap);
  ic_free(one.tail);
  ic_free(first);
  ic_free(count);
  return ready ? IC_OK : ic_no_memory(err);
}

static ic_unitizing_status check_seen(const ic_continua *c)
{
  if (c->coders < 2 || !c->transcripts)
    return IC_UNITIZING_ALONE;
  for (size_t t = 0; t < c->transcripts; t++)
    if (observers(c, t) < c->coders)
      return IC_UNITIZING_PARTIAL;
  return IC_UNITIZED;
}

ic_status ic_unitizing_alpha_u(const ic_continua *c, ic_unitized *out,
                               ic_error *err)
{
  segment *s;
  size_t n;
  double total = 0.0;
  for (size_t t = 0; t < c->transcripts; t++)
    total += c->length[t];
  for (int k = 0; k <= c->codes; k++)
    out[k] = undefined(check_seen(c));
  if (out[0].status != IC_UNITIZED)
    return IC_OK;
  ic_status status = read_segments(c, &s, &n, err);
  if (!status) {
    qsort(s, n, sizeof *s, by_kind);
    status = compare_codes(c, s, n, total, out, err);
  }
  ic_free(s);
  return status;
}
