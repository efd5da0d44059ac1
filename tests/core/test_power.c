/* power: the region of every test, table by table; published sizes at 11
 * against 10; bounds on the size; limits; memory. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/power.h"

static double p_value(ic_table2 *d, ic_table_test test, unsigned x1,
                      unsigned x2, ic_tail tail, int mid)
{
  return test == IC_FISHER ? ic_table2_fisher(d, x1, x2, tail, mid)
    : test == IC_BOSCHLOO ? ic_table2_boschloo(d, x1, x2, tail, 0)
                          : ic_table2_barnard(d, x1, x2, tail, 0);
}

static void every_table(unsigned n1, unsigned n2, double alpha)
{
  unsigned char reject[400];
  ic_error err;
  ic_table2 *d;
  CHECK(ic_table2_new(n1, n2, &d, &err) == IC_OK);
  for (int test = IC_FISHER; test <= IC_BARNARD; test++)
    for (int tail = IC_LESS; tail <= IC_MINLIKE; tail++)
      for (int mid = 0; mid <= (test == IC_FISHER); mid++) {
        int same = 1;
        CHECK(ic_power_region(n1, n2, (ic_table_test) test, (ic_tail) tail, mid,
                              alpha, reject, &err) == IC_OK);
        for (unsigned x = 0; x <= n1; x++)
          for (unsigned y = 0; y <= n2; y++)
            same &= reject[x * (n2 + 1) + y] ==
              (p_value(d, (ic_table_test) test, x, y, (ic_tail) tail, mid)
               <= alpha);
        CHECK(same);
      }
  ic_table2_free(d);
}

static void size_is(ic_table_test test, ic_tail tail, int mid, double largest,
                    double mean)
{
  unsigned char reject[132];
  double found, average;
  ic_error err;
  CHECK(ic_power_region(11, 10, test, tail, mid, 0.05, reject, &err) == IC_OK);
  CHECK(ic_power_size(11, 10, reject, &found, &average, &err) == IC_OK);
  CHECK_NEAR(found, largest, 5.1e-4);
  CHECK_NEAR(average, mean, 5.1e-4);
}

static void sizes_of_eleven_against_ten(void)
{
  size_is(IC_FISHER, IC_MINLIKE, 0, 0.027, 0.017);
  size_is(IC_FISHER, IC_CENTRAL, 0, 0.027, 0.014);
  size_is(IC_FISHER, IC_MINLIKE, 1, 0.046, 0.034);
  size_is(IC_FISHER, IC_CENTRAL, 1, 0.032, 0.021);
  size_is(IC_BOSCHLOO, IC_MINLIKE, 0, 0.041, 0.026);
  size_is(IC_BOSCHLOO, IC_CENTRAL, 0, 0.047, 0.031);
  size_is(IC_BARNARD, IC_MINLIKE, 0, 0.047, 0.031);
}

/* One table, in which all of one group and none of the other mention: its
 * probability theta^2 (1 - theta)^3 is largest at 2 / 5. */
static void one_table(void)
{
  unsigned char reject[12] = {0};
  double largest, mean;
  ic_error err;
  reject[2 * 4 + 0] = 1;
  CHECK(ic_power_size(2, 3, reject, &largest, &mean, &err) == IC_OK);
  CHECK_NEAR(largest, 0.16 * 0.216, 1e-14);
  CHECK_NEAR(mean, 1.0 / 60, 1e-14);
  reject[8] = 0;
  CHECK(ic_power_size(2, 3, reject, &largest, &mean, &err) == IC_OK);
  CHECK(largest == 0 && mean == 0);
}

static void limits_and_memory(void)
{
  unsigned char reject[132];
  double largest, mean;
  ic_error err;
  CHECK(ic_power_region(2000, 2000, IC_FISHER, IC_CENTRAL, 0, 0.05, reject,
                        &err) == IC_ELIMIT);
  CHECK(ic_power_region(0, 5, IC_FISHER, IC_CENTRAL, 0, 0.05, reject, &err)
        == IC_EINPUT);
  for (size_t n = 1;; n++) {
    ic_memory_fail(n, 0);
    ic_status status = ic_power_region(11, 10, IC_BOSCHLOO, IC_CENTRAL, 0, 0.05,
                                       reject, &err);
    if (status == IC_OK)
      status = ic_power_size(11, 10, reject, &largest, &mean, &err);
    ic_memory_fail(0, 0);
    if (status == IC_OK)
      break;
    CHECK(status == IC_EMEMORY);
  }
}

int main(void)
{
  const double alphas[] = {0.001, 0.01, 0.05, 0.1, 0.3, 0.49};
  for (int i = 0; i < 6; i++) {
    every_table(11, 10, alphas[i]);
    every_table(5, 5, alphas[i]);
    every_table(1, 12, alphas[i]);
    every_table(3, 14, alphas[i]);
    every_table(17, 2, alphas[i]);
  }
  sizes_of_eleven_against_ten();
  one_table();
  limits_and_memory();
  return check_report();
}
