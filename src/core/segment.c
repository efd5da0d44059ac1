#include "segment.h"

#include <string.h>

#include "memory.h"

void ic_spans_free(ic_spans *spans)
{
  ic_free(spans->items);
  *spans = (ic_spans) {0};
}

ic_status ic_spans_add(ic_spans *spans, ic_span span, ic_error *err)
{
  void *block = spans->items;
  ic_status status = ic_reserve(&block, &spans->capacity, spans->count + 1,
                                sizeof *spans->items, err);
  spans->items = block;
  if (status == IC_OK)
    spans->items[spans->count++] = span;
  return status;
}

static int is_space(uint32_t c)
{
  return (ic_char_class(c) & IC_CHAR_SPACE) || c == 0x200b || c == 0xfeff;
}

static int is_line_end(uint32_t c)
{
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static size_t skip_spaces(ic_str text, size_t at, size_t end)
{
  unsigned length;
  while (at < end && is_space(ic_utf8_decode(text, at, &length)))
    at += length;
  return at;
}

/* From the first line end of a run of white space: 1 if it parts paragraphs.
 * *at moves to the end of the run. */
static int is_break(ic_str text, ic_break breaks, size_t *at)
{
  int ends = 0;
  unsigned length;
  while (*at < text.size) {
    uint32_t c = ic_utf8_decode(text, *at, &length);
    if (!is_space(c))
      break;
    *at += length;
    if (c == '\r' && *at < text.size && text.data[*at] == '\n')
      ++*at;
    ends += is_line_end(c) ? 1 + (c == 0x2029) : 0;
  }
  return *at == text.size || breaks == IC_BREAK_LINE || ends > 1;
}

int ic_next_paragraph(ic_str text, ic_break breaks, size_t *at, ic_span *out)
{
  unsigned length;
  size_t here = skip_spaces(text, *at, text.size);
  out->start = out->end = here;
  while (here < text.size) {
    uint32_t c = ic_utf8_decode(text, here, &length);
    if (is_line_end(c)) {
      if (is_break(text, breaks, &here))
        break;
      continue;
    }
    here += length;
    if (!is_space(c))
      out->end = here;
  }
  *at = here;
  return out->end > out->start;
}

ic_status ic_paragraphs(ic_str text, ic_break breaks, ic_spans *out,
                        ic_error *err)
{
  size_t at = 0;
  ic_span span;
  ic_status status = IC_OK;
  while (status == IC_OK && ic_next_paragraph(text, breaks, &at, &span))
    status = ic_spans_add(out, span, err);
  return status;
}

/* Full-width marks need no space after them. */
static int is_wide_mark(uint32_t c)
{
  return c == 0x3002 || c == 0xff01 || c == 0xff0e || c == 0xff1f ||
         c == 0xff61;
}

static int is_mark(uint32_t c)
{
  return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x203c ||
         (c >= 0x2047 && c <= 0x2049) || is_wide_mark(c);
}

static int is_in(uint32_t c, const uint32_t *set)
{
  while (*set && *set != c)
    set++;
  return *set != 0;
}

static int is_closer(uint32_t c)
{
  static const uint32_t set[] = {'"', '\'', ')', ']', '}', 0x2019, 0x201d,
                                 0xbb, 0x203a, 0x300d, 0x300f, 0xff09, 0};
  return is_in(c, set);
}

static int is_opener(uint32_t c)
{
  static const uint32_t set[] = {'"', '\'', '(', '[', '{', 0xa1, 0xbf, 0xab,
                                 0x2018, 0x201c, 0x201e, 0x2039, 0};
  return is_in(c, set);
}

/* What stands at the end of a sentence: marks, then what closes after them. */
typedef struct ending {
  size_t start, end;
  int marks, stops, ellipsis, wide, closed;
} ending;

/* A closing tag of a transcriber's mark-up, such as </UNSURE>. */
static size_t closing_tag(ic_str text, size_t at, size_t end)
{
  if (end - at < 4 || memcmp(text.data + at, "</", 2) != 0)
    return 0;
  size_t most = end - at < 40 ? end - at : 40;
  const char *close = memchr(text.data + at, '>', most);
  return close ? (size_t) (close - (text.data + at)) + 1 : 0;
}

/* ". . ." is an ellipsis too. */
static size_t spaced_stop(ic_str text, size_t at, size_t end)
{
  return end - at >= 2 && text.data[at] == ' ' && text.data[at + 1] == '.';
}

static ending read_ending(ic_str text, size_t at, size_t end)
{
  ending e = {at, at, 0, 0, 0, 0, 0};
  unsigned length;
  while (e.end < end) {
    size_t here = e.end + spaced_stop(text, e.end, end);
    uint32_t c = ic_utf8_decode(text, here, &length);
    if (!is_mark(c))
      break;
    e.end = here + length;
    e.marks++;
    e.stops += c == '.';
    e.ellipsis |= c == 0x2026;
    e.wide |= is_wide_mark(c);
  }
  e.ellipsis |= e.stops == e.marks && e.stops > 1;
  while (e.end < end) {
    size_t tag = closing_tag(text, e.end, end);
    if (!tag && !is_closer(ic_utf8_decode(text, e.end, &length)))
      break;
    e.closed |= !tag;
    e.end += tag ? tag : length;
  }
  return e;
}

/* The class of the first character of the next word; 0 at the end. */
static unsigned next_class(ic_str text, size_t at, size_t end)
{
  unsigned length;
  for (; at < end; at += length) {
    uint32_t c = ic_utf8_decode(text, at, &length);
    if (!is_space(c) && !is_opener(c))
      return ic_char_class(c);
  }
  return 0;
}

enum { GOES_ON = 1, NEEDS_DIGIT, NEEDS_CAPITAL };

static int abbreviation(const char *word)
{
  static const char *const goes_on[] = {
    "mr", "mrs", "ms", "mx", "dr", "drs", "prof", "st", "rev", "hon", "sgt",
    "capt", "lt", "col", "gen", "maj", "messrs", "e.g", "eg", "i.e", "ie",
    "cf", "vs", "viz", "v", NULL
  };
  static const char *const needs_digit[] = {
    "no", "nos", "nr", "p", "pp", "fig", "figs", "vol", "ch", "art", "eq",
    NULL
  };
  static const char *const needs_capital[] = {
    "etc", "al", "approx", "ca", "a.m", "p.m", "jr", "sr", "inc", "ltd", "co",
    "corp", "dept", "est", "incl", "resp", "ph.d", "m.d", "b.sc", "m.sc",
    "u.s", "u.k", "u.s.a", "e.u", "min", "mins", "sec", "secs", "hr", "hrs",
    "yr", "yrs", "wk", "wks", "jan", "feb", "apr", "aug", "sep", "sept",
    "oct", "nov", "dec", NULL
  };
  static const char *const *const lists[] = {goes_on, needs_digit,
                                             needs_capital};
  for (int kind = 0; kind < 3; kind++)
    for (const char *const *w = lists[kind]; *w; w++)
      if (strcmp(*w, word) == 0)
        return kind + 1;
  return 0;
}

/* The word that a full stop at byte `stop` follows, without what opens it. */
static ic_str word_before(ic_str text, size_t from, size_t stop)
{
  unsigned length;
  size_t at = stop;
  while (at > from) {
    uint32_t c = ic_utf8_before(text, at, &length);
    if (is_space(c) || is_opener(c) || c == '>')
      break;
    at -= length;
  }
  return ic_str_slice(text, (ic_span) {at, stop});
}

static int is_number(ic_str word)
{
  size_t i = 0;
  while (i < word.size && word.data[i] >= '0' && word.data[i] <= '9')
    i++;
  return word.size > 0 && i == word.size;
}

static int is_initial(ic_str word)
{
  unsigned length;
  if (word.size == 0)
    return 0;
  uint32_t c = ic_utf8_decode(word, 0, &length);
  return length == word.size && c != 'I' && (ic_char_class(c) & IC_CHAR_UPPER);
}

static int stop_goes_on(ic_str text, size_t from, size_t stop, unsigned next)
{
  ic_str word = word_before(text, from, stop);
  char lower[8] = {0};
  if (is_initial(word))
    return 1;
  if (is_number(word))
    return word.data == text.data + from && word.size < 4;
  if (word.size >= sizeof lower)
    return 0;
  for (size_t i = 0; i < word.size; i++)
    lower[i] = word.data[i] >= 'A' && word.data[i] <= 'Z'
                 ? (char) (word.data[i] - 'A' + 'a') : word.data[i];
  switch (abbreviation(lower)) {
  case GOES_ON: return 1;
  case NEEDS_DIGIT: return (next & IC_CHAR_DIGIT) != 0;
  case NEEDS_CAPITAL: return !(next & IC_CHAR_UPPER);
  default: return 0;
  }
}

/* 1 if the sentence that began at `from` ends with e. */
static int ends_here(ic_str text, size_t from, ending e, size_t end)
{
  unsigned length;
  if (e.end == end || e.wide)
    return 1;
  if (!is_space(ic_utf8_decode(text, e.end, &length)))
    return 0;
  unsigned next = next_class(text, e.end, end);
  if (next == 0)
    return 1;
  if ((e.ellipsis || e.closed) && (next & IC_CHAR_LOWER))
    return 0;
  return !(e.marks == 1 && e.stops == 1 &&
           stop_goes_on(text, from, e.start, next));
}

static ic_status sentences_in(ic_str text, ic_span paragraph, ic_spans *out,
                              ic_error *err)
{
  size_t from = paragraph.start, at = from, end = paragraph.end;
  unsigned length;
  ic_status status = IC_OK;
  while (status == IC_OK && at < end) {
    if (!is_mark(ic_utf8_decode(text, at, &length))) {
      at += length;
      continue;
    }
    ending e = read_ending(text, at, end);
    at = e.end;
    if (ends_here(text, from, e, end)) {
      status = ic_spans_add(out, (ic_span) {from, at}, err);
      from = at = skip_spaces(text, at, end);
    }
  }
  if (status == IC_OK && from < end)
    status = ic_spans_add(out, (ic_span) {from, end}, err);
  return status;
}

ic_status ic_sentences(ic_str text, ic_break breaks, ic_spans *out,
                       ic_error *err)
{
  size_t at = 0;
  ic_span paragraph;
  ic_status status = IC_OK;
  while (status == IC_OK && ic_next_paragraph(text, breaks, &at, &paragraph))
    status = sentences_in(text, paragraph, out, err);
  return status;
}
