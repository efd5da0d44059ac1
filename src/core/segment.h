/* segment.h - text parted into sentences and paragraphs.
 *
 * Spans come in the order of the text, do not overlap, and neither begin nor
 * end with white space; everything between two of them is white space. The
 * same text gives the same spans everywhere: no locale, no dictionary but the
 * short list of abbreviations in segment.c. White space is White_Space of
 * Unicode and the invisible U+200B and U+FEFF.
 *
 * A paragraph ends at a line break (LF, CR, U+0085, U+2028, U+2029), or with
 * IC_BREAK_BLANK only where at least one blank line follows.
 *
 * A sentence ends with its paragraph, and after a run of . ! ? or an ellipsis
 * (U+2026, "...", ". . .") with whatever closing quotes, brackets and closing
 * tags ("</UNSURE>") follow, if white space or the end comes next; after the
 * full-width marks of Chinese and Japanese without white space too. It goes on
 *  - after a lone full stop that belongs to a title ("Dr."), to an
 *    abbreviation that never ends a sentence ("e.g."), to one that needs a
 *    number ("no. 5"), to one that may end a sentence but is followed by
 *    something that is not a capital ("etc. and"), to an initial ("J. Smith",
 *    but not "I."), or to the number of a list that opens the sentence;
 *  - after an ellipsis, and after marks followed by a closing quote, if the
 *    next word begins in lower case ("Why?" she said).
 *
 * All functions are pure. The text must be valid UTF-8. */
#ifndef IC_SEGMENT_H
#define IC_SEGMENT_H

#include "text.h"

typedef enum ic_break { IC_BREAK_LINE, IC_BREAK_BLANK } ic_break;

/* A growing list of spans. Start from {0}; free with ic_spans_free(). */
typedef struct ic_spans {
  ic_span *items;
  size_t count, capacity;
} ic_spans;

void ic_spans_free(ic_spans *spans);

/* Adds a span; on failure the list is as before. */
ic_status ic_spans_add(ic_spans *spans, ic_span span, ic_error *err);

/* The next paragraph that begins at or after byte *at, which is moved past
 * it. Returns 0 when there is none. */
int ic_next_paragraph(ic_str text, ic_break breaks, size_t *at, ic_span *out);

/* Adds the paragraphs, or the sentences, of the text to the list. On failure
 * some may have been added. */
ic_status ic_paragraphs(ic_str text, ic_break breaks, ic_spans *out,
                        ic_error *err);
ic_status ic_sentences(ic_str text, ic_break breaks, ic_spans *out,
                       ic_error *err);

#endif
