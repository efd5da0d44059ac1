#include "glue.h"

#include "core/memory.h"
#include "core/segment.h"
#include "core/text.h"
#include "core/unicode.h"

SEXP text_check(SEXP texts);
SEXP text_words(SEXP texts);
SEXP text_slice(SEXP texts, SEXP index, SEXP start, SEXP end);
SEXP text_spans(SEXP texts, SEXP index, SEXP start, SEXP end);
SEXP text_numbers(SEXP texts, SEXP index, SEXP start, SEXP end);
SEXP text_decompose(SEXP points);
SEXP segment_sentences(SEXP texts, SEXP blank);
SEXP segment_paragraphs(SEXP texts, SEXP blank);

/* R keeps every string of the package in UTF-8; checked before it comes. */
static ic_str string_at(SEXP texts, R_xlen_t i)
{
  SEXP s = glue_string(texts, i);
  return (ic_str) {CHAR(s), s == NA_STRING ? 0 : (size_t) LENGTH(s)};
}

static ic_str bytes_of(SEXP raw)
{
  return (ic_str) {(const char *) RAW(raw), (size_t) XLENGTH(raw)};
}

/* The first bad byte from 1, or NA, of a raw vector or of each string. */
SEXP text_check(SEXP texts)
{
  int raw = TYPEOF(texts) == RAWSXP;
  R_xlen_t n = raw ? 1 : XLENGTH(texts);
  SEXP faults = PROTECT(Rf_allocVector(REALSXP, n));
  for (R_xlen_t i = 0; i < n; i++) {
    size_t at = ic_utf8_fault(raw ? bytes_of(texts) : string_at(texts, i));
    REAL(faults)[i] = at == IC_NOWHERE ? NA_REAL : (double) at + 1;
  }
  UNPROTECT(1);
  return faults;
}

SEXP text_words(SEXP texts)
{
  R_xlen_t n = XLENGTH(texts);
  SEXP counts = PROTECT(Rf_allocVector(INTSXP, n));
  for (R_xlen_t i = 0; i < n; i++)
    INTEGER(counts)[i] = (int) ic_count_words(string_at(texts, i));
  UNPROTECT(1);
  return counts;
}

static void free_points(SEXP owner)
{
  ic_points *points = R_ExternalPtrAddr(owner);
  if (!points)
    return;
  ic_points_free(points);
  ic_free(points);
  R_ClearExternalPtr(owner);
}

/* The positions of one text at a time, rebuilt when the text changes. */
typedef struct reader {
  SEXP texts, owner;
  R_xlen_t current;
  ic_points *points;
} reader;

static ic_status open_reader(reader *r, SEXP texts, ic_error *err)
{
  r->texts = texts;
  r->owner = PROTECT(glue_owner(R_NilValue, free_points));
  r->current = -1;
  r->points = ic_alloc(1, sizeof *r->points);
  if (!r->points)
    return ic_no_memory(err);
  R_SetExternalPtrAddr(r->owner, r->points);
  return IC_OK;
}

static ic_status turn_to(reader *r, R_xlen_t text, ic_error *err)
{
  if (text == r->current)
    return IC_OK;
  ic_points_free(r->points);
  r->current = text;
  return ic_points_build(r->points, string_at(r->texts, text), err);
}

/* start and end are code points from 1, inclusive; cut to the text. */
static ic_status read_span(reader *r, R_xlen_t text, int start, int end,
                           ic_str *part, ic_error *err)
{
  ic_status status = turn_to(r, text, err);
  if (status != IC_OK)
    return status;
  size_t last = r->points->count;
  size_t from = start > 1 ? (size_t) start - 1 : 0;
  size_t to = end > 0 ? (size_t) end : 0;
  to = to < last ? to : last;
  from = from < to ? from : to;
  ic_span span = {ic_byte_of_point(r->points, from),
                  ic_byte_of_point(r->points, to)};
  *part = ic_str_slice(r->points->text, span);
  return IC_OK;
}

