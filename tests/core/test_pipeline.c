/* pipeline: from rules and texts to hits, beside a matcher that is obvious and
 * slow: its own characters, words, terms and operators, on code points, every
 * rule at every word, every pair of hits, every sentence as a text of its own;
 * expressions by PCRE2 without compilation or literals. Of the core it uses
 * ic_sentences() alone, whose cases are in cases/sentences.txt. Arguments: how
 * many texts (20000), a seed. Single cases of rules are in cases/rules.txt. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "check.h"
#include "core/passages.h"

static uint64_t state = 2026;

static unsigned draw(unsigned n)
{
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned) (state >> 33) % n;
}

#define LENGTH(list) (sizeof list / sizeof *list)
#define PICK(list) list[draw(LENGTH(list))]

/* ---- characters, as the Unicode Character Database has them ---- */

/* ALONE is a letter of a script written without spaces; MARK takes no room
 * (Mn), BESIDE does or encloses (Mc, Me). */
typedef enum sort {
  LETTER, ALONE, MARK, BESIDE, JOINER, HYPHEN, SPACE, SIGN
} sort;

typedef struct letter {
  uint32_t c;
  sort sort;
  uint32_t folded;   /* simple case folding */
  uint32_t parts[3]; /* canonical decomposition, 0 where there is none */
} letter;

static const letter letters[] = {
  {0xc9, LETTER, 0xe9, {'E', 0x301}}, {0xe9, LETTER, 0xe9, {'e', 0x301}},
  {0xc2, LETTER, 0xe2, {'A', 0x302}}, {0xe2, LETTER, 0xe2, {'a', 0x302}},
  {0x1ea0, LETTER, 0x1ea1, {'A', 0x323}}, {0x1ea1, LETTER, 0x1ea1, {'a', 0x323}},
  {0x1eac, LETTER, 0x1ead, {'A', 0x323, 0x302}},
  {0x1ead, LETTER, 0x1ead, {'a', 0x323, 0x302}},
  {0xdf, LETTER, 0xdf, {0}}, {0x1e9e, LETTER, 0xdf, {0}},
  {0x3a3, LETTER, 0x3c3, {0}}, {0x3c3, LETTER, 0x3c3, {0}},
  {0x3c2, LETTER, 0x3c3, {0}}, {0x3b1, LETTER, 0x3b1, {0}},
  {0x391, LETTER, 0x3b1, {0}}, {0x3ac, LETTER, 0x3ac, {0x3b1, 0x301}},
  {0x1f71, LETTER, 0x1f71, {0x3b1, 0x301}},
  {0x212a, LETTER, 'k', {'K'}}, {0x17f, LETTER, 's', {0}},
  {0x438, LETTER, 0x438, {0}}, {0x418, LETTER, 0x438, {0}},
  {0x439, LETTER, 0x439, {0x438, 0x306}}, {0x419, LETTER, 0x439, {0x418, 0x306}},
  {0xe7, LETTER, 0xe7, {'c', 0x327}}, {0xc7, LETTER, 0xe7, {'C', 0x327}},
  {0x1fb3, LETTER, 0x1fb3, {0x3b1, 0x345}},
  {0x1fbc, LETTER, 0x1fb3, {0x391, 0x345}}, {0x915, LETTER, 0x915, {0}},
  {0x6280, ALONE, 0x6280, {0}}, {0x8853, ALONE, 0x8853, {0}},
  {0xf9b3, ALONE, 0xf9b3, {0x9748}}, {0x9748, ALONE, 0x9748, {0}},
  {0x304b, ALONE, 0x304b, {0}}, {0x304c, ALONE, 0x304c, {0x304b, 0x3099}},
  {0x30fc, ALONE, 0x30fc, {0}}, {0xe01, ALONE, 0xe01, {0}},
  {0xe40, ALONE, 0xe40, {0}}, {0xe34, MARK, 0xe34, {0}},
  {0xe48, MARK, 0xe48, {0}}, {0x3099, MARK, 0x3099, {0}},
  {0x102c, BESIDE, 0x102c, {0}}, {0x1000, ALONE, 0x1000, {0}},
  {0xe51, LETTER, 0xe51, {0}}, {0xac00, LETTER, 0xac00, {0x1100, 0x1161}},
  {0xac01, LETTER, 0xac01, {0x1100, 0x1161, 0x11a8}},
  {0x1100, LETTER, 0x1100, {0}}, {0x1161, LETTER, 0x1161, {0}},
  {0x11a8, LETTER, 0x11a8, {0}},
  {0x23a, LETTER, 0x2c65, {0}}, {0x2c65, LETTER, 0x2c65, {0}},
  {0x10400, LETTER, 0x10428, {0}}, {0x10428, LETTER, 0x10428, {0}},
  {0x2167, LETTER, 0x2177, {0}}, {0x203f, LETTER, 0x203f, {0}},
  {0x301, MARK, 0x301, {0}}, {0x302, MARK, 0x302, {0}},
  {0x306, MARK, 0x306, {0}}, {0x308, MARK, 0x308, {0}},
  {0x344, MARK, 0x344, {0x308, 0x301}}, {0x323, MARK, 0x323, {0}},
  {0x327, MARK, 0x327, {0}}, {0x338, MARK, 0x338, {0}},
  {0x345, MARK, 0x345, {0}}, {0xfe0f, MARK, 0xfe0f, {0}},
  {0x20dd, BESIDE, 0x20dd, {0}}, {0x93f, BESIDE, 0x93f, {0}},
  {0x9cb, BESIDE, 0x9cb, {0x9c7, 0x9be}}, {0x9c7, BESIDE, 0x9c7, {0}},
  {0x9be, BESIDE, 0x9be, {0}}, {0x2260, SIGN, 0x2260, {'=', 0x338}},
  {'\'', JOINER, '\'', {0}}, {0x2019, JOINER, '\'', {0}},
  {0xad, JOINER, 0, {0}}, {0x200c, JOINER, 0, {0}}, {0x200d, JOINER, 0, {0}},
  {'-', HYPHEN, '-', {0}}, {0x2010, HYPHEN, 0x2010, {0}},
  {0x2011, HYPHEN, 0x2011, {0}},
  {' ', SPACE, ' ', {0}}, {'\n', SPACE, '\n', {0}}, {'\r', SPACE, '\r', {0}},
  {'\t', SPACE, '\t', {0}}, {0x85, SPACE, 0x85, {0}},
  {0xa0, SPACE, 0xa0, {0}}, {0x2003, SPACE, 0x2003, {0}},
  {0x2028, SPACE, 0x2028, {0}}, {0x3000, SPACE, 0x3000, {0}}
};

