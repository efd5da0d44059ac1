/* scan.h - running a matcher over one stretch of text.
 *
 * Words are whole words (text.h) compared by simple folding. Within one rule
 * hits never overlap: of those that do, the one that begins first is kept, of
 * those that begin together the longest, and what overlaps a kept one goes.
 * Different rules may overlap. Hits do not depend on the order of rules. */
#ifndef IC_SCAN_H
#define IC_SCAN_H

#include "evaluate.h"

/* One thread's place to scan in; the matcher must outlive it. */
typedef struct ic_scanner ic_scanner;

ic_status ic_scanner_new(const ic_matcher *matcher, ic_scanner **out,
                         ic_error *err);
void ic_scanner_free(ic_scanner *scanner);

/* Appends the hits in one stretch of text, sorted by start, end and rule. The
 * stretch is valid UTF-8 and is all there is: no word or expression sees past
 * its ends; `breaks` says where its paragraphs end, should a rule ask for
 * sentences. On failure (IC_ELIMIT: a regular expression reached a limit, its
 * rule in err->item; IC_EMEMORY) hits keeps only what it had. */
ic_status ic_scan(ic_scanner *scanner, ic_str text, ic_break breaks,
                  ic_hits *hits, ic_error *err);

#endif
