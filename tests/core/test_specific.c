/* specific: against pairs counted one by one; the same bits for any number of
 * threads; nothing left behind when memory runs out. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/specific.h"
#include "random_ratings.h"

static ic_coded coded(const random_data *d)
{
  return (ic_coded) {
    .values = d->values, .units = (size_t) d->units, .coders = d->coders,
    .categories = d->categories};
}

static ic_interval_request request_for(ic_interval_kind kind)
{
  return (ic_interval_request) {.kind = kind, .confidence = 0.95,
    .replicates = 100, .seed = 3, .threads = 1};
}

static double counted(const random_data *d, int k)
{
  double same = 0.0, all = 0.0;
  for (int u = 0; u < d->units; u++)
    for (int g = 0; g < d->coders; g++)
      for (int h = 0; h < d->coders; h++) {
        int a = d->values[g * d->units + u], b = d->values[h * d->units + u];
        if (g == h || a != k || b < 1)
          continue;
        same += b == k;
        all += 1.0;
      }
  return all > 0.0 ? same / all : NAN;
}

static void pairs_are_counted(uint64_t seed)
{
  ic_specific out[8];
  ic_error err;
  random_data d = random_ratings(seed);
  ic_coded data = coded(&d);
  ic_interval_request q = request_for(IC_CI_NONE);
  CHECK(!ic_specific_agreement(&data, &q, NULL, out, &err));
  for (int k = 0; k < d.categories; k++) {
    double value = counted(&d, k + 1);
    CHECK(isnan(value) ? isnan(out[k].value)
                       : fabs(value - out[k].value) < 1e-14);
    CHECK(isnan(out[k].interval.low));
  }
}

static int same(double a, double b)
{
  return !memcmp(&a, &b, sizeof a);
}

static void threads_change_nothing(uint64_t seed, ic_interval_kind kind)
{
  ic_specific one[8], many[8];
  ic_error err;
  random_data d = random_ratings(seed);
  ic_coded data = coded(&d);
  ic_interval_request q = request_for(kind);
  if (seed % 2) {
    data.cluster = d.cluster;
    data.clusters = (size_t) d.clusters;
  }
  CHECK(!ic_specific_agreement(&data, &q, NULL, one, &err));
  q.threads = 3;
  CHECK(!ic_specific_agreement(&data, &q, NULL, many, &err));
  for (int k = 0; k < d.categories; k++) {
    const ic_interval *ci = &one[k].interval;
    CHECK(same(ci->low, many[k].interval.low));
    CHECK(same(ci->high, many[k].interval.high));
    if (!isnan(ci->low))
      CHECK(ci->low <= one[k].value + 1e-12
            && ci->high >= one[k].value - 1e-12 && ci->high <= 1.0);
  }
}

static void failing_memory_leaves_nothing(void)
{
  ic_specific out[8];
  random_data d = random_ratings(5);
  ic_coded data = coded(&d);
  ic_interval_request q = request_for(IC_CI_BCA);
  ic_error err;
  ic_status status = IC_EMEMORY;
  q.threads = 2;
  for (size_t n = 1; status && n < 100; n++) {
    ic_memory_fail(n, 0);
    status = ic_specific_agreement(&data, &q, NULL, out, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  for (uint64_t seed = 1; seed <= 300; seed++) {
    pairs_are_counted(seed);
    threads_change_nothing(seed, IC_CI_JACKKNIFE);
    threads_change_nothing(seed, IC_CI_ANALYTIC);
    if (seed <= 40) {
      threads_change_nothing(seed, IC_CI_BCA);
      threads_change_nothing(seed, IC_CI_PERCENTILE);
    }
  }
  failing_memory_leaves_nothing();
  return check_report();
}
