/* permute: against a plain double loop, threads, Monte Carlo, failures. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/permute.h"

#define CODES 7

static uint64_t state = 2463534242u;

static unsigned draw(unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) (state >> 33) % n;
}

/* Counts by the definition, one code and one relabelling at a time; e[k][b] is
 * the evidence of code k in relabelling b, own[k] the observed. */
static void slow_counts(double **e, const double *own, size_t count,
                        size_t *down, size_t *single)
{
  for (size_t k = 0; k < CODES; k++) {
    down[k] = single[k] = 0;
    for (size_t b = 0; b < count; b++) {
      int hit = 0, any = 0;
      for (size_t j = 0; j < CODES; j++) {
        int reaches = e[j][b] >= own[k] - 1e-12 * fabs(own[k]);
        any |= reaches;
        if (own[j] < own[k] || (own[j] == own[k] && j >= k))
          hit |= reaches;
      }
      down[k] += hit;
      single[k] += any;
    }
  }
}

/* Statistics of a code by the definition, the observed last. */
static void slow_statistics(const ic_relabellings *r, const int64_t *score,
                            const unsigned char *member, int64_t *stat)
{
  for (size_t b = 0; b <= r->count; b++) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->n; i++)
      if (b < r->count ? r->mask[b * r->words + i / 64] >> i % 64 & 1
                       : member[i])
        sum += score[i];
    stat[b] = llabs(sum);
  }
}

static void compare_counts(const ic_relabellings *r, const ic_joint *j,
                           double **e, const double *own,
                           const size_t *want_alone)
{
  size_t down[CODES], single[CODES], got[3][CODES];
  double evidence[CODES];
  ic_joint_counts out = {evidence, got[0], got[1], got[2]};
  ic_error err;
  slow_counts(e, own, r->count, down, single);
  for (int threads = 1; threads <= 8; threads += threads == 2 ? 6 : 1) {
    CHECK(ic_joint_test(r, j, threads, NULL, &out, &err) == IC_OK);
    for (size_t k = 0; k < CODES; k++) {
      CHECK(evidence[k] == own[k]);
      CHECK(!want_alone || got[0][k] == want_alone[k]);
      CHECK(got[1][k] == down[k]);
      CHECK(got[2][k] == single[k]);
    }
  }
}

/* By the score type: few levels, many, and huge ones that need slack. */
static void scores_agree_with_the_definition(ic_joint_rule rule, size_t n,
                                             const uint32_t *stratum,
                                             size_t strata, size_t draws)
{
  ic_relabellings r;
  ic_layout layout;
  ic_error err;
  int64_t *score = calloc(CODES * n, sizeof *score), slack[CODES] = {0};
  unsigned char *member = calloc(n, 1);
  double *e[CODES], own[CODES], scale[CODES];
  size_t alone[CODES];
  for (size_t i = 0; i < n; i++)
    member[i] = i % 5 < 2;
  for (size_t i = 0; i < CODES * n; i++)
    score[i] = (int64_t) draw(i < 2 * n ? 2 : i < 4 * n ? 9 : 100000000) - 3;
  slack[CODES - 1] = rule == IC_MINP;
  CHECK(ic_layout_make(member, stratum, n, strata, &layout, &err) == IC_OK);
  CHECK(ic_relabellings_within(&layout, draws, 3, 2, NULL, &r, &err) == IC_OK);
  size_t extra = r.complete ? 0 : 1;
  int64_t *stat = calloc(r.count + 1, sizeof *stat);
  for (size_t k = 0; k < CODES; k++) {
    e[k] = calloc(r.count + 1, sizeof **e);
    scale[k] = 1.0 / (1.0 + draw(20));
    slow_statistics(&r, score + k * n, member, stat);
    alone[k] = 0;
    for (size_t b = 0; b < r.count; b++)
      alone[k] += stat[b] >= stat[r.count] - slack[k];
    for (size_t b = 0; b <= r.count; b++) {
      double at_least = 0;
      for (size_t c = 0; rule == IC_MINP && c < r.count + extra; c++)
        at_least += stat[c] >= stat[b] - slack[k];
      e[k][b] = rule == IC_MINP ? -at_least : scale[k] * (double) stat[b];
    }
    own[k] = rule == IC_MINP ? -(double) (alone[k] + extra) : e[k][r.count];
  }
  ic_joint j = {rule, CODES, score, member, slack, IC_BOTH, NULL, scale};
  compare_counts(&r, &j, e, own, alone);
  for (size_t k = 0; k < CODES; k++)
    free(e[k]);
  free(stat);
  free(score);
  free(member);
  ic_relabellings_free(&r);
  ic_layout_free(&layout);
}

