/* scan and passages: the engine against a slow twin on random rules and texts, and what
 * must not matter: order of rules, threads, where texts are cut. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/passages.h"

static uint64_t state = 12345;
static ic_misses missed; /* nothing, but where limits are tested */

static unsigned draw(unsigned n)
{
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned) (state >> 33) % n;
}

/* Few words over few letters, so that rules meet texts often. */
static const char *const stock[] = {
  "a", "A", "ab", "abc", "abcd", "abcde", "b", "bc", "don't",
  "don\xe2\x80\x99t",
  "\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9s", "abcdefghijklmnopqrstuvwxyz",
  "ABCDEFGHIJKLMNOPQ", "abcdefghijklmnop", "c", "ca", "cab", "\xce\xa3", "x1"
};
static const char *const gaps[] = {
  " ", " ", " ", " ", "  ", "\n", "\t \n", "-", "\xe2\x80\x90", ", ", "&",
  " - ",
  "\xf0\x9f\x98\x80", ". "
};

#define PICK(list) list[draw(sizeof list / sizeof *list)]

static void random_term(char *to)
{
  unsigned words = draw(3) ? 1 : 1 + draw(4);
  strcpy(to, "\"");
  for (unsigned i = 0; i < words; i++) {
    if (i)
      strcat(to, PICK(gaps));
    strcat(to, PICK(stock));
    if (draw(4) == 0)
      strcat(to, "*");
  }
  strcat(to, "\"");
}

static void random_rule(char *to)
{
  static const char *const regexes[] = {
    "/ab+c/", "/\\bca?b/", "/abc|don.t/", "/\xc3\xa9t\xc3\xa9/", "/a b/",
    "/ijk[l-n]+o/", "/b\\s+a/"
  };
  unsigned terms = 1 + draw(4);
  *to = '\0';
  for (unsigned i = 0; i < terms; i++) {
    if (i)
      strcat(to, " OR ");
    if (draw(6) == 0)
      strcat(to, PICK(regexes));
    else
      random_term(to + strlen(to));
  }
}

static void random_text(char *to)
{
  unsigned words = draw(60);
  *to = '\0';
  for (unsigned i = 0; i < words; i++) {
    strcat(to, PICK(stock));
    if (draw(5) == 0)
      strcat(to, PICK(stock));
    strcat(to, PICK(gaps));
  }
}

/* ---- the twin: every rule at every word ---- */

static size_t all_words(ic_str text, ic_span *words)
{
  ic_span w = {0, 0};
  size_t n = 0;
  while (ic_next_word(text, w.end, &w))
    words[n++] = w;
  return n;
}

/* Of wildcards there is one `*` at the end or none. */
static int word_fits(ic_str text, ic_span at, const ic_rule_word *w)
{
  char form[1024];
  unsigned length;
  size_t n = ic_word_form(ic_str_slice(text, at), w->form, form);
  size_t m = w->pattern.size - (size_t) w->prefix;
  ic_str all = {form, n};
  if (n < m || memcmp(form, w->pattern.data, m))
    return 0;
  if (n == m)
    return 1;
  uint32_t next = ic_utf8_decode(all, m, &length);
  return w->prefix && !(ic_char_class(next) & IC_CHAR_MARK);
}

static void twin_add(ic_hits *hits, size_t start, size_t end)
{
  void *items = hits->items;
  if (ic_reserve(&items, &hits->room, hits->count + 1, sizeof *hits->items,
                 NULL) != IC_OK)
    abort();
  hits->items = items;
  hits->items[hits->count++] = (ic_hit) {start, end, 0};
}

static void twin_sequence(const ic_rule *r, const ic_node *node, ic_str text,
                          const ic_span *words, size_t n, ic_hits *hits)
{
  for (size_t i = 0; i + node->count <= n; i++) {
    size_t k = 0;
    for (; k < node->count; k++) {
      const ic_rule_word *w = &r->words[node->first + k];
      if (!word_fits(text, words[i + k], w))
        break;
      if (k == 0)
        continue;
      ic_span gap = {words[i + k - 1].end, words[i + k].start};
      if (!ic_gap_fits(w->loose, w->gap, ic_str_slice(text, gap)))
        break;
    }
    if (k == node->count)
      twin_add(hits, words[i].start, words[i + k - 1].end);
  }
}

