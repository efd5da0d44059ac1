/* segment: sentences by a table of cases, paragraphs, and on random text that
 * nothing but white space is lost between spans. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/segment.h"

#define CASE_MAX 1024

/* A case as text, with the bytes at which "|" stood. */
typedef struct sample {
  char text[CASE_MAX];
  size_t size, ends[64], count;
  ic_break breaks;
} sample;

static void read_case(const char *line, sample *s)
{
  *s = (sample) {.breaks = IC_BREAK_LINE};
  if (*line == '~') {
    s->breaks = IC_BREAK_BLANK;
    line++;
  }
  for (; *line && *line != '\n'; line++) {
    if (*line == '|')
      s->ends[s->count++] = s->size;
    else if (*line == '\\' && (line[1] == 'n' || line[1] == 't'))
      s->text[s->size++] = *++line == 'n' ? '\n' : '\t';
    else
      s->text[s->size++] = *line;
  }
}

static int only_white(ic_str text, size_t from, size_t to)
{
  unsigned length;
  for (; from < to; from += length) {
    uint32_t c = ic_utf8_decode(text, from, &length);
    if (!(ic_char_class(c) & IC_CHAR_SPACE) && c != 0x200b && c != 0xfeff)
      return 0;
  }
  return 1;
}

/* Each sentence ends where a "|" stood, but for white space between. */
static int agrees(const sample *s, const ic_spans *spans)
{
  ic_str text = {s->text, s->size};
  if (spans->count != s->count + 1)
    return 0;
  for (size_t i = 0; i < s->count; i++)
    if (spans->items[i].end > s->ends[i] ||
        !only_white(text, spans->items[i].end, s->ends[i]) ||
        spans->items[i + 1].start < s->ends[i])
      return 0;
  return 1;
}

static void the_table_holds(void)
{
  char line[CASE_MAX];
  int cases = 0;
  ic_error err;
  FILE *file = fopen("cases/sentences.txt", "r");
  if (!CHECK(file != NULL))
    return;
  while (fgets(line, sizeof line, file)) {
    if (*line == '#' || *line == '\n')
      continue;
    sample s;
    ic_spans spans = {0};
    read_case(line, &s);
    CHECK(ic_sentences((ic_str) {s.text, s.size}, s.breaks, &spans, &err) ==
          IC_OK);
    if (!CHECK(agrees(&s, &spans))) {
      fprintf(stderr, "case: %s", line);
      for (size_t i = 0; i < spans.count; i++)
        fprintf(stderr, "  <%.*s>\n",
                (int) (spans.items[i].end - spans.items[i].start),
                s.text + spans.items[i].start);
    }
    ic_spans_free(&spans);
    cases++;
  }
  fclose(file);
  CHECK(cases > 30);
}

static size_t count_parts(const char *text, ic_break breaks)
{
  ic_spans spans = {0};
  ic_error err;
  CHECK(ic_paragraphs(ic_str_of(text), breaks, &spans, &err) == IC_OK);
  size_t n = spans.count;
  ic_spans_free(&spans);
  return n;
}

static void paragraphs_end_at_line_breaks(void)
{
  CHECK(count_parts("", IC_BREAK_LINE) == 0);
  CHECK(count_parts(" \n\t\n ", IC_BREAK_LINE) == 0);
  CHECK(count_parts("a\nb\n\nc", IC_BREAK_LINE) == 3);
  CHECK(count_parts("a\nb\n\nc", IC_BREAK_BLANK) == 2);
  CHECK(count_parts("a\nb\n \t\nc\n", IC_BREAK_BLANK) == 2);
  CHECK(count_parts("a\r\nb\r\n\r\nc", IC_BREAK_LINE) == 3);
  CHECK(count_parts("a\r\nb\r\n\r\nc", IC_BREAK_BLANK) == 2);
  CHECK(count_parts("a\rb", IC_BREAK_LINE) == 2);
  CHECK(count_parts("a\xe2\x80\xa8" "b", IC_BREAK_LINE) == 2);
  CHECK(count_parts("a\xe2\x80\xa9" "b", IC_BREAK_BLANK) == 2);
}

/* Spans are sorted, trimmed, and all that is left out is white space. */
static int is_sound(ic_str text, const ic_spans *spans)
{
  size_t at = 0;
  for (size_t i = 0; i < spans->count; i++) {
    ic_span s = spans->items[i];
    if (s.start < at || s.end <= s.start || s.end > text.size ||
        !only_white(text, at, s.start))
      return 0;
    unsigned length;
    ic_utf8_before(text, s.end, &length);
    if (only_white(text, s.start, s.start + 1) ||
        only_white(text, s.end - length, s.end))
      return 0;
    at = s.end;
  }
  return only_white(text, at, text.size);
}

static void nothing_is_lost_on_random_text(void)
{
  static const char *const pieces[] = {
    "a", "I", "Dr", "e.g", "5", ".", "...", "?", "!", " ", "\n", "\r\n", "\"",
    "(", ")", "</U>", "<", "\xc3\xa9", "\xe2\x80\xa6", "\xe2\x80\x9d",
    "\xe3\x80\x82", "\xc2\xa0", "\xe2\x80\x8b", "\xf0\x9f\x98\x80", "z"
  };
  ic_error err;
  char text[400];
  uint64_t state = 88172645463325252u;
  int sound = 1;
  for (int round = 0; round < 20000; round++) {
    size_t size = 0;
    for (int k = 0; k < 40; k++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      const char *piece =
        pieces[state % (sizeof pieces / sizeof *pieces)];
      memcpy(text + size, piece, strlen(piece));
      size += strlen(piece);
    }
    /* of its exact size, so that the sanitizer sees one byte too far */
    char *copy = malloc(size);
    memcpy(copy, text, size);
    ic_str str = {copy, size};
    for (int b = 0; b < 2; b++) {
      ic_spans spans = {0};
      sound &= ic_sentences(str, (ic_break) b, &spans, &err) == IC_OK &&
               is_sound(str, &spans);
      spans.count = 0;
      sound &= ic_paragraphs(str, (ic_break) b, &spans, &err) == IC_OK &&
               is_sound(str, &spans);
      ic_spans_free(&spans);
    }
    free(copy);
  }
  CHECK(sound);
}

static void memory_may_fail(void)
{
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status != IC_OK && n < 20; n++) {
    ic_spans spans = {0};
    ic_error err;
    ic_memory_fail(n, 0);
    status = ic_sentences(
      ic_str_of("A b. C d. E f. G h. J k. L m. N o. P q. R s. T u. V w. X y."),
      IC_BREAK_LINE, &spans, &err);
    ic_memory_fail(0, 0);
    CHECK(status == IC_OK || status == IC_EMEMORY);
    ic_spans_free(&spans);
  }
  CHECK(status == IC_OK);
}

int main(void)
{
  the_table_holds();
  paragraphs_end_at_line_breaks();
  nothing_is_lost_on_random_text();
  memory_may_fail();
  return check_report();
}
