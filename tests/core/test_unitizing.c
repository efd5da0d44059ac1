/* unitizing: the sweep against a count character by character, threads,
 * refused segments, and every failing allocation. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/rng.h"
#include "core/unitizing.h"

enum { T = 3, M = 3, K = 3, LONG = 40, MOST = 200 };

typedef struct data {
  ic_continua c;
  double length[T], start[MOST], end[MOST];
  int seen[T * M], transcript[MOST], coder[MOST], code[MOST];
  int value[T][M][LONG]; /* 0 is a gap */
  int segment[T][M][LONG];
} data;

static void add_segment(data *d, int t, int m, int from, int to, int code)
{
  size_t i = d->c.segments++;
  d->transcript[i] = t + 1;
  d->coder[i] = m + 1;
  d->code[i] = code;
  d->start[i] = from + 1;
  d->end[i] = to;
  for (int p = from; p < to; p++) {
    d->value[t][m][p] = code;
    d->segment[t][m][p] = (int) i + 1;
  }
}

static void make(data *d, uint64_t seed)
{
  ic_rng rng = ic_rng_stream(seed, 0);
  memset(d, 0, sizeof *d);
  d->c = (ic_continua) {
    .transcripts = T, .coders = M, .codes = K, .length = d->length,
    .seen = d->seen, .transcript = d->transcript, .coder = d->coder,
    .code = d->code, .start = d->start, .end = d->end
  };
  for (int t = 0; t < T; t++) {
    d->length[t] = 10 + ic_rng_below(&rng, LONG - 10);
    for (int m = 0; m < M; m++) {
      d->seen[t + m * T] = ic_rng_below(&rng, 5) > 0;
      if (!d->seen[t + m * T])
        continue;
      for (int p = 0; p < (int) d->length[t];) {
        int to = p + 1 + (int) ic_rng_below(&rng, 8);
        if (to > (int) d->length[t])
          to = (int) d->length[t];
        if (ic_rng_below(&rng, 2))
          add_segment(d, t, m, p, to, 1 + (int) ic_rng_below(&rng, K));
        p = to;
      }
    }
  }
}

static int observers(const data *d, int t)
{
  int m = 0;
  for (int i = 0; i < M; i++)
    m += d->seen[t + i * T];
  return m;
}

/* u-alpha by pairs of coders and characters. */
static double slow_u(const data *d)
{
  double same = 0, all = 0, length[K + 1] = {0}, self = 0, apart = 0;
  for (int t = 0; t < T; t++) {
    int m = observers(d, t);
    if (m < 2)
      continue;
    for (int p = 0; p < (int) d->length[t]; p++)
      for (int i = 0; i < M; i++) {
        if (!d->seen[t + i * T])
          continue;
        all++;
        length[d->value[t][i][p]]++;
        for (int j = 0; j < M; j++)
          if (j != i && d->seen[t + j * T]
              && d->value[t][i][p] == d->value[t][j][p])
            same += 1.0 / (m - 1);
        for (int q = 0; q < (int) d->length[t]; q++)
          self += d->segment[t][i][p]
            && d->segment[t][i][p] == d->segment[t][i][q];
      }
  }
  self += length[0];
  for (int k = 0; k <= K; k++)
    apart += length[k] * (all - length[k]);
  return 1.0 - (1.0 - same / all) / (apart / (all * all - self));
}

static void sweep_is_right(uint64_t seed)
{
  static data d;
  ic_unitizing u;
  ic_unitized out[IC_U_FIRST_CODE + K];
  ic_unitizing_request q = {.kind = IC_CI_NONE};
  ic_error err;
  make(&d, seed);
  CHECK(!ic_unitizing_open(&u, &d.c, &err));
  CHECK(!ic_unitizing_run(&u, &q, NULL, out, &err));
  double slow = slow_u(&d);
  if (isfinite(slow))
    CHECK_NEAR(out[IC_U].value, slow, 1e-12);
  else
    CHECK(out[IC_U].status != IC_UNITIZED);
  ic_unitizing_close(&u);
}

static void threads_do_not_matter(void)
{
  static data d;
  ic_unitizing u;
  ic_unitized one[IC_U_FIRST_CODE + K], many[IC_U_FIRST_CODE + K];
  ic_unitizing_request q = {.kind = IC_CI_BCA, .confidence = 0.95,
                            .replicates = 400, .seed = 5, .threads = 1};
  ic_error err;
  make(&d, 11);
  CHECK(!ic_unitizing_open(&u, &d.c, &err));
  CHECK(u.rows > 1);
  CHECK(!ic_unitizing_run(&u, &q, NULL, one, &err));
  q.threads = 8;
  CHECK(!ic_unitizing_run(&u, &q, NULL, many, &err));
  CHECK(one[IC_U].interval.kind == IC_CI_BCA);
  for (int k = 0; k < IC_U_FIRST_CODE + K; k++) {
    CHECK(one[k].interval.low == many[k].interval.low);
    CHECK(one[k].interval.high == many[k].interval.high);
  }
  ic_unitizing_close(&u);
}

static void bad_segments_are_refused(void)
{
  static data d;
  ic_unitizing u;
  ic_error err;
  make(&d, 11);
  d.c.segments = 0;
  for (int i = 0; i < T * M; i++)
    d.seen[i] = 1;
  add_segment(&d, 0, 0, 0, 5, 1);
  add_segment(&d, 0, 0, 4, 8, 2);
  CHECK(ic_unitizing_open(&u, &d.c, &err) == IC_EINPUT);
  CHECK(err.item == 1 && err.at == 0);
  d.code[1] = 1;
  CHECK(!ic_unitizing_open(&u, &d.c, &err));
  CHECK(u.segments == 1);
  ic_unitizing_close(&u);
  d.end[1] = d.length[0] + 1;
  CHECK(ic_unitizing_open(&u, &d.c, &err) == IC_EINPUT && err.item == 1);
  d.end[1] = 3;
  CHECK(ic_unitizing_open(&u, &d.c, &err) == IC_EINPUT && err.item == 1);
  d.end[1] = 8;
  d.seen[0] = 0;
  CHECK(ic_unitizing_open(&u, &d.c, &err) == IC_EINPUT && err.item == 0);
}

static void failing_memory_is_reported(void)
{
  static data d;
  make(&d, 11);
  for (size_t n = 1;; n++) {
    ic_unitizing u;
    ic_unitized out[IC_U_FIRST_CODE + K];
    ic_unitizing_request q = {.kind = IC_CI_BCA, .confidence = 0.95,
                              .replicates = 20, .threads = 1};
    ic_error err;
    ic_memory_fail(n, 0);
    ic_status status = ic_unitizing_open(&u, &d.c, &err);
    if (!status)
      status = ic_unitizing_run(&u, &q, NULL, out, &err);
    ic_unitizing_close(&u);
    if (!status)
      status = ic_unitizing_alpha_u(&d.c, out, &err);
    ic_memory_fail(0, 0);
    CHECK(!status || status == IC_EMEMORY);
    if (!status)
      break;
    CHECK(n < 100);
  }
}

int main(void)
{
  for (uint64_t seed = 0; seed < 300; seed++)
    sweep_is_right(seed);
  threads_do_not_matter();
  bad_segments_are_refused();
  failing_memory_is_reported();
  return check_report();
}
