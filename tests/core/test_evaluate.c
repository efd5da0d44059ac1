/* evaluate: operators against an evaluator that is obvious and slow: every
 * term at every word, every pair of hits, every sentence as a text of its own.
 * Single cases are in cases/rules.txt, run by test_matcher. */
#include <stdlib.h>

#include "check.h"
#include "core/memory.h"
#include "core/passages.h"

static uint64_t state = 2026;

static unsigned draw(unsigned n)
{
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned) (state >> 33) % n;
}

#define PICK(list) list[draw(sizeof list / sizeof *list)]

/* ---- random expressions ---- */

typedef enum kind {
  TERM, OR, AND, NOT, NEAR, BEFORE, AFTER, EXCEPT, UNLESS_NEAR, UNLESS_BEFORE,
  UNLESS_AFTER, IN_SENTENCE, IN_TURN, KINDS
} kind;

static const char *const words_of[] = {
  "", " OR ", " AND ", " NOT ", " NEAR/%u ", " BEFORE/%u ", " AFTER/%u ",
  " EXCEPT ", " UNLESS NEAR/%u ", " UNLESS BEFORE/%u ", " UNLESS AFTER/%u ",
  " WITHIN SENTENCE", " WITHIN TURN"
};
/* 0 binds weakest, 4 is a term. */
static const int level_of[] = {4, 0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 1, 1};

typedef struct tree {
  kind kind;
  unsigned n;
  const char *term;
  struct tree *left, *right;
} tree;

static const char *const terms[] = {
  "ab", "ab", "ba", "ba", "cd", "dc", "abc", "\xc3\xa9t\xc3\xa9", "ab*", "c*",
  "\"ab ba\"", "\"ba ab\"", "\"cd ab*\"", "\"ab ab\"", "/b./", "/[.?]/",
  "/\\bab ba/", "/a|d/", "=AB", "=ab", "=\"Ba ab\"", "=\xc3\x89*", "a?",
  "c?c", "a*c", "\"a? b*a\"", "\xc3\xa9?\xc3\xa9", "=c*c", "d*t"
};

static tree pool[200];
static size_t pooled;

static tree *random_tree(int depth)
{
  tree *t = &pool[pooled++];
  *t = (tree) {.kind = TERM, .term = PICK(terms)};
  if (depth == 0 || draw(5) == 0)
    return t;
  t->kind = (kind) (1 + draw(KINDS - 1));
  t->n = 1 + draw(4);
  t->left = random_tree(depth - 1);
  if (t->kind < IN_SENTENCE)
    t->right = random_tree(depth - 1);
  return t;
}

static void print_tree(const tree *t, int level, char *to)
{
  int own = level_of[t->kind], closed = t->kind >= IN_SENTENCE;
  int bare = own >= level && !(closed && level == 1) && draw(8) > 0;
  strcat(to, bare ? "" : "( ");
  if (t->kind == TERM) {
    strcat(to, t->term);
  } else {
    print_tree(t->left, own, to);
    if (t->kind == NOT && draw(2))
      strcat(to, " AND");
    sprintf(to + strlen(to), words_of[t->kind], t->n);
    if (t->right)
      print_tree(t->right, own + 1, to);
  }
  strcat(to, bare ? "" : " )");
}

static void random_text(char *to)
{
  static const char *const stock[] = {
    "ab", "AB", "ba", "Ba", "cd", "dc", "abc", "cdc", "x",
    "\xc3\x89t\xc3\xa9", "don't"
  };
  static const char *const gaps[] = {
    " ", " ", " ", " ", "  ", "\n", "-", ", ", ". ", ". ", "? ", " ?? ", "\n\n"
  };
  unsigned words = draw(26);
  *to = '\0';
  if (draw(4) == 0)
    strcat(to, PICK(gaps));
  for (unsigned i = 0; i < words; i++) {
    strcat(to, PICK(stock));
    strcat(to, i + 1 < words || draw(2) ? PICK(gaps) : "");
  }
}

/* ---- the slow evaluator ---- */

typedef struct set {
  ic_span items[600];
  size_t n;
} set;

static ic_str text;
static ic_span words[100];
static size_t n_words;
static ic_spans sentences;

static void add(set *s, ic_span x)
{
  for (size_t i = 0; i < s->n; i++)
    if (s->items[i].start == x.start && s->items[i].end == x.end)
      return;
  if (s->n == sizeof s->items / sizeof *s->items)
    abort();
  s->items[s->n++] = x;
}

static int inside(ic_span x, ic_span region)
{
  return region.start <= x.start && x.end <= region.end;
}

