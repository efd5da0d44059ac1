#include "scan.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
# define LITTLE_ENDIAN_BYTES 1
#else
# define LITTLE_ENDIAN_BYTES 0
#endif

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define ONES UINT64_C(0x0101010101010101)

/* A phrase under way: the state it is in and where it began. */
typedef struct path {
  uint32_t state;
  size_t start;
} path;

typedef struct paths {
  path *items;
  size_t count, room;
} paths;

struct ic_scanner {
  const ic_matcher *matcher;
  paths now, next;
  ic_regex_run *run;
  ic_evaluator *evaluator;
  ic_str text; /* under scan, with the place for its hits */
  ic_hits *hits;
  ic_error *err;
  uint8_t *wanted;  /* per pattern: a literal of its was seen */
  uint64_t *steps;  /* per pattern: what it has left in this stretch */
  uint8_t *off;     /* per rule: not looked for in this stretch */
  int some_off;
  ic_stops stops;
  size_t fold_room; /* bytes of a word that can matter */
  char *folded;
};

/* The word under the scanner. */
typedef struct word {
  ic_span at;
  ic_str folded; /* perhaps cut, then longer than any word of the rules */
  size_t before; /* where the word before it ended */
} word;

/* ---- resources ---- */

ic_status ic_scanner_new(const ic_matcher *matcher, ic_scanner **out,
                         ic_error *err)
{
  *out = NULL;
  ic_scanner *s = ic_alloc(1, sizeof *s);
  if (!s)
    return ic_no_memory(err);
  s->matcher = matcher;
  s->fold_room = matcher->longest + 16;
  s->folded = ic_alloc(s->fold_room + 4, 1);
  s->wanted = ic_alloc(matcher->n_patterns, 1);
  s->steps = ic_alloc(matcher->n_patterns, sizeof *s->steps);
  s->off = ic_alloc(matcher->n_rules, 1);
  ic_status status = s->folded && s->wanted && s->steps && s->off
    ? IC_OK : ic_no_memory(err);
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
  ic_free(s->now.items);
  ic_free(s->next.items);
  ic_free(s->wanted);
  ic_free(s->steps);
  ic_free(s->off);
  ic_free(s->stops.items);
  ic_free(s->folded);
  ic_regex_run_free(s->run);
  ic_evaluator_free(s->evaluator);
  ic_free(s);
}

void ic_scanner_begin(ic_scanner *s, size_t bytes, const uint8_t *without)
{
  s->stops.count = 0;
  s->some_off = 0;
  for (size_t i = 0; i < s->matcher->n_rules; i++) {
    s->off[i] = without ? without[i] : 0;
    s->some_off |= s->off[i];
  }
  for (size_t i = 0; i < s->matcher->n_patterns; i++)
    s->steps[i] = ic_regex_steps(bytes);
}

const ic_stops *ic_scanner_stops(const ic_scanner *s)
{
  return &s->stops;
}

static ic_status add_path(paths *t, uint32_t state, size_t start,
                          ic_error *err)
{
  void *items = t->items;
  ic_status status = ic_reserve(&items, &t->room, t->count + 1,
                                sizeof *t->items, err);
  if (status != IC_OK)
    return status;
  t->items = items;
  t->items[t->count++] = (path) {state, start};
  return IC_OK;
}

/* ---- phrases ---- */

static ic_status reach(ic_scanner *s, uint32_t state, size_t start,
                       const word *w)
{
  const ic_matcher *m = s->matcher;
  for (uint32_t i = m->state_output[state]; i != IC_NO_SYMBOL;
       i = m->outputs[i].next) {
    ic_status status = ic_hits_add(
      s->hits, (ic_hit) {start, w->at.end, m->outputs[i].rule}, s->err);
    if (status != IC_OK)
      return status;
  }
  return m->state_inner[state] ? add_path(&s->next, state, start, s->err)
                               : IC_OK;
}

static ic_status step(ic_scanner *s, ic_str gap, const path *p,
                      uint32_t symbol, const word *w)
{
  const ic_matcher *m = s->matcher;
  uint64_t hash = ic_edge_hash(p->state, symbol);
  for (uint32_t i = m->edge_slots[hash & m->edge_mask]; i != IC_NO_SYMBOL;
       i = m->edges[i].next) {
    const ic_edge *e = &m->edges[i];
    if (e->from != p->state || e->symbol != symbol
        || !ic_gap_fits(e->loose, e->gap, gap))
      continue;
    ic_status status = reach(s, e->to, p->start, w);
    if (status != IC_OK)
      return status;
  }
  return IC_OK;
}