static letter letter_of(uint32_t c)
{
  for (size_t i = 0; i < LENGTH(letters); i++)
    if (letters[i].c == c)
      return letters[i];
  if (c >= 'A' && c <= 'Z')
    return (letter) {c, LETTER, c + 32, {0}};
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
    return (letter) {c, LETTER, c, {0}};
  return (letter) {c, SIGN, c, {0}};
}

/* Canonical combining classes. */
static int order_of(uint32_t c)
{
  switch (c) {
  case 0x338: return 1;
  case 0x3099: return 8;
  case 0xe48: return 107;
  case 0x327: return 202;
  case 0x323: return 220;
  case 0x301: case 0x302: case 0x306: case 0x308: case 0x344: return 230;
  case 0x345: return 240;
  default: return 0;
  }
}

static sort sort_of(uint32_t c)
{
  return letter_of(c).sort;
}

static int is_mark(uint32_t c)
{
  return sort_of(c) == MARK || sort_of(c) == BESIDE;
}

static int is_letter(uint32_t c)
{
  return sort_of(c) == LETTER || sort_of(c) == ALONE;
}

static int is_nothing(uint32_t c)
{
  return c == 0xad || c == 0x200c || c == 0x200d;
}

/* ---- strings of code points ---- */

#define LONG 2000

typedef struct string {
  uint32_t c[LONG];
  size_t n;
} string;

static void push(string *s, uint32_t c)
{
  if (s->n == LONG)
    abort();
  s->c[s->n++] = c;
}

static void push_text(string *s, const char *utf8)
{
  ic_str text = ic_str_of(utf8);
  unsigned length;
  for (size_t i = 0; i < text.size; i += length)
    push(s, ic_utf8_decode(text, i, &length));
}

/* In UTF-8, ended by NUL; `byte`, if asked for, takes the byte at which each
 * code point begins and the end. */
static size_t encode(const uint32_t *c, size_t n, char *out, size_t *byte)
{
  size_t size = 0;
  for (size_t i = 0; i < n; i++) {
    if (byte)
      byte[i] = size;
    size += ic_utf8_encode(c[i], out + size);
  }
  if (byte)
    byte[n] = size;
  out[size] = '\0';
  return size;
}

/* ---- random words ---- */

static const char *const syllables[] = {
  "a", "b", "ab", "ba", "k", "s", "st", "kas", "bok", "1", "20", "_",
  "\u00e9", "\u1ead", "\u00e2", "\u00df", "\u03c3", "\u03b1", "\u03ac",
  "\u0439", "\uac01", "\uac00", "\u1100", "\u1161", "\u11a8", "\u1fb3",
  "\u6280", "\u8853", "\u6280\u8853", "\u304c", "\u304b\u30fc",
  "\u0e01\u0e34\u0e48", "\u0e40\u0e01", "\u0e51", "\u1000\u102c", "\uf9b3",
  "a\u0323\u0302", "e\u0301", "a\u0302\u0301", "c\u0327\u0301", "k\u20dd",
  "\u0915\u093f", "\u0915\u09cb\u0323", "a\u0344", "a\ufe0f\u0323",
  "\u2c65", "\U00010428", "\u2167", "\u203f",
  "internationalisa", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
};
static const char *const joiners[] = {"'", "\u2019", "\u00ad", "\u200d"};

