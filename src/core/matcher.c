#include "matcher.h"

#include <string.h>

#include "memory.h"

uint64_t ic_hash_word(ic_str key)
{
  uint64_t a = 0, b = 0, h;
  size_t n = key.size;
  memcpy(&a, key.data, n < 8 ? n : 8);
  if (n > 8)
    memcpy(&b, key.data + 8, n < 16 ? n - 8 : 8);
  h = ic_mix(a, b, n);
  for (size_t at = 16; at < n; at += 8) {
    uint64_t more = 0;
    memcpy(&more, key.data + at, n - at < 8 ? n - at : 8);
    h = ic_mix(h, more, n);
  }
  return h;
}

/* ---- gaps ---- */

static int is_space(uint32_t c)
{
  return (ic_char_class(c) & IC_CHAR_SPACE) != 0;
}

static size_t skip_space(ic_str s, size_t at)
{
  unsigned length;
  while (at < s.size && is_space(ic_utf8_decode(s, at, &length)))
    at += length;
  return at;
}

static int is_loose(ic_str gap)
{
  unsigned length;
  if (gap.size == 1 && (gap.data[0] == ' ' || gap.data[0] == '-'))
    return 1;
  if (gap.size == 0)
    return 0;
  if (skip_space(gap, 0) == gap.size)
    return 1;
  return ic_is_hyphen(ic_utf8_decode(gap, 0, &length)) && length == gap.size;
}

static int same_letter(const ic_letter *a, const ic_letter *b)
{
  return a->n == b->n && !memcmp(a->c, b->c, a->n * sizeof *a->c);
}

int ic_gap_fits(int loose, ic_str wanted, ic_str gap)
{
  if (loose)
    return is_loose(gap);
  size_t i = 0, j = 0;
  while (i < wanted.size && j < gap.size) {
    size_t after_i = skip_space(wanted, i), after_j = skip_space(gap, j);
    ic_letter a, b;
    if ((after_i > i) != (after_j > j))
      return 0;
    if (after_i == i) {
      ic_next_letter(wanted, IC_FORM_CASED, &after_i, &a);
      ic_next_letter(gap, IC_FORM_CASED, &after_j, &b);
      if (!same_letter(&a, &b))
        return 0;
    }
    i = after_i;
    j = after_j;
  }
  return i == wanted.size && j == gap.size;
}

/* ---- patterns of words ---- */

/* The letter at *at; 0 at the end. */
static int take_letter(ic_str word, int form, size_t *at, ic_letter *letter)
{
  while (*at < word.size) {
    ic_next_letter(word, form, at, letter);
    if (!ic_is_invisible(letter->c[0]))
      return 1;
  }
  return 0;
}

/* Whether the bytes alone say that a word fits: up to a `*` at the end, behind
 * which no mark changes the last letter. Words hold neither `*` nor `?`. */
static int is_as_written(ic_str pattern, ic_str word)
{
  size_t n = pattern.size;
  if (n == 0 || pattern.data[n - 1] != '*')
    return ic_str_equal(pattern, word);
  n--;
  return n <= word.size && !memcmp(pattern.data, word.data, n)
    && (n == word.size || (unsigned char) word.data[n] < 0x80);
}

/* Where it fails the last `*` takes one letter more. */
int ic_word_fits(ic_str pattern, int form, ic_str word)
{
  size_t i = 0, at = 0, star = IC_NOWHERE, taken = 0;
  ic_letter letter, want;
  if (is_as_written(pattern, word))
    return 1;
  for (;;) {
    size_t next = at, p = i;
    int is_more = take_letter(word, form, &next, &letter);
    int is_wanted = take_letter(pattern, form, &p, &want);
    if (is_wanted && want.c[0] == '*') {
      star = i = p;
      taken = at;
    } else if (!is_more && !is_wanted) {
      return 1;
    } else if (is_more && is_wanted
               && (want.c[0] == '?' || same_letter(&letter, &want))) {
      i = p;
      at = next;
    } else if (star != IC_NOWHERE && take_letter(word, form, &taken, &letter)) {
      i = star;
      at = taken;
    } else {
      return 0;
    }
  }
}

/* ---- dictionaries ---- */

static size_t size_up_to(size_t size, size_t limit)
{
  return size < limit ? size : limit;
}

