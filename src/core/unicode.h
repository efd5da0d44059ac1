/* unicode.h - what the core knows of Unicode: classes of characters and simple
 * case folding, by two-stage tables made by tools/unicode-tables.pl.
 * A code point is a uint32_t; anything above U+10FFFF has no class and folds
 * to itself. All functions are pure. */
#ifndef IC_UNICODE_H
#define IC_UNICODE_H

#include <stdint.h>

enum {
  IC_CHAR_WORD = 1,  /* Alphabetic, Nd, Mn or Pc: what words are made of */
  IC_CHAR_SPACE = 2, /* White_Space, line ends included */
  IC_CHAR_UPPER = 4, /* Lu or Lt */
  IC_CHAR_LOWER = 8, /* Ll */
  IC_CHAR_DIGIT = 16 /* Nd */
};

/* The classes of a code point, as the sum of the bits above. */
unsigned ic_char_class(uint32_t c);

/* Simple case folding (statuses C and S of CaseFolding.txt): one code point
 * for one, so that positions stay what they are. U+00DF does not become "ss",
 * and the Turkish dotted capital I folds to itself. */
uint32_t ic_fold(uint32_t c);

#endif
