#include "amounts.h"

#include <math.h>

#include "memory.h"
#include "rng.h"

typedef struct room {
  double *x;
  unsigned char *member;
  int64_t *twice;
} room;

static void free_room(room *r)
{
  ic_free(r->x);
  ic_free(r->member);
  ic_free(r->twice);
}

static ic_status make_room(room *r, size_t n, ic_error *err)
{
  r->x = ic_alloc(n, sizeof *r->x);
  r->member = ic_alloc(n, sizeof *r->member);
  r->twice = ic_alloc(n, sizeof *r->twice);
  return r->x && r->member && r->twice ? IC_OK : ic_no_memory(err);
}

static void draw(const ic_amounts *a, ic_rng *rng, room *r)
{
  for (size_t i = 0; i < a->n1 + a->n2; i++) {
    int first = i < a->n1;
    uint32_t at = ic_rng_below(rng, (uint32_t) (first ? a->values1
                                                      : a->values2));
    r->x[i] = first ? a->first[at] : a->second[at];
    r->member[i] = (unsigned char) first;
  }
}

static int all_equal(const double *x, size_t n)
{
  size_t i = 1;
  while (i < n && x[i] == x[0])
    i++;
  return i >= n;
}

static ic_status wilcoxon(const room *r, size_t n, ic_tails *tails,
                          ic_error *err)
{
  double factor;
  ic_status status = ic_midranks(r->x, n, r->twice, &factor, err);
  return status ? status : ic_sum_exact(r->twice, r->member, n, tails, err);
}

static ic_status brunner(const room *r, size_t n, ic_rng *rng, ic_tails *tails,
                         ic_error *err)
{
  double tables;
  ic_brunner_permuted found;
  ic_status status = ic_brunner_tables(r->x, r->member, n, &tables, err);
  if (status == IC_OK)
    status = ic_brunner_permute(r->x, r->member, n,
                                tables <= IC_AMOUNTS_TABLES ? 0
                                                            : IC_AMOUNTS_DRAWS,
                                ic_rng_u64(rng), IC_SCALE_LOGIT, 0.0, NULL,
                                &found, err);
  if (status == IC_OK)
    *tails = found.tails;
  return status;
}

typedef struct simulation {
  const ic_amounts *a;
  double *p;
} simulation;

static ic_status one_study(void *data, size_t item, int worker, ic_error *err)
{
  const simulation *s = data;
  const ic_amounts *a = s->a;
  size_t n = a->n1 + a->n2;
  ic_rng rng = ic_rng_stream(a->seed, item);
  room r;
  ic_tails tails = {NAN, NAN, NAN};
  (void) worker;
  ic_status status = make_room(&r, n, err);
  if (status == IC_OK) {
    draw(a, &rng, &r);
    if (!all_equal(r.x, n))
      status = a->test == IC_WILCOXON ? wilcoxon(&r, n, &tails, err)
                                      : brunner(&r, n, &rng, &tails, err);
  }
  s->p[item] = tails.two_sided;
  free_room(&r);
  return status;
}

ic_status ic_amounts_simulate(const ic_amounts *a, const ic_watch *watch,
                              double *p, ic_error *err)
{
  simulation s = {a, p};
  return ic_parallel(a->replicates, a->threads, one_study, &s, watch, err);
}
