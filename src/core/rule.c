#include "rule.h"

#include <string.h>

#include "memory.h"

typedef enum token_kind {
  TOKEN_END, TOKEN_WORD, TOKEN_PHRASE, TOKEN_REGEX, TOKEN_OPEN, TOKEN_CLOSE,
  TOKEN_OR, TOKEN_AND, TOKEN_NOT, TOKEN_NEAR, TOKEN_EXCEPT, TOKEN_UNLESS,
  TOKEN_WITHIN, TOKEN_RESERVED
} token_kind;

/* `body` is what stands between quotes or slashes, or the bare word. */
typedef struct token {
  token_kind kind;
  ic_span whole, body;
  ic_operator op; /* of TOKEN_NEAR, which is BEFORE and AFTER as well */
  unsigned distance;
  int form; /* by the marks before it or the flags behind it */
} token;

typedef struct parser {
  ic_str text;
  size_t at;
  token token; /* the one that comes next */
  size_t last; /* where the one before it ended */
  ic_rule *rule;
  ic_error *err;
} parser;

int ic_is_hyphen(uint32_t c)
{
  return c == '-' || c == 0x2010 || c == 0x2011;
}

static size_t character(const parser *p, size_t at)
{
  return ic_count_points((ic_str) {p->text.data, at}) + 1;
}

static ic_status refuse(parser *p, size_t at, const char *what)
{
  return ic_fail_at(p->err, IC_ERULE, IC_NOWHERE, at, "%s at character %zu",
                    what, character(p, at));
}

/* ---- tokens ---- */

static uint32_t look(const parser *p, size_t at, unsigned *length)
{
  *length = 0;
  return at < p->text.size ? ic_utf8_decode(p->text, at, length) : 0;
}

static int is_space(uint32_t c)
{
  return (ic_char_class(c) & IC_CHAR_SPACE) != 0;
}

static int opens_quote(uint32_t c)
{
  return c == '"' || c == 0x201c || c == 0x201e;
}

/* A straight quote is closed by a straight one, a curved one by a curved. */
static int closes_quote(uint32_t opened, uint32_t c)
{
  return opened == '"' ? c == '"' : c == 0x201d || c == 0x201c;
}

static int ends_bare(uint32_t c)
{
  return is_space(c) || c == '(' || c == ')' || opens_quote(c) || c == 0x201d;
}

static void skip_space(parser *p)
{
  unsigned length;
  uint32_t c;
  while ((c = look(p, p->at, &length)), length && is_space(c))
    p->at += length;
}

static int starts_with(ic_str s, const char *word)
{
  size_t n = strlen(word);
  return s.size >= n && !memcmp(s.data, word, n);
}

static const struct operator_name {
  const char *name;
  token_kind kind;
  ic_operator op;
} operators[] = {
  {"OR", TOKEN_OR, IC_OP_NONE}, {"AND", TOKEN_AND, IC_OP_NONE},
  {"NOT", TOKEN_NOT, IC_OP_NONE}, {"NEAR", TOKEN_NEAR, IC_OP_NEAR},
  {"BEFORE", TOKEN_NEAR, IC_OP_BEFORE}, {"AFTER", TOKEN_NEAR, IC_OP_AFTER},
  {"EXCEPT", TOKEN_EXCEPT, IC_OP_NONE}, {"UNLESS", TOKEN_UNLESS, IC_OP_NONE},
  {"WITHIN", TOKEN_WITHIN, IC_OP_NONE}, {"IN", TOKEN_RESERVED, IC_OP_NONE},
  {"XOR", TOKEN_RESERVED, IC_OP_NONE}
};

/* The number after the slash; 0 if it is none that is allowed. */
static unsigned read_distance(ic_str digits)
{
  unsigned n = 0;
  for (size_t i = 0; i < digits.size; i++) {
    unsigned char c = (unsigned char) digits.data[i];
    if (c < '0' || c > '9')
      return 0;
    n = n * 10 + (c - '0');
    if (n > IC_RULE_NEAR_MAX)
      return 0;
  }
  return n;
}

