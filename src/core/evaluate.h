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

ic_status ic_hits_add(ic_hits *hits, ic_hit hit, ic_error *err);

/* One thread's place to evaluate in; the matcher must outlive it. */
typedef struct ic_evaluator ic_evaluator;

ic_status ic_evaluator_new(const ic_matcher *matcher, ic_evaluator **out,
                           ic_error *err);
void ic_evaluator_free(ic_evaluator *evaluator);

/* Among the hits from number `first` on, all of this passage, puts those of
 * rules with operators in the place of those of their terms. Costs about as
 * much as sorting the hits; words are numbered and sentences found only where
 * a rule that has hits asks for them. On failure (IC_EMEMORY) no hit from
 * `first` on is left. */
ic_status ic_evaluate(ic_evaluator *evaluator, ic_str passage,
                      ic_break breaks, ic_hits *hits, size_t first,
                      ic_error *err);

#endif