/* Eight bytes from `at` on, padded with zeros. */
static uint64_t eight_bytes(ic_str bytes, size_t at)
{
  uint64_t eight = 0;
  if (at < bytes.size)
    memcpy(&eight, bytes.data + at,
           size_up_to(bytes.size - at, sizeof eight));
  return eight;
}

static uint64_t power_of_two(uint64_t at_least)
{
  uint64_t n = 64;
  while (n < at_least)
    n *= 2;
  return n;
}

#define FILTER_SIZE (1u << 18) /* bits */

static void filter_add(ic_filter filter, uint64_t hash)
{
  filter.bits[hash >> 6 & filter.mask] |= UINT64_C(1) << (hash & 63);
}

/* An empty filter for as many hashes: of 128 bits for each while that fits
 * beside the text into a fast cache, 16 at least. */
static ic_status filter_new(ic_filter *filter, uint64_t count, ic_error *err)
{
  uint64_t bits = 128 * count, most = 16 * count;
  if (most < FILTER_SIZE)
    most = FILTER_SIZE;
  filter->mask = power_of_two(bits < most ? bits : most) / 64 - 1;
  filter->bits = ic_alloc((size_t) filter->mask + 1, sizeof *filter->bits);
  return filter->bits ? IC_OK : ic_no_memory(err);
}

/* Fresh tables for `count` symbols and those that are there. */
static ic_status rehash(ic_dictionary *d, size_t count, ic_error *err)
{
  uint64_t slots = power_of_two(2 * (uint64_t) count);
  uint32_t *new_slots = ic_alloc((size_t) slots, sizeof *new_slots);
  ic_filter fresh;
  if (!new_slots)
    return ic_no_memory(err);
  ic_status status = filter_new(&fresh, count, err);
  if (status != IC_OK) {
    ic_free(new_slots);
    return status;
  }
  ic_free(d->slots);
  ic_free(d->all.bits);
  d->slots = new_slots;
  d->all = fresh;
  d->mask = slots - 1;
  memset(d->slots, 0xff, (size_t) slots * sizeof *d->slots);
  for (size_t i = 0; i < d->count; i++) {
    ic_symbol *s = &d->symbols[i];
    uint32_t *slot = &d->slots[s->hash >> 7 & d->mask];
    s->next = *slot;
    *slot = (uint32_t) i;
    filter_add(d->all, s->hash);
  }
  return IC_OK;
}

static int is_symbol(const ic_symbol *s, const ic_rule_word *word,
                     uint64_t hash)
{
  return s->hash == hash && ic_str_equal(s->bytes, word->word)
    && s->form == word->form && ic_str_equal(s->pattern, word->pattern);
}

static ic_status add_symbol(ic_matcher *m, ic_dictionary *d,
                            const ic_rule_word *word, uint64_t hash,
                            uint32_t *id, ic_error *err)
{
  for (uint32_t i = d->slots[hash >> 7 & d->mask]; i != IC_NO_SYMBOL;
       i = d->symbols[i].next)
    if (is_symbol(&d->symbols[i], word, hash)) {
      *id = d->symbols[i].id;
      return IC_OK;
    }
  void *symbols = d->symbols;
  ic_status status = ic_reserve(&symbols, &d->room, d->count + 1,
                                sizeof *d->symbols, err);
  if (status != IC_OK)
    return status;
  d->symbols = symbols;
  *id = m->n_symbols++;
  uint32_t *slot = &d->slots[hash >> 7 & d->mask];
  ic_symbol *symbol = &d->symbols[d->count];
  *symbol = (ic_symbol) {
    .bytes = word->word, .pattern = word->pattern, .form = word->form,
    .strict = word->strict, .hash = hash, .id = *id, .next = *slot
  };
  symbol->head = eight_bytes(word->word, 0);
  symbol->rest = eight_bytes(word->word, 8);
  symbol->mask = ic_first_bytes(~UINT64_C(0),
                                size_up_to(word->word.size, 8));
  *slot = (uint32_t) d->count++;
  filter_add(d->all, hash);
  if (word->word.size > m->longest)
    m->longest = word->word.size;
  return d->count > d->mask / 2 ? rehash(d, 2 * d->count, err) : IC_OK;
}

