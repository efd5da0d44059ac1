/* passages.h - running a matcher over the passages of many texts, on threads.
 *
 * A hit depends on its passage and its rule alone: neither the number of
 * threads nor the other texts nor the order of rules can change it. */
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

/* A hit in a text: code points from 1, both inclusive. */
typedef struct ic_found {
  uint32_t rule, start, end;
  size_t passage;
} ic_found;

typedef struct ic_founds {
  ic_found *items;
  size_t count, room;
} ic_founds;

/* Scans all texts on several threads; founds[i] (zeroed by the caller, freed
 * by ic_founds_free()) takes the hits of texts[i] passage by passage. A
 * failure names the rule in err->item and the number of the text in err->at. */
ic_status ic_scan_texts(const ic_matcher *matcher, const ic_scan_text *texts,
                        size_t n, int threads, const ic_watch *watch,
                        ic_founds *founds, ic_error *err);

void ic_founds_free(ic_founds *founds);

#endif
