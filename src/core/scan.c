#include "scan.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(IC_NO_SIMD)
# define IC_USE_SSE2
# include <emmintrin.h>
#endif

#include "memory.h"
#include "numeric.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define ONES UINT64_C(0x0101010101010101)

/* Words are looked at a window at a time: first all are hashed and held against
 * the filters, without a branch, then the few that pass are looked up. */
#define WINDOW 512
#define SHORT 16 /* bytes of a word that fit into two registers */

typedef struct list {
  uint32_t *items;
  size_t count, room;
} list;

/* A word as rules see it. Its first bytes are two numbers, not an array:
 * stored by halves and loaded as a whole they would stall. */
typedef struct word {
  uint64_t head, rest; /* its key (text.h), padded with zeros */
  uint64_t hash;
  size_t size;       /* of the key; if cut, longer than any of the rules */
  const char *bytes; /* the key, NULL for a short one, which has no others */
  int marked;        /* the key leaves something out */
} word;

/* Keys of short words beyond ASCII are made once and then remembered, each at
 * one place by the word as written, until another needs the place. */
#define MEMOS 2048

typedef struct memo {
  uint64_t head, rest; /* as load_word() gives them */
  uint64_t key_head, key_rest, hash;
  uint16_t size, key_size, marked;
} memo;

struct ic_scanner {
  const ic_matcher *matcher;
  ic_regex_run *run;
  ic_evaluator *evaluator;
  ic_str text; /* under scan, with the place for its hits */
  ic_hits *hits;
  ic_error *err;
  size_t block;     /* where the next window begins */
  uint64_t carry;   /* whether the byte before belongs to a word */
  uint32_t begins[WINDOW + 72], ends[WINDOW + 72]; /* of words */
  size_t begun, words; /* how many the window has, and how many of them end */
  uint64_t heads[WINDOW + 32], hashes[WINDOW + 32]; /* of the words, folded */
  uint32_t chosen[WINDOW + 32];    /* the numbers of those that may matter */
  char tail[2 * SHORT]; /* the last bytes of the text; the others stay zeros */
  size_t tail_at;
  list symbols;     /* of the words that are looked at, one upon another */
  size_t *reached;  /* per rule: where its last hit ends; zeros between scans */
  uint8_t *wanted;  /* per pattern: a literal of its was seen */
  uint64_t *steps;  /* per pattern: what it has left in this stretch */
  uint8_t *off;     /* per rule: not looked for in this stretch */
  int some_off;
  ic_stops stops;
  const ic_scope *scope;
  size_t kind;      /* of the passage, in the scope */
  size_t fold_room; /* bytes of a word that can matter */
  char *folded;
  memo *memos;
};

/* ---- resources ---- */

ic_status ic_scanner_new(const ic_matcher *matcher, ic_scanner **out,
                         ic_error *err)
{
  *out = NULL;
  ic_scanner *s = ic_alloc(1, sizeof *s);
  if (!s)
    return ic_no_memory(err);
  s->matcher = matcher;
  s->fold_room = matcher->longest + SHORT;
  s->folded = ic_alloc(s->fold_room + 4 + SHORT, 1);
  s->memos = ic_alloc(MEMOS, sizeof *s->memos);
  s->wanted = ic_alloc(matcher->n_patterns, 1);
  s->steps = ic_alloc(matcher->n_patterns, sizeof *s->steps);
  s->off = ic_alloc(matcher->n_rules, 1);
  s->reached = ic_alloc(matcher->n_rules, sizeof *s->reached);
  ic_status status = s->folded && s->memos && s->wanted && s->steps && s->off
    && s->reached ? IC_OK : ic_no_memory(err);
  if (status == IC_OK && matcher->n_patterns)
    status = ic_regex_run_new(&s->run, err);
  if (status == IC_OK && matcher->n_terms)
    status = ic_evaluator_new(matcher, &s->evaluator, err);
  if (status == IC_OK)
    ic_scanner_begin(s, 65536, NULL);
  if (status == IC_OK)
    *out = s;
  else
    ic_scanner_free(s);
  return status;
}

