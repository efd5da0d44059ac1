#include "text.h"

#include <string.h>

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
# include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__) && !defined(IC_NO_SIMD)
# include <arm_neon.h>
#endif

#include "memory.h"
#include "numeric.h"

ic_str ic_str_of(const char *text)
{
  return (ic_str) {text, strlen(text)};
}

ic_str ic_str_slice(ic_str text, ic_span span)
{
  return (ic_str) {text.data + span.start, span.end - span.start};
}

int ic_str_equal(ic_str a, ic_str b)
{
  return a.size == b.size && (a.size == 0 || !memcmp(a.data, b.data, a.size));
}

/* ---- UTF-8 ---- */

static unsigned char byte_at(ic_str text, size_t at)
{
  return (unsigned char) text.data[at];
}

static int is_inner(unsigned char byte)
{
  return (byte & 0xc0) == 0x80;
}

static uint64_t load8(const char *at)
{
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

static size_t skip_ascii(ic_str text, size_t at)
{
#if defined(__SSE2__) && !defined(IC_NO_SIMD)
  for (; text.size - at >= 16; at += 16) {
    __m128i v = _mm_loadu_si128((const __m128i *) (const void *)
                                (text.data + at));
    unsigned wide = (unsigned) _mm_movemask_epi8(v);
    if (wide)
      return at + ic_lowest_bit(wide);
  }
#endif
  while (text.size - at >= 8 && !(load8(text.data + at) & HIGH_BITS))
    at += 8;
  while (at < text.size && byte_at(text, at) < 0x80)
    at++;
  return at;
}

/* The length of the well-formed sequence at `at`, or 0. The second byte has a
 * narrower range after E0, ED, F0 and F4 (Unicode, table 3-7). */
static unsigned sequence_length(ic_str text, size_t at)
{
  unsigned char lead = byte_at(text, at), low = 0x80, high = 0xbf;
  unsigned length;
  if (lead >= 0xc2 && lead <= 0xdf)
    length = 2;
  else if (lead >= 0xe0 && lead <= 0xef)
    length = 3;
  else if (lead >= 0xf0 && lead <= 0xf4)
    length = 4;
  else
    return 0;
  if (text.size - at < length)
    return 0;
  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xed)
    high = 0x9f;
  else if (lead == 0xf4)
    high = 0x8f;
  unsigned char second = byte_at(text, at + 1);
  if (second < low || second > high)
    return 0;
  for (unsigned i = 2; i < length; i++)
    if (!is_inner(byte_at(text, at + i)))
      return 0;
  return length;
}

/* Checks characters from one that begins at `at` until one ends at `end` or
 * behind, and says where; IC_NOWHERE after a fault, which is at *fault. */
static size_t check_slowly(ic_str text, size_t at, size_t end, size_t *fault)
{
  while ((at = skip_ascii(text, at)) < end) {
    unsigned length = sequence_length(text, at);
    if (length == 0) {
      *fault = at;
      return IC_NOWHERE;
    }
    at += length;
  }
  return at;
}

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
static uint64_t mask_of(__m128i bytes, int shift)
{
  return (uint64_t) (unsigned) _mm_movemask_epi8(bytes) << shift;
}

static __m128i is_byte(__m128i v, int byte)
{
  return _mm_cmpeq_epi8(v, _mm_set1_epi8((char) (byte - 256)));
}

/* Where bytes are `byte` or more, something that is not 0. */
static __m128i from_byte(__m128i v, int byte)
{
  return _mm_subs_epu8(v, _mm_set1_epi8((char) (byte - 257)));
}

/* Not 0 where sixteen bytes, behind at least two others, must be inner and are
 * not or are and must not, and at C0, C1, E0, ED and F0 to FF, where only a
 * closer look tells. */
