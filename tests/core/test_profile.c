/* profile: against plain sums over all relabellings found by counting in base
 * `groups`; random ones; threads; order of participants; failures. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/profile.h"

#define N 10

static uint64_t state = 88172645463325252u;

static unsigned draw(unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) (state >> 33) % n;
}

static void random_distances(int64_t *d, size_t n, unsigned most)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      d[i * n + j] = d[j * n + i] = draw(most);
}

/* sum over pairs times 2520 / n_g, so that all is whole (n_g <= 10). */
static int64_t slow_within(const ic_profile *p, const uint32_t *group)
{
  int64_t w = 0;
  for (size_t g = 0; g < p->groups; g++) {
    int64_t sum = 0, size = 0;
    for (size_t i = 0; i < p->n; i++)
      size += group[i] == g;
    for (size_t i = 0; i < p->n; i++)
      for (size_t j = 0; j < i; j++)
        if (group[i] == g && group[j] == g)
          sum += p->distance[i * p->n + j];
    w += sum * (2520 / size);
  }
  return w;
}

static int same_sizes(const ic_profile *p, const uint32_t *group)
{
  int left[4][4] = {{0}};
  for (size_t i = 0; i < p->n; i++) {
    size_t s = p->stratum ? p->stratum[i] : 0;
    left[s][p->group[i]]++;
    left[s][group[i]]--;
  }
  for (size_t s = 0; s < 4; s++)
    for (size_t g = 0; g < 4; g++)
      if (left[s][g])
        return 0;
  return 1;
}

static void all_agree_with_the_definition(size_t groups, const uint32_t *stratum,
                                          unsigned most)
{
  int64_t d[N * N] = {0};
  uint32_t group[N], other[N];
  ic_profile p = {N, groups, 3, d, group, stratum, 0.0};
  size_t ways = 1, want = 0, count = 0, got[2];
  ic_error err;
  random_distances(d, N, most);
  for (size_t i = 0; i < N; i++) {
    group[i] = (uint32_t) (i < groups ? i : draw((unsigned) groups));
    ways *= groups;
  }
  int64_t seen = slow_within(&p, group);
  CHECK_NEAR(ic_profile_within(&p), (double) seen / 2520, 1e-9);
  for (size_t way = 0; way < ways; way++) {
    for (size_t i = 0, rest = way; i < N; i++, rest /= groups)
      other[i] = (uint32_t) (rest % groups);
    if (same_sizes(&p, other)) {
      count++;
      want += slow_within(&p, other) <= seen;
    }
  }
  CHECK(ic_profile_all(&p, &got[0], &got[1], &err) == IC_OK);
  CHECK(got[0] == count);
  CHECK(got[1] == want);

  size_t hits, again;
  double share = (double) want / (double) count;
  CHECK(ic_profile_draw(&p, 4000, 5, 1, NULL, &hits, &err) == IC_OK);
  CHECK_NEAR((double) hits / 4000, share,
             5.0 * sqrt(share * (1 - share) / 4000) + 1e-9);
  for (int threads = 2; threads <= 8; threads *= 2) {
    CHECK(ic_profile_draw(&p, 4000, 5, threads, NULL, &again, &err) == IC_OK);
    CHECK(again == hits);
  }
}

/* Distances that repeat: ties must not depend on the order of participants. */
static void order_changes_nothing(void)
{
  int64_t d[N * N] = {0}, e[N * N] = {0};
  uint32_t group[N], turned[N];
  ic_profile p = {N, 3, 1, d, group, NULL, 0.0};
  ic_profile q = {N, 3, 1, e, turned, NULL, 0.0};
  size_t a[2], b[2];
  ic_error err;
  random_distances(d, N, 3);
  for (size_t i = 0; i < N; i++)
    group[i] = i % 3;
  for (size_t i = 0; i < N; i++) {
    turned[i] = (group[N - 1 - i] + 1) % 3;
    for (size_t j = 0; j < N; j++)
      e[i * N + j] = d[(N - 1 - i) * N + N - 1 - j];
  }
  CHECK(ic_profile_all(&p, &a[0], &a[1], &err) == IC_OK);
  CHECK(ic_profile_all(&q, &b[0], &b[1], &err) == IC_OK);
  CHECK(a[0] == 4200 && b[0] == 4200);
  CHECK(a[1] == b[1]);
}

static void failures(void)
{
  int64_t d[N * N] = {0};
  uint32_t group[N] = {0, 1, 0, 1};
  ic_profile p = {N, 2, 1, d, group, NULL, 0.0};
  size_t count, hits, n = 1;
  ic_error err;
  ic_status status = IC_EMEMORY;
  for (; status != IC_OK && n < 50; n++) {
    ic_memory_fail(n, 0);
    status = ic_profile_all(&p, &count, &hits, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  CHECK(n == 9 && count == 45 && hits == 45);
  status = IC_EMEMORY;
  for (n = 1; status != IC_OK && n < 50; n++) {
    ic_memory_fail(n, 0);
    status = ic_profile_draw(&p, 10, 1, 1, NULL, &hits, &err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(n == 10 && hits == 10);
}

int main(void)
{
  uint32_t stratum[N] = {0, 1, 2, 0, 1, 2, 2, 1, 0, 0};
  for (int round = 0; round < 6; round++)
    for (size_t groups = 2; groups <= 3; groups++) {
      all_agree_with_the_definition(groups, NULL, 2);
      all_agree_with_the_definition(groups, NULL, 1000000);
      all_agree_with_the_definition(groups, stratum, 5);
    }
  order_changes_nothing();
  failures();
  return check_report();
}