void ic_scanner_free(ic_scanner *s)
{
  if (!s)
    return;
  ic_free(s->symbols.items);
  ic_free(s->reached);
  ic_free(s->wanted);
  ic_free(s->steps);
  ic_free(s->off);
  ic_free(s->stops.items);
  ic_free(s->folded);
  ic_free(s->memos);
  ic_regex_run_free(s->run);
  ic_evaluator_free(s->evaluator);
  ic_free(s);
}

void ic_scanner_record(ic_scanner *s, ic_steps *steps)
{
  if (s->evaluator)
    ic_evaluator_record(s->evaluator, steps);
}

void ic_scanner_begin(ic_scanner *s, size_t bytes, const uint8_t *without)
{
  size_t n = s->matcher->n_rules;
  s->stops.count = 0;
  if (without)
    memcpy(s->off, without, n);
  else if (s->some_off)
    memset(s->off, 0, n);
  s->some_off = without != NULL;
  for (size_t i = 0; i < s->matcher->n_patterns; i++)
    s->steps[i] = ic_regex_steps(bytes);
}

const ic_stops *ic_scanner_stops(const ic_scanner *s)
{
  return &s->stops;
}

/* ---- words of at most sixteen bytes ---- */

/* Sixteen bytes from `at` on, which need not all be there. */
static const char *bytes_at(const ic_scanner *s, size_t at)
{
  return at < s->tail_at ? s->text.data + at : s->tail + (at - s->tail_at);
}

static void keep_tail(ic_scanner *s)
{
  ic_str text = s->text;
  if (text.size >= SHORT) {
    s->tail_at = text.size - SHORT;
    memcpy(s->tail, text.data + s->tail_at, SHORT);
    return;
  }
  s->tail_at = 0;
  memset(s->tail, 0, SHORT);
  memcpy(s->tail, text.data, text.size);
}

static uint64_t load8(const void *from)
{
  uint64_t bytes;
  memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

/* From the end of `ones` less the size of a word on, its bytes. */
static const unsigned char ones[2 * SHORT] = {
  255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255
};

/* Puts the first bytes of the word into *w, ASCII folded, and says whether that
 * is all of it: it is short, and ASCII. */
#ifdef IC_USE_SSE2
/* Bytes beyond ASCII are negative, hence no letters. */
static inline int load_word(const ic_scanner *s, ic_span at, word *w)
{
  size_t size = at.end - at.start;
  const char *from = bytes_at(s, at.start);
  const unsigned char *kept = ones + SHORT - (size < SHORT ? size : SHORT);
  __m128i v = _mm_and_si128(
    _mm_loadu_si128((const __m128i *) (const void *) from),
    _mm_loadu_si128((const __m128i *) (const void *) kept));
  __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)),
                                _mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));
  int wide = _mm_movemask_epi8(v);
  v = _mm_or_si128(v, _mm_and_si128(upper, _mm_set1_epi8(32)));
  w->head = (uint64_t) _mm_cvtsi128_si64(v);
  w->rest = (uint64_t) _mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v));
  return (size <= SHORT) & !wide;
}
#else
static uint64_t lower_ascii(uint64_t x)
{
  uint64_t from_a = x + ONES * (0x80 - 'A');
  uint64_t past_z = x + ONES * (0x80 - 'Z' - 1);
  return x | (from_a & ~past_z & HIGH_BITS) >> 2;
}

static inline int load_word(const ic_scanner *s, ic_span at, word *w)
{
  size_t size = at.end - at.start;
  const char *from = bytes_at(s, at.start);
  const unsigned char *kept = ones + SHORT - (size < SHORT ? size : SHORT);
  w->head = load8(from) & load8(kept);
  w->rest = load8(from + 8) & load8(kept + 8);
  if ((w->head | w->rest) & HIGH_BITS)
    return 0;
  w->head = lower_ascii(w->head);
  w->rest = lower_ascii(w->rest);
  return size <= SHORT;
}
#endif

/* The slow way: as much of a word as can matter. */
static void fold_word(ic_scanner *s, size_t start, size_t size, word *w)
{
  int marked;
  char *key = s->folded;
  ic_str written = {s->text.data + start, size};
  size_t n = ic_word_key(written, s->fold_room, key, &marked);
  memset(key + n, 0, SHORT);
  *w = (word) {load8(key), load8(key + 8), ic_hash_word((ic_str) {key, n}), n,
               key, marked};
}

