/* text and unicode: validity, classes, folding, words, positions. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/text.h"

static size_t fault(const char *bytes, size_t size)
{
  return ic_utf8_fault((ic_str) {bytes, size});
}

static void faults_are_found_where_they_begin(void)
{
  CHECK(fault("", 0) == IC_NOWHERE);
  CHECK(fault("plain ascii text of some length", 31) == IC_NOWHERE);
  CHECK(fault("caf\xc3\xa9", 5) == IC_NOWHERE);
  CHECK(fault("caf\xc3", 4) == 3);
  CHECK(fault("123456789\x80", 10) == 9);
  CHECK(fault("\xc0\xaf", 2) == 0);
  CHECK(fault("\xe0\x80\xaf", 3) == 0);
  CHECK(fault("\xed\xa0\x80", 3) == 0);
  CHECK(fault("\xed\x9f\xbf", 3) == IC_NOWHERE);
  CHECK(fault("\xf0\x8f\xbf\xbf", 4) == 0);
  CHECK(fault("\xf4\x90\x80\x80", 4) == 0);
  CHECK(fault("\xf4\x8f\xbf\xbf", 4) == IC_NOWHERE);
  CHECK(fault("a\xf5\x80\x80\x80", 5) == 1);
  CHECK(fault("ab\xff", 3) == 2);
  CHECK(fault("ab\0cd", 5) == IC_NOWHERE);
  CHECK(fault("\xe2\x82(", 3) == 0);
}

/* Table 3-7 of the Unicode Standard, character by character. */
static size_t slow_fault(const unsigned char *b, size_t n)
{
  for (size_t i = 0, m; i < n; i += m) {
    unsigned c = b[i], low = 0x80, high = 0xbf;
    m = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3
      : c < 0xf5 ? 4 : 0;
    low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : low;
    high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : high;
    if (m == 0 || m > n - i || (m > 1 && (b[i + 1] < low || b[i + 1] > high)))
      return i;
    for (size_t k = 2; k < m; k++)
      if ((b[i + k] & 0xc0) != 0x80)
        return i;
  }
  return IC_NOWHERE;
}

static unsigned draw(unsigned n)
{
  static uint32_t state = 7;
  state = state * 1664525 + 1013904223;
  return (state >> 8) % n;
}

static size_t fill_at_random(char *out, size_t size, unsigned plain)
{
  static const uint32_t wide[] = {
    0xe9, 0x2019, 0x2014, 0xfc, 0xd7ff, 0xe000, 0x800, 0x1f642, 0x10ffff, 0x7ff
  };
  size_t n = 0;
  while (n + 4 <= size)
    n += ic_utf8_encode(draw(100) < plain ? 'a' + draw(26) : wide[draw(10)],
                        out + n);
  return n;
}

/* Long texts are looked at by blocks: whole, cut anywhere, and with a byte
 * gone wrong anywhere. */
static void long_texts_are_checked_like_short_ones(void)
{
  static const unsigned char wrong[] = {
    'x', 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff
  };
  char text[300];
  int same = 1;
  for (int round = 0; round < 400; round++) {
    size_t n = fill_at_random(text, sizeof text - draw(200), 40 + draw(60));
    for (size_t i = 0; i < n; i++) {
      char kept = text[i];
      same &= fault(text, i) == slow_fault((unsigned char *) text, i);
      text[i] = (char) wrong[draw(12)];
      same &= fault(text, n) == slow_fault((unsigned char *) text, n);
      text[i] = kept;
    }
    same &= fault(text, n) == IC_NOWHERE;
  }
  CHECK(same);
}

static void rulers_count_code_points(void)
{
  size_t room = 3 * 64 * IC_LAP + 1000;
  char *text = malloc(room);
  ic_ruler *ruler = malloc(sizeof *ruler);
  int same = 1;
  for (int round = 0; round < 40; round++) {
    size_t size = round % 2 ? draw(200) : room - draw(3000);
    ic_str s = {text, fill_at_random(text, size, 60)};
    ic_ruler_begin(ruler, s);
    for (size_t at = 0; same && at <= s.size; at += draw(round % 2 ? 3 : 9000)) {
      size_t back = at - draw((unsigned) (at < 500 ? at + 1 : 500));
      same &= ic_ruler_at(ruler, at) == ic_count_points((ic_str) {text, at});
      same &= ic_ruler_at(ruler, back)
        == ic_count_points((ic_str) {text, back});
    }
    same &= ic_ruler_at(ruler, s.size) == ic_count_points(s);
  }
  CHECK(same);
  free(text);
  free(ruler);
}