static void twin_regex(ic_str pattern, ic_str text, ic_hits *hits)
{
  ic_regex *regex;
  ic_regex_run *run;
  ic_span match = {0, 0};
  uint64_t steps = UINT64_MAX;
  int found = 1;
  if (ic_regex_compile(pattern, 0, &regex, NULL) != IC_OK
      || ic_regex_run_new(&run, NULL) != IC_OK)
    abort();
  while (found && match.end < text.size) {
    if (ic_regex_find(regex, run, text, match.end, &steps, &match, &found,
                      NULL))
      abort();
    if (found)
      twin_add(hits, match.start, match.end);
  }
  ic_regex_run_free(run);
  ic_regex_free(regex);
}

/* Leftmost, then longest, again and again. */
static void twin_settle(ic_hits *hits)
{
  ic_hits kept = {NULL, 0, 0};
  size_t from = 0;
  for (;;) {
    const ic_hit *best = NULL;
    for (size_t i = 0; i < hits->count; i++) {
      const ic_hit *h = &hits->items[i];
      if (h->start >= from
          && (!best || h->start < best->start
              || (h->start == best->start && h->end > best->end)))
        best = h;
    }
    if (!best)
      break;
    twin_add(&kept, best->start, best->end);
    from = best->end;
  }
  ic_hits_free(hits);
  *hits = kept;
}

static void twin(const char *rule, ic_str text, ic_hits *hits)
{
  ic_rule *r;
  ic_span words[4000];
  size_t n = all_words(text, words);
  if (ic_rule_parse(ic_str_of(rule), &r, NULL) != IC_OK)
    abort();
  for (size_t i = 0; i < r->n_nodes; i++) {
    if (r->nodes[i].kind == IC_NODE_SEQUENCE)
      twin_sequence(r, &r->nodes[i], text, words, n, hits);
    if (r->nodes[i].kind == IC_NODE_REGEX)
      twin_regex(r->nodes[i].regex, text, hits);
  }
  ic_rule_free(r);
  twin_settle(hits);
}

static int same_as_twin(const ic_hits *hits, uint32_t rule,
                        const ic_hits *want)
{
  size_t n = 0;
  for (size_t i = 0; i < hits->count; i++) {
    if (hits->items[i].rule != rule)
      continue;
    if (n == want->count || want->items[n].start != hits->items[i].start
        || want->items[n].end != hits->items[i].end)
      return 0;
    n++;
  }
  return n == want->count;
}

#define RULES 6

static void engine_and_twin_agree(void)
{
  static char rules[RULES][2048], text[8000];
  size_t hits_seen = 0;
  int same = 1;
  for (int round = 0; round < 300; round++) {
    ic_str sources[RULES];
    ic_matcher *matcher;
    ic_scanner *scanner;
    ic_hits hits = {NULL, 0, 0};
    for (int i = 0; i < RULES; i++) {
      random_rule(rules[i]);
      sources[i] = ic_str_of(rules[i]);
    }
    random_text(text);
    if (ic_matcher_build(sources, RULES, &matcher, NULL) != IC_OK
        || ic_scanner_new(matcher, &scanner, NULL) != IC_OK
        || ic_scan(scanner, ic_str_of(text), IC_BREAK_LINE, &hits, NULL)
          != IC_OK)
      abort();
    hits_seen += hits.count;
    for (uint32_t i = 0; i < RULES; i++) {
      ic_hits want = {NULL, 0, 0};
      twin(rules[i], ic_str_of(text), &want);
      same &= same_as_twin(&hits, i, &want);
      if (!same) {
        fprintf(stderr, "rule %s\ntext %s\n", rules[i], text);
        round = 1000;
      }
      ic_hits_free(&want);
    }
    ic_hits_free(&hits);
    ic_scanner_free(scanner);
    ic_matcher_free(matcher);
  }
  CHECK(same && hits_seen > 5000);
}

/* Expressions of all the pieces the literals are read from: what the
 * prefilter lets pass must be all there is. */