#define WORDS 8
static string stock[WORDS];

static void random_word(string *s)
{
  unsigned parts = 1 + draw(3);
  s->n = 0;
  for (unsigned i = 0; i < parts; i++) {
    if (i > 0 && draw(8) == 0)
      push_text(s, PICK(joiners));
    push_text(s, PICK(syllables));
  }
}

/* Another letter that folds to the same. */
static uint32_t other_case(uint32_t c)
{
  uint32_t folded = letter_of(c).folded;
  size_t from = draw(LENGTH(letters));
  if (folded >= 'a' && folded <= 'z' && draw(4))
    return folded - (draw(2) ? 32 : 0);
  for (size_t i = 0; i < LENGTH(letters); i++) {
    const letter *l = &letters[(from + i) % LENGTH(letters)];
    if (l->folded == folded && l->sort == LETTER)
      return l->c;
  }
  return c;
}

static void push_varied(string *s, uint32_t c, int cased)
{
  const uint32_t *parts;
  letter l = letter_of(c);
  if (l.sort == JOINER && draw(2)) {
    push_text(s, PICK(joiners));
    return;
  }
  c = l.sort == LETTER && cased ? other_case(c) : c;
  l = letter_of(c);
  parts = l.parts;
  if (!parts[0] || draw(3)) {
    push(s, c);
  } else if (parts[2] && draw(2)) {
    push(s, parts[0]);
    push(s, parts[0] == 0x1100 ? parts[1] : parts[2]);
    push(s, parts[0] == 0x1100 ? parts[2] : parts[1]);
  } else {
    for (int i = 0; i < 3 && parts[i]; i++)
      push(s, parts[i]);
  }
}

/* Marks in another order, and composed with what stands before them. */
static void vary_marks(string *s, size_t from)
{
  for (size_t i = from + 1; i < s->n; i++) {
    uint32_t a = s->c[i - 1], b = s->c[i];
    if (!is_mark(b) || draw(3))
      continue;
    if (is_mark(a)) {
      s->c[i - 1] = b;
      s->c[i] = a;
      continue;
    }
    for (size_t k = 0; k < LENGTH(letters); k++)
      if (letters[k].parts[0] == a && letters[k].parts[1] == b
          && !letters[k].parts[2]) {
        s->c[i - 1] = letters[k].c;
        memmove(s->c + i, s->c + i + 1, (--s->n - i) * sizeof *s->c);
        break;
      }
  }
}

/* The word as a text may have it: other case, other composition, an invisible
 * joiner, a mark more, a longer or a shorter word. */
static void push_word(string *s, const string *word)
{
  static const char *const marks[] = {"\u0301", "\u0323", "\u20dd", "\ufe0f"};
  int cased = draw(3) == 0;
  size_t n = word->n > 1 && draw(12) == 0 ? word->n - 1 : word->n;
  size_t from = s->n;
  for (size_t i = 0; i < n; i++) {
    if (i > 0 && draw(20) == 0)
      push(s, 0xad);
    push_varied(s, word->c[i], cased && draw(3) == 0);
    if (draw(20) == 0)
      push_text(s, PICK(marks));
  }
  if (draw(2))
    vary_marks(s, from);
  if (draw(8) == 0)
    push_text(s, PICK(syllables));
}

static void random_text(string *s)
{
  static const char *const gaps[] = {
    " ", " ", " ", " ", " ", "  ", "\n", "\r\n", "-", "\u2010", "\u00a0",
    ", ", ". ", ". ", "? ", " ?? ", "\n\n", "&", "/", ",\t ", " \u3000",
    " - ", "--", "", "\u3002", "\u2028", "\U0001f600", " \u2764\ufe0f ", "' ",
    " \u2019",
    "\u00ad ", ".", "\u201d ", "\xc2\x85", "\u2260", "=\u0338", " \u0301",
    "=\u0338\u20dd", "\u2260\u20dd", "'\u0301", "-\u0323"
  };
  unsigned words = draw(50), at = draw(WORDS);
  s->n = 0;
  if (draw(4) == 0)
    push_text(s, PICK(gaps));
  for (unsigned i = 0; i < words; i++) {
    at = draw(2) ? (at + 1) % WORDS : draw(WORDS);
    push_word(s, &stock[at]);
    if (i + 1 < words || draw(2))
      push_text(s, PICK(gaps));
  }
}

/* ---- random terms ---- */

