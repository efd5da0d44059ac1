/* explain.h - what a rule did in a passage, told by its terms.
 *
 * A finding is a place the rule came to: a hit (before overlaps are settled),
 * or one that an operator took away. Its clues are the terms that made it, and
 * those that took it away, each with the words of the rule and the words of
 * the passage. A place that is a hit in one way and was lost in another is a
 * hit; a place lost in several ways is several findings. */
#ifndef IC_EXPLAIN_H
#define IC_EXPLAIN_H

#include "scan.h"

typedef enum ic_fate {
  IC_FATE_HIT,
  IC_FATE_VETO,  /* NOT, EXCEPT or UNLESS */
  IC_FATE_ALONE, /* AND, NEAR and its kin did not find what they ask for */
  IC_FATE_ACROSS /* reaches over the end of a sentence */
} ic_fate;

typedef enum ic_clue_role {
  IC_CLUE_MATCH, /* part of the finding */
  IC_CLUE_WITH,  /* elsewhere in the turn or sentence, as AND asks */
  IC_CLUE_VETO,  /* what took it away */
  IC_CLUE_WANT   /* what was not there: a part of the rule, no text */
} ic_clue_role;

typedef struct ic_clue {
  size_t finding; /* from 0 in the passage, by place, hits first */
  ic_fate fate;
  ic_span place;  /* of the finding, bytes of the passage */
  ic_clue_role role;
  ic_operator op; /* that brought the term in; IC_OP_NONE for the first */
  unsigned distance;
  ic_span rule;   /* bytes of the rule: the term as written */
  ic_span text;   /* bytes of the passage: what it matched */
} ic_clue;

typedef struct ic_clues {
  ic_clue *items;
  size_t count, room;
} ic_clues;

void ic_clues_free(ic_clues *clues);

/* One rule made ready; not to be shared by threads. */
typedef struct ic_explainer ic_explainer;

/* The rule must outlive it. Failures as of ic_matcher_build(). */
ic_status ic_explainer_new(const ic_str *rule, ic_explainer **out,
                           ic_error *err);
void ic_explainer_free(ic_explainer *explainer);

/* Appends the clues of one passage: by finding, role, place in the rule and in
 * the text. Work grows with the steps of each finding. An expression that
 * reaches a limit in the passage leaves no clues. Failures as of
 * ic_scan(); then some may have been appended. */
ic_status ic_explain(ic_explainer *explainer, ic_str passage, ic_break breaks,
                     ic_clues *clues, ic_error *err);

#endif