/* A word that is not ASCII, or not short. A span for its place would be stored
 * by halves and loaded as a whole. */
static void recall_word(ic_scanner *s, size_t start, size_t size, word *w)
{
  uint64_t head = w->head, rest = w->rest;
  memo *m = &s->memos[ic_mix(head, rest, size) % MEMOS];
  if (m->size == size && m->head == head && m->rest == rest) {
    *w = (word) {m->key_head, m->key_rest, m->hash, m->key_size, NULL,
                 m->marked};
    return;
  }
  fold_word(s, start, size, w);
  if (size > SHORT || w->size > SHORT)
    return;
  w->bytes = NULL;
  *m = (memo) {head, rest, w->head, w->rest, w->hash,
               (uint16_t) size, (uint16_t) w->size, (uint16_t) w->marked};
}

static inline void hash_short(word *w, size_t size)
{
  w->hash = ic_mix(w->head, w->rest, size);
  w->size = size;
  w->bytes = NULL;
  w->marked = 0;
}

static void read_word(ic_scanner *s, ic_span at, word *w)
{
  if (load_word(s, at, w))
    hash_short(w, at.end - at.start);
  else
    recall_word(s, at.start, at.end - at.start, w);
}

static ic_span word_at(const ic_scanner *s, size_t number)
{
  return (ic_span) {s->begins[number], s->ends[number]};
}

/* Whether a prefix of one of these sizes may begin the word. */
static unsigned has_prefix(ic_filter prefixes, uint64_t head, unsigned sizes)
{
  unsigned found = 0;
  for (; sizes; sizes &= sizes - 1)
    found |= ic_filter_has(prefixes,
                           ic_hash_head(head, ic_lowest_bit(sizes)));
  return found;
}

/* The words of the window, folded: all as if they were short and ASCII, without
 * a branch, then those that are not anew. */
static void read_window(ic_scanner *s)
{
  uint32_t *others = s->chosen;
  size_t n = 0;
  word w;
  for (size_t i = 0; i < s->words; i++) {
    ic_span at = word_at(s, i);
    others[n] = (uint32_t) i;
    n += !load_word(s, at, &w);
    hash_short(&w, at.end - at.start);
    s->heads[i] = w.head;
    s->hashes[i] = w.hash;
  }
  for (size_t i = 0; i < n; i++) {
    read_word(s, word_at(s, others[i]), &w);
    s->heads[others[i]] = w.head;
    s->hashes[others[i]] = w.hash;
  }
}

/* Chooses the words of the window that may begin a hit: those that the filter
 * lets through, alone, with the next, or at the gate of prefixes. What follows
 * the last is not known, if anything does. */
static size_t choose_words(ic_scanner *s)
{
  const ic_matcher *m = s->matcher;
  ic_filter first = m->first;
  uint64_t gate = m->gate;
  unsigned tiny = m->prefix_sizes & ((1u << IC_PREFIX_GATE) - 1);
  size_t n = 0;
  read_window(s);
  s->hashes[s->words] = 0;
  for (size_t i = 0; i < s->words; i++) {
    uint64_t hash = s->hashes[i], head = s->heads[i];
    unsigned chosen = ic_filter_has(first, hash)
      | ic_filter_has(first, ic_pair_hash(hash, s->hashes[i + 1]))
      | ic_filter_has(first, ic_hash_gate(head, gate));
    if (tiny)
      chosen |= has_prefix(m->prefixes.all, head, tiny);
    s->chosen[n] = (uint32_t) i;
    n += chosen;
  }
  if (s->words && s->block <= s->text.size
      && (n == 0 || s->chosen[n - 1] + 1 < s->words))
    s->chosen[n++] = (uint32_t) s->words - 1;
  return n;
}

/* ---- symbols ---- */

static ic_status grow_symbols(ic_scanner *s)
{
  void *items = s->symbols.items;
  ic_status status = ic_reserve(&items, &s->symbols.room,
                                s->symbols.count + 1,
                                sizeof *s->symbols.items, s->err);
  if (status == IC_OK)
    s->symbols.items = items;
  return status;
}

