/* matcher.h - the rules of a codebook compiled for scanning.
 *
 * Words and prefixes of all rules become symbols; phrases become paths of a
 * trie over symbols, a word alone a path of one step. A scanner hashes each
 * word of the text once, asks two bit filters, and looks further only at the
 * few words that pass: the cost is one pass, whatever the number of rules.
 * Regular expressions stand beside, each with the literals it needs.
 *
 * A plain rule reports under its own number, each term of a rule with operators
 * under a number of its own, from n_rules on; evaluate.h makes hits of those.
 *
 * A matcher is immutable once built: any number of threads may scan with the
 * same one. */
#ifndef IC_MATCHER_H
#define IC_MATCHER_H

#include <string.h>

#include "regex.h"
#include "rule.h"

#define IC_NO_SYMBOL UINT32_MAX
#define IC_PREFIX_KEY 8 /* bytes by which prefixes are filed */
#define IC_PREFIX_GATE 4 /* the fewest by which they are looked for at first */

/* A word of the rules by its key, and what more it asks. Words are in the table
 * by whole, prefixes by their first IC_PREFIX_KEY bytes (or all, if shorter),
 * and in the filter `first` by as many bytes as the shortest has, the gate: a
 * word needs one look there, and only if it passes one per size of prefixes.
 * Prefixes shorter than IC_PREFIX_GATE would open the gate to nearly all, and
 * are always looked for. */
typedef struct ic_symbol {
  uint64_t hash;
  uint64_t head, rest; /* its first sixteen bytes, padded with zeros */
  ic_str bytes;
  ic_str pattern; /* as in ic_rule_word, with `form` and `strict` */
  int form, strict;
  uint32_t id;    /* over words and prefixes together */
  uint32_t next;  /* the next with the same place in the table */
  uint64_t mask;  /* which bytes of the head it has */
} ic_symbol;

/* A set of hashes, a bit for each; it may seem to have more. */
typedef struct ic_filter {
  uint64_t *bits, mask; /* of words of 64 bits */
} ic_filter;

typedef struct ic_dictionary {
  ic_symbol *symbols;
  size_t count, room;
  uint32_t *slots; /* first symbol per hash, IC_NO_SYMBOL where none */
  uint64_t mask;
  ic_filter all;
} ic_dictionary;

typedef struct ic_edge {
  uint32_t from, symbol, to;
  uint32_t next;  /* the next with the same place in the table */
  int loose;      /* the gap before this word, as in ic_rule_word */
  ic_str gap;
} ic_edge;

/* Where a symbol leads from the start; IC_NO_SYMBOL where it is no first word.
 * If it is a hit of one rule and no more, as most are, that is its rule, else
 * IC_NO_SYMBOL. */
typedef struct ic_beginning {
  uint32_t state, rule;
} ic_beginning;

/* `rule` is the number of a plain rule, or of a term of another. */
typedef struct ic_output {
  uint32_t rule, next;
} ic_output;

typedef struct ic_pattern {
  ic_regex *regex;
  uint32_t rule;
  ic_str source;
  size_t literals; /* how many literals; without any it looks at every text */
} ic_pattern;

/* A literal that makes a text worth a look by one regular expression. */
typedef struct ic_literal {
  ic_str bytes;
  uint32_t pattern, next;
} ic_literal;

typedef struct ic_matcher {
  ic_rule **rules; /* they hold the bytes that strings point into */
  size_t n_rules;
  int parted; /* every term of a rule has a number of its own */
  uint32_t *first_term;  /* of each rule with operators; n_rules and above */
  uint32_t *term_rule;   /* the rule of each term, from number n_rules on */
  size_t n_terms, terms_room;
  ic_dictionary words, prefixes;
  ic_filter first; /* what can begin a hit: words that do so alone, the first
                    * two words of phrases (many begin with common words, but
                    * few with common pairs), and the gates of prefixes */
  unsigned prefix_sizes;   /* bit n: some are filed under n bytes */
  uint64_t gate;           /* which bytes of a word's head pass it */
  size_t longest;          /* bytes of the longest word or prefix */
  uint32_t n_symbols, n_states; /* state 0 is the start */
  ic_beginning *beginnings; /* by symbol */
  ic_edge *edges;
  size_t n_edges, edges_room;
  uint32_t *edge_slots;
  uint64_t edge_mask;
  ic_output *outputs;
  size_t n_outputs, outputs_room;
  uint32_t *state_output; /* first output of a state */
  uint8_t *state_inner;   /* the state has edges */
  size_t states_room, inner_room;
  ic_pattern *patterns;
  size_t n_patterns, patterns_room;
  ic_literals *literal_sets;
  ic_literal *literals;
  size_t n_literals, literals_room;
  uint32_t *literal_slots; /* by the hash of three bytes */
  uint64_t *literal_filter;
} ic_matcher;

