/* alignment: the assignment and the search against every alignment there is,
 * against each other, and every failing allocation. */
#include <stdlib.h>

#include "check.h"
#include "core/alignment.h"
#include "core/memory.h"
#include "core/rng.h"

enum { MOST = 400, LIMIT = 1000000 };

static ic_unit unit[MOST];
static int group[MOST];

static void make(uint64_t seed, size_t n, int coders, double length, int codes)
{
  ic_rng rng = ic_rng_stream(seed, 0);
  for (size_t i = 0; i < n; i++) {
    double start = floor(ic_rng_unit(&rng) * length);
    unit[i] = (ic_unit) {start, start + 1.0 + ic_rng_below(&rng, 12),
                         (int) ic_rng_below(&rng, (uint32_t) coders),
                         (int) ic_rng_below(&rng, (uint32_t) codes)};
  }
}

/* The disorder of the units whose group is `k`. */
static double unitary(size_t n, int coders, const ic_dissimilarity *d,
                      const int *part, int k)
{
  double pairs = coders * (coders - 1) / 2.0, sum = pairs * d->empty;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++)
      if (part[i] == k && part[j] == k)
        sum += ic_dissimilarity_of(d, &unit[i], &unit[j]) - d->empty;
  return sum / pairs;
}

static int fits(size_t i, const int *part, int k)
{
  for (size_t j = 0; j < i; j++)
    if (part[j] == k && unit[j].coder == unit[i].coder)
      return 0;
  return 1;
}

static double slowest(size_t i, size_t n, int coders,
                      const ic_dissimilarity *d, int *part, int groups)
{
  double best = INFINITY;
  if (i == n) {
    double sum = 0.0;
    for (int k = 0; k < groups; k++)
      sum += unitary(n, coders, d, part, k);
    return sum;
  }
  for (int k = 0; k <= groups; k++) {
    if (!fits(i, part, k))
      continue;
    part[i] = k;
    double sum = slowest(i + 1, n, coders, d, part,
                         k == groups ? groups + 1 : groups);
    best = sum < best ? sum : best;
  }
  return best;
}

static double disorder_of_groups(size_t n, int coders,
                                 const ic_dissimilarity *d)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    int first = 1;
    CHECK(fits(i, group, group[i]));
    for (size_t j = 0; j < i; j++)
      first &= group[j] != group[i];
    if (first)
      sum += unitary(n, coders, d, group, group[i]);
  }
  return sum;
}

static void alignments_are_the_best(uint64_t seed)
{
  ic_rng rng = ic_rng_stream(seed, 1);
  int coders = 2 + (int) ic_rng_below(&rng, 4), part[10];
  size_t n = ic_rng_below(&rng, 8);
  ic_dissimilarity d = {ic_rng_below(&rng, 4), ic_rng_below(&rng, 3),
                        0.5 + ic_rng_below(&rng, 2)};
  double found = -1.0, searched = -1.0;
  ic_error err;
  make(seed, n, coders, 40.0, 3);
  double slow = slowest(0, n, coders, &d, part, 0);
  CHECK(!ic_align(unit, n, coders, &d, LIMIT, group, &found, &err));
  CHECK_NEAR(found, slow, 1e-12 * (1.0 + slow));
  CHECK_NEAR(disorder_of_groups(n, coders, &d), slow, 1e-12 * (1.0 + slow));
  CHECK(!ic_align_search(unit, n, coders, &d, LIMIT, group, &searched, &err));
  CHECK_NEAR(searched, slow, 1e-12 * (1.0 + slow));
  CHECK_NEAR(disorder_of_groups(n, coders, &d), slow, 1e-12 * (1.0 + slow));
}

static void search_and_assignment_agree(uint64_t seed, double length)
{
  ic_dissimilarity d = {1.0, 1.0, 1.0};
  double found, searched;
  ic_error err;
  make(seed, 150, 2, length, 4);
  CHECK(!ic_align(unit, 150, 2, &d, LIMIT, group, &found, &err));
  CHECK_NEAR(disorder_of_groups(150, 2, &d), found, 1e-9);
  CHECK(!ic_align_search(unit, 150, 2, &d, LIMIT, group, &searched, &err));
  CHECK_NEAR(disorder_of_groups(150, 2, &d), searched, 1e-9);
  CHECK_NEAR(found, searched, 1e-9);
}

static void limits_are_kept(void)
{
  ic_dissimilarity d = {1.0, 1.0, 1.0};
  double found;
  ic_error err;
  make(1, 300, 3, 100.0, 2);
  CHECK(ic_align_search(unit, 300, 3, &d, 500, group, &found, &err)
        == IC_ELIMIT);
}

static void failing_memory_is_reported(void)
{
  ic_dissimilarity d = {1.0, 1.0, 1.0};
  double found;
  ic_error err;
  for (int coders = 2; coders <= 3; coders++) {
    make(3, 60, coders, 100.0, 2);
    for (size_t n = 1;; n++) {
      ic_memory_fail(n, 0);
      ic_status status = ic_align(unit, 60, coders, &d, LIMIT, group, &found,
                                  &err);
      ic_memory_fail(0, 0);
      CHECK(!status || status == IC_EMEMORY);
      if (!status)
        break;
      CHECK(n < 500);
    }
  }
}

int main(void)
{
  for (uint64_t seed = 0; seed < 1500; seed++)
    alignments_are_the_best(seed);
  for (uint64_t seed = 0; seed < 5; seed++) {
    search_and_assignment_agree(seed, 2000.0);
    search_and_assignment_agree(seed, 400.0);
  }
  limits_are_kept();
  failing_memory_is_reported();
  return check_report();
}
