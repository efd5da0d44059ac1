/* ranks: against going through all choices, published values, limits. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/numeric.h"
#include "core/ranks.h"

static uint64_t state = 1442695040888963407u;

static unsigned draw(unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) (state >> 33) % n;
}

static unsigned members_of(unsigned mask)
{
  unsigned n = 0;
  for (; mask; mask &= mask - 1)
    n++;
  return n;
}

static ic_tails slow(const int64_t *score, const unsigned char *member,
                     unsigned n)
{
  unsigned n1 = 0;
  int64_t seen = 0, total = 0;
  double all = 0, less = 0, greater = 0, two = 0;
  for (unsigned i = 0; i < n; i++) {
    n1 += member[i];
    total += score[i];
    seen += member[i] ? score[i] : 0;
  }
  for (unsigned mask = 0; mask < 1u << n; mask++)
    if (members_of(mask) == n1) {
      int64_t sum = 0;
      for (unsigned i = 0; i < n; i++)
        sum += mask >> i & 1 ? score[i] : 0;
      all++;
      less += sum <= seen;
      greater += sum >= seen;
      two += llabs((int64_t) n * sum - n1 * total) >=
             llabs((int64_t) n * seen - n1 * total);
    }
  return (ic_tails) {less / all, greater / all, two / all};
}

static void sums_agree_with_enumeration(void)
{
  for (int round = 0; round < 150; round++) {
    unsigned n = 3 + draw(8);
    unsigned char member[16];
    int64_t score[16];
    ic_tails fast, all;
    ic_error err;
    for (unsigned i = 0; i < n; i++) {
      member[i] = i == 0 || (i > 1 && draw(2));
      score[i] = (int64_t) draw(round % 3 ? 5 : 400) * 3 - 7;
    }
    CHECK(ic_sum_exact(score, member, n, &fast, &err) == IC_OK);
    all = slow(score, member, n);
    CHECK_NEAR(fast.less, all.less, 1e-14);
    CHECK_NEAR(fast.greater, all.greater, 1e-14);
    CHECK_NEAR(fast.two_sided, all.two_sided, 1e-14);
  }
}

/* Every pattern of ties and every choice of group 1 up to eight. */
static void every_small_pattern(void)
{
  for (unsigned n = 2; n <= 8; n++)
    for (unsigned ties = 0; ties < 1u << (n - 1); ties++)
      for (unsigned mask = 1; mask < (1u << n) - 1; mask++) {
        unsigned char member[8];
        double x[8], factor;
        int64_t twice[8];
        ic_tails fast, all;
        ic_error err;
        for (unsigned i = 0; i < n; i++) {
          x[i] = i ? x[i - 1] + (ties >> (i - 1) & 1 ? 0 : 1) : 0;
          member[i] = mask >> i & 1;
        }
        ic_midranks(x, n, twice, &factor, &err);
        ic_sum_exact(twice, member, n, &fast, &err);
        if (mask % 7 == ties % 7) {
          all = slow(twice, member, n);
          CHECK_NEAR(fast.less, all.less, 1e-15);
          CHECK_NEAR(fast.greater, all.greater, 1e-15);
          CHECK_NEAR(fast.two_sided, all.two_sided, 1e-15);
        }
        CHECK(fast.two_sided > 0 && fast.two_sided <= 1);
      }
}

/* P(W <= 0) is one choice in all, down to the smallest numbers. */
static void far_tails(void)
{
  static int64_t score[1000];
  static unsigned char member[1000];
  ic_tails tails;
  ic_error err;
  for (int i = 0; i < 400; i++) {
    score[i] = i;
    member[i] = i < 200;
  }
  CHECK(ic_sum_exact(score, member, 400, &tails, &err) == IC_OK);
  double all = exp(ic_log_choose(400, 200));
  CHECK_NEAR(tails.less * all, 1.0, 1e-10);
  CHECK_NEAR(tails.two_sided * all, 2.0, 1e-10);
  CHECK(tails.greater == 1.0);
  for (int i = 0; i < 1000; i++) {
    score[i] = i >= 500;
    member[i] = i >= 500;
  }
  CHECK(ic_sum_exact(score, member, 1000, &tails, &err) == IC_OK);
  CHECK(tails.greater > 0.0 && tails.greater < 1e-290);
}