#define IC_LITERAL_BITS 13

/* Parses and compiles n rules. On failure *out is NULL, err->item is the
 * number of the rule and err->at the byte in it; a message about a regular
 * expression names the character. */
ic_status ic_matcher_build(const ic_str *rules, size_t n, ic_matcher **out,
                           ic_error *err);

/* The same with every rule parted (ic_rule_part()): finds the same hits, more
 * slowly, and a recorder (evaluate.h) sees each term by itself. */
ic_status ic_matcher_build_parted(const ic_str *rules, size_t n,
                                  ic_matcher **out, ic_error *err);

void ic_matcher_free(ic_matcher *matcher);

/* The rule to which the number of a rule or term belongs. */
static inline uint32_t ic_rule_of(const ic_matcher *m, uint32_t number)
{
  return number < m->n_rules ? number : m->term_rule[number - m->n_rules];
}

/* ---- for the scanner ---- */

/* The hash of the key of a word (text.h), and the numbers it is made of: its
 * first sixteen bytes, padded with zeros. */
static inline uint64_t ic_mix(uint64_t a, uint64_t b, size_t size)
{
  uint64_t h = (a ^ size) * UINT64_C(0x9e3779b97f4a7c15)
    + b * UINT64_C(0xd6e8feb86659fd93);
  return h ^ h >> 32;
}

uint64_t ic_hash_word(ic_str key);

/* The first n <= 8 bytes of eight, the others zero. */
static inline uint64_t ic_first_bytes(uint64_t head, size_t n)
{
  static const unsigned char mask[16] = {
    255, 255, 255, 255, 255, 255, 255, 255
  };
  uint64_t kept;
  memcpy(&kept, mask + 8 - n, sizeof kept);
  return head & kept;
}

/* The hash of words that begin with these `size` <= 8 bytes. */
static inline uint64_t ic_hash_head(uint64_t head, size_t size)
{
  uint64_t h = (ic_first_bytes(head, size) + size)
    * UINT64_C(0x9e3779b97f4a7c15);
  h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
  return h ^ h >> 32;
}

/* The same by the bytes of the matcher's gate, in less time. */
static inline uint64_t ic_hash_gate(uint64_t head, uint64_t gate)
{
  return (head & gate) * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

static inline unsigned ic_filter_has(ic_filter filter, uint64_t hash)
{
  return filter.bits[hash >> 6 & filter.mask] >> (hash & 63) & 1;
}

/* Of the hashes of two words. */
static inline uint64_t ic_pair_hash(uint64_t first, uint64_t second)
{
  return (first << 23 | first >> 41) ^ second;
}

static inline uint32_t ic_three_bytes(const char *at)
{
  const unsigned char *s = (const unsigned char *) at;
  return s[0] | (uint32_t) s[1] << 8 | (uint32_t) s[2] << 16;
}

static inline uint32_t ic_hash_three(uint32_t three)
{
  return three * UINT32_C(0x9e3779b1) >> (32 - IC_LITERAL_BITS);
}

static inline uint64_t ic_edge_hash(uint32_t from, uint32_t symbol)
{
  uint64_t h = ((uint64_t) from << 32 | symbol)
    * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 32;
}

/* Whether the text between two words is the gap a phrase asks for. */
int ic_gap_fits(int loose, ic_str wanted, ic_str gap);

/* Whether a word of the text is as a pattern of ic_rule_word says. */
int ic_word_fits(ic_str pattern, int form, ic_str word);

#endif