static inline ic_status add_symbol(ic_scanner *s, uint32_t symbol)
{
  ic_status status =
    s->symbols.count < s->symbols.room ? IC_OK : grow_symbols(s);
  if (status == IC_OK)
    s->symbols.items[s->symbols.count++] = symbol;
  return status;
}

/* What a symbol asks beyond its key. */
static int is_spelled(const ic_scanner *s, const ic_symbol *symbol,
                      const word *w, ic_span at)
{
  return !(symbol->strict || w->marked)
    || ic_word_fits(symbol->pattern, symbol->form,
                    ic_str_slice(s->text, at));
}

static int is_word(const word *w, const ic_symbol *symbol)
{
  return symbol->hash == w->hash && symbol->bytes.size == w->size
    && symbol->head == w->head && symbol->rest == w->rest
    && (w->size <= SHORT || !memcmp(symbol->bytes.data, w->bytes, w->size));
}

static ic_status look_up_word(ic_scanner *s, const word *w, ic_span at)
{
  const ic_dictionary *d = &s->matcher->words;
  ic_status status = IC_OK;
  for (uint32_t i = d->slots[w->hash >> 7 & d->mask];
       status == IC_OK && i != IC_NO_SYMBOL; i = d->symbols[i].next)
    if (is_word(w, &d->symbols[i]) && is_spelled(s, &d->symbols[i], w, at))
      status = add_symbol(s, d->symbols[i].id);
  return status;
}

/* The bytes of a short word are in its two numbers. */
static int begins_with(const word *w, const ic_symbol *symbol)
{
  size_t size = symbol->bytes.size;
  uint64_t both[2] = {w->head, w->rest};
  if ((w->head & symbol->mask) != symbol->head || size > w->size)
    return 0;
  return size <= sizeof w->head
    || !memcmp(symbol->bytes.data, w->bytes ? w->bytes : (char *) both, size);
}

static ic_status look_up_prefixes(ic_scanner *s, const word *w, ic_span at,
                                  uint64_t hash)
{
  const ic_dictionary *d = &s->matcher->prefixes;
  ic_status status = IC_OK;
  for (uint32_t i = d->slots[hash >> 7 & d->mask];
       status == IC_OK && i != IC_NO_SYMBOL; i = d->symbols[i].next) {
    const ic_symbol *symbol = &d->symbols[i];
    if (symbol->hash == hash && begins_with(w, symbol)
        && is_spelled(s, symbol, w, at))
      status = add_symbol(s, symbol->id);
  }
  return status;
}

static ic_status find_prefixes(ic_scanner *s, const word *w, ic_span at)
{
  const ic_dictionary *d = &s->matcher->prefixes;
  ic_status status = IC_OK;
  for (unsigned sizes = s->matcher->prefix_sizes; sizes; sizes &= sizes - 1) {
    size_t n = ic_lowest_bit(sizes);
    if (n > w->size || status != IC_OK)
      break;
    uint64_t hash = ic_hash_head(w->head, n);
    if (ic_filter_has(d->all, hash))
      status = look_up_prefixes(s, w, at, hash);
  }
  return status;
}

/* Puts what the rules know of a word on the list. */
static ic_status find_symbols(ic_scanner *s, ic_span at)
{
  const ic_dictionary *d = &s->matcher->words;
  ic_status status = IC_OK;
  word w;
  read_word(s, at, &w);
  if (ic_filter_has(d->all, w.hash))
    status = look_up_word(s, &w, at);
  return status == IC_OK ? find_prefixes(s, &w, at) : status;
}

/* ---- phrases ---- */

/* The word after number i of the window, which ends at `end`. */
static int word_after(const ic_scanner *s, size_t i, size_t end,
                      ic_span *next)
{
  if (i + 1 >= s->words)
    return ic_next_word(s->text, end, next);
  *next = word_at(s, i + 1);
  return 1;
}

static ic_status follow(ic_scanner *s, uint32_t state, ic_span so_far,
                        size_t number);