static long first_word(ic_span x)
{
  long n = 0;
  for (size_t i = 0; i < n_words; i++)
    n += words[i].end <= x.start;
  return n;
}

static long last_word(ic_span x)
{
  long n = -1;
  for (size_t i = 0; i < n_words; i++)
    n += words[i].start < x.end;
  return n;
}

/* Both end with NUL. */
static int is_like(const char *word, const char *wanted)
{
  if (*wanted == '*')
    return is_like(word, wanted + 1) || (*word && is_like(word + 1, wanted));
  if (*wanted == '?' && *word) {
    for (word++; (*word & 0xc0) == 0x80; word++)
      ;
    return is_like(word, wanted + 1);
  }
  return *word == *wanted && (!*word || is_like(word + 1, wanted + 1));
}

static int is_word(size_t number, const char *wanted, size_t size, int exact)
{
  char word[64], like[64] = "";
  ic_str plain = ic_str_slice(text, words[number]);
  size_t n = exact ? plain.size : ic_fold_text(plain, word);
  if (exact)
    memcpy(word, plain.data, n);
  word[n] = '\0';
  memcpy(like, wanted, size);
  return is_like(word, like);
}

static int is_gap(size_t number)
{
  size_t spaces = 0, i = words[number - 1].end, size;
  size = words[number].start - i;
  if (size == 1 && text.data[i] == '-')
    return 1;
  for (; i < words[number].start; i++)
    spaces += text.data[i] == ' ' || text.data[i] == '\n';
  return spaces == size;
}

static void phrase_at(size_t from, const char *phrase, set *out)
{
  int exact = *phrase == '=';
  phrase += exact;
  phrase += *phrase == '"';
  size_t i = from;
  for (; *phrase && *phrase != '"'; i++) {
    size_t size = strcspn(phrase, " \"");
    if (i == n_words || !is_word(i, phrase, size, exact)
        || (i > from && !is_gap(i)))
      return;
    phrase += size + (phrase[size] == ' ');
  }
  add(out, (ic_span) {words[from].start, words[i - 1].end});
}

static void expression(const char *term, set *out)
{
  ic_regex *regex;
  ic_regex_run *run;
  ic_span match = {0, 0};
  int found = 1;
  ic_str pattern = {term + 1, strlen(term) - 2};
  if (ic_regex_compile(pattern, 0, &regex, NULL) != IC_OK
      || ic_regex_run_new(&run, NULL) != IC_OK)
    abort();
  while (found && match.end < text.size) {
    if (ic_regex_find(regex, run, text, match.end, &match, &found, NULL))
      abort();
    if (found)
      add(out, match);
  }
  ic_regex_run_free(run);
  ic_regex_free(regex);
}

/* Words from the end of the one to the beginning of the other; -1 where they
 * overlap. */
static long apart(ic_span a, ic_span b)
{
  if (a.end <= b.start)
    return first_word(b) - last_word(a);
  if (b.end <= a.start)
    return first_word(a) - last_word(b);
  return -1;
}

static int is_side(kind k, ic_span a, ic_span b)
{
  if (k == BEFORE || k == UNLESS_AFTER)
    return a.end <= b.start;
  if (k == AFTER || k == UNLESS_BEFORE)
    return b.end <= a.start;
  return 1;
}

static int is_better(ic_span a, ic_span b, ic_span than)
{
  long way = apart(a, b) - apart(a, than);
  if (way)
    return way < 0;
  return b.start != than.start ? b.start < than.start : b.end > than.end;
}

static const ic_span *best(const tree *t, ic_span a, const set *b)
{
  const ic_span *found = NULL;
  for (size_t i = 0; i < b->n; i++) {
    ic_span x = b->items[i];
    if (apart(a, x) >= 0 && apart(a, x) <= (long) t->n
        && is_side(t->kind, a, x) && (!found || is_better(a, x, *found)))
      found = &b->items[i];
  }
  return found;
}

static int overlaps_any(ic_span a, const set *b)
{
  for (size_t i = 0; i < b->n; i++)
    if (apart(a, b->items[i]) < 0)
      return 1;
  return 0;
}

static int stays(const tree *t, ic_span a, const set *b)
{
  switch (t->kind) {
  case OR: return 1;
  case AND: return b->n > 0;
  case NOT: return b->n == 0;
  case EXCEPT: return !overlaps_any(a, b);
  default: return !best(t, a, b);
  }
}

static void slow(const tree *t, ic_span region, set *out);