#define STAR 0x110000u /* any characters of a word, or none */
#define ONE 0x110001u  /* one */
#define LOOSE NULL     /* white space or a hyphen */

typedef struct term {
  int exact; /* case counts */
  int bare;  /* marks that take no room do not count */
  size_t n;
  string words[3];
  const char *gap[3]; /* before the word */
  char regex[400];    /* or an expression, with `exact` */
} term;

/* The sort of what stands before character i, marks and nothings aside. */
static sort base_before(const string *s, size_t i)
{
  while (i > 0 && (is_mark(s->c[i - 1]) || is_nothing(s->c[i - 1])))
    i--;
  return i > 0 ? sort_of(s->c[i - 1]) : SPACE;
}

/* In a pattern a mark stands on a letter, a joiner between two, an apostrophe
 * or a wildcard beside none that is a word by itself. */
static int can_stand(const string *s, size_t i)
{
  uint32_t c = s->c[i], before = i > 0 ? s->c[i - 1] : ' ';
  sort next = i + 1 < s->n ? sort_of(s->c[i + 1]) : SPACE;
  int on = is_letter(before) || is_mark(before);
  if (c >= STAR)
    return base_before(s, i) != ALONE && next != ALONE;
  if (is_nothing(c))
    return on && (next == LETTER || next == ALONE);
  if (sort_of(c) == JOINER)
    return on && base_before(s, i) == LETTER && next == LETTER;
  return is_letter(c) || on;
}

static void drop_loose(string *s)
{
  for (size_t i = 0; i < s->n; i++)
    if (!can_stand(s, i)) {
      memmove(s->c + i, s->c + i + 1, (--s->n - i) * sizeof *s->c);
      i = (size_t) -1;
    }
}

/* A stock word, perhaps with wildcards, never at its beginning. */
static void random_pattern(const string *from, string *to, int varied)
{
  string word = {.n = 0};
  to->n = 0;
  for (size_t i = 0; i < from->n; i++)
    if (varied)
      push_varied(&word, from->c[i], draw(3) == 0);
    else
      push(&word, from->c[i]);
  size_t cut = word.n > 1 && draw(3) == 0 ? 1 + draw((unsigned) word.n - 1)
                                          : word.n;
  int how = (int) draw(4);
  for (size_t i = 0; i < word.n; i++) {
    if (i < cut || (i > cut && how == 1))
      push(to, word.c[i]);
    else if (i == cut && how != 2)
      push(to, STAR);
    else if (how == 2)
      push(to, i == cut || draw(3) == 0 ? ONE : word.c[i]);
  }
  if (cut == word.n && draw(6) == 0)
    push(to, draw(2) ? STAR : ONE);
  drop_loose(to);
}

static void random_regex(term *t)
{
  static const char *const forms[] = {
    "%a", "\\b%a", "\\b%a\\b", "%a|%b", "(%a|%b) ?%c", "%a\\w*\\s+\\w+",
    "[abk]+", "\\w+(?= %a)", "^%a", "%a$", "\\p{Lu}\\w*", "[.?!]+", "%a?b*",
    "(?<=a)b", "a{2,3}|b{2}k?", "%a.%b", "x*", "k|s", "(?:%a|%b|%c)+", "[^a]%a",
    "%a\\/%b", "\\d+ %a", "\\b(%a|%b)\\b.{0,9}%c"
  };
  const char *form = PICK(forms);
  char *to = t->regex;
  *to++ = '/';
  for (; *form; form++) {
    if (*form == '%') {
      const string *w = &stock[draw(WORDS)];
      to += encode(w->c, w->n, to, NULL);
      form++;
    } else {
      *to++ = *form;
    }
  }
  strcpy(to, t->exact ? "/c" : draw(4) ? "/" : "/i");
}

static void random_term(term *t)
{
  static const char *const gaps[] = {LOOSE, LOOSE, LOOSE, "&", ", ", "/", ".",
                                     " - ", "--", "\U0001f600",
                                     "\u2260", "=\u0338", "\u2260\u20dd"};
  size_t at = draw(WORDS);
  t->exact = draw(5) == 0;
  t->bare = draw(4) == 0;
  t->n = draw(2) ? 1 : 1 + draw(3);
  t->regex[0] = '\0';
  if (draw(12) == 0) {
    random_regex(t);
    return;
  }
  for (size_t i = 0; i < t->n; i++) {
    random_pattern(&stock[(at + i) % WORDS], &t->words[i], draw(4) == 0);
    t->gap[i] = i ? PICK(gaps) : LOOSE;
  }
}

static int has_space(const char *gap)
{
  return gap && strchr(gap, ' ');
}