static ic_status read_operator(parser *p, const struct operator_name *o)
{
  ic_str word = ic_str_slice(p->text, p->token.whole);
  size_t size = strlen(o->name) + 1;
  p->token.kind = o->kind;
  p->token.op = o->op;
  if (o->kind != TOKEN_NEAR)
    return IC_OK;
  if (word.size > size)
    p->token.distance = read_distance(
      (ic_str) {word.data + size, word.size - size});
  if (p->token.distance)
    return IC_OK;
  size_t at = p->token.whole.start;
  return ic_fail_at(p->err, IC_ERULE, IC_NOWHERE, at, "%s needs a number of "
                    "words from 1 to %u, as in %s/3, at character %zu",
                    o->name, IC_RULE_NEAR_MAX, o->name, character(p, at));
}

/* Whether the word is the operator, or the operator and a slash. */
static int names(const struct operator_name *o, ic_str word)
{
  size_t size = strlen(o->name);
  return starts_with(word, o->name)
    && (word.size == size
        || (o->kind == TOKEN_NEAR && word.data[size] == '/'));
}

/* `=`, `~` or both with nothing behind. */
static ic_status refuse_lone(parser *p)
{
  size_t at = p->token.whole.start;
  return ic_fail_at(p->err, IC_ERULE, IC_NOWHERE, at, "a word or phrase is "
                    "missing after %.*s at character %zu", (int) (p->at - at),
                    p->text.data + at, character(p, at));
}

static ic_status read_bare(parser *p)
{
  unsigned length;
  uint32_t c;
  size_t start = p->at;
  while ((c = look(p, p->at, &length)), length && !ends_bare(c))
    p->at += length;
  p->token.body = (ic_span) {start, p->at};
  p->token.whole.end = p->at;
  p->token.kind = TOKEN_WORD;
  if (p->token.form)
    return start < p->at ? IC_OK : refuse_lone(p);
  ic_str word = ic_str_slice(p->text, p->token.whole);
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
    if (names(&operators[i], word))
      return read_operator(p, &operators[i]);
  return IC_OK;
}

/* The letters after a closing slash. */
static ic_status read_flags(parser *p)
{
  int plain = 0;
  for (; p->at < p->text.size; p->at++) {
    char c = p->text.data[p->at];
    if (c != 'i' && c != 'c')
      break;
    p->token.form |= c == 'c' ? IC_FORM_CASED : 0;
    plain |= c == 'i';
    if (plain && p->token.form)
      return refuse(p, p->at, "the flags i and c exclude each other");
  }
  p->token.whole.end = p->at;
  return IC_OK;
}

/* To the closing quote or slash; a backslash hides what follows it. */
static ic_status read_enclosed(parser *p, uint32_t opened, token_kind kind)
{
  unsigned length;
  uint32_t c;
  size_t start = p->at;
  look(p, p->at, &length);
  p->at += length;
  size_t body = p->at;
  while ((c = look(p, p->at, &length)), length) {
    if (c == '/' ? opened == '/' : opened != '/' && closes_quote(opened, c))
      break;
    p->at += length;
    if (c != '\\')
      continue;
    look(p, p->at, &length);
    p->at += length;
  }
  if (!length)
    return refuse(p, start, opened == '/' ? "unclosed regular expression"
                                          : "unclosed quote");
  p->token.kind = kind;
  p->token.body = (ic_span) {body, p->at};
  p->at += length;
  p->token.whole.end = p->at;
  ic_status status = opened == '/' ? read_flags(p) : IC_OK;
  if (status != IC_OK)
    return status;
  c = look(p, p->at, &length);
  if (length && !is_space(c) && c != ')')
    return refuse(p, p->at, opened == '/'
                  ? "a space is missing after the closing slash (its flags "
                    "are i and c)"
                  : "a space is missing after the closing quote");
  return IC_OK;
}

/* Each of `=` and `~` once, in any order. */
static void read_marks(parser *p)
{
  for (; p->at < p->text.size; p->at++) {
    char c = p->text.data[p->at];
    int form = c == '=' ? IC_FORM_CASED : c == '~' ? IC_FORM_BARE : 0;
    if (!form || p->token.form & form)
      break;
    p->token.form |= form;
  }
  p->token.whole.end = p->at;
}

