/* scope.h - which hits of a passage count, where a codebook asks for more than
 * that hits of one rule do not overlap (scan.h).
 *
 * In this order:
 *  - Where: hits of rules that are not looked for in this kind of passage go.
 *  - How many: the hits that a rule has when those that overlap are settled as
 *    in scan.h are counted; with fewer than its minimum it loses all.
 *  - Overlaps. IC_NESTED_CODE: as in scan.h. IC_NESTED_CODEBOOK: no two hits
 *    of any rules overlap; of those that do the longest (in code points) is
 *    kept, of those as long the one that begins first, then that of the rule
 *    with the lower number, and what overlaps a kept one goes.
 *    IC_NESTED_ALL: all are kept, each span once for a rule.
 *
 * The cost is that of sorting the hits, and for IC_NESTED_CODEBOOK a byte for
 * each byte of the passage. */
#ifndef IC_SCOPE_H
#define IC_SCOPE_H

#include "evaluate.h"

typedef enum ic_nested {
  IC_NESTED_CODE, IC_NESTED_CODEBOOK, IC_NESTED_ALL
} ic_nested;

typedef struct ic_scope {
  ic_nested nested;
  size_t n_rules;
  const int *minimum;     /* per rule, or NULL: one hit is enough */
  const uint8_t *allowed; /* for each kind of passage a byte per rule, or NULL:
                             every rule everywhere */
  const int *kind; /* of each passage of all texts, one text after the other,
                      from 0; NULL where `allowed` is */
} ic_scope;

/* Leaves of the hits from number `first` on, all of this passage, those that
 * count, sorted by start, end and rule. On failure
 * (IC_EMEMORY) no hit from `first` on is left. */
ic_status ic_scope_apply(const ic_scope *scope, size_t kind, ic_str passage,
                         ic_hits *hits, size_t first, ic_error *err);

#endif