static ic_status take_symbol(ic_scanner *s, uint32_t symbol, const word *w)
{
  ic_str gap = {s->text.data + w->before, w->at.start - w->before};
  uint32_t first = s->matcher->first_state[symbol];
  ic_status status = IC_OK;
  if (first != IC_NO_SYMBOL)
    status = reach(s, first, w->at.start, w);
  for (size_t i = 0; status == IC_OK && i < s->now.count; i++)
    status = step(s, gap, &s->now.items[i], symbol, w);
  return status;
}

/* ---- words ---- */

/* What a symbol asks beyond its folded bytes. */
static int is_spelled(const ic_scanner *s, const ic_symbol *symbol,
                      const word *w)
{
  return symbol->pattern.size == 0
    || ic_word_fits(symbol->pattern, symbol->exact,
                    ic_str_slice(s->text, w->at));
}

static ic_status look_up_word(ic_scanner *s, const word *w, uint64_t hash)
{
  const ic_dictionary *d = &s->matcher->words;
  ic_status status = IC_OK;
  for (uint32_t i = d->slots[hash >> 7 & d->mask];
       status == IC_OK && i != IC_NO_SYMBOL; i = d->symbols[i].next) {
    const ic_symbol *symbol = &d->symbols[i];
    if (symbol->hash == hash && ic_str_equal(symbol->bytes, w->folded)
        && is_spelled(s, symbol, w))
      status = take_symbol(s, symbol->id, w);
  }
  return status;
}

static ic_status look_up_prefixes(ic_scanner *s, const word *w,
                                  uint64_t hash, size_t key)
{
  const ic_dictionary *d = &s->matcher->prefixes;
  ic_status status = IC_OK;
  for (uint32_t i = d->slots[hash >> 7 & d->mask];
       status == IC_OK && i != IC_NO_SYMBOL; i = d->symbols[i].next) {
    const ic_symbol *symbol = &d->symbols[i];
    if (symbol->hash == hash && symbol->bytes.size >= key
        && symbol->bytes.size <= w->folded.size
        && !memcmp(symbol->bytes.data, w->folded.data, symbol->bytes.size)
        && is_spelled(s, symbol, w))
      status = take_symbol(s, symbol->id, w);
  }
  return status;
}

static uint64_t low_bytes(size_t n)
{
  return n >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * n) - 1;
}

/* The first sixteen bytes of a word that is not longer, padded with zeros. */
static void load_word(ic_str text, ic_span at, uint64_t half[2])
{
  size_t size = at.end - at.start;
  const char *from = text.data + at.start;
  if (LITTLE_ENDIAN_BYTES && text.size - at.start >= 16) {
    memcpy(half, from, 16);
    half[0] &= low_bytes(size);
    half[1] &= low_bytes(size > 8 ? size - 8 : 0);
  } else {
    half[0] = half[1] = 0;
    memcpy(half, from, size);
  }
}

static uint64_t lower_ascii(uint64_t x)
{
  uint64_t from_a = x + ONES * (0x80 - 'A');
  uint64_t past_z = x + ONES * (0x80 - 'Z' - 1);
  return x | (from_a & ~past_z & HIGH_BITS) >> 2;
}

/* Folds as much of a word as can matter. */
static ic_str fold_word(ic_scanner *s, ic_span at)
{
  size_t n = 0;
  unsigned length;
  for (size_t i = at.start; i < at.end && n < s->fold_room; i += length) {
    unsigned char c = (unsigned char) s->text.data[i];
    if (c < 0x80) {
      s->folded[n++] = (char) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      length = 1;
      continue;
    }
    ic_utf8_decode(s->text, i, &length);
    n += ic_fold_text((ic_str) {s->text.data + i, length}, s->folded + n);
  }
  return (ic_str) {s->folded, n};
}

/* The first n bytes of four, the others zero. */
static uint32_t first_bytes(uint32_t key, size_t n)
{
  uint32_t rest = n < 4 ? UINT32_MAX : 0;
  return LITTLE_ENDIAN_BYTES ? key & ~(rest << 8 * (n & 3))
                             : key & ~(rest >> 8 * (n & 3));
}

/* Whether the filters let a word through that begins with `key`. */
static int may_matter(const ic_matcher *m, int under_way, uint64_t hash,
                      uint32_t key)
{
  const ic_dictionary *w = &m->words, *p = &m->prefixes;
  const uint64_t *starts = under_way ? p->filter : p->first;
  if (ic_filter_has(w, under_way ? w->filter : w->first, hash)
      || ic_filter_has(p, starts, ic_hash_key(key, IC_PREFIX_KEY)))
    return 1;
  for (size_t n = 1; m->short_prefixes >> n; n++)
    if (m->short_prefixes >> n & 1
        && ic_filter_has(p, starts, ic_hash_key(first_bytes(key, n), n)))
      return 1;
  return 0;
}

