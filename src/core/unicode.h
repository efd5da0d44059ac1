/* unicode.h - what the core knows of Unicode: classes of characters, simple
 * case folding and canonical decompositions, by two-stage tables made by
 * tools/unicode-tables.pl. A code point is a uint32_t; anything above U+10FFFF
 * has no class and stands for itself. All functions are pure. */
#ifndef IC_UNICODE_H
#define IC_UNICODE_H

#include <stdint.h>

enum {
  IC_CHAR_WORD = 1,  /* Alphabetic, Nd, M or Pc: what words are made of */
  IC_CHAR_SPACE = 2, /* White_Space, line ends included */
  IC_CHAR_UPPER = 4, /* Lu or Lt */
  IC_CHAR_LOWER = 8, /* Ll */
  IC_CHAR_DIGIT = 16, /* Nd */
  IC_CHAR_MARK = 32,  /* M: what stands on or beside the character before */
  IC_CHAR_NONSPACING = 64, /* Mn: of the marks, those that take no room */
  IC_CHAR_SPACELESS = 128 /* a letter of a script written without spaces: by
                             Script_Extensions Han, Hiragana, Katakana and
                             Bopomofo, or Line_Break SA, which is Thai, Lao,
                             Khmer, Myanmar and their kin */
};

/* The classes of a code point, as the sum of the bits above. */
unsigned ic_char_class(uint32_t c);

/* Of a character of two bytes in UTF-8: whether it is one of words, and neither
 * a mark nor of a script without spaces. */
int ic_is_plain_pair(unsigned char lead, unsigned char inner);

/* Simple case folding (statuses C and S of CaseFolding.txt): one code point
 * for one, so that positions stay what they are. U+00DF does not become "ss",
 * and the Turkish dotted capital I folds to itself. */
uint32_t ic_fold(uint32_t c);

/* The canonical decomposition, in full: a base and the marks upon it. All parts
 * but the first are marks, of a mark all. Returns their number, 1 for what
 * has none, as here Hangul syllables. */
#define IC_PARTS_MAX 4
unsigned ic_decompose(uint32_t c, uint32_t parts[IC_PARTS_MAX]);

/* The canonical combining class: marks of different classes may change places,
 * and their order is that of the classes. No mark of class 0 moves. */
unsigned ic_mark_order(uint32_t c);

#endif