static __m128i doubts(const char *at)
{
  __m128i v = _mm_loadu_si128((const __m128i *) (const void *) at);
  __m128i one = _mm_loadu_si128((const __m128i *) (const void *) (at - 1));
  __m128i two = _mm_loadu_si128((const __m128i *) (const void *) (at - 2));
  __m128i due = _mm_or_si128(from_byte(one, 0xc2), from_byte(two, 0xe0));
  __m128i not_due = _mm_cmpeq_epi8(due, _mm_setzero_si128());
  __m128i inner = _mm_cmplt_epi8(v, _mm_set1_epi8(-64));
  __m128i even = _mm_and_si128(v, _mm_set1_epi8(-2));
  __m128i special = _mm_or_si128(
    _mm_or_si128(is_byte(even, 0xc0), from_byte(v, 0xf0)),
    _mm_or_si128(is_byte(v, 0xe0), is_byte(v, 0xed)));
  return _mm_or_si128(special, _mm_cmpeq_epi8(inner, not_due));
}

static int is_in_doubt(const char *at)
{
  __m128i some = _mm_or_si128(_mm_or_si128(doubts(at), doubts(at + 16)),
                              _mm_or_si128(doubts(at + 32), doubts(at + 48)));
  return mask_of(_mm_cmpeq_epi8(some, _mm_setzero_si128()), 0) != 0xffff;
}

/* Where the character before a byte begins. */
static size_t begin_before(ic_str text, size_t at)
{
  at -= at > 0;
  while (at > 0 && is_inner(byte_at(text, at)))
    at--;
  return at;
}

/* By blocks of 64 bytes. Returns where a character begins before which all is
 * well, short of a block at the end. */
static size_t check_blocks(ic_str text, size_t *fault)
{
  size_t at = 0;
  while (text.size - at >= 64) {
    if (at > 1 && !is_in_doubt(text.data + at)) {
      at += 64;
      continue;
    }
    at = check_slowly(text, begin_before(text, at), at + 64, fault);
    if (at == IC_NOWHERE)
      return at;
  }
  return begin_before(text, at);
}
#else
static size_t check_blocks(ic_str text, size_t *fault)
{
  (void) text;
  (void) fault;
  return 0;
}
#endif

size_t ic_utf8_fault(ic_str text)
{
  size_t fault = IC_NOWHERE, at = check_blocks(text, &fault);
  if (fault == IC_NOWHERE)
    check_slowly(text, at, text.size, &fault);
  return fault;
}