/* Text of the span start[i] .. end[i] of texts[index[i]]. */
SEXP text_slice(SEXP texts, SEXP index, SEXP start, SEXP end)
{
  ic_error err;
  reader r;
  R_xlen_t n = XLENGTH(index);
  SEXP parts = PROTECT(Rf_allocVector(STRSXP, n));
  ic_status status = open_reader(&r, texts, &err);
  for (R_xlen_t i = 0; status == IC_OK && i < n; i++) {
    ic_str part;
    status = read_span(&r, INTEGER(index)[i] - 1, INTEGER(start)[i],
                       INTEGER(end)[i], &part, &err);
    if (status == IC_OK)
      SET_STRING_ELT(parts, i,
                     Rf_mkCharLenCE(part.data, (int) part.size, CE_UTF8));
  }
  free_points(r.owner);
  SEXP value = status == IC_OK ? parts : glue_failure(&err);
  UNPROTECT(2);
  return value;
}

/* How many words those spans have. */
SEXP text_spans(SEXP texts, SEXP index, SEXP start, SEXP end)
{
  ic_error err;
  reader r;
  R_xlen_t n = XLENGTH(index);
  SEXP counts = PROTECT(Rf_allocVector(INTSXP, n));
  ic_status status = open_reader(&r, texts, &err);
  for (R_xlen_t i = 0; status == IC_OK && i < n; i++) {
    ic_str part;
    status = read_span(&r, INTEGER(index)[i] - 1, INTEGER(start)[i],
                       INTEGER(end)[i], &part, &err);
    if (status == IC_OK)
      INTEGER(counts)[i] = (int) ic_count_words(part);
  }
  free_points(r.owner);
  SEXP value = status == IC_OK ? counts : glue_failure(&err);
  UNPROTECT(2);
  return value;
}

/* A walk over the words of one text, which goes on where it is. */
typedef struct walk {
  R_xlen_t text;
  ic_span word; /* the last that ends at or before the place asked for */
  int count;    /* words up to and with it */
} walk;

/* The number, from 1, of the first word that a part of the text touches, NA if
 * it touches none. */
static int word_number(walk *w, R_xlen_t text, ic_str whole, ic_str part)
{
  size_t start = (size_t) (part.data - whole.data);
  ic_span next;
  if (text != w->text || w->word.end > start)
    *w = (walk) {text, {0, 0}, 0};
  while (ic_next_word(whole, w->word.end, &next) && next.end <= start) {
    w->word = next;
    w->count++;
  }
  return ic_next_word(whole, w->word.end, &next)
    && next.start < start + part.size ? w->count + 1 : NA_INTEGER;
}

/* Those numbers for the spans; quick when they stand in the order of a text. */
SEXP text_numbers(SEXP texts, SEXP index, SEXP start, SEXP end)
{
  ic_error err;
  reader r;
  walk w = {-1, {0, 0}, 0};
  R_xlen_t n = XLENGTH(index);
  SEXP numbers = PROTECT(Rf_allocVector(INTSXP, n));
  ic_status status = open_reader(&r, texts, &err);
  for (R_xlen_t i = 0; status == IC_OK && i < n; i++) {
    ic_str part;
    R_xlen_t text = INTEGER(index)[i] - 1;
    status = read_span(&r, text, INTEGER(start)[i], INTEGER(end)[i], &part,
                       &err);
    if (status == IC_OK)
      INTEGER(numbers)[i] = word_number(&w, text, r.points->text, part);
  }
  free_points(r.owner);
  SEXP value = status == IC_OK ? numbers : glue_failure(&err);
  UNPROTECT(2);
  return value;
}

static void free_spans(SEXP owner)
{
  ic_spans *spans = R_ExternalPtrAddr(owner);
  if (!spans)
    return;
  ic_spans_free(spans);
  ic_free(spans);
  R_ClearExternalPtr(owner);
}

typedef ic_status (*part_text)(ic_str, ic_break, ic_spans *, ic_error *);

/* The spans of every string, one after another; first[i] is where those of
 * string i begin. */
static ic_status part_all(SEXP texts, SEXP blank, part_text part,
                          ic_spans *spans, int *first, ic_error *err)
{
  ic_status status = IC_OK;
  R_xlen_t n = XLENGTH(texts);
  for (R_xlen_t i = 0; status == IC_OK && i < n; i++) {
    first[i] = (int) spans->count;
    status = part(string_at(texts, i),
                  LOGICAL(blank)[i] == 1 ? IC_BREAK_BLANK : IC_BREAK_LINE,
                  spans, err);
  }
  first[n] = (int) spans->count;
  return status;
}