static void literals_lose_nothing(void)
{
  static const char *const pieces[] = {
    "abc", "bcd", "don", "cab", "a", "b", "|", "|", "(a|b)", "(?:bc)?",
    "(ab|c(d|e)?)", "[abc]", "[^a]", "[]a]+", "b?", "c*", "d+", "e{0,1}",
    "b{1,2}", "a{,2}", ".", "\\b", "\\s", "\\.", "\\w+", "(?=a)", "^", " ",
    "(?i)", "x{a", "sk", "\xc3\xa9", "a??", "b*+"
  };
  static char text[8000];
  int same = 1, filtered = 0, hits_seen = 0;
  for (int round = 0; round < 3000 && same; round++) {
    char rule[256] = "/";
    ic_matcher *matcher;
    ic_scanner *scanner;
    ic_hits hits = {NULL, 0, 0}, want = {NULL, 0, 0};
    for (unsigned i = 1 + draw(5); i > 0; i--)
      strcat(rule, PICK(pieces));
    strcat(rule, "/");
    ic_str source = ic_str_of(rule);
    if (ic_matcher_build(&source, 1, &matcher, NULL) != IC_OK)
      continue;
    random_text(text);
    if (draw(10) == 0)
      strcat(text, " \xc5\xbf\xe2\x84\xaa ");
    if (ic_scanner_new(matcher, &scanner, NULL) != IC_OK
        || ic_scan(scanner, ic_str_of(text), IC_BREAK_LINE, &hits, NULL)
          != IC_OK)
      abort();
    twin(rule, ic_str_of(text), &want);
    filtered += matcher->n_literals > 0;
    hits_seen += hits.count > 0;
    same = same_as_twin(&hits, 0, &want);
    if (!same)
      fprintf(stderr, "rule %s\ntext %s\n", rule, text);
    ic_hits_free(&hits);
    ic_hits_free(&want);
    ic_scanner_free(scanner);
    ic_matcher_free(matcher);
  }
  CHECK(same && filtered > 300 && hits_seen > 300);
}

/* ---- what must not matter ---- */

static const char study[] =
  "Doctor: we had ten minutes.\nPatient: The pain, \xe2\x80\x9c" "chest\npain"
  "\xe2\x80\x9d, is dizzying. Ten minutes of caf\xc3\xa9 pain.\nDoctor: ok";

static int found_at(const ic_founds *f, size_t i, uint32_t rule, uint32_t start,
                    uint32_t end)
{
  return i < f->count && f->items[i].rule == rule && f->items[i].start == start
    && f->items[i].end == end;
}

static void passages_are_walls(void)
{
  ic_str rules[] = {ic_str_of("minutes OR \"minutes Patient\""),
                    ic_str_of("\"chest pain\" OR pain"),
                    ic_str_of("/dizz\\w+/ OR /^The/")};
  int start[] = {9, 38, 108}, end[] = {27, 98, 200};
  ic_scan_text texts[] = {{ic_str_of(study), start, end, 3, IC_BREAK_LINE}};
  ic_matcher *m;
  ic_founds f = {NULL, 0, 0};
  if (!CHECK(ic_matcher_build(rules, 3, &m, NULL) == IC_OK))
    return;
  CHECK(ic_scan_texts(m, texts, 1, NULL, 1, NULL, &f, &missed, NULL) == IC_OK);
  CHECK(f.count == 7);
  CHECK(found_at(&f, 0, 0, 20, 26));
  CHECK(found_at(&f, 1, 2, 38, 40));
  CHECK(found_at(&f, 2, 1, 42, 45));
  CHECK(found_at(&f, 3, 1, 49, 58));
  CHECK(found_at(&f, 4, 2, 65, 72));
  CHECK(found_at(&f, 5, 0, 79, 85));
  CHECK(found_at(&f, 6, 1, 95, 98));
  ic_founds_free(&f);
  ic_matcher_free(m);
}