static void tables_agree_with_the_definition(size_t n, size_t n1, size_t draws)
{
  ic_relabellings r;
  ic_error err;
  int64_t *score = calloc(CODES * n, sizeof *score), slack[CODES] = {0};
  unsigned char *member = calloc(n, 1);
  double *table = calloc(CODES * (n1 + 1), sizeof *table), *e[CODES];
  double own[CODES];
  memset(member, 1, n1);
  CHECK(ic_relabellings_make(n, n1, draws, 11, 2, NULL, &r, &err) == IC_OK);
  for (size_t k = 0; k < CODES; k++) {
    size_t seen = 0;
    for (size_t i = 0; i < n; i++) {
      score[k * n + i] = i == k ? 0 : i == n - 1 - k ? 1 : draw(3) == 0;
      seen += i < n1 && score[k * n + i];
    }
    for (size_t x = 0; x <= n1; x++)
      table[k * (n1 + 1) + x] = (1.0 + draw(20)) / 20;
    own[k] = -table[k * (n1 + 1) + seen];
    e[k] = calloc(r.count, sizeof **e);
    for (size_t b = 0; b < r.count; b++) {
      size_t x = 0;
      for (size_t i = 0; i < n; i++)
        x += score[k * n + i] && r.mask[b * r.words + i / 64] >> i % 64 & 1;
      e[k][b] = -table[k * (n1 + 1) + x];
    }
  }
  ic_joint j = {IC_MINP_TABLE, CODES, score, member, slack, IC_BOTH, table,
                NULL};
  compare_counts(&r, &j, e, own, NULL);
  for (size_t k = 0; k < CODES; k++)
    free(e[k]);
  free(score);
  free(member);
  free(table);
  ic_relabellings_free(&r);
}

/* Every allocation fails once. */
static void failures(ic_joint_rule rule)
{
  ic_relabellings r;
  ic_error err;
  CHECK(ic_relabellings_make(6, 3, 0, 0, 2, NULL, &r, &err) == IC_OK);
  int64_t score[12] = {1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0}, slack[2] = {0, 0};
  unsigned char member[6] = {1, 1, 1};
  double weight[8] = {.5, .2, .1, .6, .5, .1, .2, .3}, evidence[2];
  size_t got[3][2], n = 1;
  ic_joint j = {rule, 2, score, member, slack, IC_UP, weight, weight};
  ic_joint_counts out = {evidence, got[0], got[1], got[2]};
  ic_status status = IC_EMEMORY;
  for (; status != IC_OK && n < 200; n++) {
    ic_memory_fail(n, 0);
    status = ic_joint_test(&r, &j, 1, NULL, &out, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(n > 5 && n < 200);
  ic_relabellings_free(&r);
}

int main(void)
{
  uint32_t within[60];
  for (size_t i = 0; i < 60; i++)
    within[i] = (uint32_t) (i % 3);
  for (int round = 0; round < 8; round++) {
    for (ic_joint_rule rule = IC_MINP; rule <= IC_MAXT; rule++) {
      scores_agree_with_the_definition(rule, 12, NULL, 1, 0);
      scores_agree_with_the_definition(rule, 12, within, 3, 0);
      scores_agree_with_the_definition(rule, 60, within, 3, 700);
      scores_agree_with_the_definition(rule, 130, NULL, 1, 600);
    }
    tables_agree_with_the_definition(12, 5, 0);
    tables_agree_with_the_definition(14, 7, 0);
    tables_agree_with_the_definition(100, 40, 600);
  }
  failures(IC_MINP_TABLE);
  failures(IC_MINP);
  failures(IC_MAXT);
  return check_report();
}
