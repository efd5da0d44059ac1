/* panel.h - sums over relabellings for several codes in one machine word.
 * Scores become small numbers: score = base + step * level, so that the sum of
 * n1 of them is n1 * base + step * (sum of levels), and each code has a lane
 * with room for any such sum of levels. IC_PANEL_WIDE words are added together,
 * four participants in one look-up. */
#ifndef IC_PANEL_H
#define IC_PANEL_H

#include "relabel.h"

#define IC_PANEL_WIDE 8
#define IC_PANEL_BLOCK 512 /* relabellings at a time, at most */

typedef struct ic_panel {
  size_t n, codes, lanes, words; /* words is a multiple of IC_PANEL_WIDE */
  unsigned bits;                 /* of a lane */
  uint64_t *level;               /* n * words */
  int64_t *base, *step;          /* of a sum, by place */
} ic_panel;

/* score[k * n + i], |sum of any n1| < 2^62. Code order[q] comes to place q, or
 * code q where order is NULL. Close it also after a failure. */
ic_status ic_panel_open(ic_panel *p, const int64_t *score, size_t n,
                        size_t n1, size_t codes, const size_t *order,
                        ic_error *err);
void ic_panel_close(ic_panel *p);

/* Sums of IC_PANEL_WIDE words from `first` over `count` <= IC_PANEL_BLOCK
 * relabellings; word j of relabelling i goes to sum[j * IC_PANEL_BLOCK + i]. */
void ic_panel_add(const ic_panel *p, size_t first, const ic_relabellings *r,
                  size_t from, size_t count, uint64_t *sum);

/* What place q makes of a word of sums. */
typedef struct ic_lane {
  unsigned shift;
  uint64_t mask;
  int64_t base, step;
} ic_lane;

static inline ic_lane ic_panel_lane(const ic_panel *p, size_t q)
{
  return (ic_lane) {p->bits * (unsigned) (q % p->lanes),
                    ~UINT64_C(0) >> (64 - p->bits), p->base[q], p->step[q]};
}

static inline uint64_t ic_lane_level(ic_lane l, uint64_t word)
{
  return word >> l.shift & l.mask;
}

static inline int64_t ic_lane_sum(ic_lane l, uint64_t word)
{
  return l.base + l.step * (int64_t) ic_lane_level(l, word);
}

#endif
