/* relabel: all ways, each once, within strata; random ones; refusals. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/relabel.h"

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
}

static size_t members_in(const uint64_t *mask, const ic_layout *l, size_t s)
{
  size_t members = 0;
  for (size_t i = l->start[s]; i < l->start[s + 1]; i++)
    members += mask[l->at[i] / 64] >> (l->at[i] % 64) & 1;
  return members;
}

static void random_ones_have_the_right_size(size_t n, size_t every)
{
  ic_relabellings r, again;
  ic_layout l;
  ic_error err;
  unsigned char member[200] = {0};
  uint32_t stratum[200];
  size_t often[200] = {0};
  for (size_t i = 0; i < n; i++) {
    member[i] = i % every != 0;
    stratum[i] = (uint32_t) (i / 7 % 3);
  }
  CHECK(ic_layout_make(member, stratum, n, 3, &l, &err) == IC_OK);
  CHECK(ic_relabellings_within(&l, 3000, 7, 2, NULL, &r, &err) == IC_OK);
  CHECK(ic_relabellings_within(&l, 3000, 7, 1, NULL, &again, &err) == IC_OK);
  CHECK(!r.complete && r.words == (n + 63) / 64);
  CHECK(!memcmp(r.mask, again.mask, 3000 * r.words * sizeof *r.mask));
  for (size_t b = 0; b < r.count; b++) {
    const uint64_t *mask = r.mask + b * r.words;
    size_t all = 0;
    for (size_t s = 0; s < 3; s++)
      CHECK(members_in(mask, &l, s) == l.n1[s]);
    for (size_t i = 0; i < 64 * r.words; i++) {
      size_t in = mask[i / 64] >> (i % 64) & 1;
      all += in;
      if (i < n)
        often[i] += in;
    }
    CHECK(all == r.n1);
  }
  for (size_t i = 0; i < n; i++) {
    size_t s = stratum[i];
    double p = (double) l.n1[s] / (double) (l.start[s + 1] - l.start[s]);
    CHECK_NEAR((double) often[i], 3000 * p, 5.5 * sqrt(3000 * p * (1 - p)));
  }
  ic_relabellings_free(&r);
  ic_relabellings_free(&again);
  ic_layout_free(&l);
}

/* Against all masks of n bits that keep the size in each stratum. */
static void strata_are_complete(size_t n, const uint32_t *stratum,
                                size_t strata, uint64_t observed)
{
  ic_relabellings r;
  ic_layout l;
  ic_error err;
  unsigned char member[20], found[1 << 14] = {0};
  size_t want = 0;
  for (size_t i = 0; i < n; i++)
    member[i] = observed >> i & 1;
  CHECK(ic_layout_make(member, stratum, n, strata, &l, &err) == IC_OK);
  CHECK(ic_relabellings_within(&l, 0, 0, 2, NULL, &r, &err) == IC_OK);
  CHECK((double) r.count == ic_layout_relabellings(&l));
  for (size_t b = 0; b < r.count; b++) {
    CHECK(r.mask[b] >> n == 0 && !found[r.mask[b]]);
    found[r.mask[b]] = 1;
  }
  for (uint64_t m = 0; m < (uint64_t) 1 << n; m++) {
    int right = 1;
    for (size_t s = 0; s < strata; s++)
      right &= members_in(&m, &l, s) == l.n1[s];
    want += (size_t) right;
    CHECK(found[m] == right);
  }
  CHECK(want == r.count);
  ic_relabellings_free(&r);
  ic_layout_free(&l);
}

static void refusals(void)
{
  ic_relabellings r;
  ic_error err;
  CHECK(ic_relabellings_make(64, 32, 0, 0, 2, NULL, &r, &err) == IC_ELIMIT);
  ic_relabellings_free(&r);
  CHECK(ic_relabellings_make(5, 5, 0, 0, 2, NULL, &r, &err) == IC_EINPUT);
  ic_relabellings_free(&r);
  for (size_t n = 1; n <= 4; n++) {
    ic_memory_fail(n, 0);
    CHECK(ic_relabellings_make(5, 2, 0, 0, 2, NULL, &r, &err) == IC_EMEMORY);
    ic_relabellings_free(&r);
  }
  ic_memory_fail(0, 0);
}

int main(void)
{
  uint32_t pairs[14], mixed[14] = {0, 1, 1, 0, 2, 0, 0, 1, 2, 1, 3, 0, 1, 3};
  for (size_t i = 0; i < 14; i++)
    pairs[i] = (uint32_t) (i % 7);
  masks_are_all_different_and_right();
  strata_are_complete(14, pairs, 7, 0x7f);
  strata_are_complete(14, mixed, 4, 0x1a53);
  strata_are_complete(13, NULL, 1, 0x1a53);
  random_ones_have_the_right_size(130, 3);
  random_ones_have_the_right_size(64, 2);
  random_ones_have_the_right_size(190, 9);
  refusals();
  return check_report();
}