static ic_status next_token(parser *p)
{
  unsigned length;
  p->last = p->token.whole.end;
  skip_space(p);
  uint32_t c = look(p, p->at, &length);
  p->token = (token) {
    .kind = TOKEN_END, .whole = {p->at, p->at}, .body = {p->at, p->at}
  };
  if (!length)
    return IC_OK;
  if (c == '(' || c == ')') {
    p->token.kind = c == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
    p->token.whole.end = ++p->at;
    return IC_OK;
  }
  read_marks(p);
  c = look(p, p->at, &length);
  if (opens_quote(c))
    return read_enclosed(p, c, TOKEN_PHRASE);
  if (c == 0x201d)
    return refuse(p, p->at, "a closing quote that nothing opened");
  if (c == '/' && p->token.form)
    return refuse(p, p->token.whole.start, "= and ~ stand before words and "
                  "phrases, not before expressions (for case write "
                  "/.../c),");
  if (c == '/')
    return read_enclosed(p, c, TOKEN_REGEX);
  return read_bare(p);
}

/* ---- tree ---- */

static ic_status add_node(parser *p, ic_node_kind kind, size_t at,
                          size_t *number)
{
  ic_rule *r = p->rule;
  void *nodes = r->nodes;
  ic_status status = ic_reserve(&nodes, &r->nodes_room, r->n_nodes + 1,
                                sizeof *r->nodes, p->err);
  if (status != IC_OK)
    return status;
  r->nodes = nodes;
  *number = r->n_nodes++;
  r->nodes[*number] = (ic_node) {
    .kind = kind, .at = at, .child = IC_NOWHERE, .next = IC_NOWHERE,
    .plain = kind != IC_NODE_CHAIN, .term = IC_NOWHERE
  };
  return IC_OK;
}

static ic_status add_word(parser *p, ic_rule_word word)
{
  ic_rule *r = p->rule;
  void *words = r->words;
  ic_status status = ic_reserve(&words, &r->words_room, r->n_words + 1,
                                sizeof *r->words, p->err);
  if (status != IC_OK)
    return status;
  r->words = words;
  r->words[r->n_words++] = word;
  return IC_OK;
}

/* `bytes` has room for every word's key and form and all else once, so this
 * cannot overflow. */
static ic_str keep(ic_rule *r, ic_str s)
{
  char *to = r->bytes + r->n_bytes;
  if (s.size)
    memcpy(to, s.data, s.size);
  r->n_bytes += s.size;
  return (ic_str) {to, s.size};
}

static ic_str keep_key(ic_rule *r, ic_str s)
{
  char *to = r->bytes + r->n_bytes;
  int marked;
  size_t size = ic_word_key(s, IC_NOWHERE, to, &marked);
  r->n_bytes += size;
  return (ic_str) {to, size};
}

static ic_str keep_form(ic_rule *r, ic_str s, int form)
{
  char *to = r->bytes + r->n_bytes;
  size_t size = ic_word_form(s, form, to);
  r->n_bytes += size;
  return (ic_str) {to, size};
}

static int is_wild(uint32_t c)
{
  return c == '*' || c == '?';
}

static ic_status refuse_wild(parser *p, size_t at)
{
  return refuse(p, at, p->text.data[at] == '*'
                ? "a * can only stand inside a word or at its end"
                : "a ? can only stand inside a word or at its end");
}

/* Copies the gap with its backslashes taken away; says whether it is loose. */
static ic_status read_gap(parser *p, ic_span gap, int bare, ic_rule_word *word)
{
  char *to = p->rule->bytes + p->rule->n_bytes;
  size_t size = 0, points = 0, spaces = 0, hyphens = 0;
  unsigned length;
  for (size_t at = gap.start; at < gap.end; at += length) {
    uint32_t c = ic_utf8_decode(p->text, at, &length);
    if (is_wild(c))
      return refuse_wild(p, at);
    if (c == '\\' && !bare) {
      at++;
      c = at < gap.end ? ic_utf8_decode(p->text, at, &length) : 0;
      if (c != '"' && c != '\\' && !is_wild(c))
        return refuse(p, at - 1, "a \\ that is not \\\" or \\\\ or \\* or "
                      "\\?");
    }
    spaces += (size_t) is_space(c);
    hyphens += (size_t) ic_is_hyphen(c);
    points++;
    memcpy(to + size, p->text.data + at, length);
    size += length;
  }
  word->loose = points > 0 && (spaces == points || (points == 1 && hyphens));
  word->gap = (ic_str) {to, word->loose ? 0 : size};
  p->rule->n_bytes += word->gap.size;
  return IC_OK;
}

