/* resample: the same bits for any number of threads, sensible intervals, and
 * nothing left behind when memory runs out. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/resample.h"
#include "random_ratings.h"

static ic_agreement_request request_for(const random_data *d)
{
  return (ic_agreement_request) {
    .values = d->values, .units = (size_t) d->units, .coders = d->coders,
    .categories = d->categories, .spec = random_spec(d, IC_ORDINAL, NULL, NULL),
    .kind = IC_CI_BCA, .confidence = 0.95,
    .replicates = 200, .seed = 7, .threads = 1};
}

static int same_answer(const ic_agreement_answer *a,
                       const ic_agreement_answer *b)
{
  int same = 1;
  for (int c = 0; c < IC_COEFFICIENTS; c++)
    same &= !memcmp(&a->interval[c].low, &b->interval[c].low, sizeof(double))
      && !memcmp(&a->interval[c].high, &b->interval[c].high, sizeof(double))
      && !memcmp(&a->interval[c].error, &b->interval[c].error, sizeof(double))
      && a->interval[c].undefined == b->interval[c].undefined;
  return same;
}

static void threads_change_nothing(uint64_t seed, int clustered)
{
  random_data d = random_ratings(seed);
  ic_agreement_request q = request_for(&d);
  ic_agreement_answer one, many;
  ic_error err;
  if (clustered) {
    q.cluster = d.cluster;
    q.clusters = (size_t) d.clusters;
  }
  CHECK(!ic_agreement_run(&q, NULL, NULL, &one, &err));
  for (q.threads = 2; q.threads <= 4; q.threads++) {
    CHECK(!ic_agreement_run(&q, NULL, NULL, &many, &err));
    CHECK(same_answer(&one, &many));
  }
}

/* Drawing units one by one, or patterns by their sizes, is the same
 * distribution: with 40 times the data the means must agree. */
static void both_ways_to_draw_agree(void)
{
  enum { UNITS = 2400 };
  static int values[2 * UNITS];
  static double out[2][4000 * IC_COEFFICIENTS];
  double mean[2] = {0, 0}, square[2] = {0, 0};
  ic_error err;
  ic_ratings *r;
  ic_measure m;
  ic_spec spec = {.wanted = IC_BIT(IC_ALPHA)};
  for (int i = 0; i < UNITS; i++) {
    values[i] = 1 + i % 3;
    values[UNITS + i] = i % 7 ? 1 + i % 3 : 1 + i % 2;
  }
  for (int way = 0; way < 2; way++) {
    CHECK(!ic_ratings_collapse(values, UNITS, 2, 3, NULL, 0, 1, &r, &err));
    CHECK(!ic_measure_open(&m, r, &spec, &err));
    CHECK(r->patterns * 12 < r->units);
    int cluster[UNITS];
    if (way == 1) {
      ic_measure_close(&m);
      ic_ratings_free(r);
      for (int i = 0; i < UNITS; i++)
        cluster[i] = i + 1;
      CHECK(!ic_ratings_collapse(values, UNITS, 2, 3, cluster, UNITS, 1, &r,
                                 &err));
      CHECK(!ic_measure_open(&m, r, &spec, &err));
    }
    CHECK(!ic_bootstrap(&m, 11, 4000, 2, NULL, out[way], &err));
    for (int b = 0; b < 4000; b++) {
      double a = out[way][b * IC_COEFFICIENTS + IC_ALPHA];
      mean[way] += a / 4000;
      square[way] += a * a / 4000;
    }
    ic_measure_close(&m);
    ic_ratings_free(r);
  }
  CHECK_NEAR(mean[0], mean[1], 0.001);
  CHECK_NEAR(sqrt(square[0] - mean[0] * mean[0]),
             sqrt(square[1] - mean[1] * mean[1]), 0.001);
}

static void intervals_hold_the_estimate(uint64_t seed)
{
  random_data d = random_ratings(seed);
  ic_agreement_request q = request_for(&d);
  ic_agreement_answer a;
  ic_error err;
  for (q.kind = IC_CI_BCA; q.kind <= IC_CI_KRIPPENDORFF; q.kind++) {
    CHECK(!ic_agreement_run(&q, NULL, NULL, &a, &err));
    for (int c = 0; c < IC_PLAIN; c++) {
      const ic_interval *i = &a.interval[c];
      if (a.estimate.status[c] != IC_DEFINED) {
        CHECK(isnan(i->low) && i->kind == IC_CI_NONE);
      } else if (i->kind >= IC_CI_DEGENERATE) {
        CHECK(isnan(i->low) && isnan(i->high));
      } else {
        int by_ratio = i->kind == IC_CI_ANALYTIC
          && ic_coefficient_form((ic_coefficient) c) != IC_FORMS;
        CHECK(i->low <= i->high && i->high <= 1.0);
        CHECK(by_ratio ? isnan(i->error) : i->error > 0.0);
      }
    }
  }
}

static int stop(void *data, size_t done, size_t total)
{
  (void) data, (void) done, (void) total;
  return 1;
}

static void it_can_be_stopped(void)
{
  random_data d = random_ratings(3);
  ic_agreement_request q = request_for(&d);
  ic_watch watch = {stop, NULL};
  ic_agreement_answer a;
  ic_error err;
  q.replicates = 100000000;
  q.kind = IC_CI_PERCENTILE;
  q.replicates = 2000000;
  q.threads = 2;
  CHECK(ic_agreement_run(&q, &watch, NULL, &a, &err) == IC_EINTERRUPT);
}

static void every_allocation_may_fail(ic_interval_kind kind)
{
  random_data d = random_ratings(8);
  ic_agreement_request q = request_for(&d);
  double margins[8];
  ic_agreement_answer a;
  ic_error err;
  ic_status status;
  size_t n = 0;
  q.kind = kind;
  do {
    ic_memory_fail(++n, 0);
    status = ic_agreement_run(&q, NULL, margins, &a, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  } while (status != IC_OK && n < 200);
  CHECK(n > 10 && n < 200);
  ic_memory_fail(0, 0);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 30; seed++) {
    threads_change_nothing(seed, 0);
    threads_change_nothing(seed, 1);
    intervals_hold_the_estimate(seed);
  }
  both_ways_to_draw_agree();
  it_can_be_stopped();
  for (int kind = IC_CI_NONE; kind <= IC_CI_KRIPPENDORFF; kind++)
    every_allocation_may_fail((ic_interval_kind) kind);
  return check_report();
}