/* In quotes, or bare where that says the same. */
static void print_term(const term *t, char *to)
{
  static const char *const loose[] = {" ", "  ", "\n", "-", "\u2011"};
  static const char *const open[] = {"\"", "\u201c"}, *const close[] =
    {"\"", "\u201d"};
  int quoted = draw(3) == 0, kind = (int) draw(2);
  size_t size = strlen(to);
  if (t->regex[0]) {
    strcat(to, t->regex);
    return;
  }
  for (size_t i = 1; i < t->n; i++)
    quoted |= has_space(t->gap[i]) || (t->gap[i] && t->gap[i][0] == '-');
  strcat(to, t->bare && draw(2) ? "~" : "");
  strcat(to, t->exact ? "=" : "");
  strcat(to, t->bare && !strchr(to + size, '~') ? "~" : "");
  strcat(to, quoted ? open[kind] : "");
  for (size_t i = 0; i < t->n; i++) {
    if (i)
      strcat(to, t->gap[i] ? t->gap[i] : quoted ? PICK(loose) : "-");
    for (size_t k = 0; k < t->words[i].n; k++) {
      uint32_t c = t->words[i].c[k];
      encode(&c, 1, to + strlen(to), NULL);
      if (c >= STAR)
        strcpy(to + strlen(to) - 3, c == STAR ? "*" : "?");
    }
    if (base_before(&t->words[i], t->words[i].n) == ALONE && draw(4) == 0)
      strcat(to, "*");
  }
  strcat(to, quoted ? close[kind] : "");
}

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
  term *term;
  struct tree *left, *right;
} tree;

static tree pool[200];
static term term_pool[100];
static size_t pooled, terms_pooled;