static ic_status find_symbol(ic_matcher *m, const ic_rule_word *word,
                             uint32_t *id, ic_error *err)
{
  ic_str bytes = word->word;
  if (!word->prefix)
    return add_symbol(m, &m->words, word, ic_hash_word(bytes), id, err);
  size_t size = size_up_to(bytes.size, IC_PREFIX_KEY);
  m->prefix_sizes |= 1u << size;
  return add_symbol(m, &m->prefixes, word,
                    ic_hash_head(eight_bytes(bytes, 0), size), id, err);
}

/* ---- the trie ---- */

static ic_status add_state(ic_matcher *m, uint32_t *state, ic_error *err)
{
  void *output = m->state_output, *inner = m->state_inner;
  ic_status status = ic_reserve(&output, &m->states_room, m->n_states + 1u,
                                sizeof *m->state_output, err);
  if (status != IC_OK)
    return status;
  m->state_output = output;
  status = ic_reserve(&inner, &m->inner_room, m->n_states + 1u,
                      sizeof *m->state_inner, err);
  if (status != IC_OK)
    return status;
  m->state_inner = inner;
  *state = m->n_states++;
  m->state_output[*state] = IC_NO_SYMBOL;
  m->state_inner[*state] = 0;
  return IC_OK;
}

static ic_status rehash_edges(ic_matcher *m, ic_error *err)
{
  uint64_t slots = power_of_two(4 * ((uint64_t) m->n_edges + 1));
  uint32_t *fresh = ic_alloc((size_t) slots, sizeof *fresh);
  if (!fresh)
    return ic_no_memory(err);
  ic_free(m->edge_slots);
  m->edge_slots = fresh;
  m->edge_mask = slots - 1;
  memset(fresh, 0xff, (size_t) slots * sizeof *fresh);
  for (size_t i = 0; i < m->n_edges; i++) {
    ic_edge *e = &m->edges[i];
    uint32_t *slot = &fresh[ic_edge_hash(e->from, e->symbol) & m->edge_mask];
    e->next = *slot;
    *slot = (uint32_t) i;
  }
  return IC_OK;
}

static int same_step(const ic_edge *e, uint32_t from, uint32_t symbol,
                     const ic_rule_word *word)
{
  return e->from == from && e->symbol == symbol && e->loose == word->loose
    && ic_str_equal(e->gap, word->gap);
}

static ic_status add_step(ic_matcher *m, uint32_t from,
                          const ic_rule_word *word, uint32_t *to,
                          ic_error *err)
{
  uint32_t symbol;
  ic_status status = find_symbol(m, word, &symbol, err);
  if (status != IC_OK)
    return status;
  uint64_t hash = ic_edge_hash(from, symbol);
  for (uint32_t i = m->edge_slots[hash & m->edge_mask]; i != IC_NO_SYMBOL;
       i = m->edges[i].next)
    if (same_step(&m->edges[i], from, symbol, word)) {
      *to = m->edges[i].to;
      return IC_OK;
    }
  void *edges = m->edges;
  status = ic_reserve(&edges, &m->edges_room, m->n_edges + 1,
                      sizeof *m->edges, err);
  if (status != IC_OK)
    return status;
  m->edges = edges;
  status = add_state(m, to, err);
  if (status != IC_OK)
    return status;
  uint32_t *slot = &m->edge_slots[hash & m->edge_mask];
  m->edges[m->n_edges] =
    (ic_edge) {from, symbol, *to, *slot, word->loose, word->gap};
  *slot = (uint32_t) m->n_edges++;
  m->state_inner[from] = 1;
  return m->n_edges > m->edge_mask / 2 ? rehash_edges(m, err) : IC_OK;
}

static ic_status add_output(ic_matcher *m, uint32_t state, uint32_t rule,
                            ic_error *err)
{
  for (uint32_t i = m->state_output[state]; i != IC_NO_SYMBOL;
       i = m->outputs[i].next)
    if (m->outputs[i].rule == rule)
      return IC_OK;
  void *outputs = m->outputs;
  ic_status status = ic_reserve(&outputs, &m->outputs_room, m->n_outputs + 1,
                                sizeof *m->outputs, err);
  if (status != IC_OK)
    return status;
  m->outputs = outputs;
  m->outputs[m->n_outputs] = (ic_output) {rule, m->state_output[state]};
  m->state_output[state] = (uint32_t) m->n_outputs++;
  return IC_OK;
}