/* Spans of one text from bytes to code points, from 1, inclusive. */
static void write_points(ic_str text, const ic_span *spans, int count,
                         int *start, int *end)
{
  size_t at = 0, points = 0;
  for (int k = 0; k < count; k++) {
    ic_span before = {at, spans[k].start};
    points += ic_count_points(ic_str_slice(text, before));
    start[k] = (int) points + 1;
    points += ic_count_points(ic_str_slice(text, spans[k]));
    end[k] = (int) points;
    at = spans[k].end;
  }
}

/* list(item, start, end): the parts of each string, which is number `item`. */
static SEXP part_strings(SEXP texts, SEXP blank, part_text part)
{
  static const char *const names[] = {"item", "start", "end"};
  ic_error err;
  R_xlen_t n = XLENGTH(texts);
  SEXP first = PROTECT(Rf_allocVector(INTSXP, n + 1));
  SEXP owner = PROTECT(glue_owner(R_NilValue, free_spans));
  ic_spans *spans = ic_alloc(1, sizeof *spans);
  ic_status status = spans ? IC_OK : ic_no_memory(&err);
  R_SetExternalPtrAddr(owner, spans);
  if (status == IC_OK)
    status = part_all(texts, blank, part, spans, INTEGER(first), &err);
  if (status != IC_OK) {
    free_spans(owner);
    UNPROTECT(2);
    return glue_failure(&err);
  }
  SEXP value = PROTECT(glue_list(names, 3));
  for (int column = 0; column < 3; column++)
    SET_VECTOR_ELT(value, column,
                   Rf_allocVector(INTSXP, (R_xlen_t) spans->count));
  for (R_xlen_t i = 0; i < n; i++) {
    int from = INTEGER(first)[i], count = INTEGER(first)[i + 1] - from;
    for (int k = 0; k < count; k++)
      INTEGER(VECTOR_ELT(value, 0))[from + k] = (int) i + 1;
    write_points(string_at(texts, i), spans->items + from, count,
                 INTEGER(VECTOR_ELT(value, 1)) + from,
                 INTEGER(VECTOR_ELT(value, 2)) + from);
  }
  free_spans(owner);
  UNPROTECT(3);
  return value;
}

SEXP segment_sentences(SEXP texts, SEXP blank)
{
  return part_strings(texts, blank, ic_sentences);
}

SEXP segment_paragraphs(SEXP texts, SEXP blank)
{
  return part_strings(texts, blank, ic_paragraphs);
}

/* The parts of code points and the combining class of each, a column for each
 * point; 0 where there are fewer. */
SEXP text_decompose(SEXP points)
{
  const char *names[] = {"parts", "order", ""};
  R_xlen_t n = XLENGTH(points);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocMatrix(INTSXP, IC_PARTS_MAX, (int) n));
  SET_VECTOR_ELT(out, 1, Rf_allocMatrix(INTSXP, IC_PARTS_MAX, (int) n));
  int *part = INTEGER(VECTOR_ELT(out, 0));
  int *order = INTEGER(VECTOR_ELT(out, 1));
  for (R_xlen_t i = 0; i < n; i++) {
    uint32_t parts[IC_PARTS_MAX];
    unsigned count = ic_decompose((uint32_t) INTEGER(points)[i], parts);
    for (unsigned k = 0; k < IC_PARTS_MAX; k++, part++, order++) {
      *part = k < count ? (int) parts[k] : 0;
      *order = k < count ? (int) ic_mark_order(parts[k]) : 0;
    }
  }
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_text[] = {
  {"text_check", (DL_FUNC) &text_check, 1},
  {"text_words", (DL_FUNC) &text_words, 1},
  {"text_slice", (DL_FUNC) &text_slice, 4},
  {"text_spans", (DL_FUNC) &text_spans, 4},
  {"text_numbers", (DL_FUNC) &text_numbers, 4},
  {"text_decompose", (DL_FUNC) &text_decompose, 1},
  {"segment_sentences", (DL_FUNC) &segment_sentences, 2},
  {"segment_paragraphs", (DL_FUNC) &segment_paragraphs, 2},
  {NULL, NULL, 0}
};
