/* permute: against a plain double loop, threads, Monte Carlo, refusals. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/permute.h"

#define CODES 5
#define N 12

static uint64_t state = 2463534242u;

static unsigned draw(unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) (state >> 33) % n;
}

static void masks_are_all_different_and_right(void)
{
  ic_relabellings r;
  ic_error err;
  CHECK(ic_relabellings_all(21, 10) == 352716.0);
  CHECK(ic_relabellings_all(26, 13) == 10400600.0);
  CHECK(ic_relabellings_make(10, 4, 0, 0, 2, NULL, &r, &err) == IC_OK);
  CHECK(r.count == 210 && r.complete && r.words == 1);
  for (size_t b = 0; b < r.count; b++) {
    CHECK(b == 0 || r.mask[b] > r.mask[b - 1]);
    CHECK(r.mask[b] < 1 << 10);
  }
  ic_relabellings_free(&r);
  CHECK(ic_relabellings_make(130, 60, 500, 7, 2, NULL, &r, &err) == IC_OK);
  CHECK(r.words == 3 && !r.complete);
  for (size_t b = 0; b < r.count; b++) {
    size_t members = 0;
    for (size_t i = 0; i < 192; i++) {
      size_t in = r.mask[3 * b + i / 64] >> (i % 64) & 1;
      members += in;
      CHECK(i < 130 || !in);
    }
    CHECK(members == 60);
  }
  ic_relabellings_free(&r);
}

/* Step-down counts by the definition, one code and one relabelling at a time;
 * p[k][b] is the p of code k in relabelling b, own[k] the observed. */
static void slow_counts(double **p, const double *own, size_t count,
                        size_t *out)
{
  for (size_t k = 0; k < CODES; k++) {
    out[k] = 0;
    for (size_t b = 0; b < count; b++) {
      int hit = 0;
      for (size_t j = 0; j < CODES; j++)
        if (own[j] > own[k] || (own[j] == own[k] && j >= k))
          hit |= p[j][b] <= own[k];
      out[k] += hit;
    }
  }
}

static void scores_agree_with_the_definition(size_t draws)
{
  ic_relabellings r;
  ic_error err;
  int64_t score[CODES * N], slack[CODES] = {0};
  unsigned char member[N] = {1, 1, 1, 1, 1};
  for (size_t i = 0; i < CODES * N; i++)
    score[i] = draw(i < 2 * N ? 2 : i < 4 * N ? 9 : 100000000);
  slack[4] = 1;
  CHECK(ic_relabellings_make(N, 5, draws, 3, 2, NULL, &r, &err) == IC_OK);
  double *p[CODES], own[CODES];
  size_t extra = r.complete ? 0 : 1, alone[CODES], down[CODES], want[CODES];
  for (size_t k = 0; k < CODES; k++) {
    int64_t *stat = calloc(r.count + 1, sizeof *stat), total = 0;
    p[k] = calloc(r.count, sizeof **p);
    for (size_t i = 0; i < N; i++)
      total += score[k * N + i];
    for (size_t b = 0; b <= r.count; b++) {
      int64_t sum = 0;
      for (size_t i = 0; i < N; i++)
        if (b < r.count ? r.mask[b] >> i & 1 : member[i])
          sum += score[k * N + i];
      stat[b] = llabs(N * sum - 5 * total);
    }
    for (size_t b = 0; b <= r.count; b++) {
      double at_least = 0;
      for (size_t c = 0; c < r.count + extra; c++)
        at_least += stat[c] >= stat[b] - slack[k];
      *(b < r.count ? &p[k][b] : &own[k]) = at_least;
    }
    free(stat);
  }
  slow_counts(p, own, r.count, want);
  for (int threads = 1; threads <= 3; threads++) {
    CHECK(ic_minp_scores(&r, CODES, score, member, slack, IC_BOTH, threads,
                         NULL, alone, down, &err) == IC_OK);
    for (size_t k = 0; k < CODES; k++) {
      CHECK(alone[k] == (size_t) own[k] - extra);
      CHECK(down[k] == want[k]);
    }
  }
  for (size_t k = 0; k < CODES; k++)
    free(p[k]);
  ic_relabellings_free(&r);
}