static tree *random_tree(int depth)
{
  tree *t = &pool[pooled++];
  *t = (tree) {.kind = TERM};
  if (depth == 0 || draw(5) == 0) {
    t->term = &term_pool[terms_pooled++];
    random_term(t->term);
    return t;
  }
  t->kind = draw(4) ? (kind) (1 + draw(KINDS - 1)) : OR;
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
    print_term(t->term, to);
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

/* ---- the passage, and what the slow matcher sees in it ---- */

typedef struct set {
  ic_span items[2000]; /* code points */
  size_t n;
} set;

static struct passage {
  const uint32_t *c;
  size_t n;
  char utf8[4 * LONG + 1];
  size_t byte[LONG + 1];
  ic_span words[LONG];
  size_t n_words;
  set sentences;
} here;

static void add(set *s, ic_span x)
{
  for (size_t i = 0; i < s->n; i++)
    if (s->items[i].start == x.start && s->items[i].end == x.end)
      return;
  if (s->n == LENGTH(s->items))
    abort();
  s->items[s->n++] = x;
}

static size_t point_at(size_t byte)
{
  size_t i = 0;
  while (here.byte[i] < byte)
    i++;
  return i;
}

/* Which characters words are made of: letters and at most 32 marks on them,
 * each perhaps over one joiner that is nothing. */
static void find_wordly(int *wordly)
{
  for (size_t i = 0; i < here.n; i++) {
    uint32_t before = i > 0 ? here.c[i - 1] : ' ';
    int on = i > 0 ? wordly[i - 1] : 0;
    if (is_nothing(before))
      on = i > 1 ? wordly[i - 2] : 0;
    wordly[i] = is_letter(here.c[i]);
    if (is_mark(here.c[i]))
      wordly[i] = on > 0 && on <= 32 ? on + 1 : 0;
  }
}

/* Whether the word that begins with a base of this sort goes on at `end`. */
static int word_goes_on(const int *wordly, sort base, size_t end)
{
  uint32_t c = end < here.n ? here.c[end] : ' ';
  int next = end + 1 < here.n ? wordly[end + 1] : 0;
  if (is_mark(c))
    return wordly[end];
  if (is_nothing(c))
    return wordly[end - 1] && next;
  if (sort_of(c) == JOINER)
    return base == LETTER && wordly[end - 1] && next
      && sort_of(here.c[end + 1]) == LETTER;
  return base == LETTER && sort_of(c) == LETTER;
}

static void find_words(void)
{
  static int wordly[LONG];
  size_t at = 0, end;
  here.n_words = 0;
  find_wordly(wordly);
  for (; at < here.n; at = end) {
    end = at + 1;
    if (!wordly[at])
      continue;
    while (word_goes_on(wordly, sort_of(here.c[at]), end))
      end++;
    here.words[here.n_words++] = (ic_span) {at, end};
  }
}

static void look_at(const uint32_t *c, size_t n)
{
  static ic_spans found;
  here.c = c;
  here.n = n;
  encode(c, n, here.utf8, here.byte);
  find_words();
  found.count = here.sentences.n = 0;
  if (ic_sentences((ic_str) {here.utf8, here.byte[n]}, IC_BREAK_LINE, &found,
                   NULL) != IC_OK)
    abort();
  for (size_t i = 0; i < found.count; i++)
    add(&here.sentences, (ic_span) {point_at(found.items[i].start),
                                    point_at(found.items[i].end)});
}

/* ---- terms at places ---- */

/* What is compared: a base with its marks, the jamo of a syllable, or a
 * wildcard. */
typedef struct piece {
  uint32_t c[12];
  size_t n;
} piece;

typedef struct pieces {
  piece items[LONG];
  size_t n;
} pieces;

static void push_parts(string *out, uint32_t c)
{
  letter l = letter_of(c);
  push(out, c == 0x2019 ? '\'' : l.parts[0] ? l.parts[0] : c);
  for (int i = 1; i < 3 && l.parts[0] && l.parts[i]; i++)
    push(out, l.parts[i]);
}

/* One swap at a time, until no two marks are the wrong way round. */
static void put_in_order(string *s)
{
  for (int moved = 1; moved; ) {
    moved = 0;
    for (size_t i = 1; i < s->n; i++) {
      uint32_t a = s->c[i - 1], b = s->c[i];
      if (order_of(b) && order_of(a) > order_of(b)) {
        s->c[i - 1] = b;
        s->c[i] = a;
        moved = 1;
      }
    }
  }
}

static int goes_on(const piece *p, uint32_t c)
{
  uint32_t last = p->c[p->n - 1];
  return is_mark(c) || (p->n == 1 && last == 0x1100 && c == 0x1161)
    || (p->n == 2 && last == 0x1161 && c == 0x11a8);
}

static void take_pieces(const uint32_t *c, size_t n, const term *t,
                        pieces *out)
{
  static string s;
  s.n = out->n = 0;
  for (size_t i = 0; i < n; i++)
    if (!is_nothing(c[i]))
      push_parts(&s, c[i]);
  put_in_order(&s);
  for (size_t i = 0; i < s.n; i++) {
    piece *last = out->n ? &out->items[out->n - 1] : NULL;
    if (!last || !goes_on(last, s.c[i])) {
      uint32_t base = t->exact || s.c[i] >= STAR ? s.c[i]
                                                 : letter_of(s.c[i]).folded;
      out->items[out->n++] = (piece) {{base}, 1};
    } else if (last->n == LENGTH(last->c)) {
      abort();
    } else {
      last->c[last->n++] = s.c[i];
    }
  }
  for (size_t i = 0; t->bare && i < out->n; i++) {
    piece all = out->items[i];
    out->items[i].n = 0;
    for (size_t k = 0; k < all.n; k++)
      if (sort_of(all.c[k]) != MARK)
        out->items[i].c[out->items[i].n++] = all.c[k];
  }
}

static int same_piece(const piece *a, const piece *b)
{
  return a->n == b->n && !memcmp(a->c, b->c, a->n * sizeof *a->c);
}

static int is_like(const piece *word, size_t n, const piece *wanted, size_t m)
{
  if (m == 0)
    return n == 0;
  if (*wanted->c == STAR)
    return is_like(word, n, wanted + 1, m - 1)
      || (n > 0 && is_like(word + 1, n - 1, wanted, m));
  return n > 0 && (*wanted->c == ONE || same_piece(wanted, word))
    && is_like(word + 1, n - 1, wanted + 1, m - 1);
}

static int is_word(size_t number, const string *wanted, const term *t)
{
  static pieces word, like;
  ic_span at = here.words[number];
  take_pieces(here.c + at.start, at.end - at.start, t, &word);
  take_pieces(wanted->c, wanted->n, t, &like);
  return is_like(word.items, word.n, like.items, like.n);
}

/* Each run of white space in a gap is one blank. */
static void squeeze(string *gap)
{
  size_t n = 0;
  for (size_t i = 0; i < gap->n; i++) {
    uint32_t c = sort_of(gap->c[i]) == SPACE ? ' ' : gap->c[i];
    if (c != ' ' || n == 0 || gap->c[n - 1] != ' ')
      gap->c[n++] = c;
  }
  gap->n = n;
}

static int is_gap(size_t number, const char *gap)
{
  string got = {.n = 0}, want = {.n = 0}, written = {.n = 0};
  size_t from = here.words[number - 1].end, to = here.words[number].start;
  for (size_t i = from; i < to; i++)
    push_parts(&got, here.c[i]);
  put_in_order(&got);
  squeeze(&got);
  if (gap == LOOSE)
    return got.n == 1 && (got.c[0] == ' ' || sort_of(got.c[0]) == HYPHEN);
  push_text(&written, gap);
  for (size_t i = 0; i < written.n; i++)
    push_parts(&want, written.c[i]);
  put_in_order(&want);
  return got.n == want.n && !memcmp(got.c, want.c, got.n * sizeof *got.c);
}

/* A term as a phrase of words as texts have them. */
typedef struct phrase {
  string words[60];
  const char *gap[60];
  size_t n;
} phrase;

static void split_term(const term *t, phrase *out)
{
  out->n = 0;
  for (size_t i = 0; i < t->n; i++) {
    const string *w = &t->words[i];
    for (size_t k = 0; k < w->n; k++) {
      sort base = base_before(w, k), own = sort_of(w->c[k]);
      if (k == 0 || (is_letter(w->c[k]) && (base == ALONE || own == ALONE))) {
        if (out->n == LENGTH(out->gap))
          abort();
        out->gap[out->n] = k ? "" : t->gap[i];
        out->words[out->n++].n = 0;
      }
      push(&out->words[out->n - 1], w->c[k]);
    }
  }
}

static void phrase_at(size_t from, const phrase *p, const term *t, set *out)
{
  for (size_t i = 0; i < p->n; i++)
    if (from + i >= here.n_words || !is_word(from + i, &p->words[i], t)
        || (i > 0 && !is_gap(from + i, p->gap[i])))
      return;
  add(out, (ic_span) {here.words[from].start,
                      here.words[from + p->n - 1].end});
}

static void expression(const term *t, set *out)
{
  int code;
  PCRE2_SIZE fault, from = 0;
  size_t n = strlen(t->regex) - 2 - (strrchr(t->regex, '/')[1] != '\0');
  pcre2_code *regex = pcre2_compile(
    (PCRE2_SPTR) t->regex + 1, n,
    PCRE2_UTF | PCRE2_UCP | (t->exact ? 0 : PCRE2_CASELESS), &code, &fault,
    NULL);
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  if (!regex || !data)
    abort();
  while (pcre2_match(regex, (PCRE2_SPTR) here.utf8, here.byte[here.n], from,
                     PCRE2_NOTEMPTY, data, NULL) >= 0) {
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
    add(out, (ic_span) {point_at(at[0]), point_at(at[1])});
    from = at[1];
  }
  pcre2_match_data_free(data);
  pcre2_code_free(regex);
}

/* ---- operators ---- */

static int inside(ic_span x, ic_span region)
{
  return region.start <= x.start && x.end <= region.end;
}

static long first_word(ic_span x)
{
  long n = 0;
  for (size_t i = 0; i < here.n_words; i++)
    n += here.words[i].end <= x.start;
  return n;
}

static long last_word(ic_span x)
{
  long n = -1;
  for (size_t i = 0; i < here.n_words; i++)
    n += here.words[i].start < x.end;
  return n;
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
    if (t->kind < NEAR || t->kind > AFTER) {
      if (stays(t, x, b))
        add(out, x);
      continue;
    }
    const ic_span *y = best(t, x, b);
    if (y)
      add(out, (ic_span) {x.start < y->start ? x.start : y->start,
                          x.end > y->end ? x.end : y->end});
  }
  if (t->kind == OR || (t->kind == AND && a->n))
    for (size_t i = 0; i < b->n; i++)
      add(out, b->items[i]);
}