static ic_status check_edge(parser *p, ic_span edge)
{
  unsigned length;
  for (size_t at = edge.start; at < edge.end; at += length) {
    uint32_t c = ic_utf8_decode(p->text, at, &length);
    if (is_wild(c))
      return refuse_wild(p, at);
    if (!is_space(c))
      return refuse(p, at, "a word or phrase must begin and end with a letter "
                    "or digit (for signs use /.../)");
  }
  return IC_OK;
}

static ic_status too_long(parser *p, size_t at, const char *what,
                          const char *of, unsigned max)
{
  return ic_fail_at(p->err, IC_ELIMIT, IC_NOWHERE, at,
                    "a %s of more than %u %s at character %zu", what, max, of,
                    character(p, at));
}

/* The end of a word that goes on from byte `at` with `*`, `?` and more. */
static size_t end_of_wild(ic_str part, size_t at)
{
  ic_span more = {0, at};
  unsigned length;
  while (at < part.size && is_wild((unsigned char) part.data[at])
         && !(part.data[at] == '*' && part.data[at - 1] == '*')) {
    at++;
    if (at < part.size && (ic_char_class(ic_utf8_decode(part, at, &length))
                           & (IC_CHAR_WORD | IC_CHAR_MARK)) == IC_CHAR_WORD
        && ic_next_word(part, at, &more))
      at = more.end;
  }
  return at;
}

static int has_spaceless(ic_str s)
{
  unsigned length, found = 0;
  for (size_t at = 0; at < s.size; at += length)
    found |= ic_char_class(ic_utf8_decode(s, at, &length));
  return (found & IC_CHAR_SPACELESS) != 0;
}

/* What `*` and `?` from byte `wild` to the end of the word cannot do. */
static ic_status check_wild(parser *p, ic_span word, size_t wild)
{
  unsigned length;
  if (ic_char_class(look(p, word.end, &length)) & IC_CHAR_MARK)
    return refuse(p, word.end, "a combining mark cannot follow a * or ?,");
  if (has_spaceless(ic_str_slice(p->text, word)))
    return refuse(p, wild, "* and ? cannot stand beside letters of a script "
                  "written without spaces, but for a * at the end,");
  return IC_OK;
}

/* A word of which `plain` is what comes before the first `*` or `?`. A `*`
 * after a letter that is a word by itself says nothing. */
static ic_status read_word(parser *p, ic_span plain, size_t end, int form,
                           ic_rule_word *word)
{
  if (end == plain.end + 1 && p->text.data[plain.end] == '*'
      && has_spaceless(ic_str_slice(p->text, plain)))
    end = plain.end;
  ic_str whole = ic_str_slice(p->text, (ic_span) {plain.start, end});
  size_t wild = end - plain.end;
  ic_status status = wild
    ? check_wild(p, (ic_span) {plain.start, end}, plain.end) : IC_OK;
  if (status != IC_OK)
    return status;
  word->word = keep_key(p->rule, ic_str_slice(p->text, plain));
  word->pattern = keep_form(p->rule, whole, form & IC_FORM_CASED);
  word->prefix = wild > 0;
  word->form = form;
  /* The key leaves marks, case and any but one `*` at the end open. */
  word->strict = form & IC_FORM_CASED || wild > 1
    || (wild && p->text.data[plain.end] == '?')
    || word->pattern.size > word->word.size + wild;
  if (word->word.size > IC_RULE_WORD_MAX
      || word->pattern.size > IC_RULE_WORD_MAX)
    return too_long(p, plain.start, "word", "bytes", IC_RULE_WORD_MAX);
  return add_word(p, *word);
}

/* The words of a phrase or bare word with the gaps between them. */
static ic_status read_words(parser *p, const token *t, ic_node *node)
{
  ic_str part = {p->text.data, t->body.end};
  size_t from = t->body.start;
  ic_span found = {0, from};
  ic_status status = IC_OK;
  node->first = p->rule->n_words;
  while (status == IC_OK && ic_next_word(part, from, &found)) {
    ic_span gap = {from, found.start};
    ic_rule_word word = {.loose = 1};
    if (node->count == IC_RULE_WORDS_MAX)
      return too_long(p, found.start, "phrase", "words", IC_RULE_WORDS_MAX);
    status = node->count++ == 0 ? check_edge(p, gap)
      : read_gap(p, gap, t->kind == TOKEN_WORD, &word);
    from = end_of_wild(part, found.end);
    if (status == IC_OK)
      status = read_word(p, found, from, t->form, &word);
  }
  return status == IC_OK ? check_edge(p, (ic_span) {from, t->body.end})
                         : status;
}

