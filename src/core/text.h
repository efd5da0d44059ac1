/* text.h - UTF-8 text: strings by length, validity, words, positions.
 *
 * An ic_str is bytes and a size; it owns nothing and need not end in NUL.
 * Inside the core positions are bytes from 0, half open. Only ic_utf8_fault()
 * looks at bytes of unknown quality; everything else wants valid UTF-8 and may
 * read past the end of text that is not.
 *
 * A word is a longest run of word characters (IC_CHAR_WORD); a mark is what it
 * stands on, a word character after one and none after a sign, a blank or
 * nothing, nor if it is more than the 32nd there. Between two word characters,
 * one joiner belongs to the word: the apostrophes U+0027 and U+2019 ("don't",
 * "O'Brien") and the invisible U+00AD, U+200C and U+200D, over which a mark may
 * stand on its base. Hyphens do not join: "follow-up" is two words, so that a
 * rule `AI` finds "AI-based". A letter of a script written without spaces
 * (IC_CHAR_SPACELESS) is a word by itself, with its marks and an invisible
 * joiner behind it, and touches its neighbours; apostrophes do not join it.
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
 * past the end are 0. *breaks are those of them at which a word begins that
 * touches the one before. Runs of bits over successive blocks, parted there,
 * are the words that ic_next_word() finds, so that a text can be cut into words
 * block by block. `at` may be any byte < text.size. */
uint64_t ic_word_bits(ic_str text, size_t at, uint64_t *breaks);

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

/* How words are compared. Their letters are decomposed, their marks in the
 * canonical order, Hangul jamo composed to syllables, U+2019 is U+0027, and
 * invisible joiners are left out: what is canonically equivalent is the same.
 * Case is folded, of bases and not of marks, so that U+0345 is no letter. */
enum {
  IC_FORM_FOLDED = 0,
  IC_FORM_CASED = 1, /* case is left as it is */
  IC_FORM_BARE = 2   /* nonspacing marks are left out */
};

/* A base and the marks upon it. */
#define IC_LETTER_MAX 128
typedef struct ic_letter {
  uint32_t c[IC_LETTER_MAX];
  size_t n;
} ic_letter;

/* Reads the letter that begins at byte *at < text.size, invisible joiners
 * among its marks left out, and moves *at to its end. An invisible joiner by
 * itself is a letter too. */
void ic_next_letter(ic_str text, int form, size_t *at, ic_letter *letter);

/* Writes a word in its form; `out` must have room for three times its bytes
 * (U+0390 is two and becomes six). Returns the size. */
size_t ic_word_form(ic_str word, int form, char *out);

/* Writes the key of a word, by which it is looked up: as folded, without any
 * marks. *marked says whether it had some; of words without, those with the
 * same key are the same. Stops when `room` bytes are full, after which `out`
 * must have four more. The key is at most 1.5 times as long as the word (U+023A
 * grows from two bytes to three). Returns its size. */
size_t ic_word_key(ic_str word, size_t room, char *out, int *marked);

/* A place in a text: code points that begin before the byte. */
typedef struct ic_place {
  size_t byte, point;
} ic_place;

/* Move a place, at first {0, 0}, to a byte <= text.size, or to the byte at
 * which code point number `point` begins, the end of the text if it has no
 * such. Costs a look at what lies between; on the way back, at all before. */
void ic_place_at_byte(ic_place *place, ic_str text, size_t byte);
void ic_place_at_point(ic_place *place, ic_str text, size_t point);

/* Code points of many bytes of one text, in ascending order or nearly: looks at
 * a lap of the text at a time and answers within it in constant time. Going
 * back beyond the lap costs a look at all before. */
#define IC_LAP 1024 /* blocks of 64 bytes */

typedef struct ic_ruler {
  ic_str text;
  size_t base, point; /* the byte at which the lap begins, code points before */
  uint64_t inner[IC_LAP]; /* which bytes of a block do not begin one */
  uint32_t before[IC_LAP]; /* how many of those come before it in the lap */
} ic_ruler;

void ic_ruler_begin(ic_ruler *ruler, ic_str text);

/* How many code points begin before `byte` <= text.size. */
size_t ic_ruler_at(ic_ruler *ruler, size_t byte);

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