static void presence_agrees_with_the_definition(size_t n, size_t n1,
                                                size_t draws)
{
  ic_relabellings r;
  ic_error err;
  size_t words = (n + 63) / 64, seen[CODES], down[CODES], want[CODES];
  uint64_t has[CODES * 3] = {0};
  double table[CODES * 128], *p[CODES], own[CODES];
  CHECK(ic_relabellings_make(n, n1, draws, 11, 2, NULL, &r, &err) == IC_OK);
  for (size_t k = 0; k < CODES; k++) {
    seen[k] = 0;
    for (size_t i = 0; i < n; i++)
      if (draw(3) == 0) {
        has[k * words + i / 64] |= (uint64_t) 1 << (i % 64);
        seen[k] += i < n1;
      }
    for (size_t x = 0; x <= n1; x++)
      table[k * (n1 + 1) + x] = (1.0 + draw(20)) / 20;
    own[k] = table[k * (n1 + 1) + seen[k]];
    p[k] = calloc(r.count, sizeof **p);
    for (size_t b = 0; b < r.count; b++) {
      size_t x = 0;
      for (size_t i = 0; i < n; i++)
        x += (r.mask[b * words + i / 64] & has[k * words + i / 64]) >>
               (i % 64) & 1;
      p[k][b] = table[k * (n1 + 1) + x];
    }
  }
  slow_counts(p, own, r.count, want);
  for (int threads = 1; threads <= 3; threads++) {
    CHECK(ic_minp_presence(&r, CODES, has, table, seen, threads, NULL, down,
                           &err) == IC_OK);
    for (size_t k = 0; k < CODES; k++)
      CHECK(down[k] == want[k]);
  }
  for (size_t k = 0; k < CODES; k++)
    free(p[k]);
  ic_relabellings_free(&r);
}

static void refusals(void)
{
  ic_relabellings r;
  ic_error err;
  CHECK(ic_relabellings_make(64, 32, 0, 0, 2, NULL, &r, &err) == IC_ELIMIT);
  ic_relabellings_free(&r);
  CHECK(ic_relabellings_make(5, 5, 0, 0, 2, NULL, &r, &err) == IC_EINPUT);
  ic_relabellings_free(&r);
  ic_memory_fail(1, 0);
  CHECK(ic_relabellings_make(5, 2, 0, 0, 2, NULL, &r, &err) == IC_EMEMORY);
  ic_relabellings_free(&r);

  ic_memory_fail(0, 0);
  CHECK(ic_relabellings_make(6, 3, 0, 0, 2, NULL, &r, &err) == IC_OK);
  int64_t score[12] = {1, 2, 3, 4, 5, 6, 0, 0, 1, 0, 900000000, 0};
  int64_t slack[2] = {0, 0};
  unsigned char member[6] = {1, 1, 1};
  uint64_t has[2] = {5, 9};
  double table[8] = {.5, .2, .1, .6, .5, .1, .2, .3};
  size_t alone[2], down[2], seen[2] = {2, 1};
  ic_status status = IC_EMEMORY;
  size_t n = 1;
  for (; status != IC_OK && n < 200; n++) {
    ic_memory_fail(n, 0);
    status = ic_minp_scores(&r, 2, score, member, slack, IC_UP, 1, NULL,
                            alone, down, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  CHECK(n > 8 && n < 200);
  status = IC_EMEMORY;
  for (n = 1; status != IC_OK && n < 200; n++) {
    ic_memory_fail(n, 0);
    status = ic_minp_presence(&r, 2, has, table, seen, 1, NULL, down, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(n > 5 && n < 200);
  ic_relabellings_free(&r);
}

int main(void)
{
  masks_are_all_different_and_right();
  for (int round = 0; round < 10; round++) {
    scores_agree_with_the_definition(0);
    scores_agree_with_the_definition(400);
    presence_agrees_with_the_definition(12, 5, 0);
    presence_agrees_with_the_definition(100, 40, 300);
  }
  refusals();
  return check_report();
}
