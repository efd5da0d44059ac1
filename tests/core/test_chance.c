/* chance: threads change nothing, margins are kept, and nothing is left behind
 * when memory runs out. */
#include <stdlib.h>

#include "check.h"
#include "core/chance.h"
#include "core/memory.h"
#include "random_ratings.h"

static ic_chance_request request_for(const random_data *d, ic_coefficient c)
{
  return (ic_chance_request) {
    .values = d->values, .units = (size_t) d->units, .coders = d->coders,
    .categories = d->categories, .coefficient = c, .replicates = 100,
    .seed = 3, .threads = 1,
    .spec = {.wanted = IC_BIT(c), .level = IC_ORDINAL, .numbers = d->numbers}};
}

static void threads_change_nothing(uint64_t seed, int grouped)
{
  random_data d = random_ratings(seed);
  ic_chance_answer one, many;
  ic_error err;
  for (int c = 0; c < IC_PLAIN; c++) {
    ic_chance_request q = request_for(&d, (ic_coefficient) c);
    if (grouped) {
      q.group = d.cluster;
      q.groups = (size_t) d.clusters;
    }
    CHECK(!ic_chance_permute(&q, NULL, &one, &err));
    q.threads = 3;
    CHECK(!ic_chance_permute(&q, NULL, &many, &err));
    CHECK(one.above == many.above && one.below == many.below
          && one.status == many.status);
    if (one.status != IC_DEFINED)
      continue;
    CHECK(!memcmp(&one.mean, &many.mean, sizeof one.mean)
          || (isnan(one.mean) && isnan(many.mean)));
    CHECK(one.above + one.below >= one.arrangements);
    CHECK(one.complete || one.arrangements == 100.0);
    if (one.complete)
      CHECK(one.above >= 1.0 && one.below >= 1.0
            && one.arrangements <= IC_ARRANGEMENTS_ALL);
  }
}

static void every_allocation_may_fail(int units)
{
  random_data d = random_ratings(8);
  ic_chance_request q = request_for(&d, IC_ALPHA);
  ic_chance_error whole, each[8];
  ic_chance_answer a;
  ic_defined why;
  double n;
  ic_error err;
  ic_status status;
  size_t k = 0;
  int values[2 * 8] = {1, 2, 1, 2, 1, 2, 2, 1, 1, 2, 1, 2, 1, 2, 1, 1};
  q.replicates = 3;
  if (units) {
    q.values = values;
    q.units = 8;
    q.coders = q.categories = 2;
  }
  do {
    ic_memory_fail(++k, 0);
    status = ic_chance_permute(&q, NULL, &a, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  } while (status != IC_OK && k < 100000);
  CHECK(k > 10 && k < 100000);
  k = 0;
  do {
    ic_memory_fail(++k, 0);
    status = ic_chance_asymptotic(&q, &why, &n, &whole, each, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  } while (status != IC_OK && k < 1000);
  ic_memory_fail(0, 0);
}

int main(void)
{
  for (uint64_t seed = 0; seed < 12; seed++) {
    threads_change_nothing(seed, 0);
    threads_change_nothing(seed, 1);
  }
  every_allocation_may_fail(0);
  every_allocation_may_fail(1);
  return check_report();
}
