#include "check.h"
#include "core/numeric.h"

static double peak(const void *data, double x)
{
  return 2.0 - pow(x - *(const double *) data, 2.0);
}

int main(void)
{
  ic_sum sum = {0, 0};
  ic_sum_add(&sum, 1);
  ic_sum_add(&sum, 1e100);
  ic_sum_add(&sum, 1);
  ic_sum_add(&sum, -1e100);
  CHECK(ic_sum_value(&sum) == 2);

  CHECK_NEAR(ic_log_choose(21, 10), log(352716.0), 1e-13);
  CHECK_NEAR(ic_log_factorial(170), 706.5730622457874, 1e-10);
  CHECK_NEAR(ic_log_factorial(15), log(1307674368000.0), 1e-13);
  CHECK_NEAR(ic_log_factorial(16), log(20922789888000.0), 1e-13);

  CHECK_NEAR(ic_normal_cdf(1.959963984540054), 0.975, 1e-15);
  CHECK_NEAR(ic_normal_quantile(0.975), 1.959963984540054, 1e-14);
  CHECK_NEAR(ic_normal_quantile(1e-10), -6.361340902404056, 1e-13);
  CHECK(ic_normal_quantile(0) == -INFINITY);
  CHECK(isnan(ic_normal_quantile(NAN)));
  for (double p = 0.001; p < 1; p += 0.013)
    CHECK_NEAR(ic_normal_cdf(ic_normal_quantile(p)), p, 1e-14);

  CHECK_NEAR(ic_t_quantile(0.975, 10), 2.2281388519862748, 1e-12);
  CHECK_NEAR(ic_t_quantile(0.975, 1), 12.706204736174694, 1e-10);
  CHECK_NEAR(ic_t_cdf(2.0, 5), 0.9490302605850709, 1e-13);
  CHECK_NEAR(ic_t_cdf(-2.0, 5), 1 - 0.9490302605850709, 1e-13);
  CHECK_NEAR(ic_beta_cdf(0.3, 2, 5), 0.579825, 1e-12);

  CHECK_NEAR(ic_f_quantile(0.975, 5, 18), 3.3819678058752429, 1e-12);
  CHECK_NEAR(ic_f_quantile(0.975, 2.786, 5), 7.8730612688113082, 1e-11);
  CHECK_NEAR(ic_f_quantile(0.01, 3, 40), 0.03786328015588758, 1e-13);
  CHECK_NEAR(ic_f_quantile(0.975, 1, 0.4) / 13223267.022170443, 1, 1e-10);
  CHECK_NEAR(ic_f_tail(3.2, 5, 15), 0.036554661466091688, 1e-14);

  double x[5] = {3, 1, 5, 2, 4};
  ic_sort(x, 5);
  CHECK(x[0] == 1 && x[4] == 5);
  CHECK_NEAR(ic_quantile_sorted(x, 5, 0.5), 3, 0);
  CHECK_NEAR(ic_quantile_sorted(x, 5, 0.25), 1.5, 1e-15);
  CHECK(ic_quantile_sorted(x, 5, 0) == 1 && ic_quantile_sorted(x, 5, 1) == 5);

  double place = 0.3, at;
  CHECK_NEAR(ic_golden_max(peak, &place, -1.0, 2.0, 1e-9, &at), 2.0, 1e-15);
  CHECK_NEAR(at, 0.3, 1e-7);
  return check_report();
}
