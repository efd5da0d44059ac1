/* contribution: each unit and cluster really left out, shares that add up. */
#include <stdlib.h>

#include "check.h"
#include "core/contribution.h"
#include "core/memory.h"
#include "core/resample.h"
#include "random_ratings.h"

static ic_agreement_request request_for(const random_data *d, ic_level level)
{
  return (ic_agreement_request) {
    .values = d->values, .units = (size_t) d->units, .coders = d->coders,
    .categories = d->categories, .spec = random_spec(d, level, NULL, NULL)};
}

static ic_coded coded(const random_data *d, int clustered)
{
  return (ic_coded) {
    .values = d->values, .units = (size_t) d->units, .coders = d->coders,
    .categories = d->categories, .cluster = clustered ? d->cluster : NULL,
    .clusters = clustered ? (size_t) d->clusters : 0};
}

static double estimate_of(const ic_agreement_request *q, ic_coefficient c)
{
  ic_agreement_answer a;
  ic_error err;
  CHECK(!ic_agreement_run(q, NULL, NULL, &a, &err));
  return a.estimate.status[c] == IC_DEFINED ? a.estimate.value[c] : NAN;
}

static void parts_are_left_out(uint64_t seed, ic_level level, int clustered)
{
  static const ic_coefficient which[] = {IC_ALPHA, IC_FLEISS, IC_AC,
                                         IC_CONGER};
  ic_contribution out[UNITS_MAX];
  random_data d = random_ratings(seed);
  ic_agreement_request q = request_for(&d, level);
  ic_coefficient c = which[seed % 4];
  ic_error err;
  ic_coded data = coded(&d, clustered);
  CHECK(!ic_contributions(&data, &q.spec, c, out, &err));
  double share = 0.0, whole = estimate_of(&q, c);
  int n = clustered ? d.clusters : d.units;
  for (int i = 0; i < n; i++) {
    random_data left = d;
    ic_agreement_request rest = q;
    double rated = 0.0;
    rest.values = left.values;
    for (int u = 0; u < d.units; u++)
      for (int g = 0; g < d.coders; g++)
        if (clustered ? d.cluster[u] == i + 1 : u == i) {
          rated += left.values[g * d.units + u] > 0;
          left.values[g * d.units + u] = 0;
        }
    CHECK(out[i].rated == rated);
    double value = estimate_of(&rest, c);
    if (rated == 0.0) {
      CHECK(isnan(out[i].without) && isnan(out[i].share));
    } else if (!isnan(whole)) {
      CHECK(isnan(value) ? isnan(out[i].without)
                         : fabs(value - out[i].without) < 1e-10);
      share += out[i].share;
    }
  }
  CHECK(isnan(share) || share == 0.0 || fabs(share - 1.0) < 1e-12);
}

static void failing_memory_leaves_nothing(void)
{
  ic_contribution out[UNITS_MAX];
  random_data d = random_ratings(5);
  ic_spec spec = random_spec(&d, IC_ORDINAL, NULL, NULL);
  ic_coded data = coded(&d, 0);
  ic_error err;
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status && n < 100; n++) {
    ic_memory_fail(n, 0);
    status = ic_contributions(&data, &spec, IC_ALPHA, out, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  for (uint64_t seed = 1; seed <= 200; seed++)
    for (int level = IC_NOMINAL; level <= IC_INTERVAL; level++) {
      parts_are_left_out(seed, (ic_level) level, 0);
      parts_are_left_out(seed, (ic_level) level, 1);
    }
  failing_memory_leaves_nothing();
  return check_report();
}
