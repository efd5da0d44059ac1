/* passages.h - running a matcher over the passages of many texts, on threads.
 *
 * A hit depends on its passage and its rule alone, unless a scope lets rules
 * contend: neither the number of threads nor the other texts nor the order of
 * rules can change it. Only where
 * a regular expression of a rule reaches a limit (scan.h) does the rest of the
 * text matter, since the rule then has no hits in that text. */
#ifndef IC_PASSAGES_H
#define IC_PASSAGES_H

#include "parallel.h"
#include "scan.h"

/* A text with the passages of it to be scanned: code points from 1, both
 * inclusive, as R gives them. A passage outside the text is cut to it. */
typedef struct ic_scan_text {
  ic_str text;
  const int *start, *end;
  size_t passages;
  ic_break breaks; /* where paragraphs end, and sentences with them */
} ic_scan_text;

/* A hit in a text: code points from 1, both inclusive, and the byte at which it
 * begins. */
typedef struct ic_found {
  uint32_t rule, start, end, byte;
} ic_found;

typedef struct ic_founds {
  ic_found *items;
  size_t count, room;
} ic_founds;

/* A rule without hits in a text, because an expression of it reached a limit in
 * this passage, the first in which one did. */
typedef struct ic_missed {
  uint32_t rule;
  size_t text, passage;
  char problem[120];
} ic_missed;

/* By text, then passage; each rule at most once for a text. */
typedef struct ic_misses {
  ic_missed *items;
  size_t count, room;
} ic_misses;

/* Scans all texts on several threads, with what `scope` asks besides (NULL for
 * nothing); founds[i] takes the hits of texts[i]
 * passage by passage, and misses the rules that were stopped (both zeroed by
 * the caller, freed by him with the functions below). A text is parted into
 * stretches of about 32,768 characters, whatever the threads. After a failure
 * err->at is the number of the text. */
ic_status ic_scan_texts(const ic_matcher *matcher, const ic_scan_text *texts,
                        size_t n, const ic_scope *scope, int threads,
                        const ic_watch *watch, ic_founds *founds,
                        ic_misses *misses, ic_error *err);

void ic_founds_free(ic_founds *founds);
void ic_misses_free(ic_misses *misses);

#endif
