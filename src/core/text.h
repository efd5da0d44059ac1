/* text.h - UTF-8 text: strings by length, validity, words, positions.
 *
 * An ic_str is bytes and a size; it owns nothing and need not end in NUL.
 * Inside the core positions are bytes from 0, half open. Only ic_utf8_fault()
 * looks at bytes of unknown quality; everything else wants valid UTF-8 and may
 * read past the end of text that is not.
 *
 * A word is a longest run of word characters (IC_CHAR_WORD). Between two of
 * them, one joiner belongs to the word: the apostrophes U+0027 and U+2019
 * ("don't", "O'Brien") and the invisible U+00AD, U+200C and U+200D. Hyphens do
 * not join: "follow-up" is two words, so that a rule `AI` finds "AI-based".
 * All functions are pure; texts may be read by any number of threads. */
#ifndef IC_TEXT_H
#define IC_TEXT_H

#include <stdint.h>

#include "status.h"
#include "unicode.h"

typedef struct ic_str {
  const char *data;
  size_t size;
} ic_str;

typedef struct ic_span {
  size_t start, end; /* bytes, half open */
} ic_span;

/* The string of a C literal or of any NUL-terminated text. */
ic_str ic_str_of(const char *text);

/* The part of a string; the span must lie inside it. */
ic_str ic_str_slice(ic_str text, ic_span span);

int ic_str_equal(ic_str a, ic_str b);

/* The byte at which the text stops being UTF-8 (overlong forms, surrogates,
 * values above U+10FFFF and cut sequences are faults, and the position is the
 * first byte of the bad sequence), or IC_NOWHERE if it is valid. */
size_t ic_utf8_fault(ic_str text);

/* The code point at byte `at` < text.size; *length is its bytes, 1 to 4. */
uint32_t ic_utf8_decode(ic_str text, size_t at, unsigned *length);

/* The code point that ends before byte `at` > 0. */
uint32_t ic_utf8_before(ic_str text, size_t at, unsigned *length);

/* Writes the code point, returns its bytes; a surrogate or a value above
 * U+10FFFF is written as U+FFFD. */
unsigned ic_utf8_encode(uint32_t c, char out[4]);

/* How many code points the text has. */
size_t ic_count_points(ic_str text);

/* Apostrophes and invisible joiners: part of a word when inside it. */
int ic_is_joiner(uint32_t c);

/* Joiners that are nothing at all when words are compared. */
int ic_is_invisible(uint32_t c);

/* The first word that ends after byte `from`, which must be 0 or the end of
 * a word found before. Returns 0 when there is none. */
int ic_next_word(ic_str text, size_t from, ic_span *word);

size_t ic_count_words(ic_str text);

/* The bytes at .. at + 63 that belong to words, as bits from the lowest; bytes
 * past the end are 0. Runs of bits over successive blocks are the words that
 * ic_next_word() finds, so that a text can be cut into words block by block.
 * `at` may be any byte < text.size. */
uint64_t ic_word_bits(ic_str text, size_t at);

/* The number of the lowest bit that is set; bits != 0. */
static inline unsigned ic_lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
  return (unsigned) __builtin_ctzll(bits);
#else
  unsigned n = 0;
  for (; !(bits & 1); bits >>= 1)
    n++;
  return n;
#endif
}

/* Writes the folded form of a word or of any text: each code point by simple
 * case folding, U+2019 as U+0027, invisible joiners left out. The result is
 * at most 1.5 times as long (U+023A and U+023E grow from two bytes to three);
 * `out` must have room for that. Returns its size. */
size_t ic_fold_text(ic_str text, char *out);
#define IC_FOLDED_SIZE(n) ((n) + (n) / 2)

/* The same where case counts: nothing is folded. */
size_t ic_plain_text(ic_str text, char *out);

/* A place in a text: code points that begin before the byte. */
typedef struct ic_place {
  size_t byte, point;
} ic_place;

/* Move a place, at first {0, 0}, to a byte <= text.size, or to the byte at which
 * code point number `point` begins, the end of the text if it has no such.
 * Costs a look at what lies between; on the way back, at all before. */
void ic_place_at_byte(ic_place *place, ic_str text, size_t byte);
void ic_place_at_point(ic_place *place, ic_str text, size_t point);

/* Positions of one text both ways, in constant time. Built once, then only
 * read. Texts of 4 GiB or more are refused with IC_ELIMIT. The text must
 * outlive it. On failure nothing is held. */
typedef struct ic_points {
  ic_str text;
  size_t count;       /* code points in the text */
  uint32_t *at_byte;  /* code points that begin before byte 64 i */
  uint32_t *at_point; /* byte of code point 64 i */
} ic_points;

ic_status ic_points_build(ic_points *points, ic_str text, ic_error *err);
void ic_points_free(ic_points *points);

/* How many code points begin before `byte` <= text.size: for the first byte
 * of a character its number from 0. */
size_t ic_point_of_byte(const ic_points *points, size_t byte);

/* The byte at which code point number `point` <= count begins. */
size_t ic_byte_of_point(const ic_points *points, size_t point);

#endif
