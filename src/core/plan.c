#include "plan.h"

#include "memory.h"
#include "rng.h"

static size_t draw_from(ic_rng *rng, const double *share, size_t n)
{
  double u = ic_rng_unit(rng);
  size_t k = 0;
  while (k + 1 < n && u >= share[k])
    u -= share[k++];
  return k;
}

/* Every rating uses two numbers, missing or not: the share of missing ratings
 * does not shift the others. */
static void draw_unit(const ic_plan *p, ic_rng *rng, int *values, size_t unit)
{
  size_t q = (size_t) p->study.categories;
  size_t kind = draw_from(rng, p->weight, p->kinds);
  for (int g = 0; g < p->study.coders; g++) {
    int value = 1 + (int) draw_from(rng, p->given + kind * q, q);
    values[(size_t) g * p->study.units + unit] =
      ic_rng_unit(rng) < p->missing ? 0 : value;
  }
}

typedef struct simulation {
  const ic_plan *plan;
  double *estimate, *low, *high;
} simulation;

static ic_status one_study(void *data, size_t item, int worker, ic_error *err)
{
  const simulation *s = data;
  const ic_plan *p = s->plan;
  ic_agreement_request study = p->study;
  ic_agreement_answer answer;
  ic_rng rng = ic_rng_stream(p->seed, item);
  int *values = ic_alloc(study.units * (size_t) study.coders, sizeof *values);
  if (!values)
    return ic_no_memory(err);
  (void) worker;
  study.values = values;
  study.threads = 1;
  study.seed = ic_rng_u64(&rng);
  for (size_t u = 0; u < study.units; u++)
    draw_unit(p, &rng, values, u);
  ic_status status = ic_agreement_run(&study, NULL, NULL, &answer, err);
  if (!status) {
    s->estimate[item] = answer.estimate.value[p->coefficient];
    s->low[item] = answer.interval[p->coefficient].low;
    s->high[item] = answer.interval[p->coefficient].high;
  }
  ic_free(values);
  return status;
}

ic_status ic_plan_simulate(const ic_plan *plan, const ic_watch *watch,
                           double *estimate, double *low, double *high,
                           ic_error *err)
{
  simulation s = {plan, estimate, low, high};
  return ic_parallel(plan->replicates, plan->threads, one_study, &s, watch,
                     err);
}