static ic_status parse_sequence(parser *p, size_t *number)
{
  token t = p->token;
  ic_status status = add_node(p, IC_NODE_SEQUENCE, t.whole.start, number);
  if (status != IC_OK)
    return status;
  ic_node node = p->rule->nodes[*number];
  status = read_words(p, &t, &node);
  if (status != IC_OK)
    return status;
  if (node.count == 0)
    return refuse(p, t.whole.start, "a phrase without words");
  node.end = t.whole.end;
  p->rule->nodes[*number] = node;
  return next_token(p);
}

static ic_status parse_regex(parser *p, size_t *number)
{
  token t = p->token;
  if (t.body.start == t.body.end)
    return refuse(p, t.whole.start, "an empty regular expression");
  ic_status status = add_node(p, IC_NODE_REGEX, t.whole.start, number);
  if (status != IC_OK)
    return status;
  p->rule->nodes[*number].exact = t.form;
  p->rule->nodes[*number].end = t.whole.end;
  p->rule->nodes[*number].regex =
    keep(p->rule, ic_str_slice(p->text, t.body));
  return next_token(p);
}

static ic_status refuse_reserved(parser *p)
{
  ic_str word = ic_str_slice(p->text, p->token.whole);
  size_t at = p->token.whole.start;
  return ic_fail_at(p->err, IC_ERULE, IC_NOWHERE, at,
                    "%.*s at character %zu is reserved for an operator that "
                    "rules do not have yet; write \"%.*s\" in quotes to match "
                    "the word", (int) word.size, word.data, character(p, at),
                    (int) word.size, word.data);
}

/* A `)` or an operator where a word should stand. */
static ic_status refuse_operator(parser *p)
{
  ic_str word = ic_str_slice(p->text, p->token.whole);
  size_t at = p->token.whole.start;
  return ic_fail_at(p->err, IC_ERULE, IC_NOWHERE, at, "a word, phrase or "
                    "/regex/ is missing before %.*s at character %zu",
                    (int) word.size, word.data, character(p, at));
}

static ic_status parse_choice(parser *p, int depth, size_t *number);

static ic_status parse_group(parser *p, int depth, size_t *number)
{
  size_t open = p->token.whole.start;
  if (depth >= IC_RULE_DEPTH_MAX)
    return ic_fail_at(p->err, IC_ELIMIT, IC_NOWHERE, open,
                      "parentheses nest deeper than %d at character %zu",
                      IC_RULE_DEPTH_MAX, character(p, open));
  ic_status status = next_token(p);
  if (status == IC_OK)
    status = parse_choice(p, depth + 1, number);
  if (status != IC_OK)
    return status;
  if (p->token.kind != TOKEN_CLOSE)
    return refuse(p, open, "unclosed parenthesis");
  p->rule->nodes[*number].at = open;
  p->rule->nodes[*number].end = p->token.whole.end;
  return next_token(p);
}

static ic_status parse_primary(parser *p, int depth, size_t *number)
{
  switch (p->token.kind) {
  case TOKEN_WORD:
  case TOKEN_PHRASE:
    return parse_sequence(p, number);
  case TOKEN_REGEX:
    return parse_regex(p, number);
  case TOKEN_OPEN:
    return parse_group(p, depth, number);
  case TOKEN_RESERVED:
    return refuse_reserved(p);
  case TOKEN_END:
    return refuse(p, p->token.whole.start, "a word, phrase or /regex/ is "
                  "missing");
  default:
    return refuse_operator(p);
  }
}

/* What is joined on one level, and the last that was. */
typedef struct level {
  size_t number, last;
} level;

