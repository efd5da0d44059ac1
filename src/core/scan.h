/* scan.h - running a matcher over one stretch of text.
 *
 * Words are whole words (text.h) compared by simple folding. Within one rule
 * hits never overlap: of those that do, the one that begins first is kept, of
 * those that begin together the longest, and what overlaps a kept one goes.
 * Different rules may overlap. Hits do not depend on the order of rules. A
 * scope may ask otherwise.
 *
 * Passages come in stretches, in each of which an expression has a number of
 * steps (regex.h). A rule that holds one which runs out, or reaches another
 * limit, gives nothing in the rest of the stretch; all others go on. */
#ifndef IC_SCAN_H
#define IC_SCAN_H

#include "scope.h"

/* One thread's place to scan in; the matcher must outlive it. */
typedef struct ic_scanner ic_scanner;

ic_status ic_scanner_new(const ic_matcher *matcher, ic_scanner **out,
                         ic_error *err);
void ic_scanner_free(ic_scanner *scanner);

/* A rule with an expression that reached a limit. */
typedef struct ic_stop {
  uint32_t rule;
  char problem[120]; /* UTF-8 */
} ic_stop;

typedef struct ic_stops {
  ic_stop *items;
  size_t count, room;
} ic_stops;

/* Begins a stretch of `bytes` bytes of text, with all rules but those of which
 * `without` (a byte per rule, or NULL for none) holds 1. A new scanner has
 * begun one of 64 KiB. */
void ic_scanner_begin(ic_scanner *scanner, size_t bytes,
                      const uint8_t *without);

/* The rules that were stopped in this stretch, in the order in which they
 * were, each once; valid until the next call. */
const ic_stops *ic_scanner_stops(const ic_scanner *scanner);

/* From now on the scanner of a parted matcher (matcher.h) records its steps
 * (evaluate.h), NULL to stop. */
void ic_scanner_record(ic_scanner *scanner, ic_steps *steps);

/* What the passages that follow are asked besides (scope.h), until the next
 * call; NULL, as at first, for nothing. The scope must outlive its use. */
void ic_scanner_narrow(ic_scanner *scanner, const ic_scope *scope,
                       size_t kind);

/* Appends the hits in one stretch of text, sorted by start, end and rule. The
 * stretch is valid UTF-8 and is all there is: no word or expression sees past
 * its ends; `breaks` says where its paragraphs end, should a rule ask for
 * sentences. On failure (IC_EMEMORY) hits keeps only what it had. */
ic_status ic_scan(ic_scanner *scanner, ic_str text, ic_break breaks,
                  ic_hits *hits, ic_error *err);

#endif