static ic_status add_sequence(ic_matcher *m, uint32_t rule,
                              const ic_rule *parsed, const ic_node *node,
                              ic_error *err)
{
  uint32_t state = 0;
  for (size_t i = 0; i < node->count; i++) {
    ic_status status = add_step(m, state, &parsed->words[node->first + i],
                                &state, err);
    if (status != IC_OK)
      return status;
  }
  return add_output(m, state, rule, err);
}

/* ---- regular expressions ---- */

static ic_status add_regex(ic_matcher *m, uint32_t rule, ic_str text,
                           const ic_node *node, ic_error *err)
{
  void *patterns = m->patterns;
  ic_status status = ic_reserve(&patterns, &m->patterns_room,
                                m->n_patterns + 1, sizeof *m->patterns, err);
  if (status != IC_OK)
    return status;
  m->patterns = patterns;
  ic_pattern *p = &m->patterns[m->n_patterns];
  *p = (ic_pattern) {.rule = rule, .source = node->regex};
  status = ic_regex_compile(node->regex, node->exact, &p->regex, err);
  if (status == IC_OK)
    m->n_patterns++;
  if (status != IC_ERULE)
    return status;
  size_t at = node->at + 1 + err->at;
  ic_error inner = *err;
  return ic_fail_at(err, IC_ERULE, rule, at, "regular expression: %s at "
                    "character %zu", inner.message,
                    ic_count_points((ic_str) {text.data, at}) + 1);
}

static ic_status add_literal(ic_matcher *m, uint32_t pattern, ic_str bytes,
                             ic_error *err)
{
  void *literals = m->literals;
  ic_status status = ic_reserve(&literals, &m->literals_room,
                                m->n_literals + 1, sizeof *m->literals, err);
  if (status != IC_OK)
    return status;
  m->literals = literals;
  uint32_t hash = ic_hash_three(ic_three_bytes(bytes.data));
  m->literals[m->n_literals] =
    (ic_literal) {bytes, pattern, m->literal_slots[hash]};
  m->literal_slots[hash] = (uint32_t) m->n_literals++;
  m->literal_filter[hash >> 6] |= UINT64_C(1) << (hash & 63);
  return IC_OK;
}

static ic_status file_literals(ic_matcher *m, ic_error *err)
{
  size_t slots = (size_t) 1 << IC_LITERAL_BITS;
  if (m->n_patterns == 0)
    return IC_OK;
  m->literal_sets = ic_alloc(m->n_patterns, sizeof *m->literal_sets);
  m->literal_slots = ic_alloc(slots, sizeof *m->literal_slots);
  m->literal_filter = ic_alloc(slots / 64, sizeof *m->literal_filter);
  if (!m->literal_sets || !m->literal_slots || !m->literal_filter)
    return ic_no_memory(err);
  memset(m->literal_slots, 0xff, slots * sizeof *m->literal_slots);
  for (uint32_t i = 0; i < m->n_patterns; i++) {
    ic_literals *set = &m->literal_sets[i];
    ic_regex_literals(m->patterns[i].source, set);
    m->patterns[i].literals = set->count;
    for (size_t j = 0; j < set->count; j++) {
      ic_str bytes = {set->bytes + set->spans[j].start,
                      set->spans[j].end - set->spans[j].start};
      ic_status status = add_literal(m, i, bytes, err);
      if (status != IC_OK)
        return status;
    }
  }
  return IC_OK;
}

/* ---- all together ---- */

static uint32_t only_rule(const ic_matcher *m, uint32_t state)
{
  uint32_t output = m->state_output[state];
  int alone = output != IC_NO_SYMBOL && !m->state_inner[state]
    && m->outputs[output].next == IC_NO_SYMBOL;
  return alone ? m->outputs[output].rule : IC_NO_SYMBOL;
}

static ic_status find_beginnings(ic_matcher *m, ic_error *err)
{
  m->beginnings = ic_alloc(m->n_symbols, sizeof *m->beginnings);
  if (!m->beginnings)
    return ic_no_memory(err);
  memset(m->beginnings, 0xff, m->n_symbols * sizeof *m->beginnings);
  for (size_t i = 0; i < m->n_edges; i++) {
    const ic_edge *e = &m->edges[i];
    if (e->from == 0)
      m->beginnings[e->symbol] =
        (ic_beginning) {e->to, only_rule(m, e->to)};
  }
  return IC_OK;
}

