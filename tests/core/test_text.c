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

static void every_code_point_goes_both_ways(void)
{
  int same = 1, valid = 1, back = 1, fits = 1, idempotent = 1;
  for (uint32_t c = 0; c < 0x110000; c++) {
    if (c >= 0xd800 && c < 0xe000)
      continue;
    char bytes[4], folded[8];
    unsigned n = ic_utf8_encode(c, bytes), m, k;
    ic_str s = {bytes, n};
    same &= ic_utf8_decode(s, 0, &m) == c && m == n;
    back &= ic_utf8_before(s, n, &k) == c && k == n;
    valid &= fault(bytes, n) == IC_NOWHERE && ic_count_points(s) == 1;
    fits &= ic_fold_text(s, folded) <= IC_FOLDED_SIZE((size_t) n);
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
  CHECK(ic_char_class(0x4e2d) == IC_CHAR_WORD);
  CHECK(ic_char_class(0x301) == IC_CHAR_WORD);
  CHECK(ic_char_class(0x1f600) == 0 && ic_char_class(0x110000) == 0);
  CHECK(ic_fold('A') == 'a' && ic_fold('a') == 'a');
  CHECK(ic_fold(0xc9) == 0xe9);
  CHECK(ic_fold(0x3a3) == 0x3c3 && ic_fold(0x3c2) == 0x3c3);
  CHECK(ic_fold(0x1e9e) == 0xdf && ic_fold(0xdf) == 0xdf);
  CHECK(ic_fold(0x130) == 0x130 && ic_fold(0x212a) == 'k');
  CHECK(ic_fold(0x1e921) == 0x1e943 && ic_fold(0x110000) == 0x110000);
  char out[64];
  size_t n = ic_fold_text(ic_str_of("Don\xe2\x80\x99T \xc3\x89\xc2\xadX"), out);
  CHECK(n == 9 && !memcmp(out, "don't \xc3\xa9x", 9));
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

/* The block-wise words against the character-wise ones. */
static int same_words(ic_str s)
{
  ic_span w = {0, 0};
  size_t found = 0;
  unsigned char *in = calloc(s.size + 64, 1);
  while (ic_next_word(s, w.end, &w)) {
    memset(in + w.start, 1, w.end - w.start);
    found++;
  }
  int same = found == ic_count_words(s);
  for (size_t at = 0; at < s.size; at++) {
    uint64_t bits = ic_word_bits(s, at);
    for (size_t i = 0; i < 64; i++)
      same &= (bits >> i & 1) == (at + i < s.size ? in[at + i] : 0);
  }
  free(in);
  return same;
}

static void blocks_find_the_same_words(void)
{
  static const uint32_t mix[] = {
    'a', 'Z', '_', '0', '9', '@', '[', '`', '{', '/', ':', ' ', '\n', '\'',
    '\'', 0x2019, 0xad, 0x200d, 0xe9, 0x301, 0x4e2d, 0x1f600, 0x1d400, '-'
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
  every_code_point_goes_both_ways();
  classes_and_folding_follow_unicode();
  words_are_what_the_header_says();
  blocks_find_the_same_words();
  positions_go_both_ways();
  return check_report();
}