static void blood_pressure(void)
{
  const double x[] = {94, 108, 110, 90, 80, 94, 85, 90,
                      90, 90,  108, 94, 78, 105, 88};
  const unsigned char member[15] = {1, 1, 1, 1};
  int64_t twice[15];
  double factor;
  ic_tails exact, normal;
  ic_error err;
  CHECK(ic_midranks(x, 15, twice, &factor, &err) == IC_OK);
  CHECK(twice[12] == 2 && twice[2] == 30 && twice[1] == 27);
  CHECK(ic_sum_exact(twice, member, 15, &exact, &err) == IC_OK);
  CHECK_NEAR(exact.two_sided, 0.0989, 5.1e-5);
  CHECK_NEAR(exact.greater, 0.0542, 5.1e-5);
  ic_sum_normal(twice, member, 15, 0.0, &normal);
  CHECK_NEAR(normal.two_sided, 0.0853, 5.1e-5);
}

static void delta_and_its_interval(void)
{
  const double x[] = {10, 10, 20, 20, 20, 30, 30, 30,
                      40, 50, 10, 20, 30, 40, 40, 50};
  const unsigned char member[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  int64_t twice[16];
  double factor, limits[2], other[2];
  ic_error err;
  CHECK(ic_midranks(x, 16, twice, &factor, &err) == IC_OK);
  CHECK(ic_cliff(twice, member, 16) == -0.25);
  for (int i = -20; i <= 20; i++) {
    double delta = i / 20.0;
    ic_cliff_interval(delta, 11, 10, 0.9, 0.95, limits);
    ic_cliff_interval(-delta, 10, 11, 0.9, 0.95, other);
    CHECK(limits[0] >= -1.0 && limits[1] <= 1.0);
    CHECK(limits[0] <= delta && delta <= limits[1]);
    CHECK(limits[1] - limits[0] > 0.1);
    CHECK_NEAR(limits[0], -other[1], 1e-12);
  }
  /* 0 is left out just when the Wilcoxon z passes 1.96: variance at 1/2 is
   * (n1 + n2 + 1) / (12 n1 n2) */
  double edge = 2 * 1.959963984540054 * sqrt(22.0 / (12 * 110));
  ic_cliff_interval(edge + 1e-6, 11, 10, 1.0, 0.95, limits);
  CHECK(limits[0] > 0.0);
  ic_cliff_interval(edge - 1e-6, 11, 10, 1.0, 0.95, limits);
  CHECK(limits[0] < 0.0);
}

static void nothing_varies(void)
{
  const double x[] = {2, 2, 2, 2, 2};
  const unsigned char member[5] = {1, 1};
  int64_t twice[5];
  double factor;
  ic_tails tails;
  ic_error err;
  CHECK(ic_midranks(x, 5, twice, &factor, &err) == IC_OK);
  CHECK(factor == 0.0 && ic_cliff(twice, member, 5) == 0.0);
  CHECK(ic_sum_exact(twice, member, 5, &tails, &err) == IC_OK);
  CHECK(tails.two_sided == 1.0 && tails.less == 1.0);
  ic_sum_normal(twice, member, 5, 2.0, &tails);
  CHECK(tails.two_sided == 1.0);
}

static void refusals(void)
{
  static int64_t score[2000];
  static unsigned char member[2000];
  ic_tails tails;
  ic_error err;
  CHECK(ic_sum_exact(score, member, 5, &tails, &err) == IC_EINPUT);
  for (int i = 0; i < 2000; i++) {
    score[i] = i;
    member[i] = i % 2;
  }
  CHECK(ic_sum_exact(score, member, 2000, &tails, &err) == IC_ELIMIT);
  CHECK(ic_sum_exact(score, member, 800, &tails, &err) == IC_ELIMIT);
  for (size_t n = 1; n <= 8; n++) {
    ic_memory_fail(n, 0);
    ic_status status = ic_sum_exact(score, member, 9, &tails, &err);
    CHECK(status == (n < 8 ? IC_EMEMORY : IC_OK));
  }
  double x[3] = {1, 2, 3}, factor;
  int64_t twice[3];
  ic_memory_fail(1, 0);
  CHECK(ic_midranks(x, 3, twice, &factor, &err) == IC_EMEMORY);
  ic_memory_fail(0, 0);
}

int main(void)
{
  sums_agree_with_enumeration();
  every_small_pattern();
  far_tails();
  blood_pressure();
  delta_and_its_interval();
  nothing_varies();
  refusals();
  return check_report();
}
