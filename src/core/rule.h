/* rule.h - the rule language of codebooks: text in, tree out.
 *
 *   rule    = choice
 *   choice  = both { "OR" both }
 *   both    = pair { ("AND" | ["AND"] "NOT") pair }
 *             [ "WITHIN" ("SENTENCE" | "TURN") ]
 *   pair    = guarded { ("NEAR" | "BEFORE" | "AFTER") "/" n guarded }
 *   guarded = primary { "EXCEPT" primary
 *                     | "UNLESS" ("NEAR" | "BEFORE" | "AFTER") "/" n primary }
 *   primary = [marks] word | [marks] '"' phrase '"' | '/' regex '/' [flags]
 *           | '(' choice ')'
 *   marks   = "=" | "~" | "=~" | "~="
 *   flags   = "i" | "c"
 *
 * What the operators mean is in evaluate.h. Those of one level join from left
 * to right.
 *
 * A word or phrase is a sequence of words in the sense of text.h, compared as
 * IC_FORM_FOLDED says, after `=` as IC_FORM_CASED, after `~` as IC_FORM_BARE.
 * Inside a word or at its end `*` stands for any letters of a word (bases with
 * their marks), or none, and `?` for one; no mark can follow them. Where a
 * letter is a word by itself only `*` can follow it, at the end, and says
 * nothing. What stands between two words of a sequence is their gap: white
 * space or one hyphen is a loose gap, which matches a run of white space (line
 * ends too) or one hyphen; any other gap, an empty one too, must be there as
 * written, runs of white space in it matching any run. In quotes \" \\ \* and
 * \? stand for the plain character.
 * Typographic double quotes serve as well. Within / / only \/ is ours; all else
 * is PCRE2's. The flag c says that case counts, i that it does not, as without.
 *
 * Operators are in capitals; in quotes they are words. IN and XOR are reserved:
 * bare, they are refused. SENTENCE and TURN are words but after WITHIN.
 *
 * A rule is immutable once parsed and may be read by any number of threads.
 * Parsing neither prints nor keeps the text given to it. */
#ifndef IC_RULE_H
#define IC_RULE_H

#include "text.h"

#define IC_RULE_SIZE_MAX 65536u /* bytes of a rule */
#define IC_RULE_DEPTH_MAX 64    /* parentheses in parentheses */
#define IC_RULE_WORD_MAX 200u   /* bytes of one word, decomposed */
#define IC_RULE_WORDS_MAX 64u   /* words of one phrase */
#define IC_RULE_NEAR_MAX 9999u  /* words between two hits */

typedef enum ic_node_kind {
  IC_NODE_OR,       /* any of its children */
  IC_NODE_CHAIN,    /* its first child, joined with the next by their `op` */
  IC_NODE_SEQUENCE, /* words one after the other; one word is a sequence too */
  IC_NODE_REGEX
} ic_node_kind;

/* How a child of a chain joins what stands before it. */
typedef enum ic_operator {
  IC_OP_NONE, IC_OP_AND, IC_OP_NOT, IC_OP_NEAR, IC_OP_BEFORE, IC_OP_AFTER,
  IC_OP_EXCEPT, IC_OP_UNLESS_NEAR, IC_OP_UNLESS_BEFORE, IC_OP_UNLESS_AFTER
} ic_operator;

typedef enum ic_within {
  IC_WITHIN_OUTER, /* nothing said */
  IC_WITHIN_SENTENCE, IC_WITHIN_TURN
} ic_within;

typedef struct ic_rule_word {
  ic_str word; /* the key of what stands before its first `*` or `?` */
  int prefix;  /* it has one: the word may go on */
  ic_str pattern; /* all of it, cased or folded as is its form, with marks */
  int form;    /* IC_FORM_CASED, IC_FORM_BARE, both or neither */
  int strict;  /* the pattern is asked of every word that has the key; else only
                  of those with marks, since for others the key says it all */
  int loose;   /* the gap before it is loose; the first word's always is */
  ic_str gap;  /* the gap as written where it is not loose */
} ic_rule_word;

typedef struct ic_node {
  ic_node_kind kind;
  size_t at, end;     /* bytes of the rule, with marks and parentheses */
  size_t child, next; /* numbers of nodes; IC_NOWHERE where there is none */
  size_t first, count; /* its words, for IC_NODE_SEQUENCE */
  ic_str regex;        /* the pattern between the slashes */
  int exact;           /* case counts in it */
  ic_operator op;
  unsigned distance;   /* words, with the operators that count them */
  ic_within within;    /* of a chain */
  int plain;           /* no chain in it */
  size_t term;         /* its number if it is a term of a rule with operators:
                          a plain node under no other; else IC_NOWHERE */
} ic_node;

typedef struct ic_rule {
  ic_node *nodes;
  size_t n_nodes, nodes_room, root;
  size_t n_terms; /* 0 for a plain rule, one without operators but OR */
  int counts_words, parts_sentences; /* whether some operator does */
  ic_rule_word *words;
  size_t n_words, words_room;
  char *bytes; /* what the strings above point into */
  size_t n_bytes;
} ic_rule;

/* Parses one rule. Failures: IC_ETEXT (not UTF-8), IC_ERULE (with the
 * character, counted from 1, in the message and the byte in err->at),
 * IC_ELIMIT, IC_EMEMORY; then *out is NULL. */
ic_status ic_rule_parse(ic_str text, ic_rule **out, ic_error *err);

/* Makes every word, phrase and expression of a rule a term of its own, in the
 * order in which they are written, as if OR were an operator too. The rule
 * means the same. */
void ic_rule_part(ic_rule *rule);

void ic_rule_free(ic_rule *rule);

/* A hyphen that may stand for the space in a phrase: U+002D, U+2010, U+2011. */
int ic_is_hyphen(uint32_t c);

#endif