static void slow_both(const tree *t, ic_span region, set *out)
{
  static set pairs[20][2];
  static int depth;
  set *a = &pairs[depth][0], *b = &pairs[depth][1];
  depth++;
  a->n = b->n = 0;
  slow(t->left, region, a);
  slow(t->right, region, b);
  depth--;
  for (size_t i = 0; i < a->n; i++) {
    ic_span x = a->items[i];
    const ic_span *y = best(t, x, b);
    if (t->kind < NEAR || t->kind > AFTER) {
      if (stays(t, x, b))
        add(out, x);
    } else if (y) {
      add(out, (ic_span) {x.start < y->start ? x.start : y->start,
                          x.end > y->end ? x.end : y->end});
    }
  }
  if (t->kind == OR || (t->kind == AND && a->n))
    for (size_t i = 0; i < b->n; i++)
      add(out, b->items[i]);
}

static void slow(const tree *t, ic_span region, set *out)
{
  set mine = {.n = 0};
  if (t->kind == TERM && t->term[0] == '/') {
    expression(t->term, &mine);
  } else if (t->kind == TERM) {
    for (size_t i = 0; i < n_words; i++)
      phrase_at(i, t->term, &mine);
  } else if (t->kind == IN_SENTENCE) {
    for (size_t i = 0; i < sentences.count; i++)
      if (inside(sentences.items[i], region))
        slow(t->left, sentences.items[i], &mine);
  } else if (t->kind == IN_TURN) {
    slow(t->left, (ic_span) {0, text.size}, &mine);
  } else {
    slow_both(t, region, &mine);
  }
  for (size_t i = 0; i < mine.n; i++)
    if (inside(mine.items[i], region))
      add(out, mine.items[i]);
}

/* The one that begins first, of those the longest, again and again. */
static void settle(set *s)
{
  set kept = {.n = 0};
  size_t from = 0;
  for (const ic_span *next = s->items; next; ) {
    next = NULL;
    for (size_t i = 0; i < s->n; i++) {
      const ic_span *x = &s->items[i];
      if (x->start >= from
          && (!next || x->start < next->start
              || (x->start == next->start && x->end > next->end)))
        next = x;
    }
    if (next)
      add(&kept, *next);
    from = next ? next->end : 0;
  }
  *s = kept;
}

static void look_at(const char *from)
{
  ic_span w = {0, 0};
  text = ic_str_of(from);
  n_words = 0;
  while (ic_next_word(text, w.end, &w))
    words[n_words++] = w;
  sentences.count = 0;
  if (ic_sentences(text, IC_BREAK_LINE, &sentences, NULL) != IC_OK)
    abort();
}

/* ---- side by side ---- */

#define RULES 8
#define TEXTS 6

static int same(const ic_hits *hits, uint32_t rule, const set *want)
{
  size_t n = 0;
  for (size_t i = 0; i < hits->count; i++) {
    const ic_hit *h = &hits->items[i];
    if (h->rule != rule)
      continue;
    if (n == want->n || want->items[n].start != h->start
        || want->items[n].end != h->end)
      return 0;
    n++;
  }
  return n == want->n;
}

static char rules[RULES][4000], texts[TEXTS][1000];
static tree *trees[RULES];

static int one_text(ic_scanner *s, const char *of, int turned, size_t *seen)
{
  ic_hits hits = {NULL, 0, 0};
  int right = ic_scan(s, ic_str_of(of), IC_BREAK_LINE, &hits, NULL) == IC_OK;
  *seen += hits.count;
  look_at(of);
  for (uint32_t i = 0; right && i < RULES; i++) {
    set want = {.n = 0};
    slow(trees[i], (ic_span) {0, text.size}, &want);
    settle(&want);
    right = same(&hits, turned ? RULES - 1 - i : i, &want);
    if (!right)
      fprintf(stderr, "rule %s\ntext %s\n", rules[i], of);
  }
  ic_hits_free(&hits);
  return right;
}

static int one_round(int turned, size_t *seen)
{
  ic_str sources[RULES];
  ic_matcher *m;
  ic_scanner *s;
  ic_error err;
  int right = 1;
  for (int i = 0; i < RULES; i++)
    sources[turned ? RULES - 1 - i : i] = ic_str_of(rules[i]);
  if (!CHECK(ic_matcher_build(sources, RULES, &m, &err) == IC_OK)) {
    fprintf(stderr, "%s: %s\n", sources[err.item].data, err.message);
    return 0;
  }
  if (ic_scanner_new(m, &s, NULL) != IC_OK)
    abort();
  for (int i = 0; right && i < TEXTS; i++)
    right = one_text(s, texts[i], turned, seen);
  ic_scanner_free(s);
  ic_matcher_free(m);
  return right;
}