/* By symbol: the hash of a whole word, 0 of a prefix. */
static void list_hashes(const ic_matcher *m, uint64_t *hashes)
{
  for (size_t i = 0; i < m->words.count; i++)
    hashes[m->words.symbols[i].id] = m->words.symbols[i].hash;
}

static void add_pairs(ic_matcher *m, const uint64_t *hashes,
                      const uint32_t *first_of, uint8_t *alone)
{
  for (size_t i = 0; i < m->n_edges; i++) {
    const ic_edge *e = &m->edges[i];
    uint32_t first = e->from ? first_of[e->from] : IC_NO_SYMBOL;
    if (first == IC_NO_SYMBOL)
      continue;
    if (hashes[e->symbol])
      filter_add(m->first, ic_pair_hash(hashes[first], hashes[e->symbol]));
    else
      alone[first] = 1;
  }
}

/* Files pairs, and says by symbol whether it may begin a hit without one: if
 * it is a hit itself, or if a prefix follows it. */
static ic_status file_pairs(ic_matcher *m, uint8_t *alone, ic_error *err)
{
  uint64_t *hashes = ic_alloc(m->n_symbols, sizeof *hashes);
  uint32_t *first_of = ic_alloc(m->n_states, sizeof *first_of);
  ic_status status = hashes && first_of ? IC_OK : ic_no_memory(err);
  if (status == IC_OK) {
    memset(first_of, 0xff, m->n_states * sizeof *first_of);
    for (uint32_t i = 0; i < m->n_symbols; i++)
      if (m->beginnings[i].state != IC_NO_SYMBOL) {
        first_of[m->beginnings[i].state] = i;
        alone[i] = m->state_output[m->beginnings[i].state] != IC_NO_SYMBOL;
      }
    list_hashes(m, hashes);
    add_pairs(m, hashes, first_of, alone);
  }
  ic_free(hashes);
  ic_free(first_of);
  return status;
}

static uint64_t find_gate(unsigned prefix_sizes)
{
  unsigned n = IC_PREFIX_GATE;
  while (n < IC_PREFIX_KEY && !(prefix_sizes >> n & 1))
    n++;
  return ic_first_bytes(~UINT64_C(0), n);
}

/* What may begin a hit. A prefix always stands for itself. */
static ic_status file_first(ic_matcher *m, ic_error *err)
{
  const ic_dictionary *words = &m->words, *prefixes = &m->prefixes;
  uint8_t *alone = ic_alloc(m->n_symbols, 1);
  if (!alone)
    return ic_no_memory(err);
  ic_status status = filter_new(
    &m->first, m->n_edges + words->count + prefixes->count, err);
  m->gate = find_gate(m->prefix_sizes);
  if (status == IC_OK)
    status = file_pairs(m, alone, err);
  for (size_t i = 0; status == IC_OK && i < words->count; i++)
    if (alone[words->symbols[i].id])
      filter_add(m->first, words->symbols[i].hash);
  for (size_t i = 0; status == IC_OK && i < prefixes->count; i++)
    if (m->beginnings[prefixes->symbols[i].id].state != IC_NO_SYMBOL)
      filter_add(m->first, ic_hash_gate(prefixes->symbols[i].head, m->gate));
  ic_free(alone);
  return status;
}

/* Everything under a node, reported as `number` or as the terms it has. */
static ic_status add_node(ic_matcher *m, uint32_t rule, uint32_t number,
                          ic_str text, size_t at, ic_error *err)
{
  const ic_rule *parsed = m->rules[rule];
  const ic_node *node = &parsed->nodes[at];
  if (node->term != IC_NOWHERE)
    number = m->first_term[rule] + (uint32_t) node->term;
  if (node->kind == IC_NODE_SEQUENCE)
    return add_sequence(m, number, parsed, node, err);
  if (node->kind == IC_NODE_REGEX)
    return add_regex(m, number, text, node, err);
  for (size_t child = node->child; child != IC_NOWHERE;
       child = parsed->nodes[child].next) {
    ic_status status = add_node(m, rule, number, text, child, err);
    if (status != IC_OK)
      return status;
  }
  return IC_OK;
}