static void every_code_point_goes_both_ways(void)
{
  int same = 1, valid = 1, back = 1, fits = 1, idempotent = 1;
  for (uint32_t c = 0; c < 0x110000; c++) {
    if (c >= 0xd800 && c < 0xe000)
      continue;
    char bytes[4], key[16];
    int marked;
    unsigned n = ic_utf8_encode(c, bytes), m, k;
    ic_str s = {bytes, n};
    same &= ic_utf8_decode(s, 0, &m) == c && m == n;
    back &= ic_utf8_before(s, n, &k) == c && k == n;
    valid &= fault(bytes, n) == IC_NOWHERE && ic_count_points(s) == 1;
    fits &= ic_word_key(s, IC_NOWHERE, key, &marked) <= n + n / 2;
    idempotent &= ic_fold(ic_fold(c)) == ic_fold(c);
  }
  CHECK(same && back && valid && fits && idempotent);
  char bytes[4];
  CHECK(ic_utf8_encode(0xd800, bytes) == 3 && !memcmp(bytes, "\xef\xbf\xbd", 3));
}

static void classes_and_folding_follow_unicode(void)
{
  CHECK(ic_char_class('a') == (IC_CHAR_WORD | IC_CHAR_LOWER));
  CHECK(ic_char_class('Z') == (IC_CHAR_WORD | IC_CHAR_UPPER));
  CHECK(ic_char_class('7') == (IC_CHAR_WORD | IC_CHAR_DIGIT));
  CHECK(ic_char_class('_') == IC_CHAR_WORD);
  CHECK(ic_char_class('-') == 0 && ic_char_class('\'') == 0);
  CHECK(ic_char_class('\n') == IC_CHAR_SPACE);
  CHECK(ic_char_class(0xa0) == IC_CHAR_SPACE);
  CHECK(ic_char_class(0x4e2d) == (IC_CHAR_WORD | IC_CHAR_SPACELESS));
  CHECK(ic_char_class(0x30fc) == (IC_CHAR_WORD | IC_CHAR_SPACELESS));
  CHECK(ic_char_class(0xe01) == (IC_CHAR_WORD | IC_CHAR_SPACELESS));
  CHECK(ic_char_class(0xe51) == (IC_CHAR_WORD | IC_CHAR_DIGIT));
  CHECK(ic_char_class(0xac00) == IC_CHAR_WORD && ic_char_class(0x3002) == 0);
  CHECK(ic_char_class(0xf40) == IC_CHAR_WORD);
  CHECK(ic_char_class(0x301)
        == (IC_CHAR_WORD | IC_CHAR_MARK | IC_CHAR_NONSPACING));
  CHECK(ic_char_class(0x20dd) == (IC_CHAR_WORD | IC_CHAR_MARK));
  CHECK(ic_char_class(0x1f600) == 0 && ic_char_class(0x110000) == 0);
  CHECK(ic_fold('A') == 'a' && ic_fold('a') == 'a');
  CHECK(ic_fold(0xc9) == 0xe9);
  CHECK(ic_fold(0x3a3) == 0x3c3 && ic_fold(0x3c2) == 0x3c3);
  CHECK(ic_fold(0x1e9e) == 0xdf && ic_fold(0xdf) == 0xdf);
  CHECK(ic_fold(0x130) == 0x130 && ic_fold(0x212a) == 'k');
  CHECK(ic_fold(0x1e921) == 0x1e943 && ic_fold(0x110000) == 0x110000);
}

static int is_form(const char *word, int form, const char *want)
{
  char out[400];
  size_t n = ic_word_form(ic_str_of(word), form, out);
  return ic_str_equal((ic_str) {out, n}, ic_str_of(want));
}

static void words_have_forms(void)
{
  const int bare = IC_FORM_BARE, cased = IC_FORM_CASED;
  CHECK(is_form("Don\u2019T\u00c9\u00adX", 0, "don'te\u0301x"));
  CHECK(is_form("Don\u2019T\u00c9\u00adX", cased, "Don'TE\u0301X"));
  CHECK(is_form("Na\u00efve \u00d8l\u0142\u00df", bare,
                "naive \u00f8l\u0142\u00df"));
  CHECK(is_form("\u1ead\u00e2\u0323a\u0302\u0323a\u0323\u00ad\u0302", 0,
                "a\u0323\u0302a\u0323\u0302a\u0323\u0302a\u0323\u0302"));
  CHECK(is_form("a\u0302\u0301", 0, "a\u0302\u0301"));
  CHECK(is_form("a\u0302\u034f\u0323", 0, "a\u0302\u034f\u0323"));
  CHECK(is_form("\u1fbc\u03b9", 0, "\u03b1\u0345\u03b9"));
  CHECK(is_form("\u212a\u2126\u0958\u09cb\u0344", 0,
                "k\u03c9\u0915\u093c\u09c7\u09be\u0308\u0301"));
  CHECK(is_form("\u1112\u1161\u11ab\u1100\u1173\u11af", 0, "\ud55c\uae00"));
  CHECK(is_form("\ud558\u11ab\u11ab\u1100\u1100\u00ad\u1161", bare,
                "\ud55c\u11ab\u1100\uac00"));
  CHECK(is_form("\u1100\u0301\u1161", bare, "\u1100\u1161"));
}