static void engine_and_slow_evaluator_agree(void)
{
  size_t seen = 0;
  int right = 1;
  for (int round = 0; right && round < 700; round++) {
    pooled = 0;
    for (int i = 0; i < RULES; i++) {
      rules[i][0] = '\0';
      trees[i] = random_tree(1 + (int) draw(3));
      print_tree(trees[i], 0, rules[i]);
    }
    for (int i = 0; i < TEXTS; i++)
      random_text(texts[i]);
    right = one_round(0, &seen) && one_round(1, &seen);
  }
  CHECK(right && seen > 50000);
  ic_spans_free(&sentences);
}

static void threads_change_nothing(void)
{
  ic_str sources[RULES];
  ic_scan_text list[TEXTS];
  ic_founds one[TEXTS] = {{NULL, 0, 0}}, more[TEXTS] = {{NULL, 0, 0}};
  ic_matcher *m;
  int first[] = {1, 40}, last[] = {39, 1000}, right = 1;
  for (int i = 0; i < RULES; i++)
    sources[i] = ic_str_of(rules[i]);
  for (int i = 0; i < TEXTS; i++)
    list[i] = (ic_scan_text) {ic_str_of(texts[i]), first, last, 2,
                              IC_BREAK_LINE};
  if (!CHECK(ic_matcher_build(sources, RULES, &m, NULL) == IC_OK))
    return;
  CHECK(ic_scan_texts(m, list, TEXTS, 1, NULL, one, NULL) == IC_OK);
  CHECK(ic_scan_texts(m, list, TEXTS, 4, NULL, more, NULL) == IC_OK);
  for (int i = 0; i < TEXTS; i++) {
    right &= one[i].count == more[i].count;
    for (size_t j = 0; right && j < one[i].count; j++)
      right &= one[i].items[j].rule == more[i].items[j].rule
        && one[i].items[j].start == more[i].items[j].start
        && one[i].items[j].end == more[i].items[j].end
        && one[i].items[j].passage == more[i].items[j].passage;
    ic_founds_free(&one[i]);
    ic_founds_free(&more[i]);
  }
  CHECK(right);
  ic_matcher_free(m);
}

static ic_status scan_once(const char *rule, const char *in, ic_hits *hits,
                           ic_error *err)
{
  ic_str source = ic_str_of(rule);
  ic_matcher *m = NULL;
  ic_scanner *s = NULL;
  ic_status status = ic_matcher_build(&source, 1, &m, err);
  if (status == IC_OK)
    status = ic_scanner_new(m, &s, err);
  if (status == IC_OK)
    status = ic_scan(s, ic_str_of(in), IC_BREAK_LINE, hits, err);
  ic_scanner_free(s);
  ic_matcher_free(m);
  return status;
}

static void memory_failures_are_reported(void)
{
  ic_status status = IC_EMEMORY;
  size_t n = 1;
  for (; status == IC_EMEMORY && n < 1000; n++) {
    ic_hits hits = {NULL, 0, 0};
    ic_error err;
    ic_memory_fail(n, 0);
    status = scan_once("(a OR b) NEAR/2 /c/ AND d UNLESS BEFORE/1 e NOT f "
                       "WITHIN SENTENCE OR g EXCEPT \"g h\"",
                       "a c d. A c f d. G x g h.", &hits, &err);
    CHECK(status == IC_EMEMORY ? hits.count == 0 : hits.count == 3);
    ic_hits_free(&hits);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK && n > 20);
}

static void limits_name_the_rule(void)
{
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  CHECK(scan_once("a AND /(a+)+$/", "a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
                  &hits, &err) == IC_ELIMIT);
  CHECK(err.item == 0 && hits.count == 0);
  ic_hits_free(&hits);
}

/* Long chains neither nest calls nor square the cost. */
static void much_is_not_slow(void)
{
  static char rule[60000], in[60000];
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  strcpy(rule, "a");
  for (size_t at = 1; at < sizeof rule - 20; at += 9)
    strcpy(rule + at, " NEAR/9 a");
  CHECK(scan_once(rule, "a a", &hits, &err) == IC_OK);
  for (size_t i = 0; i + 2 < sizeof in; i += 2)
    memcpy(in + i, i % 100 ? "a " : "b ", 3);
  CHECK(scan_once("(a NEAR/9999 b) NEAR/9999 (b OR a) EXCEPT (b UNLESS "
                  "NEAR/9999 c) UNLESS BEFORE/9 (a AND b)", in, &hits, &err)
        == IC_OK);
  ic_hits_free(&hits);
}

int main(void)
{
  engine_and_slow_evaluator_agree();
  threads_change_nothing();
  memory_failures_are_reported();
  limits_name_the_rule();
  much_is_not_slow();
  return check_report();
}
