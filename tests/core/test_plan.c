/* plan: the same bits for any number of threads; estimates around the
 * coefficient of the model; smaller studies begin larger ones; nothing left
 * behind when memory runs out. */
#include "check.h"
#include "core/memory.h"
#include "core/plan.h"

#define STUDIES 400

/* Two categories, a true one per unit, found with probability 0.9. */
static const double weight[2] = {0.7, 0.3};
static const double given[4] = {0.97, 0.03, 0.07, 0.93};

static ic_plan plan_for(size_t units, int coders, double missing)
{
  return (ic_plan) {
    .study = {.units = units, .coders = coders, .categories = 2,
              .spec = {.wanted = IC_BIT(IC_ALPHA), .level = IC_NOMINAL},
              .kind = IC_CI_JACKKNIFE, .confidence = 0.95},
    .coefficient = IC_ALPHA, .kinds = 2, .weight = weight, .given = given,
    .missing = missing, .replicates = STUDIES, .seed = 5, .threads = 1};
}

typedef struct answers {
  double estimate[STUDIES], low[STUDIES], high[STUDIES];
} answers;

static ic_status run(const ic_plan *p, answers *a, ic_error *err)
{
  return ic_plan_simulate(p, NULL, a->estimate, a->low, a->high, err);
}

static double mean(const double *x)
{
  double sum = 0.0;
  for (int i = 0; i < STUDIES; i++)
    sum += x[i];
  return sum / STUDIES;
}

static void alpha_is_that_of_the_model(void)
{
  static answers a;
  ic_error err;
  ic_plan p = plan_for(300, 3, 0.2);
  int covered = 0;
  CHECK(run(&p, &a, &err) == IC_OK);
  CHECK_NEAR(mean(a.estimate), 0.81, 0.01);
  for (int i = 0; i < STUDIES; i++)
    covered += a.low[i] <= 0.81 && 0.81 <= a.high[i];
  CHECK(covered > 0.92 * STUDIES && covered < 0.98 * STUDIES);
}

static void threads_change_nothing(void)
{
  static answers one, many;
  ic_error err;
  ic_plan p = plan_for(40, 2, 0.0);
  CHECK(run(&p, &one, &err) == IC_OK);
  p.threads = 4;
  CHECK(run(&p, &many, &err) == IC_OK);
  CHECK(!memcmp(&one, &many, sizeof one));
}

static void precision_grows_with_units(void)
{
  static answers few, many;
  ic_error err;
  ic_plan p = plan_for(200, 3, 0.0), q = plan_for(800, 3, 0.0);
  CHECK(run(&p, &few, &err) == IC_OK);
  CHECK(run(&q, &many, &err) == IC_OK);
  CHECK_NEAR((mean(few.high) - mean(few.low)) /
             (mean(many.high) - mean(many.low)), 2.0, 0.1);
}

static void memory_may_run_out(void)
{
  static answers a;
  ic_error err;
  ic_plan p = plan_for(10, 2, 0.0);
  ic_status status = IC_EMEMORY;
  p.replicates = 1;
  for (size_t n = 1; status == IC_EMEMORY && n < 1000; n++) {
    ic_memory_fail(n, 1);
    status = run(&p, &a, &err);
    ic_memory_fail(0, 0);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  CHECK(status == IC_OK);
}

int main(void)
{
  alpha_is_that_of_the_model();
  threads_change_nothing();
  precision_grows_with_units();
  memory_may_run_out();
  return check_report();
}