static ic_status add_terms(ic_matcher *m, uint32_t rule, ic_error *err)
{
  size_t n = m->rules[rule]->n_terms;
  void *rules = m->term_rule;
  if (n >= UINT32_MAX - m->n_rules - m->n_terms)
    return ic_fail(err, IC_ELIMIT, "too many terms");
  ic_status status = ic_reserve(&rules, &m->terms_room, m->n_terms + n,
                                sizeof *m->term_rule, err);
  if (status != IC_OK)
    return status;
  m->term_rule = rules;
  m->first_term[rule] = (uint32_t) (m->n_rules + m->n_terms);
  for (size_t i = 0; i < n; i++)
    m->term_rule[m->n_terms++] = rule;
  return IC_OK;
}

static ic_status add_rule(ic_matcher *m, uint32_t rule, ic_str text,
                          ic_error *err)
{
  ic_status status = ic_rule_parse(text, &m->rules[rule], err);
  if (status == IC_OK && m->parted)
    ic_rule_part(m->rules[rule]);
  if (status == IC_OK && m->rules[rule]->n_terms)
    status = add_terms(m, rule, err);
  if (status == IC_OK)
    status = add_node(m, rule, rule, text, m->rules[rule]->root, err);
  if (status != IC_OK && err)
    err->item = rule;
  return status;
}

static ic_status build(ic_matcher *m, const ic_str *rules, ic_error *err)
{
  uint32_t start;
  ic_status status = rehash(&m->words, 16, err);
  if (status == IC_OK)
    status = rehash(&m->prefixes, 16, err);
  if (status == IC_OK)
    status = rehash_edges(m, err);
  if (status == IC_OK)
    status = add_state(m, &start, err);
  for (size_t i = 0; status == IC_OK && i < m->n_rules; i++)
    status = add_rule(m, (uint32_t) i, rules[i], err);
  if (status == IC_OK)
    status = find_beginnings(m, err);
  if (status == IC_OK)
    status = file_first(m, err);
  return status == IC_OK ? file_literals(m, err) : status;
}

static ic_status build_new(const ic_str *rules, size_t n, int parted,
                           ic_matcher **out, ic_error *err)
{
  *out = NULL;
  if (n >= UINT32_MAX)
    return ic_fail(err, IC_ELIMIT, "too many rules");
  ic_error own;
  err = err ? err : &own;
  ic_matcher *m = ic_alloc(1, sizeof *m);
  if (!m)
    return ic_no_memory(err);
  m->n_rules = n;
  m->parted = parted;
  m->rules = ic_alloc(n, sizeof *m->rules);
  m->first_term = ic_alloc(n, sizeof *m->first_term);
  ic_status status = m->rules && m->first_term ? build(m, rules, err)
                                               : ic_no_memory(err);
  if (status == IC_OK)
    *out = m;
  else
    ic_matcher_free(m);
  return status;
}

ic_status ic_matcher_build(const ic_str *rules, size_t n, ic_matcher **out,
                           ic_error *err)
{
  return build_new(rules, n, 0, out, err);
}

ic_status ic_matcher_build_parted(const ic_str *rules, size_t n,
                                  ic_matcher **out, ic_error *err)
{
  return build_new(rules, n, 1, out, err);
}

static void free_dictionary(ic_dictionary *d)
{
  ic_free(d->symbols);
  ic_free(d->slots);
  ic_free(d->all.bits);
}

void ic_matcher_free(ic_matcher *m)
{
  if (!m)
    return;
  for (size_t i = 0; m->rules && i < m->n_rules; i++)
    ic_rule_free(m->rules[i]);
  for (size_t i = 0; i < m->n_patterns; i++)
    ic_regex_free(m->patterns[i].regex);
  free_dictionary(&m->words);
  free_dictionary(&m->prefixes);
  ic_free(m->rules);
  ic_free(m->first_term);
  ic_free(m->term_rule);
  ic_free(m->beginnings);
  ic_free(m->first.bits);
  ic_free(m->edges);
  ic_free(m->edge_slots);
  ic_free(m->outputs);
  ic_free(m->state_output);
  ic_free(m->state_inner);
  ic_free(m->patterns);
  ic_free(m->literal_sets);
  ic_free(m->literals);
  ic_free(m->literal_slots);
  ic_free(m->literal_filter);
  ic_free(m);
}
