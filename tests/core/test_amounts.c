/* amounts: the same bits for any number of threads; power of separated and of
 * equal populations; nothing to test; limits and memory. */
#include "check.h"
#include "core/amounts.h"
#include "core/memory.h"

#define STUDIES 500

static const double low[4] = {0, 1, 2, 5}, high[3] = {10, 11, 12};

static ic_amounts plan(ic_amount_test test, const double *second, size_t n)
{
  return (ic_amounts) {.first = low, .values1 = 4, .second = second,
                       .values2 = n, .n1 = 8, .n2 = 7, .test = test,
                       .replicates = STUDIES, .seed = 3, .threads = 1};
}

static void threads_change_nothing(ic_amount_test test)
{
  static double one[STUDIES], many[STUDIES];
  ic_error err;
  ic_amounts a = plan(test, low, 4);
  int same = 1;
  CHECK(ic_amounts_simulate(&a, NULL, one, &err) == IC_OK);
  a.threads = 4;
  CHECK(ic_amounts_simulate(&a, NULL, many, &err) == IC_OK);
  for (int i = 0; i < STUDIES; i++)
    same &= one[i] == many[i];
  CHECK(same);
}

static void level_and_power(ic_amount_test test)
{
  static double p[STUDIES];
  ic_error err;
  int alarms = 0;
  ic_amounts a = plan(test, low, 4);
  CHECK(ic_amounts_simulate(&a, NULL, p, &err) == IC_OK);
  for (int i = 0; i < STUDIES; i++) {
    CHECK(p[i] > 0 && p[i] <= 1);
    alarms += p[i] <= 0.05;
  }
  CHECK(alarms > 0 && alarms < 0.09 * STUDIES);
  a = plan(test, high, 3);
  CHECK(ic_amounts_simulate(&a, NULL, p, &err) == IC_OK);
  for (int i = 0; i < STUDIES; i++)
    CHECK(p[i] < 0.001);
}

static void nothing_to_test(void)
{
  const double one = 1;
  double p[STUDIES];
  ic_error err;
  ic_amounts a = plan(IC_BRUNNER, &one, 1);
  a.first = &one;
  a.values1 = 1;
  CHECK(ic_amounts_simulate(&a, NULL, p, &err) == IC_OK);
  CHECK(isnan(p[0]) && isnan(p[STUDIES - 1]));
}

static void limits_and_memory(ic_amount_test test)
{
  double p[2];
  ic_error err;
  ic_amounts a = plan(test, high, 3);
  a.replicates = 2;
  for (size_t n = 1;; n++) {
    ic_memory_fail(n, 0);
    ic_status status = ic_amounts_simulate(&a, NULL, p, &err);
    ic_memory_fail(0, 0);
    if (status == IC_OK)
      break;
    CHECK(status == IC_EMEMORY);
  }
  a.n1 = a.n2 = 3000;
  CHECK(ic_amounts_simulate(&a, NULL, p, &err) == IC_ELIMIT);
}

int main(void)
{
  for (ic_amount_test test = IC_WILCOXON; test <= IC_BRUNNER; test++) {
    threads_change_nothing(test);
    level_and_power(test);
    limits_and_memory(test);
  }
  nothing_to_test();
  return check_report();
}