static void threads_change_nothing(void)
{
  enum { N = 40 };
  static char text[N][8000], rule[RULES][2048];
  static ic_founds one[N], more[N];
  ic_scan_text texts[N];
  ic_str rules[RULES];
  ic_matcher *m;
  int first = 1, last = 8000, same = 1;
  for (int i = 0; i < N; i++) {
    random_text(text[i]);
    texts[i] = (ic_scan_text) {ic_str_of(text[i]), &first, &last, 1,
                              IC_BREAK_LINE};
  }
  for (int i = 0; i < RULES; i++) {
    random_rule(rule[i]);
    rules[i] = ic_str_of(rule[i]);
  }
  if (!CHECK(ic_matcher_build(rules, RULES, &m, NULL) == IC_OK))
    return;
  CHECK(ic_scan_texts(m, texts, N, NULL, 1, NULL, one, &missed, NULL) == IC_OK);
  for (int threads = 2; threads <= 4; threads += 2) {
    CHECK(ic_scan_texts(m, texts, N, NULL, threads, NULL, more, &missed, NULL)
          == IC_OK);
    for (int i = 0; i < N; i++) {
      same &= one[i].count == more[i].count;
      for (size_t j = 0; same && j < one[i].count; j++)
        same &= found_at(&more[i], j, one[i].items[j].rule,
                         one[i].items[j].start, one[i].items[j].end);
      ic_founds_free(&more[i]);
    }
  }
  CHECK(same);
  for (int i = 0; i < N; i++)
    ic_founds_free(&one[i]);
  ic_matcher_free(m);
}

/* One text of many passages, long enough to be cut into pieces. */
static void pieces_change_nothing(void)
{
  enum { WORDS = 30000 };
  char *text = malloc(WORDS * 6 + 1);
  int *start = malloc(WORDS * sizeof *start);
  int *end = malloc(WORDS * sizeof *end);
  ic_str rule = ic_str_of("pain");
  ic_founds f = {NULL, 0, 0};
  ic_matcher *m;
  for (int i = 0; i < WORDS; i++) {
    memcpy(text + 6 * i, "\xc3\xa9pain", 6);
    text[6 * i + 1] = (char) (i % 2 ? 0xa9 : 0x97);
    start[i] = 5 * i + 1;
    end[i] = 5 * i + 5;
  }
  ic_scan_text t = {{text, WORDS * 6}, start, end, WORDS, IC_BREAK_LINE};
  CHECK(ic_matcher_build(&rule, 1, &m, NULL) == IC_OK);
  for (int threads = 1; threads <= 3; threads++) {
    CHECK(ic_scan_texts(m, &t, 1, NULL, threads, NULL, &f, &missed, NULL)
          == IC_OK);
    int right = f.count == WORDS / 2;
    for (size_t i = 0; right && i < f.count; i++)
      right = found_at(&f, i, 0, (uint32_t) start[2 * i] + 1,
                       (uint32_t) end[2 * i]);
    CHECK(right);
    ic_founds_free(&f);
  }
  ic_matcher_free(m);
  free(text);
  free(start);
  free(end);
}

static int missed_is(size_t i, uint32_t rule, size_t text, size_t passage)
{
  return i < missed.count && missed.items[i].rule == rule
    && missed.items[i].text == text && missed.items[i].passage == passage
    && strlen(missed.items[i].problem) > 20;
}

/* The rule that runs out of steps has nothing in the whole text, in whichever
 * passage it did, alone or in a rule with operators; the others have all. */
