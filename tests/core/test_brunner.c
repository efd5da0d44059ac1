/* brunner: tables against single relabellings, published values, limits. */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "core/brunner.h"
#include "core/memory.h"

static const double pain[25] = {1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1,
                                3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4};

static void first(unsigned char *member, size_t n1, size_t n)
{
  for (size_t i = 0; i < n; i++)
    member[i] = i < n1;
}

static void published(void)
{
  unsigned char member[25];
  ic_brunner b;
  ic_tails t;
  ic_brunner_permuted p;
  double tables;
  ic_error err;
  first(member, 14, 25);
  CHECK(ic_brunner_estimate(pain, member, 25, &b, &err) == IC_OK);
  ic_brunner_t(&b, &t);
  CHECK_NEAR(b.statistic, 3.1375, 5.1e-5);
  CHECK_NEAR(b.df, 17.683, 5.1e-4);
  CHECK_NEAR(t.two_sided, 0.005786, 5.1e-7);
  CHECK(ic_brunner_tables(pain, member, 25, &tables, &err) == IC_OK);
  CHECK(tables < 1000);
  CHECK(ic_brunner_permute(pain, member, 25, 0, 0, IC_SCALE_LOGIT, 0.025,
                           NULL, &p, &err) == IC_OK);
  CHECK_NEAR(p.tails.two_sided, 0.008038, 5.1e-7);
  CHECK(p.relabellings == 4457400.0);
}

/* The statistic as ic_brunner_estimate() has it, for every relabelling. */
static void against_every_relabelling(void)
{
  unsigned state = 99;
  for (int round = 0; round < 150; round++) {
    size_t n1 = 2 + (size_t) round % 3, n = n1 + 2 + (size_t) round % 4;
    double x[9], all = 0, less = 0, both = 0;
    unsigned char member[9];
    ic_brunner seen, b;
    ic_brunner_permuted p;
    ic_error err;
    for (size_t i = 0; i < n; i++) {
      state = state * 1664525u + 1013904223u;
      x[i] = (state >> 16) % (2 + (unsigned) round % 7);
    }
    first(member, n1, n);
    if (ic_brunner_estimate(x, member, n, &seen, &err) != IC_OK)
      continue;
    CHECK(ic_brunner_permute(x, member, n, 0, 0, IC_SCALE_PLAIN, 0.0, NULL,
                             &p, &err) == IC_OK);
    for (unsigned mask = 0; mask < 1u << n; mask++) {
      size_t in = 0;
      for (size_t i = 0; i < n; i++)
        in += member[i] = mask >> i & 1;
      if (in != n1)
        continue;
      CHECK(ic_brunner_estimate(x, member, n, &b, &err) == IC_OK);
      all++;
      less += b.statistic >= seen.statistic - 1e-9;
      both += fabs(b.statistic) >= fabs(seen.statistic) - 1e-9;
    }
    CHECK(p.relabellings == all);
    CHECK_NEAR(p.tails.less, less / all, 1e-14);
    CHECK_NEAR(p.tails.two_sided, both / all, 1e-14);
  }
}

static void refusals(void)
{
  static double x[6000];
  static unsigned char member[6000];
  ic_brunner b;
  ic_brunner_permuted p;
  ic_error err;
  first(member, 1, 9);
  CHECK(ic_brunner_estimate(x, member, 9, &b, &err) == IC_EINPUT);
  first(member, 4, 9);
  CHECK(ic_brunner_estimate(x, member, 9, &b, &err) == IC_EINPUT);
  for (int i = 0; i < 6000; i++)
    x[i] = i;
  first(member, 30, 60);
  CHECK(ic_brunner_permute(x, member, 60, 0, 0, IC_SCALE_LOGIT, 0.025, NULL,
                           &p, &err) == IC_ELIMIT);
  CHECK(ic_brunner_permute(x, member, 60, 500, 7, IC_SCALE_LOGIT, 0.025, NULL,
                           &p, &err) == IC_OK);
  CHECK(p.tails.two_sided == 1.0 / 501);
  first(member, 3000, 6000);
  CHECK(ic_brunner_permute(x, member, 6000, 10, 7, IC_SCALE_LOGIT, 0.025,
                           NULL, &p, &err) == IC_ELIMIT);
  first(member, 4, 9);
  for (size_t draws = 0; draws <= 50; draws += 50) {
    ic_status status = IC_EMEMORY;
    for (size_t n = 1; status == IC_EMEMORY && n < 200; n++) {
      ic_memory_fail(n, 0);
      status = ic_brunner_permute(x, member, 9, draws, 1, IC_SCALE_LOGIT,
                                  0.1, NULL, &p, &err);
    }
    ic_memory_fail(0, 0);
    CHECK(status == IC_OK);
  }
}

/* Whole numbers stay below 2^63 at the largest size, separated and not. */
static void largest(void)
{
  static double x[IC_BRUNNER_N_MAX];
  static unsigned char member[IC_BRUNNER_N_MAX];
  ic_brunner_permuted p;
  ic_error err;
  for (int i = 0; i < IC_BRUNNER_N_MAX; i++) {
    x[i] = i % 3;
    member[i] = i % 2;
  }
  CHECK(ic_brunner_permute(x, member, IC_BRUNNER_N_MAX, 20, 3,
                           IC_SCALE_LOGIT, 0.1, NULL, &p, &err) == IC_OK);
  for (int i = 0; i < IC_BRUNNER_N_MAX; i++)
    x[i] = i;
  first(member, IC_BRUNNER_N_MAX / 2, IC_BRUNNER_N_MAX);
  CHECK(ic_brunner_permute(x, member, IC_BRUNNER_N_MAX, 20, 3,
                           IC_SCALE_LOGIT, 0.1, NULL, &p, &err) == IC_OK);
  CHECK(p.tails.less == 1.0 / 21);
}

int main(void)
{
  published();
  against_every_relabelling();
  refusals();
  largest();
  return check_report();
}
