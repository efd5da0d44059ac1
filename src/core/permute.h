/* permute.h - all codes compared at once by relabelling participants.
 * Each code has a whole-number score per participant (1 or 0 where it is
 * mentioned or not) and its statistic is the sum over group 1, whose
 * expectation the caller has made 0 by centring the scores within strata
 * (except for IC_MINP_TABLE). Sums of several codes are added in one machine
 * word, four participants at a time.
 *
 * Westfall and Young (1993; Ge, Dudoit and Speed 2003). Every code has, in
 * every relabelling, some evidence: what the rule says, larger being more.
 * With codes in order of what was observed,
 *   step-down:   the count of code i is how many relabellings have, among
 *                codes i, i + 1, ..., at least its observed evidence;
 *   single-step: the same among all codes.
 * Beyond complete enumeration the caller adds 1 to counts and to the number of
 * relabellings (Phipson and Smyth 2010). Counts are whole numbers, so threads
 * change nothing. */
#ifndef IC_PERMUTE_H
#define IC_PERMUTE_H

#include "relabel.h"

typedef enum ic_direction { IC_BOTH, IC_DOWN, IC_UP } ic_direction;

typedef enum ic_joint_rule {
  IC_MINP_TABLE, /* -p of a table: scores are 0 and 1, x of group 1 have 1,
                  * and p[k * (n1 + 1) + x] is in (0, 1] for every x that can
                  * occur */
  IC_MINP,       /* -p, p the share of relabellings at least as extreme in the
                  * code's own statistic; 4 bytes a code and relabelling */
  IC_MAXT        /* scale[k] times the statistic; what differs by less than
                  * 1e-12, relatively, is equal, which never makes p smaller */
} ic_joint_rule;

/* |sum of the scores of any n1 participants| < 2^62. Statistics are compared by
 * magnitude (IC_BOTH) or sign; those within slack[k] of each other are tied. */
typedef struct ic_joint {
  ic_joint_rule rule;
  size_t codes;
  const int64_t *score;        /* codes * n */
  const unsigned char *member; /* of the observed group 1 */
  const int64_t *slack;
  ic_direction direction;
  const double *p;     /* IC_MINP_TABLE */
  const double *scale; /* IC_MAXT */
} ic_joint;

/* By code. alone (not for IC_MINP_TABLE) counts relabellings at least as
 * extreme as the observed one in the code's own statistic. Codes of the same
 * evidence stand in the order given. */
typedef struct ic_joint_counts {
  double *evidence; /* observed */
  size_t *alone, *down, *single;
} ic_joint_counts;

ic_status ic_joint_test(const ic_relabellings *r, const ic_joint *joint,
                        int threads, const ic_watch *watch,
                        const ic_joint_counts *out, ic_error *err);

#endif
