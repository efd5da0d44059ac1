/* matcher and scan: every case of cases/rules.txt, as a text of its own, as a
 * passage of a larger one at every place relative to blocks of 64 bytes, after
 * blanks, and as one of many passages on one thread and on four; limits; the
 * memory walk. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/passages.h"

static size_t lines(const char *path, char text[][1024], size_t max)
{
  FILE *file = fopen(path, "r");
  size_t n = 0;
  if (!CHECK(file != NULL))
    return 0;
  while (n < max && fgets(text[n], sizeof text[n], file)) {
    text[n][strcspn(text[n], "\n")] = '\0';
    n++;
  }
  fclose(file);
  return n;
}

/* \n, \t, \uxxxx and \Uxxxxxxxx of a case become what they mean. */
static void unescape(char *s, int all)
{
  char *to = s;
  for (char *from = s; *from; ) {
    int digits = from[0] == '\\' ? from[1] == 'u' ? 4 : from[1] == 'U' ? 8 : 0
                                 : 0;
    if (digits) {
      char hex[9] = "";
      memcpy(hex, from + 2, (size_t) digits);
      to += ic_utf8_encode((uint32_t) strtoul(hex, NULL, 16), to);
      from += 2 + digits;
    } else if (all && from[0] == '\\' && (from[1] == 'n' || from[1] == 't')) {
      *to++ = from[1] == 'n' ? '\n' : '\t';
      from += 2;
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
}

static void strip_marks(const char *marked, char *text)
{
  for (; *marked; marked++)
    if (*marked != '[' && *marked != ']')
      *text++ = *marked;
  *text = '\0';
}

static void put_marks(const char *text, const ic_hits *hits, char *marked)
{
  size_t n = strlen(text);
  for (size_t i = 0; i <= n; i++) {
    for (size_t h = 0; h < hits->count; h++)
      if (hits->items[h].end == i)
        *marked++ = ']';
    for (size_t h = 0; h < hits->count; h++)
      if (hits->items[h].start == i)
        *marked++ = '[';
    *marked++ = text[i];
  }
}

static ic_status run(const char *rule, const char *text, ic_hits *hits,
                     ic_error *err)
{
  ic_matcher *matcher = NULL;
  ic_scanner *scanner = NULL;
  ic_str source = ic_str_of(rule);
  ic_status status = ic_matcher_build(&source, 1, &matcher, err);
  if (status == IC_OK)
    status = ic_scanner_new(matcher, &scanner, err);
  if (status == IC_OK)
    status = ic_scan(scanner, ic_str_of(text), IC_BREAK_LINE, hits, err);
  ic_scanner_free(scanner);
  ic_matcher_free(matcher);
  return status;
}

/* ---- the same case in other surroundings ---- */

#define COPIES 2000

static char large[COPIES * 1100];
static int starts[COPIES], ends[COPIES];

/* `copies` of the text, each a passage after `pad` times the sign `with`, which
 * is part of the passage only where it is a blank. */
static ic_scan_text surround(const char *text, size_t copies, size_t pad,
                             char with)
{
  ic_str part = ic_str_of(text);
  size_t at = 0, n = ic_count_points(part), point = 0;
  for (size_t i = 0; i < copies; i++) {
    memset(large + at, with, pad);
    memcpy(large + at + pad, text, part.size);
    starts[i] = (int) (point + (with == ' ' ? 1 : pad + 1));
    point += pad + n;
    ends[i] = (int) point;
    at += pad + part.size;
  }
  large[at] = with;
  return (ic_scan_text) {{large, at + 1}, starts, ends, copies,
                         IC_BREAK_LINE};
}

static int is_hit(const char *text, const ic_hit *hit, const ic_found *found,
                  size_t before)
{
  size_t start = ic_count_points((ic_str) {text, hit->start});
  size_t end = ic_count_points((ic_str) {text, hit->end});
  return found->rule == hit->rule
    && found->start == before + start + 1 && found->end == before + end;
}

static ic_misses missed; /* never any */

/* Whether each copy has the hits that the text has by itself. */
static int is_found_in(const ic_matcher *m, const char *text, size_t copies,
                       size_t pad, char with, int threads,
                       const ic_hits *hits)
{
  ic_founds got = {NULL, 0, 0};
  ic_scan_text whole = surround(text, copies, pad, with);
  size_t n = ic_count_points(ic_str_of(text)) + pad;
  int right = ic_scan_texts(m, &whole, 1, NULL, threads, NULL, &got, &missed,
                            NULL)
    == IC_OK && missed.count == 0
    && got.count == copies * hits->count;
  for (size_t i = 0; right && i < got.count; i++) {
    size_t copy = i / hits->count;
    right = is_hit(text, &hits->items[i % hits->count], &got.items[i],
                   copy * n + pad);
  }
  ic_founds_free(&got);
  return right;
}

/* Blanks before the text matter to `^` alone. */
static void check_surroundings(const char *name, const char *rule,
                               const char *text, const ic_hits *hits)
{
  ic_matcher *m = NULL;
  ic_str source = ic_str_of(rule);
  size_t copies = 70000 / (strlen(text) + 1);
  copies = copies < COPIES ? copies : COPIES;
  int right = ic_matcher_build(&source, 1, &m, NULL) == IC_OK;
  for (size_t pad = 0; right && pad <= 64; pad++)
    right = is_found_in(m, text, 1, pad, 'x', 1, hits)
      && (strchr(rule, '^') || is_found_in(m, text, 1, pad, ' ', 1, hits));
  right = right && is_found_in(m, text, copies, 1, 'x', 1, hits)
    && is_found_in(m, text, copies, 1, 'x', 4, hits);
  if (!CHECK(right))
    fprintf(stderr, "  %s, in other surroundings: %s\n", name, rule);
  ic_matcher_free(m);
}

static void check_match(const char *name, const char *rule, const char *want)
{
  char text[1024], got[4096] = "";
  ic_hits hits = {NULL, 0, 0};
  ic_error err = {IC_OK, 0, 0, ""};
  strip_marks(want, text);
  ic_status status = run(rule, text, &hits, &err);
  put_marks(text, &hits, got);
  if (!CHECK(status == IC_OK && !strcmp(got, want)))
    fprintf(stderr, "  %s: %s\n  want %s\n  got  %s %s\n", name, rule, want,
            got, err.message);
  check_surroundings(name, rule, text, &hits);
  ic_hits_free(&hits);
}

static void check_refusal(const char *name, const char *rule,
                          const char *want)
{
  ic_hits hits = {NULL, 0, 0};
  ic_error err = {IC_OK, 0, 0, ""};
  ic_status status = run(rule, "", &hits, &err);
  if (!CHECK(status == IC_ERULE && err.item == 0 && !strcmp(err.message, want)))
    fprintf(stderr, "  %s: %s\n  got  %s\n", name, rule, err.message);
  ic_hits_free(&hits);
}

static void cases_hold(void)
{
  static char text[2000][1024];
  size_t n = lines("cases/rules.txt", text, 2000), cases = 0;
  for (size_t i = 4; i + 2 < n; i += 4, cases++) {
    unescape(text[i + 1], 0);
    unescape(text[i + 2], text[i][0] == '#');
    if (text[i][0] == '#')
      check_match(text[i], text[i + 1], text[i + 2]);
    else if (CHECK(text[i][0] == '!'))
      check_refusal(text[i], text[i + 1], text[i + 2]);
  }
  CHECK(cases >= 150);
}

static void limits_are_named(void)
{
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  char text[64];
  memset(text, 'a', 40);
  memcpy(text + 40, "!", 2);
  CHECK(run("a* OR /(a+)+$/", text, &hits, &err) == IC_OK && hits.count == 0);
  ic_hits_free(&hits);

  char *rule = calloc(1, 70000);
  memset(rule, 'a', 69999);
  CHECK(run(rule, "", &hits, &err) == IC_ELIMIT);
  rule[201] = '\0';
  CHECK(run(rule, "", &hits, &err) == IC_ELIMIT);
  memset(rule, '(', 100);
  CHECK(run(rule, "", &hits, &err) == IC_ELIMIT);
  memset(rule, 0, 70000);
  for (int i = 0; i < 65; i++)
    strcat(rule, i ? " a" : "\"a");
  strcat(rule, "\"");
  CHECK(run(rule, "", &hits, &err) == IC_ELIMIT);
  CHECK(run("a \xff", "", &hits, &err) == IC_ETEXT && err.at == 2);
  free(rule);
}

static void memory_failures_are_reported(void)
{
  static const char rule[] =
    "pain* OR \"chest pain* now\" OR \"a, b\" OR (x OR /dizz(y|iness)/) OR "
    "b OR c OR d OR e OR f OR g OR h OR i OR j OR k OR l OR m OR n OR o OR p "
    "OR q OR r OR s OR t OR u OR v OR w OR y OR z OR aa OR ab OR ac OR ad OR "
    "ae OR af OR ag OR ah OR ai OR aj OR ak OR al OR am OR an OR ao OR ap OR "
    "aq OR ar OR as OR at";
  ic_status status = IC_EMEMORY;
  size_t n = 1;
  for (; status == IC_EMEMORY && n < 1000; n++) {
    ic_hits hits = {NULL, 0, 0};
    ic_error err;
    ic_memory_fail(n, 0);
    status = run(rule, "chest pains now, a, b dizzy", &hits, &err);
    CHECK(status == IC_EMEMORY || (status == IC_OK && hits.count == 3));
    ic_hits_free(&hits);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK && n > 20);
}

int main(void)
{
  cases_hold();
  limits_are_named();
  memory_failures_are_reported();
  return check_report();
}