static void slow_term(const term *t, set *out)
{
  static phrase split;
  if (t->regex[0]) {
    expression(t, out);
    return;
  }
  split_term(t, &split);
  for (size_t i = 0; i < here.n_words; i++)
    phrase_at(i, &split, t, out);
}

static void slow(const tree *t, ic_span region, set *out)
{
  static set levels[40];
  static int depth;
  set *mine = &levels[depth++], *sentences = &here.sentences;
  mine->n = 0;
  if (t->kind == TERM) {
    slow_term(t->term, mine);
  } else if (t->kind == IN_SENTENCE) {
    for (size_t i = 0; i < sentences->n; i++)
      if (inside(sentences->items[i], region))
        slow(t->left, sentences->items[i], mine);
  } else if (t->kind == IN_TURN) {
    slow(t->left, (ic_span) {0, here.n}, mine);
  } else {
    slow_both(t, region, mine);
  }
  depth--;
  for (size_t i = 0; i < mine->n; i++)
    if (inside(mine->items[i], region))
      add(out, mine->items[i]);
}

/* The one that begins first, of those the longest, again and again. */
static void settle(set *s)
{
  static set kept;
  size_t from = 0;
  kept.n = 0;
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

/* ---- side by side ---- */

#define RULES 4
#define PASSAGES 4

static char rules[RULES][8000], utf8[4 * LONG + 1];
static tree *trees[RULES];
static string text;
static int starts[PASSAGES], ends[PASSAGES]; /* as R gives them */
static size_t seen;

/* The text cut anywhere, words and white space alike, in order or not. */
static void random_passages(void)
{
  int n = (int) text.n, from = 0;
  for (int i = 0; i < PASSAGES; i++) {
    int size = draw(3) ? (int) draw((unsigned) n + 2) : n - from;
    starts[i] = from + 1;
    ends[i] = from + size;
    from = draw(6) && ends[i] < n ? ends[i] : (int) draw((unsigned) n + 2);
  }
  if (draw(2)) {
    starts[0] = 1;
    ends[0] = n;
  }
}

static int is_in_order(const ic_found *a, const ic_found *b)
{
  if (a->start != b->start)
    return a->start < b->start;
  return a->end != b->end ? a->end < b->end : a->rule < b->rule;
}

/* Whether these are the rule's hits among those of a passage. */
static int same(const ic_found *got, size_t count, uint32_t rule,
                const set *want, size_t offset)
{
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    if (got[i].rule != rule)
      continue;
    if (n == want->n || want->items[n].start + offset + 1 != got[i].start
        || want->items[n].end + offset != got[i].end)
      return 0;
    n++;
  }
  return n == want->n;
}

