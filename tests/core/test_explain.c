/* explain: single accounts written out; on random rules and texts the hits
 * told are those the plain matcher finds, and every clue is what its term
 * finds by itself. */
#include <stdlib.h>

#include "check.h"
#include "core/explain.h"
#include "core/memory.h"

static uint64_t state = 7;

static unsigned draw(unsigned n)
{
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned) (state >> 33) % n;
}

#define PICK(list) list[draw(sizeof list / sizeof *list)]

static ic_clues explain(const char *rule, const char *text)
{
  ic_explainer *x;
  ic_clues clues = {NULL, 0, 0};
  ic_str r = ic_str_of(rule);
  if (!CHECK(ic_explainer_new(&r, &x, NULL) == IC_OK))
    abort();
  CHECK(ic_explain(x, ic_str_of(text), IC_BREAK_LINE, &clues, NULL) == IC_OK);
  ic_explainer_free(x);
  return clues;
}

/* "fate role term on words; ..." */
static const char *account(const char *rule, const char *text)
{
  static char line[2000];
  static const char *const fates[] = {"hit", "veto", "alone", "across"};
  static const char *const roles[] = {"match", "with", "by", "wants"};
  ic_clues clues = explain(rule, text);
  line[0] = '\0';
  for (size_t i = 0; i < clues.count; i++) {
    const ic_clue *c = &clues.items[i];
    int first = i == 0 || c->finding != c[-1].finding;
    if (first)
      sprintf(line + strlen(line), "%s%s %.*s:", i ? " " : "", fates[c->fate],
              (int) (c->place.end - c->place.start), text + c->place.start);
    sprintf(line + strlen(line), " %s[%.*s]%u,%u", roles[c->role],
            (int) (c->rule.end - c->rule.start), rule + c->rule.start,
            (unsigned) c->op, c->distance);
    if (c->role != IC_CLUE_WANT)
      sprintf(line + strlen(line), "=%u", (unsigned) c->text.start);
    strcat(line, ";");
  }
  ic_clues_free(&clues);
  return line;
}

static void test_accounts(void)
{
  CHECK_TEXT(account("cost OR price*", "The prices"),
             "hit prices: match[price*]0,0=4;");
  CHECK_TEXT(account("cost", "nothing"), "");
  CHECK_TEXT(account("good UNLESS BEFORE/3 (not OR never)", "good? not good"),
             "hit good: match[good]0,0=0; "
             "veto good: match[good]0,0=10; by[not]8,3=6;");
  CHECK_TEXT(account("guinea EXCEPT \"equatorial guinea\"",
                     "guinea, equatorial guinea"),
             "hit guinea: match[guinea]0,0=0; "
             "veto guinea: match[guinea]0,0=19; "
             "by[\"equatorial guinea\"]6,0=8;");
  CHECK_TEXT(account("(pain OR ache) NEAR/5 back", "back pain"),
             "hit back pain: match[pain]0,0=5; match[back]3,5=0;");
  CHECK_TEXT(account("fear BEFORE/1 future", "fear of the future"),
             "alone fear: match[fear]0,0=0; wants[future]4,1;");
  CHECK_TEXT(account("pain AND fear", "pain, fear"),
             "hit pain: match[pain]0,0=0; with[fear]1,0=6; "
             "hit fear: match[fear]0,0=6; with[pain]1,0=0;");
  CHECK_TEXT(account("pain AND (fear OR dread)", "pain"),
             "alone pain: match[pain]0,0=0; wants[(fear OR dread)]1,0;");
  CHECK_TEXT(account("(a NEAR/2 b) AND fear", "fear"),
             "alone fear: match[fear]0,0=0; wants[(a NEAR/2 b)]1,0;");
  CHECK_TEXT(account("a OR b AND c AND d", "d"),
             "alone d: match[d]0,0=0; wants[b AND c]1,0;");
  CHECK_TEXT(account("pain NOT joke*", "pain, jokes"),
             "veto pain: match[pain]0,0=0; by[joke*]2,0=6;");
  CHECK_TEXT(account("pain NOT joke* OR pain", "pain, jokes"),
             "hit pain: match[pain]0,0=0;");
  CHECK_TEXT(account("pain AND fear WITHIN SENTENCE", "pain. fear"),
             "alone pain: match[pain]0,0=0; wants[fear]1,0; "
             "alone fear: match[fear]0,0=6; wants[pain]1,0;");
  CHECK_TEXT(account("/n. f/ WITHIN SENTENCE", "pain. fear"),
             "across n. f: match[/n. f/]0,0=3;");
  /* what an exception loses is nobody's loss */
  CHECK_TEXT(account("good UNLESS BEFORE/2 (not EXCEPT \"not only\")",
                     "not only good"), "hit good: match[good]0,0=9;");
  CHECK_TEXT(account("=A OR a OR /a/c", "a"),
             "hit a: match[a]0,0=0; match[/a/c]0,0=0;");
  CHECK_TEXT(account("a NEAR/2 b NEAR/2 c", "b a c"),
             "hit b a c: match[a]0,0=2; match[b]3,2=0; match[c]3,2=4;");
  CHECK_TEXT(account("x UNLESS NEAR/2 (a NEAR/1 b)", "a b x"),
             "veto x: match[x]0,0=4; by[a]7,2=0; by[b]3,1=2;");
}

/* ---- random rules ---- */

static const char *const terms[] = {
  "ab", "ba", "cd", "abc", "ab*", "c*", "\"ab ba\"", "\"ab ab\"", "/b./",
  "=AB", "a?", "a*c", "/[.?]/"
};