static ic_status take_prefixes(ic_scanner *s, const word *w, uint32_t key)
{
  const ic_matcher *m = s->matcher;
  unsigned sizes = m->short_prefixes | 1u << IC_PREFIX_KEY;
  ic_status status = IC_OK;
  for (size_t n = 1; status == IC_OK && sizes >> n; n++) {
    if (!(sizes >> n & 1) || w->folded.size < n)
      continue;
    uint64_t hash = ic_hash_key(first_bytes(key, n), n);
    if (ic_filter_has(&m->prefixes, m->prefixes.filter, hash))
      status = look_up_prefixes(s, w, hash, n);
  }
  return status;
}

static ic_status take_word(ic_scanner *s, const word *w, uint64_t hash,
                           uint32_t key)
{
  ic_status status = IC_OK;
  const ic_dictionary *words = &s->matcher->words;
  if (ic_filter_has(words, words->filter, hash))
    status = look_up_word(s, w, hash);
  if (status == IC_OK)
    status = take_prefixes(s, w, key);
  paths swap = s->now;
  s->now = s->next;
  s->next = swap;
  s->next.count = 0;
  return status;
}

static ic_status take_any(ic_scanner *s, ic_span at, size_t before)
{
  word w = {at, fold_word(s, at), before};
  uint32_t key = 0;
  memcpy(&key, w.folded.data, w.folded.size < 4 ? w.folded.size : 4);
  return take_word(s, &w, ic_hash_word(w.folded), key);
}

/* The common case, a short word of ASCII that no rule knows, ends here. */
static inline ic_status one_word(ic_scanner *s, ic_span at, size_t before)
{
  uint64_t half[2];
  uint32_t key;
  size_t size = at.end - at.start;
  if (size > 16)
    return take_any(s, at, before);
  load_word(s->text, at, half);
  if ((half[0] | half[1]) & HIGH_BITS)
    return take_any(s, at, before);
  half[0] = lower_ascii(half[0]);
  half[1] = lower_ascii(half[1]);
  memcpy(&key, half, sizeof key);
  uint64_t hash = ic_mix(half[0], half[1], size);
  if (!may_matter(s->matcher, s->now.count > 0, hash, key)) {
    s->now.count = 0;
    return IC_OK;
  }
  memcpy(s->folded, half, 16);
  word w = {at, {s->folded, size}, before};
  return take_word(s, &w, hash, key);
}

/* Where the bits change, a word begins or ends, in turn. The block after the
 * last byte is empty and ends a word that reaches so far. */
static ic_status scan_words(ic_scanner *s)
{
  ic_span at = {0, 0};
  ic_str text = s->text;
  size_t before = 0;
  uint64_t last = 0;
  int inside = 0;
  s->now.count = s->next.count = 0;
  for (size_t block = 0; block <= text.size; block += 64) {
    uint64_t bits = block < text.size ? ic_word_bits(text, block) : 0;
    uint64_t edges = bits ^ (bits << 1 | last);
    last = bits >> 63;
    for (; edges; edges &= edges - 1) {
      size_t edge = block + ic_lowest_bit(edges);
      inside = !inside;
      if (inside) {
        at.start = edge;
        continue;
      }
      at.end = edge;
      ic_status status = one_word(s, at, before);
      if (status != IC_OK)
        return status;
      before = edge;
    }
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

static int order(size_t a, size_t b)
{
  return (a > b) - (a < b);
}

static int by_rule(const void *a, const void *b)
{
  const ic_hit *x = a, *y = b;
  int way = order(x->rule, y->rule);
  if (!way)
    way = order(x->start, y->start);
  return way ? way : order(y->end, x->end);
}

static int by_place(const void *a, const void *b)
{
  const ic_hit *x = a, *y = b;
  int way = order(x->start, y->start);
  if (!way)
    way = order(x->end, y->end);
  return way ? way : order(x->rule, y->rule);
}

static int are_settled(const ic_hit *items, size_t n)
{
  size_t i = 1;
  while (i < n && items[i].start >= items[i - 1].end)
    i++;
  return i == n;
}

/* The header's policy on overlaps, on the hits from `first`. */
static void settle(ic_hits *hits, size_t first)
{
  size_t n = hits->count - first, kept = 0;
  ic_hit *items = n ? hits->items + first : NULL;
  if (n < 2 || are_settled(items, n))
    return;
  qsort(items, n, sizeof *items, by_rule);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || items[i].rule != items[kept - 1].rule
        || items[i].start >= items[kept - 1].end)
      items[kept++] = items[i];
  qsort(items, kept, sizeof *items, by_place);
  hits->count = first + kept;
}

ic_status ic_scan(ic_scanner *s, ic_str text, ic_break breaks, ic_hits *hits,
                  ic_error *err)
{
  size_t first = hits->count;
  ic_status status = IC_OK;
  if (text.size == 0)
    return IC_OK;
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
  if (status == IC_OK)
    settle(hits, first);
  else
    hits->count = first;
  return status;
}