/* Every decomposition against itself by parts, and all that a form promises. */
static void forms_are_canonical(void)
{
  const unsigned kept = IC_CHAR_WORD | IC_CHAR_MARK | IC_CHAR_SPACELESS;
  int small = 1, again = 1, ordered = 1, marks = 1, caseless = 1, last = 1;
  for (uint32_t c = 0; c < 0x110000; c++) {
    uint32_t parts[IC_PARTS_MAX], more[IC_PARTS_MAX];
    char bytes[8], form[32], other[32], key[16];
    int marked;
    if (c >= 0xd800 && c < 0xe000)
      continue;
    unsigned n = ic_decompose(c, parts);
    ic_str s = {bytes, ic_utf8_encode(c, bytes)};
    size_t size = ic_word_form(s, 0, form);
    small &= size <= 3 * s.size;
    again &= ic_word_form((ic_str) {form, size}, 0, other) == size
      && !memcmp(form, other, size);
    for (unsigned i = 0; i < n; i++) {
      last &= ic_decompose(parts[i], more) == 1 && more[0] == parts[i];
      marks &= i == 0 || ic_char_class(parts[i]) & IC_CHAR_MARK;
      ordered &= i < 2 || ic_mark_order(parts[i]) == 0
        || ic_mark_order(parts[i - 1]) <= ic_mark_order(parts[i]);
    }
    marks &= (ic_char_class(c) & kept) == (ic_char_class(parts[0]) & kept);
    ic_word_key(s, IC_NOWHERE, key, &marked);
    marks &= marked == (n > 1 || ic_char_class(c) & IC_CHAR_MARK);
    s.size = ic_utf8_encode(ic_fold(c), bytes);
    if (c != 0x345)
      caseless &= ic_word_form(s, 0, other) == size
        && !memcmp(form, other, size);
  }
  CHECK(small && again && ordered && marks && caseless && last);
}

static size_t words(const char *text, char joined[256])
{
  ic_str s = ic_str_of(text);
  ic_span w = {0, 0};
  size_t n = 0, m = 0;
  while (ic_next_word(s, w.end, &w)) {
    memcpy(joined + m, text + w.start, w.end - w.start);
    m += w.end - w.start;
    joined[m++] = '|';
    n++;
  }
  joined[m] = '\0';
  CHECK(n == ic_count_words(s));
  return n;
}

static void words_are_what_the_header_says(void)
{
  char got[256];
  CHECK(words("", got) == 0 && words(" ,.- ''", got) == 0);
  words("I don't - 'tis follow-up, O\xe2\x80\x99" "Brien's patients' a''b", got);
  CHECK_TEXT(got, "I|don't|tis|follow|up|O\xe2\x80\x99" "Brien's|patients|a|b|");
  words("caf\xc3\xa9\xe2\x80\x94na\xc3\xafve \xf0\x9f\x98\x80 3.5 x_y", got);
  CHECK_TEXT(got, "caf\xc3\xa9|na\xc3\xafve|3|5|x_y|");
  words("co\xc2\xadoperate e\xcc\x81t\xc3\xa9", got);
  CHECK_TEXT(got, "co\xc2\xadoperate|e\xcc\x81t\xc3\xa9|");
}

static void marks_belong_to_what_they_stand_on(void)
{
  char got[256], many[256] = "z";
  CHECK(words("\u0301 \u0301, =\u0338 \u2764\ufe0f\u200d\ufe0f", got) == 0);
  words("\u0301a\u0301\u0323 e\u00ad\u0301b 1\ufe0f\u20e3", got);
  CHECK_TEXT(got, "a\u0301\u0323|e\u00ad\u0301b|1\ufe0f\u20e3|");
  words("a'\u0301b a\u00ad\u00ad\u0301 \u0915\u093f\u0924", got);
  CHECK_TEXT(got, "a|b|a|\u0915\u093f\u0924|");
  for (int i = 0; i < 33; i++)
    strcat(many, "\u0301");
  strcat(many, "a");
  CHECK(words(many, got) == 2 && strlen(got) == 1 + 64 + 1 + 1 + 1);
}