static void tell(const ic_found *got, size_t count, size_t passage,
                 uint32_t rule, const set *want, size_t offset)
{
  fprintf(stderr, "rule %s\npassage %d to %d: %s\nwant", rules[rule],
          starts[passage], ends[passage], here.utf8);
  for (size_t i = 0; i < want->n; i++)
    fprintf(stderr, " %zu-%zu", want->items[i].start + offset + 1,
            want->items[i].end + offset);
  fprintf(stderr, "\ngot ");
  for (size_t i = 0; i < count; i++)
    if (got[i].rule == rule)
      fprintf(stderr, " %u-%u", got[i].start, got[i].end);
  fprintf(stderr, "\n");
}

/* Passages may overlap: as many hits as the passage should have are its own,
 * from number *at on, which moves behind them. */
static int passage_is_right(const ic_founds *got, size_t *at, size_t passage)
{
  static set want[RULES];
  size_t n = text.n, from = (size_t) starts[passage] - 1, count = 0;
  size_t to = (size_t) ends[passage];
  to = to < n ? to : n;
  from = from < to ? from : to;
  look_at(text.c + from, to - from);
  for (uint32_t i = 0; i < RULES; i++) {
    want[i].n = 0;
    slow(trees[i], (ic_span) {0, here.n}, &want[i]);
    settle(&want[i]);
    count += want[i].n;
  }
  seen += count;
  const ic_found *own = got->items ? got->items + *at : NULL;
  count = count < got->count - *at ? count : got->count - *at;
  *at += count;
  for (size_t i = 1; i < count; i++)
    if (!is_in_order(&own[i - 1], &own[i]))
      return 0;
  for (uint32_t i = 0; i < RULES; i++)
    if (!same(own, count, i, &want[i], from)) {
      tell(own, count, passage, i, &want[i], from);
      return 0;
    }
  return 1;
}

static ic_matcher *compile(void)
{
  ic_str sources[RULES];
  ic_matcher *m;
  ic_error err;
  for (int i = 0; i < RULES; i++)
    sources[i] = ic_str_of(rules[i]);
  if (!CHECK(ic_matcher_build(sources, RULES, &m, &err) == IC_OK))
    fprintf(stderr, "%s: %s\n", rules[err.item], err.message);
  return m;
}

static ic_misses missed; /* never any */

static int is_found(const ic_matcher *m, int threads)
{
  ic_founds got = {NULL, 0, 0};
  ic_scan_text whole = {{utf8, encode(text.c, text.n, utf8, NULL)}, starts,
                        ends, PASSAGES, IC_BREAK_LINE};
  int right = ic_scan_texts(m, &whole, 1, NULL, threads, NULL, &got, &missed,
                            NULL)
    == IC_OK && missed.count == 0;
  size_t at = 0;
  for (size_t i = 0; right && i < PASSAGES; i++)
    right = passage_is_right(&got, &at, i);
  right = right && at == got.count;
  ic_founds_free(&got);
  return right;
}

static int one_round(void)
{
  pooled = terms_pooled = 0;
  for (int i = 0; i < WORDS; i++)
    random_word(&stock[i]);
  for (int i = 0; i < RULES; i++) {
    rules[i][0] = '\0';
    trees[i] = random_tree((int) draw(4));
    print_tree(trees[i], 0, rules[i]);
  }
  random_text(&text);
  random_passages();
  ic_matcher *m = compile();
  int right = m && is_found(m, draw(20) ? 1 : 3);
  ic_matcher_free(m);
  return right;
}

int main(int count, char **given)
{
  long rounds = count > 1 ? atol(given[1]) : 20000;
  state += count > 2 ? (uint64_t) atol(given[2]) : 0;
  for (long i = 0; i < rounds; i++)
    if (!CHECK(one_round()))
      fprintf(stderr, "round %ld\n", i);
  CHECK(seen > (size_t) rounds);
  fprintf(stderr, "%zu hits\n", seen);
  return check_report();
}
