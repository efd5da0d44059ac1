/* regex.h - regular expressions by PCRE2 with limits, and the literals that
 * every match must contain.
 *
 * Patterns are UTF-8, without regard to case by simple folding unless it is to
 * count, with Unicode properties for \w and \b; \C is refused, an empty match does not count. A
 * pattern is compiled with PCRE2's own just-in-time compiler where the library
 * has one; it finds the same matches, but counts its steps more sparingly, so
 * a pattern may reach a limit only without it.
 *
 * An ic_regex is immutable; threads share it, each with its own ic_regex_run.
 */
#ifndef IC_REGEX_H
#define IC_REGEX_H

#include "text.h"

#define IC_REGEX_SIZE_MAX 8192u        /* bytes of a pattern */
#define IC_REGEX_MATCH_LIMIT 1000000u  /* steps per search */
#define IC_REGEX_DEPTH_LIMIT 10000u    /* nested backtracking */
#define IC_REGEX_HEAP_LIMIT 20000u     /* KiB */
#define IC_LITERALS_MAX 32

typedef struct ic_regex ic_regex;
typedef struct ic_regex_run ic_regex_run;

/* `exact`: case counts. Failures: IC_ERULE with PCRE2's words and the byte in
 * err->at, IC_ELIMIT, IC_EMEMORY; then *out is NULL. */
ic_status ic_regex_compile(ic_str pattern, int exact, ic_regex **out,
                           ic_error *err);
void ic_regex_free(ic_regex *regex);

/* A thread's place to match in. */
ic_status ic_regex_run_new(ic_regex_run **out, ic_error *err);
void ic_regex_run_free(ic_regex_run *run);

/* The first match in text at or after byte `from`; *found is 0 if there is
 * none. The text is valid UTF-8; its ends are where ^ and $ match, and nothing
 * outside it is looked at. Failures: IC_ELIMIT when a limit is reached,
 * IC_EMEMORY. */
ic_status ic_regex_find(const ic_regex *regex, ic_regex_run *run, ic_str text,
                        size_t from, ic_span *match, int *found,
                        ic_error *err);

/* Literals of which every match contains at least one: runs of at least three
 * ASCII letters, digits, spaces or signs, letters in lower case. Text in which
 * U+017F or U+212A stand for s and k may match without. */
typedef struct ic_literals {
  ic_span spans[IC_LITERALS_MAX]; /* into bytes */
  size_t count;                   /* 0: nothing is known */
  char bytes[512];
} ic_literals;

/* Reads the literals off a pattern; count stays 0 wherever the pattern holds
 * something this does not understand. */
void ic_regex_literals(ic_str pattern, ic_literals *literals);

#endif