static void letters_without_spaces_are_words(void)
{
  char got[256];
  words("AI\u6280\u8853 \u306f\u3099x, \u30ab\u30fc\u3002 \u6280\u00ad\u8853'a",
        got);
  CHECK_TEXT(got, "AI|\u6280|\u8853|\u306f\u3099|x|\u30ab|\u30fc|\u6280\u00ad|"
             "\u8853|a|");
  words("\u0e01\u0e34\u0e19\u0e51\u0e52\u0e01 a\u00ad\u6280 2020\u5e74 _\u5e74_",
        got);
  CHECK_TEXT(got, "\u0e01\u0e34|\u0e19|\u0e51\u0e52|\u0e01|a\u00ad|\u6280|2020|"
             "\u5e74|_|\u5e74|_|");
  words("\uc548\ub155 \u0f40\u0f0b\u0f41 \u6280\u00ad\u00ad\u8853", got);
  CHECK_TEXT(got, "\uc548\ub155|\u0f40|\u0f41|\u6280|\u8853|");
  char many[256] = "\u6280";
  for (int i = 0; i < 32; i++)
    strcat(many, "\u0301");
  strcat(many, "\u6280\u0301");
  CHECK(words(many, got) == 2);
}

/* The block-wise words against the character-wise ones. */
static int same_words(ic_str s)
{
  ic_span w = {0, 0};
  size_t found = 0;
  unsigned char *in = calloc(s.size + 64, 1);
  for (size_t end = 0; ic_next_word(s, w.end, &w); end = w.end) {
    memset(in + w.start, 1, w.end - w.start);
    in[w.start] |= found > 0 && w.start == end ? 2 : 0;
    found++;
  }
  int same = found == ic_count_words(s);
  for (size_t at = 0; at < s.size; at++) {
    uint64_t breaks, bits = ic_word_bits(s, at, &breaks);
    for (size_t i = 0; i < 64; i++)
      same &= (bits >> i & 1) + (breaks >> i & 1) * 2
        == (at + i < s.size ? in[at + i] : 0);
  }
  free(in);
  return same;
}

static void blocks_find_the_same_words(void)
{
  static const uint32_t mix[] = {
    'a', 'Z', '_', '0', '9', '@', '[', '`', '{', '/', ':', ' ', '\n', '\'',
    '\'', 0x2019, 0xad, 0x200d, 0xe9, 0x301, 0x4e2d, 0xe01, 0x1d400, 0x20dd
  };
  int same = 1;
  srand(3);
  for (int round = 0; round < 400; round++) {
    char text[700];
    size_t size = 0, points = (size_t) rand() % 160;
    for (size_t i = 0; i < points; i++)
      size += ic_utf8_encode(rand() % 2 ? 'm' : mix[rand() % 24], text + size);
    char *exact = malloc(size + !size);
    memcpy(exact, text, size);
    same &= same_words((ic_str) {exact, size});
    free(exact);
  }
  CHECK(same);
}

static void positions_go_both_ways(void)
{
  char text[900];
  size_t size = 0;
  static const uint32_t mix[] = {'a', 0xe9, 0x20ac, 0x1f600, ' '};
  srand(7);
  while (size < 890) {
    uint32_t c = rand() % 3 ? 'x' : mix[rand() % 5];
    size += ic_utf8_encode(c, text + size);
  }
  for (size_t cut = 0; cut <= size; cut++) {
    ic_points p;
    ic_error err;
    ic_str s = {text, cut};
    if (ic_utf8_fault(s) != IC_NOWHERE)
      continue;
    int right = ic_points_build(&p, s, &err) == IC_OK;
    size_t point = 0;
    for (size_t at = 0; at <= cut; point++) {
      unsigned length = 1;
      right &= ic_point_of_byte(&p, at) == point;
      right &= ic_byte_of_point(&p, point) == at;
      if (at < cut)
        ic_utf8_decode(s, at, &length);
      at += length;
    }
    right &= p.count + 1 == point;
    if (cut % 64 < 4 || cut + 8 > size)
      CHECK(right);
    ic_points_free(&p);
  }
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status == IC_EMEMORY && n < 10; n++) {
    ic_points p;
    ic_error err;
    ic_memory_fail(n, 0);
    status = ic_points_build(&p, (ic_str) {text, size}, &err);
    if (status == IC_OK)
      ic_points_free(&p);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  faults_are_found_where_they_begin();
  long_texts_are_checked_like_short_ones();
  rulers_count_code_points();
  every_code_point_goes_both_ways();
  classes_and_folding_follow_unicode();
  words_have_forms();
  forms_are_canonical();
  words_are_what_the_header_says();
  marks_belong_to_what_they_stand_on();
  letters_without_spaces_are_words();
  blocks_find_the_same_words();
  positions_go_both_ways();
  return check_report();
}