static void limits_leave_the_rest(void)
{
  enum { SIZE = 80000 };
  static const char bomb[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
  char *text = malloc(SIZE + 1);
  int start[SIZE / 80], end[SIZE / 80];
  for (int i = 0; i < SIZE; i++)
    text[i] = "pain and a fear "[i % 16];
  for (int i = 0; i < SIZE / 80; i++) {
    start[i] = 80 * i + 1;
    end[i] = 80 * i + 80;
  }
  memcpy(text + 80 * 600, bomb, sizeof bomb - 1);
  memcpy(text + 80 * 900, bomb, sizeof bomb - 1);
  ic_scan_text texts[] = {
    {ic_str_of("a pain"), start, end, 1, IC_BREAK_LINE},
    {{text, SIZE}, start, end, SIZE / 80, IC_BREAK_LINE}
  };
  ic_str rules[] = {
    ic_str_of("pain"), ic_str_of("fear OR /(a+)+!?$/"),
    ic_str_of("fear NEAR/3 (pain OR /(?:a|aa)+$/)"), ic_str_of("/a \\w+/")
  };
  ic_founds f[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
  size_t rest = 0;
  ic_matcher *m;
  CHECK(ic_matcher_build(rules, 4, &m, NULL) == IC_OK);
  for (int threads = 1; threads <= 4; threads++) {
    size_t per_rule[4] = {0, 0, 0, 0};
    CHECK(ic_scan_texts(m, texts, 2, NULL, threads, NULL, f, &missed, NULL)
          == IC_OK);
    CHECK(missed.count == 2 && missed_is(0, 1, 1, 600)
          && missed_is(1, 2, 1, 600));
    for (size_t i = 0; i < f[1].count; i++)
      per_rule[f[1].items[i].rule]++;
    CHECK(per_rule[0] == 4994 && per_rule[1] == 0 && per_rule[2] == 0);
    CHECK(per_rule[3] > 4900 && (rest == 0 || rest == per_rule[3]));
    CHECK(f[0].count == 2 && found_at(&f[0], 1, 0, 3, 6));
    rest = per_rule[3];
    for (int i = 0; i < 2; i++)
      ic_founds_free(&f[i]);
    ic_misses_free(&missed);
  }
  ic_matcher_free(m);
  free(text);
}

/* Steps are counted for the stretch, however it is cut into passages. */
static void steps_do_not_depend_on_turns(void)
{
  enum { SIZE = 32000 };
  static char text[SIZE];
  static int start[SIZE], end[SIZE];
  static const char *const slow[] = {
    "/(a+)+b/", "/(?:a|aa)+\\d/", "/.*.*.*x9/", "/(?=.*(?=.*(?=.*9)))\\W9/",
    "/[^x]*+(?:y|99)/", "/(a*)*b/", "/\\w{50,}9/", "/(a+)\\1\\1b/"
  };
  memset(text, 'a', SIZE);
  for (int i = 0; i < SIZE; i += 100)
    memcpy(text + i + 90, " x b 9", 6);
  for (size_t r = 0; r < sizeof slow / sizeof *slow; r++)
    for (int turn = 100; turn <= SIZE; turn *= 20) {
      ic_str rule = ic_str_of(slow[r]);
      ic_founds f = {NULL, 0, 0};
      ic_matcher *m;
      size_t n = 0;
      for (int at = 0; at + turn <= SIZE; at += turn, n++) {
        start[n] = at + 1;
        end[n] = at + turn;
      }
      ic_scan_text t = {{text, SIZE}, start, end, n, IC_BREAK_LINE};
      CHECK(ic_matcher_build(&rule, 1, &m, NULL) == IC_OK);
      CHECK(ic_scan_texts(m, &t, 1, NULL, 2, NULL, &f, &missed, NULL) == IC_OK);
      CHECK(turn < 2000 || r > 3 || (missed.count == 1 && f.count == 0));
      ic_founds_free(&f);
      ic_misses_free(&missed);
      ic_matcher_free(m);
    }
}

static void memory_failures_fail_the_call(void)
{
  char text[200];
  memset(text, 'a', 60);
  strcpy(text + 60, "!");
  int first = 1, last = 100;
  ic_scan_text t = {ic_str_of(text), &first, &last, 1, IC_BREAK_LINE};
  ic_str rules[] = {ic_str_of("b"), ic_str_of("a OR /(a+)+$/")};
  ic_founds f = {NULL, 0, 0};
  ic_status status = IC_EMEMORY;
  ic_error err;
  ic_matcher *m;
  size_t n = 1;
  CHECK(ic_matcher_build(rules, 2, &m, &err) == IC_OK);
  for (; status == IC_EMEMORY && n < 100; n++) {
    ic_misses_free(&missed);
    ic_founds_free(&f);
    ic_memory_fail(n, 0);
    status = ic_scan_texts(m, &t, 1, NULL, 1, NULL, &f, &missed, &err);
    ic_memory_fail(0, 0);
  }
  CHECK(status == IC_OK && n > 5 && missed_is(0, 1, 0, 0) && f.count == 0);
  ic_misses_free(&missed);
  ic_founds_free(&f);
  ic_matcher_free(m);
}

int main(void)
{
  engine_and_twin_agree();
  literals_lose_nothing();
  passages_are_walls();
  threads_change_nothing();
  pieces_change_nothing();
  limits_leave_the_rest();
  steps_do_not_depend_on_turns();
  memory_failures_fail_the_call();
  return check_report();
}