/* The first join makes a chain of what stands before. */
static ic_status join(parser *p, level *l, token by, size_t right)
{
  ic_status status = IC_OK;
  if (l->number == l->last) {
    status = add_node(p, IC_NODE_CHAIN, p->rule->nodes[l->last].at,
                      &l->number);
    if (status != IC_OK)
      return status;
    p->rule->nodes[l->number].child = l->last;
  }
  p->rule->nodes[l->number].end = p->last;
  p->rule->nodes[l->last].next = right;
  p->rule->nodes[right].op = by.op;
  p->rule->nodes[right].distance = by.distance;
  p->rule->counts_words |= by.distance > 0;
  l->last = right;
  return status;
}

/* From UNLESS to the operator it makes of the one behind it. */
static ic_status read_unless(parser *p, token *by)
{
  ic_status status = next_token(p);
  if (status != IC_OK)
    return status;
  if (p->token.kind != TOKEN_NEAR)
    return refuse(p, by->whole.start, "UNLESS must be followed by BEFORE/n, "
                  "AFTER/n or NEAR/n, as in UNLESS BEFORE/3,");
  *by = p->token;
  by->op = by->op == IC_OP_NEAR ? IC_OP_UNLESS_NEAR
    : by->op == IC_OP_BEFORE ? IC_OP_UNLESS_BEFORE : IC_OP_UNLESS_AFTER;
  return IC_OK;
}

static ic_status parse_guarded(parser *p, int depth, size_t *number)
{
  level l = {0, 0};
  ic_status status = parse_primary(p, depth, &l.number);
  l.last = l.number;
  while (status == IC_OK && (p->token.kind == TOKEN_EXCEPT
                             || p->token.kind == TOKEN_UNLESS)) {
    size_t right;
    token by = p->token;
    by.op = IC_OP_EXCEPT;
    if (by.kind == TOKEN_UNLESS)
      status = read_unless(p, &by);
    if (status == IC_OK)
      status = next_token(p);
    if (status == IC_OK)
      status = parse_primary(p, depth, &right);
    if (status == IC_OK)
      status = join(p, &l, by, right);
  }
  *number = l.number;
  return status;
}

static ic_status parse_pair(parser *p, int depth, size_t *number)
{
  level l = {0, 0};
  ic_status status = parse_guarded(p, depth, &l.number);
  l.last = l.number;
  while (status == IC_OK && p->token.kind == TOKEN_NEAR) {
    size_t right;
    token by = p->token;
    status = next_token(p);
    if (status == IC_OK)
      status = parse_guarded(p, depth, &right);
    if (status == IC_OK)
      status = join(p, &l, by, right);
  }
  *number = l.number;
  return status;
}

/* AND, NOT or AND NOT and what follows. */
static ic_status parse_and(parser *p, int depth, level *l)
{
  size_t right;
  token by = p->token;
  ic_status status = next_token(p);
  by.op = by.kind == TOKEN_NOT ? IC_OP_NOT : IC_OP_AND;
  if (status == IC_OK && by.kind == TOKEN_AND
      && p->token.kind == TOKEN_NOT) {
    by.op = IC_OP_NOT;
    status = next_token(p);
  }
  if (status == IC_OK)
    status = parse_pair(p, depth, &right);
  return status == IC_OK ? join(p, l, by, right) : status;
}

static ic_status read_within(parser *p, size_t chain)
{
  size_t at = p->token.whole.start;
  ic_status status = next_token(p);
  if (status != IC_OK)
    return status;
  ic_str word = ic_str_slice(p->text, p->token.whole);
  int sentence = ic_str_equal(word, ic_str_of("SENTENCE"));
  if (!sentence && !ic_str_equal(word, ic_str_of("TURN")))
    return refuse(p, at, "WITHIN must be followed by SENTENCE or TURN");
  p->rule->nodes[chain].within = sentence ? IC_WITHIN_SENTENCE
                                          : IC_WITHIN_TURN;
  p->rule->parts_sentences |= sentence;
  return next_token(p);
}

/* WITHIN stands on a chain of its own, of one child. */
static ic_status parse_within(parser *p, size_t *number)
{
  size_t chain, inner = *number;
  ic_status status = add_node(p, IC_NODE_CHAIN, p->rule->nodes[inner].at,
                              &chain);
  if (status != IC_OK)
    return status;
  p->rule->nodes[chain].child = inner;
  *number = chain;
  status = read_within(p, chain);
  p->rule->nodes[chain].end = p->last;
  return status;
}

