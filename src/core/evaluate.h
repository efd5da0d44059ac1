/* evaluate.h - hits, and what the operators of rules make of them.
 *
 * An expression is a set of hits, spans of one passage; terms give the first.
 *  - A OR B: the hits of either.
 *  - A AND B: the hits of both, if both have one; A NOT B: the hits of A, if B
 *    has none.
 *  - A NEAR/n B: for each hit of A the nearest of B that does not overlap it,
 *    at most n words off: one hit from the beginning of the first to the end
 *    of the second. The next word is one word off, whatever stands between;
 *    sentences do not matter. Of two as near the earlier counts, of two that
 *    begin together the longer. A BEFORE/n B takes only hits of B that come
 *    after, A AFTER/n B only those that come before.
 *  - A EXCEPT B: the hits of A that overlap none of B.
 *  - A UNLESS BEFORE/n B: the hits of A without a hit of B that ends among the
 *    n words before; UNLESS AFTER/n: that begins among the n words after;
 *    UNLESS NEAR/n: either.
 *  - (...) WITHIN SENTENCE: every sentence (segment.h) on its own, as if it
 *    were the passage; a hit that reaches over the end of one does not count.
 *    WITHIN TURN, inside of that: the passage again, and what comes of it
 *    counts in the sentence in which it lies.
 *
 * A hit touches the words of which it has a byte; one that touches none, such
 * as a sign, stands between its neighbours, one word off from each. What is
 * left at the end is settled as the hits of any rule (scan.h). */
#ifndef IC_EVALUATE_H
#define IC_EVALUATE_H

#include "matcher.h"
#include "segment.h"

typedef struct ic_hit {
  size_t start, end; /* bytes of the text, half open */
  uint32_t rule;
} ic_hit;

typedef struct ic_hits {
  ic_hit *items;
  size_t count, room;
} ic_hits;

void ic_hits_free(ic_hits *hits);

/* Makes room for one more. */
ic_status ic_hits_grow(ic_hits *hits, ic_error *err);

static inline ic_status ic_hits_add(ic_hits *hits, ic_hit hit, ic_error *err)
{
  ic_status status =
    hits->count < hits->room ? IC_OK : ic_hits_grow(hits, err);
  if (status == IC_OK)
    hits->items[hits->count++] = hit;
  return status;
}

/* Orders of hits, for qsort(): by start, end and rule; and by rule and start,
 * of those that begin together the longest first. */
int ic_hits_by_place(const void *a, const void *b);
int ic_hits_by_rule(const void *a, const void *b);

/* What a rule with operators did in a passage, step by step: how each hit came
 * about, and why others went. A step refers to earlier ones by number;
 * IC_NOWHERE where there is none. */
typedef enum ic_step_kind {
  IC_STEP_TERM,   /* a hit of the term `node`, from start to end */
  IC_STEP_EITHER, /* `left` and `right` came to the same place */
  IC_STEP_WITH,   /* `left` stands thanks to `right` by the operator of `node`:
                     AND leaves it as it is, NEAR makes one of both */
  IC_STEP_VETO,   /* `left` went because of `right`: NOT, EXCEPT, UNLESS */
  IC_STEP_ALONE,  /* `left` went for want of what `node` asks; `behind` if it
                     stood on the right of the operator */
  IC_STEP_ACROSS, /* `left` went: it reaches over the end of a sentence */
  IC_STEP_HIT     /* `left` is found; overlaps are not settled yet */
} ic_step_kind;

typedef struct ic_step {
  ic_step_kind kind;
  int behind;
  size_t node, left, right;
  size_t start, end; /* bytes of the passage, of a term or a hit that went */
} ic_step;

/* Start from {0}. What happens within an exception or a negation is not
 * kept unless it makes a veto. Of several reasons one is kept: the nearest for
 * UNLESS, else the first in the text. */
typedef struct ic_steps {
  ic_step *items;
  size_t count, room;
} ic_steps;

void ic_steps_free(ic_steps *steps);

/* One thread's place to evaluate in; the matcher must outlive it. */
typedef struct ic_evaluator ic_evaluator;

ic_status ic_evaluator_new(const ic_matcher *matcher, ic_evaluator **out,
                           ic_error *err);
void ic_evaluator_free(ic_evaluator *evaluator);

/* From now on appends the steps it takes, NULL to stop. With a recorder nothing
 * else changes; without one it costs nothing. */
void ic_evaluator_record(ic_evaluator *evaluator, ic_steps *steps);

/* Among the hits from number `first` on, all of this passage, puts those of
 * rules with operators in the place of those of their terms. Costs about as
 * much as sorting the hits; words are numbered and sentences found only where
 * a rule that has hits asks for them. On failure (IC_EMEMORY) no hit from
 * `first` on is left. */
ic_status ic_evaluate(ic_evaluator *evaluator, ic_str passage,
                      ic_break breaks, ic_hits *hits, size_t first,
                      ic_error *err);

#endif