uint32_t ic_utf8_decode(ic_str text, size_t at, unsigned *length)
{
  const unsigned char *s = (const unsigned char *) text.data + at;
  if (s[0] < 0x80) {
    *length = 1;
    return s[0];
  }
  if (s[0] < 0xe0) {
    *length = 2;
    return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
  }
  if (s[0] < 0xf0) {
    *length = 3;
    return (s[0] & 0x0fu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
  }
  *length = 4;
  return (s[0] & 0x07u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6
    | (s[3] & 0x3fu);
}

uint32_t ic_utf8_before(ic_str text, size_t at, unsigned *length)
{
  size_t start = at - 1;
  while (start > 0 && is_inner(byte_at(text, start)))
    start--;
  return ic_utf8_decode(text, start, length);
}

unsigned ic_utf8_encode(uint32_t c, char out[4])
{
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
    c = 0xfffd;
  if (c < 0x80) {
    out[0] = (char) c;
    return 1;
  }
  if (c < 0x800) {
    out[0] = (char) (0xc0 | c >> 6);
    out[1] = (char) (0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = (char) (0xe0 | c >> 12);
    out[1] = (char) (0x80 | (c >> 6 & 0x3f));
    out[2] = (char) (0x80 | (c & 0x3f));
    return 3;
  }
  out[0] = (char) (0xf0 | c >> 18);
  out[1] = (char) (0x80 | (c >> 12 & 0x3f));
  out[2] = (char) (0x80 | (c >> 6 & 0x3f));
  out[3] = (char) (0x80 | (c & 0x3f));
  return 4;
}

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
/* Of sixteen bytes at a time; each of the sums holds 255. */
static size_t count_inner(const char *at, size_t sixteens)
{
  __m128i total = _mm_setzero_si128(), none = total;
  while (sixteens > 0) {
    __m128i sums = none;
    size_t n = sixteens < 255 ? sixteens : 255;
    for (size_t i = 0; i < n; i++, at += 16) {
      __m128i v = _mm_loadu_si128((const __m128i *) (const void *) at);
      sums = _mm_sub_epi8(sums, _mm_cmplt_epi8(v, _mm_set1_epi8(-64)));
    }
    total = _mm_add_epi64(total, _mm_sad_epu8(sums, none));
    sixteens -= n;
  }
  uint64_t halves[2];
  memcpy(halves, &total, sizeof halves);
  return (size_t) (halves[0] + halves[1]);
}
#endif

/* How many of eight bytes are inner: bit 7 set and bit 6 clear. */
static size_t inner_of_eight(uint64_t word)
{
  uint64_t marks = (word & ~(word << 1) & HIGH_BITS) >> 7;
  return (size_t) (marks * UINT64_C(0x0101010101010101) >> 56);
}

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
/* The last bytes are read with some before them, which are shifted out. */
static size_t count_all_inner(ic_str text)
{
  size_t whole = text.size / 8 * 8, inner = 0;
  if (text.size < 8) {
    for (size_t at = 0; at < text.size; at++)
      inner += is_inner(byte_at(text, at));
    return inner;
  }
  if (whole >= 16)
    inner = count_inner(text.data, whole / 16);
  if (whole & 8)
    inner += inner_of_eight(load8(text.data + whole - 8));
  if (whole < text.size)
    inner += inner_of_eight(load8(text.data + text.size - 8)
                            >> 8 * (whole + 8 - text.size));
  return inner;
}
#else
static size_t count_all_inner(ic_str text)
{
  size_t inner = 0, at = 0;
  for (; text.size - at >= 8; at += 8)
    inner += inner_of_eight(load8(text.data + at));
  for (; at < text.size; at++)
    inner += is_inner(byte_at(text, at));
  return inner;
}
#endif

size_t ic_count_points(ic_str text)
{
  return text.size - count_all_inner(text);
}

/* ---- words ---- */

int ic_is_invisible(uint32_t c)
{
  return c == 0xad || c == 0x200c || c == 0x200d;
}

int ic_is_joiner(uint32_t c)
{
  return c == '\'' || c == 0x2019 || ic_is_invisible(c);
}

#define MARKS_MAX 32

/* The class of the character on which at most `most` marks stand before byte
 * `at`, over one joiner each, if it is one of a word; else 0. */
static unsigned base_class(ic_str text, size_t at, int most)
{
  for (int marks = 0; at > 0 && marks <= most; marks++) {
    unsigned length;
    uint32_t c = ic_utf8_before(text, at, &length);
    at -= length;
    if (ic_is_invisible(c) && at > 0) {
      c = ic_utf8_before(text, at, &length);
      at -= length;
    }
    unsigned class = ic_char_class(c);
    if (!(class & IC_CHAR_MARK))
      return class & IC_CHAR_WORD ? class : 0;
  }
  return 0;
}

/* The class of the character c at byte `at`, of a mark that of its base; 0 if
 * it is none of a word. */
static unsigned word_class(ic_str text, size_t at, uint32_t c)
{
  unsigned class = ic_char_class(c);
  if (class & IC_CHAR_MARK)
    return base_class(text, at, MARKS_MAX - 1);
  return class & IC_CHAR_WORD ? class : 0;
}

static unsigned class_at(ic_str text, size_t at)
{
  unsigned length;
  return at < text.size
    ? word_class(text, at, ic_utf8_decode(text, at, &length)) : 0;
}

/* Whether the joiner c at byte `at` stands between two characters of a word. */
static int joins(ic_str text, size_t at, uint32_t c, unsigned length)
{
  unsigned size;
  if (at == 0 || !ic_is_joiner(c))
    return 0;
  uint32_t left = ic_utf8_before(text, at, &size);
  unsigned before = word_class(text, at - size, left);
  unsigned after = class_at(text, at + length);
  return before && after
    && (ic_is_invisible(c) || !((before | after) & IC_CHAR_SPACELESS));
}

/* Whether a word begins with the character at byte `at` that touches the one
 * before: one of the two is of a script without spaces. */
static int breaks_word(ic_str text, size_t at, unsigned class)
{
  if (at == 0 || class & IC_CHAR_MARK || !(class & IC_CHAR_WORD)
      || (byte_at(text, at - 1) < 0x80 && !(class & IC_CHAR_SPACELESS)))
    return 0;
  unsigned before = base_class(text, at, MARKS_MAX);
  return before && (before | class) & IC_CHAR_SPACELESS;
}

int ic_next_word(ic_str text, size_t from, ic_span *word)
{
  size_t at = from;
  unsigned length;
  while (at < text.size && !class_at(text, at)) {
    ic_utf8_decode(text, at, &length);
    at += length;
  }
  if (at == text.size)
    return 0;
  word->start = at;
  while (at < text.size) {
    uint32_t c = ic_utf8_decode(text, at, &length);
    if (!word_class(text, at, c) && !joins(text, at, c, length))
      break;
    if (at > word->start && breaks_word(text, at, ic_char_class(c)))
      break;
    at += length;
  }
  word->end = at;
  return 1;
}

/* What 64 bytes are as far as ASCII goes. */
typedef struct masks {
  uint64_t word, apostrophe, wide; /* wide: a byte of a longer sequence */
} masks;

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
/* Signed comparison after moving the range to the lowest values. */
static __m128i in_range(__m128i v, char first, int count)
{
  __m128i moved = _mm_add_epi8(v, _mm_set1_epi8((char) (-128 - first)));
  return _mm_cmplt_epi8(moved, _mm_set1_epi8((char) (-128 + count)));
}

static void classify(const char *bytes, masks *b)
{
  *b = (masks) {0, 0, 0};
  for (int i = 0; i < 4; i++) {
    __m128i v = _mm_loadu_si128((const __m128i *) (const void *)
                                (bytes + 16 * i));
    __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
    __m128i word = _mm_or_si128(
      _mm_or_si128(in_range(lower, 'a', 26), in_range(v, '0', 10)),
      _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
    __m128i apostrophe = _mm_cmpeq_epi8(v, _mm_set1_epi8('\''));
    b->word |= (uint64_t) (unsigned) _mm_movemask_epi8(word) << 16 * i;
    b->apostrophe |=
      (uint64_t) (unsigned) _mm_movemask_epi8(apostrophe) << 16 * i;
    b->wide |= (uint64_t) (unsigned) _mm_movemask_epi8(v) << 16 * i;
  }
}
#elif defined(__ARM_NEON) && defined(__aarch64__) && !defined(IC_NO_SIMD)
/* One bit per byte of all-ones or all-zeros. */
static uint64_t move_mask(uint8x16_t mask)
{
  static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                      1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vandq_u8(mask, vld1q_u8(weights));
  return (uint64_t) vaddv_u8(vget_low_u8(bits))
    | (uint64_t) vaddv_u8(vget_high_u8(bits)) << 8;
}

static uint8x16_t in_range(uint8x16_t v, uint8_t first, uint8_t count)
{
  return vcltq_u8(vsubq_u8(v, vdupq_n_u8(first)), vdupq_n_u8(count));
}

static void classify(const char *bytes, masks *b)
{
  *b = (masks) {0, 0, 0};
  for (int i = 0; i < 4; i++) {
    uint8x16_t v = vld1q_u8((const uint8_t *) bytes + 16 * i);
    uint8x16_t lower = vorrq_u8(v, vdupq_n_u8(0x20));
    uint8x16_t word = vorrq_u8(
      vorrq_u8(in_range(lower, 'a', 26), in_range(v, '0', 10)),
      vceqq_u8(v, vdupq_n_u8('_')));
    b->word |= move_mask(word) << 16 * i;
    b->apostrophe |= move_mask(vceqq_u8(v, vdupq_n_u8('\''))) << 16 * i;
    b->wide |= move_mask(vcgeq_u8(v, vdupq_n_u8(0x80))) << 16 * i;
  }
}
#else
static int is_ascii_word(unsigned char c)
{
  return (unsigned char) ((c | 0x20) - 'a') < 26
    || (unsigned char) (c - '0') < 10 || c == '_';
}

static void classify(const char *bytes, masks *b)
{
  *b = (masks) {0, 0, 0};
  for (int i = 0; i < 64; i++) {
    unsigned char c = (unsigned char) bytes[i];
    b->word |= (uint64_t) is_ascii_word(c) << i;
    b->apostrophe |= (uint64_t) (c == '\'') << i;
    b->wide |= (uint64_t) (c >= 0x80) << i;
  }
}
#endif

/* Bits of the bytes from .. to that lie in the block at `at`. */
static uint64_t bits_of(size_t from, size_t to, size_t at)
{
  uint64_t all = ~UINT64_C(0);
  size_t low = from > at ? from - at : 0;
  size_t high = to - at;
  return (high >= 64 ? all : (UINT64_C(1) << high) - 1) & all << low;
}

/* Of the bytes beyond ASCII those of pairs that are plain and stand behind
 * ASCII or another such pair: most there are, and no word breaks at them. */
static uint64_t pair_bits(ic_str text, size_t at, uint64_t wide)
{
  uint64_t plain = 0, pairs = wide & wide >> 1;
  uint64_t behind = wide << 1 | (at > 0 && byte_at(text, at - 1) >= 0x80);
  for (; pairs; pairs &= pairs - 1) {
    unsigned bit = ic_lowest_bit(pairs);
    unsigned char lead = byte_at(text, at + bit);
    uint64_t here = UINT64_C(1) << bit;
    if (lead >= 0xc2 && lead < 0xe0 && !(behind & ~(plain << 1) & here)
        && ic_is_plain_pair(lead, byte_at(text, at + bit + 1)))
      plain |= here | here << 1;
  }
  return plain;
}

static uint64_t wide_bits(ic_str text, size_t at, uint64_t wide,
                          uint64_t *breaks)
{
  uint64_t word = 0;
  while (wide) {
    size_t start = at + ic_lowest_bit(wide);
    unsigned length;
    while (start > 0 && is_inner(byte_at(text, start)))
      start--;
    uint32_t c = ic_utf8_decode(text, start, &length);
    uint64_t bits = bits_of(start, start + length, at);
    if (word_class(text, start, c) || joins(text, start, c, length))
      word |= bits;
    if (start >= at && breaks_word(text, start, ic_char_class(c)))
      *breaks |= UINT64_C(1) << (start - at);
    wide &= ~bits;
  }
  return word;
}

/* ASCII after a character that is not. */
static void break_ascii(ic_str text, size_t at, uint64_t places,
                        uint64_t *breaks)
{
  for (; places; places &= places - 1) {
    unsigned bit = ic_lowest_bit(places);
    if (breaks_word(text, at + bit, IC_CHAR_WORD))
      *breaks |= UINT64_C(1) << bit;
  }
}

/* Near the end the last 64 bytes are looked at and those before `at` shifted
 * out. */
static masks masks_at(ic_str text, size_t at)
{
  masks b;
  char rest[64] = {0};
  size_t size = text.size - at;
  if (size >= 64) {
    classify(text.data + at, &b);
  } else if (text.size >= 64) {
    classify(text.data + text.size - 64, &b);
    b.word >>= 64 - size;
    b.apostrophe >>= 64 - size;
    b.wide >>= 64 - size;
  } else {
    memcpy(rest, text.data + at, size);
    classify(rest, &b);
  }
  return b;
}

uint64_t ic_word_bits(ic_str text, size_t at, uint64_t *breaks)
{
  masks b = masks_at(text, at);
  *breaks = 0;
  uint64_t plain = b.wide ? pair_bits(text, at, b.wide) : 0;
  b.wide &= ~plain;
  uint64_t behind = b.wide << 1 | (at > 0 && byte_at(text, at - 1) >= 0x80);
  if (behind)
    break_ascii(text, at, b.word & behind, breaks);
  if (b.wide)
    b.word |= wide_bits(text, at, b.wide, breaks);
  for (; b.apostrophe; b.apostrophe &= b.apostrophe - 1) {
    unsigned bit = ic_lowest_bit(b.apostrophe);
    if (joins(text, at + bit, '\'', 1))
      b.word |= UINT64_C(1) << bit;
  }
  return b.word | plain;
}

/* A word begins at a bit whose lower neighbour is clear, or at a break. */
size_t ic_count_words(ic_str text)
{
  size_t n = 0;
  uint64_t carry = 0;
  for (size_t at = 0; at < text.size; at += 64) {
    uint64_t breaks, bits = ic_word_bits(text, at, &breaks);
    n += ic_count_bits((bits & ~(bits << 1 | carry)) | breaks);
    carry = bits >> 63;
  }
  return n;
}

/* ---- words as they are compared ---- */

/* Hangul syllables by their parts (Unicode, section 3.12). */
enum {
  HANGUL = 0xac00, HANGUL_COUNT = 11172,
  LEADS = 0x1100, LEAD_COUNT = 19, VOWELS = 0x1161, VOWEL_COUNT = 21,
  TAILS = 0x11a7, TAIL_COUNT = 28 /* number 0 is that there is none */
};

/* The character at *at or after one invisible joiner, and past it. */
static uint32_t take_next(ic_str text, size_t *at)
{
  unsigned length;
  uint32_t c = 0;
  for (int i = 0; i < 2 && *at < text.size; i++) {
    c = ic_utf8_decode(text, *at, &length);
    *at += length;
    if (!ic_is_invisible(c))
      break;
  }
  return c;
}

/* The number of the next jamo from `first` on, and past it; 0 for another. */
static uint32_t take_jamo(ic_str text, uint32_t first, uint32_t count,
                          size_t *at)
{
  size_t after = *at;
  uint32_t number = take_next(text, &after) - first;
  if (number == 0 || number >= count)
    return 0;
  *at = after;
  return number;
}

/* The character at *at, with the jamo after it that make it a syllable. */
static uint32_t take_base(ic_str text, size_t *at)
{
  unsigned length;
  uint32_t c = ic_utf8_decode(text, *at, &length);
  *at += length;
  if (c - LEADS < LEAD_COUNT) {
    uint32_t vowel = take_jamo(text, VOWELS - 1, VOWEL_COUNT + 1, at);
    if (!vowel)
      return c;
    c = HANGUL + ((c - LEADS) * VOWEL_COUNT + vowel - 1) * TAIL_COUNT;
  }
  if (c - HANGUL < HANGUL_COUNT && (c - HANGUL) % TAIL_COUNT == 0)
    c += take_jamo(text, TAILS, TAIL_COUNT, at);
  return c == 0x2019 ? '\'' : c;
}

static int take_mark(ic_str text, size_t *at, uint32_t *mark)
{
  size_t after = *at;
  *mark = take_next(text, &after);
  if (!(ic_char_class(*mark) & IC_CHAR_MARK))
    return 0;
  *at = after;
  return 1;
}

static void add_parts(ic_letter *l, uint32_t c)
{
  l->n += ic_decompose(c, l->c + l->n);
}

static void order_marks(ic_letter *l)
{
  for (size_t i = 2; i < l->n; i++) {
    uint32_t c = l->c[i];
    unsigned order = ic_mark_order(c);
    size_t to = i;
    while (order && to > 1 && ic_mark_order(l->c[to - 1]) > order) {
      l->c[to] = l->c[to - 1];
      to--;
    }
    l->c[to] = c;
  }
}

static void drop_nonspacing(ic_letter *l)
{
  size_t n = 1;
  for (size_t i = 1; i < l->n; i++)
    if (!(ic_char_class(l->c[i]) & IC_CHAR_NONSPACING))
      l->c[n++] = l->c[i];
  l->n = n;
}

void ic_next_letter(ic_str text, int form, size_t *at, ic_letter *letter)
{
  uint32_t mark;
  letter->n = 0;
  add_parts(letter, take_base(text, at));
  if (!(form & IC_FORM_CASED)
      && !(ic_char_class(letter->c[0]) & IC_CHAR_MARK))
    letter->c[0] = ic_fold(letter->c[0]);
  while (letter->n + IC_PARTS_MAX <= IC_LETTER_MAX
         && take_mark(text, at, &mark))
    add_parts(letter, mark);
  order_marks(letter);
  if (form & IC_FORM_BARE)
    drop_nonspacing(letter);
}

size_t ic_word_form(ic_str word, int form, char *out)
{
  size_t n = 0, at = 0;
  ic_letter letter;
  while (at < word.size) {
    ic_next_letter(word, form, &at, &letter);
    if (ic_is_invisible(letter.c[0]))
      continue;
    for (size_t i = 0; i < letter.n; i++)
      n += ic_utf8_encode(letter.c[i], out + n);
  }
  return n;
}

size_t ic_word_key(ic_str word, size_t room, char *out, int *marked)
{
  size_t n = 0, at = 0;
  uint32_t parts[IC_PARTS_MAX];
  *marked = 0;
  while (at < word.size && n < room) {
    unsigned char byte = byte_at(word, at);
    if (byte < 0x80) {
      out[n++] = (char) (byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
      at++;
      continue;
    }
    uint32_t c = take_base(word, &at);
    if (ic_char_class(c) & IC_CHAR_MARK) {
      *marked = 1;
    } else if (!ic_is_invisible(c)) {
      *marked |= ic_decompose(c, parts) > 1;
      n += ic_utf8_encode(ic_fold(parts[0]), out + n);
    }
  }
  return n;
}

/* ---- positions ---- */

#define BLOCK 64

/* The byte of the code point that has `left` others before it in the block. */
static size_t walk(ic_str text, size_t at, size_t left)
{
  while (at < text.size && is_inner(byte_at(text, at)))
    at++;
  for (; left > 0; left--) {
    unsigned length;
    ic_utf8_decode(text, at, &length);
    at += length;
  }
  return at;
}

void ic_place_at_byte(ic_place *place, ic_str text, size_t byte)
{
  if (byte < place->byte)
    *place = (ic_place) {0, 0};
  ic_span between = {place->byte, byte};
  place->point += ic_count_points(ic_str_slice(text, between));
  place->byte = byte;
}

/* What is wanted is at least as many bytes off as code points. */
void ic_place_at_point(ic_place *place, ic_str text, size_t point)
{
  if (point < place->point)
    *place = (ic_place) {0, 0};
  while (place->point < point && place->byte < text.size) {
    size_t left = point - place->point, rest = text.size - place->byte;
    ic_place_at_byte(place, text, place->byte + (left < rest ? left : rest));
  }
  while (place->byte < text.size && is_inner(byte_at(text, place->byte)))
    place->byte++;
}

#if defined(__SSE2__) && !defined(IC_NO_SIMD)
static uint64_t inner_of_block(const char *at)
{
  uint64_t inner = 0;
  for (int i = 0; i < BLOCK; i += 16) {
    __m128i v = _mm_loadu_si128((const __m128i *) (const void *) (at + i));
    inner |= mask_of(_mm_cmplt_epi8(v, _mm_set1_epi8(-64)), i);
  }
  return inner;
}
#else
static uint64_t inner_of_block(const char *at)
{
  uint64_t inner = 0;
  for (int i = 0; i < BLOCK; i++)
    inner |= (uint64_t) is_inner((unsigned char) at[i]) << i;
  return inner;
}
#endif

/* Which of 64 bytes are inner; bytes past the end are not. */
static uint64_t inner_bits(ic_str text, size_t at)
{
  size_t size = text.size - at;
  char rest[BLOCK] = {0};
  if (size >= BLOCK)
    return inner_of_block(text.data + at);
  if (size == 0)
    return 0;
  if (text.size >= BLOCK)
    return inner_of_block(text.data + text.size - BLOCK) >> (BLOCK - size);
  memcpy(rest, text.data + at, size);
  return inner_of_block(rest);
}

static void measure_lap(ic_ruler *r)
{
  size_t rest = r->text.size - r->base, inner = 0;
  size_t blocks = rest / BLOCK + 1 < IC_LAP ? rest / BLOCK + 1 : IC_LAP;
  for (size_t i = 0; i < blocks; i++) {
    r->inner[i] = inner_bits(r->text, r->base + i * BLOCK);
    r->before[i] = (uint32_t) inner;
    inner += ic_count_bits(r->inner[i]);
  }
}

void ic_ruler_begin(ic_ruler *ruler, ic_str text)
{
  ruler->text = text;
  ruler->base = ruler->point = 0;
  measure_lap(ruler);
}

size_t ic_ruler_at(ic_ruler *r, size_t byte)
{
  if (byte < r->base || byte - r->base >= IC_LAP * BLOCK) {
    ic_place place = {r->base, r->point};
    ic_place_at_byte(&place, r->text, byte);
    r->base = place.byte;
    r->point = place.point;
    measure_lap(r);
  }
  size_t at = byte - r->base, block = at / BLOCK;
  uint64_t before = r->inner[block] & ((UINT64_C(1) << at % BLOCK) - 1);
  return r->point + at - r->before[block] - ic_count_bits(before);
}

static void fill_points(ic_points *p)
{
  size_t point = 0, at = 0;
  for (; at < p->text.size; at += BLOCK) {
    size_t rest = p->text.size - at, size = rest < BLOCK ? rest : BLOCK;
    size_t here = ic_count_points((ic_str) {p->text.data + at, size});
    size_t mark = (point + BLOCK - 1) / BLOCK;
    p->at_byte[at / BLOCK] = (uint32_t) point;
    if (mark * BLOCK < point + here)
      p->at_point[mark] =
        (uint32_t) (here == size ? at + mark * BLOCK - point
                                 : walk(p->text, at, mark * BLOCK - point));
    point += here;
  }
  if (at == p->text.size)
    p->at_byte[at / BLOCK] = (uint32_t) point;
  if (point % BLOCK == 0)
    p->at_point[point / BLOCK] = (uint32_t) p->text.size;
}

ic_status ic_points_build(ic_points *points, ic_str text, ic_error *err)
{
  *points = (ic_points) {.text = text};
  if (text.size >= UINT32_MAX)
    return ic_fail(err, IC_ELIMIT, "a text of 4 GiB or more");
  points->count = ic_count_points(text);
  if (points->count == text.size)
    return IC_OK;
  points->at_byte = ic_alloc(text.size / BLOCK + 1, sizeof(uint32_t));
  points->at_point = ic_alloc(points->count / BLOCK + 1, sizeof(uint32_t));
  if (!points->at_byte || !points->at_point) {
    ic_points_free(points);
    return ic_no_memory(err);
  }
  fill_points(points);
  return IC_OK;
}

void ic_points_free(ic_points *points)
{
  ic_free(points->at_byte);
  ic_free(points->at_point);
  points->at_byte = NULL;
  points->at_point = NULL;
}

size_t ic_point_of_byte(const ic_points *points, size_t byte)
{
  if (!points->at_byte)
    return byte;
  size_t block = byte / BLOCK, start = block * BLOCK;
  ic_str part = {points->text.data + start, byte - start};
  return points->at_byte[block] + ic_count_points(part);
}

size_t ic_byte_of_point(const ic_points *points, size_t point)
{
  if (!points->at_byte)
    return point;
  size_t at = points->at_point[point / BLOCK];
  for (size_t left = point % BLOCK; left > 0; left--) {
    unsigned length;
    ic_utf8_decode(points->text, at, &length);
    at += length;
  }
  return at;
}