/* From a state by the next word and one of its symbols. */
static ic_status step(ic_scanner *s, uint32_t state, ic_span so_far,
                      size_t number, uint32_t symbol, ic_span at)
{
  const ic_matcher *m = s->matcher;
  ic_str gap = ic_str_slice(s->text, (ic_span) {so_far.end, at.start});
  uint64_t hash = ic_edge_hash(state, symbol);
  ic_status status = IC_OK;
  so_far.end = at.end;
  for (uint32_t i = m->edge_slots[hash & m->edge_mask];
       status == IC_OK && i != IC_NO_SYMBOL; i = m->edges[i].next) {
    const ic_edge *e = &m->edges[i];
    if (e->from == state && e->symbol == symbol
        && ic_gap_fits(e->loose, e->gap, gap))
      status = follow(s, e->to, so_far, number + 1);
  }
  return status;
}

/* A phrase goes on behind its last word, which has this number. */
static ic_status go_on(ic_scanner *s, uint32_t state, ic_span so_far,
                       size_t number)
{
  ic_span next;
  if (!word_after(s, number, so_far.end, &next))
    return IC_OK;
  size_t first = s->symbols.count;
  ic_status status = find_symbols(s, next);
  for (size_t i = first; status == IC_OK && i < s->symbols.count; i++)
    status = step(s, state, so_far, number, s->symbols.items[i], next);
  s->symbols.count = first;
  return status;
}

/* Reports what ends in a state and follows what does not; a phrase is at most
 * IC_RULE_WORDS_MAX deep. */
static ic_status follow(ic_scanner *s, uint32_t state, ic_span so_far,
                        size_t number)
{
  const ic_matcher *m = s->matcher;
  ic_status status = IC_OK;
  for (uint32_t i = m->state_output[state];
       status == IC_OK && i != IC_NO_SYMBOL; i = m->outputs[i].next)
    status = ic_hits_add(
      s->hits, (ic_hit) {so_far.start, so_far.end, m->outputs[i].rule},
      s->err);
  return status == IC_OK && m->state_inner[state]
    ? go_on(s, state, so_far, number) : status;
}

/* All hits that begin with this word of the window. */
static ic_status take_word(ic_scanner *s, size_t number)
{
  ic_span at = word_at(s, number);
  s->symbols.count = 0;
  ic_status status = find_symbols(s, at);
  size_t n = s->symbols.count;
  for (size_t i = 0; status == IC_OK && i < n; i++) {
    ic_beginning b = s->matcher->beginnings[s->symbols.items[i]];
    if (b.rule != IC_NO_SYMBOL)
      status = ic_hits_add(s->hits, (ic_hit) {at.start, at.end, b.rule},
                           s->err);
    else if (b.state != IC_NO_SYMBOL)
      status = follow(s, b.state, at, number);
  }
  return status;
}

/* ---- windows ---- */

/* Writes where these bits of a block are, as many of one kind as of the other
 * but for a word that reaches in or out. */
static void write_edges(ic_scanner *s, size_t block, uint64_t begins,
                        uint64_t ends)
{
  uint32_t *b = s->begins + s->begun, *e = s->ends + s->words;
  for (; begins && ends; begins &= begins - 1, ends &= ends - 1) {
    *b++ = (uint32_t) (block + ic_lowest_bit(begins));
    *e++ = (uint32_t) (block + ic_lowest_bit(ends));
  }
  if (begins)
    *b++ = (uint32_t) (block + ic_lowest_bit(begins));
  if (ends)
    *e++ = (uint32_t) (block + ic_lowest_bit(ends));
  s->begun = (size_t) (b - s->begins);
  s->words = (size_t) (e - s->ends);
}

/* Where the bits change or break, a word begins or ends. Fills the window
 * behind a word that is not yet whole, if there is one; the block after the
 * last byte is empty and ends a word that reaches so far. */
static void fill_window(ic_scanner *s)
{
  ic_str text = s->text;
  for (; s->block <= text.size && s->words < WINDOW; s->block += 64) {
    uint64_t breaks = 0;
    uint64_t bits =
      s->block < text.size ? ic_word_bits(text, s->block, &breaks) : 0;
    uint64_t before = bits << 1 | s->carry;
    s->carry = bits >> 63;
    write_edges(s, s->block, (bits & ~before) | breaks,
                (before & ~bits) | breaks);
  }
}

