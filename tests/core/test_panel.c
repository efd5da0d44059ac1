/* panel: sums of lanes of every width against plain sums; failures. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/panel.h"

static uint64_t state = 7046029254386353131u;

static int64_t draw(int64_t n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (int64_t) ((state >> 16) % (uint64_t) n);
}

static void sums_are_right(size_t n, size_t codes, int64_t most, int64_t step,
                           unsigned bits)
{
  ic_relabellings r;
  ic_panel p;
  ic_error err;
  int64_t *score = calloc(n * codes, sizeof *score);
  size_t *order = calloc(codes, sizeof *order);
  uint64_t *sum = calloc(IC_PANEL_WIDE * IC_PANEL_BLOCK, sizeof *sum);
  for (size_t i = 0; i < n * codes; i++)
    score[i] = step * draw(most + 1) - 5 * step;
  for (size_t q = 0; q < codes; q++)
    order[q] = codes - 1 - q;
  CHECK(ic_relabellings_make(n, n / 2, 300, 1, 1, NULL, &r, &err) == IC_OK);
  CHECK(ic_panel_open(&p, score, n, n / 2, codes, order, &err) == IC_OK);
  CHECK(p.bits == bits && p.lanes == 64 / bits);
  CHECK(p.words % IC_PANEL_WIDE == 0 && p.words * p.lanes >= codes);
  for (size_t q = 0; q < codes; q++) {
    ic_lane lane = ic_panel_lane(&p, q);
    size_t word = q / p.lanes;
    if (q % (p.lanes * IC_PANEL_WIDE) == 0)
      ic_panel_add(&p, word, &r, 100, 200, sum);
    for (size_t b = 0; b < 200; b++) {
      int64_t want = 0;
      for (size_t i = 0; i < n; i++)
        if (r.mask[(100 + b) * r.words + i / 64] >> i % 64 & 1)
          want += score[order[q] * n + i];
      CHECK(ic_lane_sum(lane, sum[word % IC_PANEL_WIDE * IC_PANEL_BLOCK + b])
            == want);
    }
  }
  ic_panel_close(&p);
  ic_relabellings_free(&r);
  free(score);
  free(order);
  free(sum);
}

static void failures(void)
{
  int64_t score[8] = {0, 1, 0, 1, 3, 3, 3, 9};
  ic_panel p;
  ic_error err;
  for (size_t n = 1; n <= 3; n++) {
    ic_memory_fail(n, 0);
    CHECK(ic_panel_open(&p, score, 4, 2, 2, NULL, &err) == IC_EMEMORY);
    ic_panel_close(&p);
  }
  ic_memory_fail(0, 0);
  CHECK(ic_panel_open(&p, score, 4, 2, 2, NULL, &err) == IC_OK);
  CHECK(p.step[1] == 6 && p.base[1] == 6 && p.bits == 8);
  ic_panel_close(&p);
}

int main(void)
{
  sums_are_right(20, 70, 1, 1, 8);
  sums_are_right(63, 3, 1, 12, 8);
  sums_are_right(64, 40, 300, 1, 16);
  sums_are_right(65, 40, 300, 65, 16);
  sums_are_right(130, 20, 100000, 3, 32);
  sums_are_right(131, 9, (int64_t) 1 << 50, 1, 64);
  failures();
  return check_report();
}