static ic_status parse_both(parser *p, int depth, size_t *number)
{
  level l = {0, 0};
  ic_status status = parse_pair(p, depth, &l.number);
  l.last = l.number;
  while (status == IC_OK && (p->token.kind == TOKEN_AND
                             || p->token.kind == TOKEN_NOT))
    status = parse_and(p, depth, &l);
  *number = l.number;
  if (status == IC_OK && p->token.kind == TOKEN_WITHIN)
    status = parse_within(p, number);
  return status;
}

static ic_status refuse_end(parser *p)
{
  size_t at = p->token.whole.start;
  if (p->token.kind == TOKEN_RESERVED)
    return refuse_reserved(p);
  if (p->token.kind > TOKEN_OR)
    return refuse(p, at, "parentheses are missing around what stands before "
                  "this operator,");
  return refuse(p, at, "OR is missing (a phrase needs quotes)");
}

static ic_status parse_choice(parser *p, int depth, size_t *number)
{
  size_t last = IC_NOWHERE, one;
  ic_status status = add_node(p, IC_NODE_OR, p->token.whole.start, number);
  while (status == IC_OK) {
    status = parse_both(p, depth, &one);
    if (status != IC_OK)
      return status;
    ic_node *nodes = p->rule->nodes;
    *(last == IC_NOWHERE ? &nodes[*number].child : &nodes[last].next) = one;
    nodes[*number].plain &= nodes[one].plain;
    nodes[*number].end = p->last;
    last = one;
    if (p->token.kind == TOKEN_END || p->token.kind == TOKEN_CLOSE)
      return IC_OK;
    status = p->token.kind == TOKEN_OR ? next_token(p) : refuse_end(p);
  }
  return status;
}

static void number_terms(ic_rule *r, size_t number)
{
  ic_node *node = &r->nodes[number];
  if (node->plain) {
    node->term = r->n_terms++;
    return;
  }
  for (size_t child = node->child; child != IC_NOWHERE;
       child = r->nodes[child].next)
    number_terms(r, child);
}

void ic_rule_part(ic_rule *r)
{
  r->n_terms = 0;
  for (size_t i = 0; i < r->n_nodes; i++) {
    ic_node_kind kind = r->nodes[i].kind;
    r->nodes[i].plain = kind == IC_NODE_SEQUENCE || kind == IC_NODE_REGEX;
    r->nodes[i].term = IC_NOWHERE;
  }
  number_terms(r, r->root);
}

static ic_status parse(parser *p)
{
  size_t fault = ic_utf8_fault(p->text);
  if (fault != IC_NOWHERE)
    return ic_fail_at(p->err, IC_ETEXT, IC_NOWHERE, fault,
                      "bytes that are not UTF-8 at byte %zu", fault + 1);
  p->rule->bytes = ic_alloc(5 * p->text.size, 1);
  if (!p->rule->bytes)
    return ic_no_memory(p->err);
  ic_status status = next_token(p);
  if (status == IC_OK)
    status = parse_choice(p, 0, &p->rule->root);
  if (status == IC_OK && p->token.kind == TOKEN_CLOSE)
    return refuse(p, p->token.whole.start, "a ) that nothing opened");
  if (status == IC_OK && !p->rule->nodes[p->rule->root].plain)
    number_terms(p->rule, p->rule->root);
  return status;
}

ic_status ic_rule_parse(ic_str text, ic_rule **out, ic_error *err)
{
  *out = NULL;
  if (text.size > IC_RULE_SIZE_MAX)
    return ic_fail_at(err, IC_ELIMIT, IC_NOWHERE, IC_RULE_SIZE_MAX,
                      "a rule of more than %u bytes", IC_RULE_SIZE_MAX);
  parser p = {.text = text, .err = err};
  p.rule = ic_alloc(1, sizeof *p.rule);
  if (!p.rule)
    return ic_no_memory(err);
  ic_status status = parse(&p);
  if (status == IC_OK)
    *out = p.rule;
  else
    ic_rule_free(p.rule);
  return status;
}

void ic_rule_free(ic_rule *rule)
{
  if (!rule)
    return;
  ic_free(rule->nodes);
  ic_free(rule->words);
  ic_free(rule->bytes);
  ic_free(rule);
}
