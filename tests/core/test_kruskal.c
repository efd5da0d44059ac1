/* kruskal: two groups against rank sums, a known value, failing memory. */
#include <math.h>

#include "check.h"
#include "core/kruskal.h"
#include "core/memory.h"
#include "core/ranks.h"

static void two_groups_are_a_rank_sum(void)
{
  unsigned state = 5;
  for (int round = 0; round < 100; round++) {
    double x[12], factor, p;
    uint32_t group[12];
    unsigned char member[12];
    int64_t twice[12];
    ic_tails tails;
    ic_error err;
    for (int i = 0; i < 12; i++) {
      state = state * 1664525u + 1013904223u;
      x[i] = (state >> 16) % (2 + (unsigned) round % 9);
      group[i] = i < 2 + round % 9;
      member[i] = group[i] == 1;
    }
    ic_midranks(x, 12, twice, &factor, &err);
    CHECK(ic_kruskal_exact(twice, group, 12, 2, &p, &err) == IC_OK);
    CHECK(ic_sum_exact(twice, member, 12, &tails, &err) == IC_OK);
    CHECK_NEAR(p, tails.two_sided, 1e-14);
  }
}

/* Groups of 2, 2 and 2 in perfect order: 3! of 90 ways. */
static void perfect_order(void)
{
  const double x[6] = {1, 2, 3, 4, 5, 6};
  const uint32_t group[6] = {0, 0, 1, 1, 2, 2};
  int64_t twice[6];
  double factor, p;
  size_t one, two;
  ic_error err;
  ic_midranks(x, 6, twice, &factor, &err);
  CHECK(ic_kruskal_exact(twice, group, 6, 3, &p, &err) == IC_OK);
  CHECK_NEAR(p, 6.0 / 90, 1e-15);
  CHECK_NEAR(ic_kruskal_statistic(twice, group, 6, 3, factor), 32.0 / 7,
             1e-12);
  CHECK(ic_kruskal_draw(twice, group, 6, 3, 20000, 9, 1, NULL, &one, &err)
        == IC_OK);
  CHECK(ic_kruskal_draw(twice, group, 6, 3, 20000, 9, 3, NULL, &two, &err)
        == IC_OK);
  CHECK(one == two);
  CHECK_NEAR((double) one / 20000, p, 0.01);
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status == IC_EMEMORY && n < 100; n++) {
    ic_memory_fail(n, 0);
    status = ic_kruskal_exact(twice, group, 6, 3, &p, &err);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  two_groups_are_a_rank_sum();
  perfect_order();
  return check_report();
}