static ic_status scan_words(ic_scanner *s)
{
  s->block = s->begun = 0;
  s->carry = 0;
  keep_tail(s);
  while (s->block <= s->text.size) {
    s->words = 0;
    fill_window(s);
    size_t chosen = choose_words(s);
    for (size_t i = 0; i < chosen; i++) {
      ic_status status = take_word(s, s->chosen[i]);
      if (status != IC_OK)
        return status;
    }
    s->begins[0] = s->begins[s->words];
    s->begun -= s->words;
  }
  return IC_OK;
}

/* ---- regular expressions ---- */

static int is_at(ic_str text, size_t at, ic_str literal)
{
  if (text.size - at < literal.size)
    return 0;
  for (size_t i = 0; i < literal.size; i++) {
    unsigned char c = (unsigned char) text.data[at + i];
    c = c >= 'A' && c <= 'Z' ? (unsigned char) (c + 32) : c;
    if (c != (unsigned char) literal.data[i])
      return 0;
  }
  return 1;
}

static void want_literals(ic_scanner *s)
{
  const ic_matcher *m = s->matcher;
  ic_str text = s->text;
  uint32_t three = 0;
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char) text.data[i];
    c = (unsigned char) (c | ((unsigned char) (c - 'A') < 26) << 5);
    three = three >> 8 | (uint32_t) c << 16;
    if (i < 2)
      continue;
    uint32_t hash = ic_hash_three(three);
    if (!(m->literal_filter[hash >> 6] >> (hash & 63) & 1))
      continue;
    for (uint32_t j = m->literal_slots[hash]; j != IC_NO_SYMBOL;
         j = m->literals[j].next)
      if (!s->wanted[m->literals[j].pattern]
          && is_at(text, i - 2, m->literals[j].bytes))
        s->wanted[m->literals[j].pattern] = 1;
  }
}

static int has_bytes(ic_str text, const char *bytes)
{
  size_t n = strlen(bytes);
  ic_str literal = {bytes, n};
  const char *at = text.data, *end = text.data + text.size;
  while (at < end && (at = memchr(at, bytes[0], (size_t) (end - at)))) {
    if ((size_t) (end - at) >= n && !memcmp(at, literal.data, n))
      return 1;
    at++;
  }
  return 0;
}

/* Which patterns can match at all. U+017F folds to s and U+212A to k. */
static void choose_patterns(ic_scanner *s)
{
  const ic_matcher *m = s->matcher;
  ic_str text = s->text;
  int all = has_bytes(text, "\xc5\xbf") || has_bytes(text, "\xe2\x84\xaa");
  for (size_t i = 0; i < m->n_patterns; i++)
    s->wanted[i] = all || m->patterns[i].literals == 0;
  if (!all && m->n_literals)
    want_literals(s);
}

/* Takes a rule out of the stretch. */
static ic_status stop_rule(ic_scanner *s, uint32_t rule, const ic_error *why)
{
  void *items = s->stops.items;
  ic_stop stop = {.rule = rule};
  memcpy(stop.problem, why->message, sizeof stop.problem - 1);
  ic_status status = ic_reserve(&items, &s->stops.room, s->stops.count + 1,
                                sizeof *s->stops.items, s->err);
  if (status != IC_OK)
    return status;
  s->stops.items = items;
  s->stops.items[s->stops.count++] = stop;
  s->off[rule] = 1;
  s->some_off = 1;
  return IC_OK;
}

static ic_status scan_pattern(ic_scanner *s, const ic_pattern *pattern,
                              uint64_t *steps)
{
  size_t from = 0;
  ic_str text = s->text;
  while (from < text.size) {
    ic_span match;
    int found;
    ic_error why;
    ic_status status = ic_regex_find(pattern->regex, s->run, text, from,
                                     steps, &match, &found, &why);
    if (status == IC_ELIMIT)
      return stop_rule(s, ic_rule_of(s->matcher, pattern->rule), &why);
    if (status != IC_OK)
      return ic_no_memory(s->err);
    if (!found)
      return IC_OK;
    status = ic_hits_add(
      s->hits, (ic_hit) {match.start, match.end, pattern->rule}, s->err);
    if (status != IC_OK)
      return status;
    unsigned length;
    ic_utf8_decode(text, from, &length);
    from = match.end > from ? match.end : from + length;
  }
  return IC_OK;
}