static void random_rule(int depth, char *to)
{
  static const char *const joins[] = {
    " OR ", " AND ", " NOT ", " NEAR/2 ", " BEFORE/3 ", " AFTER/1 ",
    " EXCEPT ", " UNLESS NEAR/2 ", " UNLESS BEFORE/1 ", " UNLESS AFTER/3 "
  };
  if (depth == 0 || draw(4) == 0) {
    strcat(to, PICK(terms));
    return;
  }
  strcat(to, "(");
  random_rule(depth - 1, to);
  strcat(to, PICK(joins));
  random_rule(depth - 1, to);
  strcat(to, draw(5) ? ")" : " WITHIN SENTENCE)");
}

static void random_text(char *to)
{
  static const char *const stock[] = {
    "ab", "AB", "ba", "cd", "abc", "x", "x"
  };
  static const char *const gaps[] = {" ", " ", " ", "-", ", ", ". ", "? "};
  *to = '\0';
  for (unsigned i = draw(24); i > 0; i--) {
    strcat(to, PICK(stock));
    strcat(to, PICK(gaps));
  }
}

static ic_hits plain_hits(const char *rule, size_t size, const char *text)
{
  ic_hits hits = {NULL, 0, 0};
  ic_matcher *m;
  ic_scanner *s;
  ic_str r = {rule, size};
  if (!CHECK(ic_matcher_build(&r, 1, &m, NULL) == IC_OK)
      || !CHECK(ic_scanner_new(m, &s, NULL) == IC_OK))
    abort();
  CHECK(ic_scan(s, ic_str_of(text), IC_BREAK_LINE, &hits, NULL) == IC_OK);
  ic_scanner_free(s);
  ic_matcher_free(m);
  return hits;
}

static int starts_hit(const ic_hits *hits, const ic_clues *clues, size_t i)
{
  const ic_clue *c = &clues->items[i];
  for (size_t k = 0; k < hits->count; k++)
    if (hits->items[k].start == c->place.start
        && hits->items[k].end == c->place.end)
      return 1;
  return 0;
}

/* The plain matcher's hits are those told, less what overlaps an earlier. */
static int hits_agree(const char *rule, const char *text,
                      const ic_clues *clues)
{
  ic_hits hits = plain_hits(rule, strlen(rule), text);
  size_t k = 0, reach = 0;
  int ok = 1;
  for (size_t i = 0; ok && i < clues->count; ) {
    size_t finding = clues->items[i].finding, longest = i;
    for (; i < clues->count && (clues->items[i].fate != IC_FATE_HIT
                                || clues->items[i].finding == finding); i++)
      if (clues->items[i].fate == IC_FATE_HIT)
        longest = i;
    /* of those that begin together the longest stands last */
    const ic_clue *c = &clues->items[longest];
    const ic_clue *next = i < clues->count ? &clues->items[i] : NULL;
    if (c->fate != IC_FATE_HIT || c->place.start < reach
        || (next && next->place.start == c->place.start))
      continue;
    ok = k < hits.count && starts_hit(&hits, clues, longest);
    reach = c->place.end;
    k++;
  }
  ok = ok && k == hits.count;
  ic_hits_free(&hits);
  return ok;
}

/* A term by itself, at the place where its clue says it stood. */
static int is_match(const char *rule, const char *text, const ic_clue *c)
{
  char part[400] = "";
  memcpy(part, text + c->text.start, c->text.end - c->text.start);
  ic_hits hits = plain_hits(rule + c->rule.start, c->rule.end - c->rule.start,
                            part);
  int ok = hits.count == 1 && hits.items[0].start == 0
    && hits.items[0].end == strlen(part);
  ic_hits_free(&hits);
  return ok;
}

static void test_random(void)
{
  size_t told = 0;
  for (int i = 0; i < 3000; i++) {
    char rule[600] = "", text[400];
    random_rule(1 + (int) draw(3), rule);
    random_text(text);
    ic_clues clues = explain(rule, text);
    if (!CHECK(hits_agree(rule, text, &clues)))
      fprintf(stderr, "%s\n%s\n", rule, text);
    for (size_t k = 0; k < clues.count; k++) {
      const ic_clue *c = &clues.items[k];
      told++;
      if (c->role != IC_CLUE_WANT)
        CHECK(is_match(rule, text, c));
      if (c->role == IC_CLUE_MATCH)
        CHECK(c->place.start <= c->text.start && c->text.end <= c->place.end);
      CHECK((c->role == IC_CLUE_VETO) <= (c->fate == IC_FATE_VETO));
    }
    ic_clues_free(&clues);
  }
  CHECK(told > 10000);
}

/* ---- memory ---- */

static void test_memory(void)
{
  ic_str rule = ic_str_of("(a NEAR/3 b OR \"a b\") AND c NOT d");
  for (size_t n = 1; ; n++) {
    ic_explainer *x = NULL;
    ic_clues clues = {NULL, 0, 0};
    ic_error err;
    ic_memory_fail(n, 1);
    ic_status status = ic_explainer_new(&rule, &x, &err);
    if (status == IC_OK)
      status = ic_explain(x, ic_str_of("a b c, c b a"), IC_BREAK_LINE, &clues,
                          &err);
    ic_memory_fail(0, 0);
    ic_explainer_free(x);
    ic_clues_free(&clues);
    if (status == IC_OK) {
      CHECK(n > 20);
      return;
    }
    CHECK(status == IC_EMEMORY);
  }
}

int main(void)
{
  test_accounts();
  test_random();
  test_memory();
  return check_report();
}