static ic_status scan_patterns(ic_scanner *s)
{
  const ic_matcher *m = s->matcher;
  ic_status status = IC_OK;
  choose_patterns(s);
  for (size_t i = 0; status == IC_OK && i < m->n_patterns; i++)
    if (s->wanted[i] && !s->off[ic_rule_of(m, m->patterns[i].rule)])
      status = scan_pattern(s, &m->patterns[i], &s->steps[i]);
  return status;
}

/* Takes away what rules that are off have found. */
static void drop_off(const ic_scanner *s, ic_hits *hits, size_t first)
{
  size_t kept = first;
  for (size_t i = first; i < hits->count; i++)
    if (!s->off[ic_rule_of(s->matcher, hits->items[i].rule)])
      hits->items[kept++] = hits->items[i];
  hits->count = kept;
}

/* ---- one stretch ---- */

void ic_scanner_narrow(ic_scanner *s, const ic_scope *scope, size_t kind)
{
  s->scope = scope;
  s->kind = kind;
}

static int are_settled(const ic_hit *items, size_t n)
{
  size_t i = 1;
  while (i < n && items[i].start >= items[i - 1].end)
    i++;
  return i == n;
}

static int begin_in_order(const ic_hit *items, size_t n)
{
  size_t i = 1;
  while (i < n && items[i].start >= items[i - 1].start)
    i++;
  return i == n;
}

/* The end of the run of hits that begin together. */
static size_t run_end(const ic_hit *items, size_t n, size_t first)
{
  size_t i = first + 1;
  while (i < n && items[i].start == items[first].start)
    i++;
  return i;
}

/* Words are found in order of their beginnings, so that as a rule only short
 * runs are left to sort. */
static void sort_hits(ic_hit *items, size_t n)
{
  if (!begin_in_order(items, n)) {
    qsort(items, n, sizeof *items, ic_hits_by_place);
    return;
  }
  for (size_t i = 0, end; i < n; i = end) {
    end = run_end(items, n, i);
    if (end - i > 1)
      qsort(items + i, end - i, sizeof *items, ic_hits_by_place);
  }
}

/* Keeps, of sorted hits, the first of each rule and then those that begin
 * where the last one kept has ended. Within a run the longest comes last. */
static size_t drop_overlaps(size_t *reached, ic_hit *items, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0, end; i < n; i = end) {
    end = run_end(items, n, i);
    for (size_t k = end; k-- > i;)
      if (items[k].start < reached[items[k].rule])
        items[k].end = 0;
      else
        reached[items[k].rule] = items[k].end;
  }
  for (size_t i = 0; i < n; i++) {
    reached[items[i].rule] = 0;
    if (items[i].end)
      items[kept++] = items[i];
  }
  return kept;
}

/* The header's policy on overlaps, on the hits from `first`. */
static void settle(ic_scanner *s, ic_hits *hits, size_t first)
{
  size_t n = hits->count - first;
  ic_hit *items = n ? hits->items + first : NULL;
  if (n < 2 || are_settled(items, n))
    return;
  sort_hits(items, n);
  hits->count = first + drop_overlaps(s->reached, items, n);
}

ic_status ic_scan(ic_scanner *s, ic_str text, ic_break breaks, ic_hits *hits,
                  ic_error *err)
{
  size_t first = hits->count;
  ic_status status = IC_OK;
  if (text.size == 0)
    return IC_OK;
  if (text.size >= UINT32_MAX)
    return ic_fail(err, IC_ELIMIT, "a text of 4 GiB or more");
  s->text = text;
  s->hits = hits;
  s->err = err;
  if (s->matcher->n_edges)
    status = scan_words(s);
  if (status == IC_OK && s->matcher->n_patterns)
    status = scan_patterns(s);
  if (status == IC_OK && s->some_off)
    drop_off(s, hits, first);
  if (status == IC_OK && s->evaluator)
    status = ic_evaluate(s->evaluator, text, breaks, hits, first, err);
  if (status == IC_OK && s->scope)
    return ic_scope_apply(s->scope, s->kind, text, hits, first, err);
  if (status == IC_OK)
    settle(s, hits, first);
  else
    hits->count = first;
  return status;
}
