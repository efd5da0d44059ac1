/* regex.h - regular expressions by PCRE2 with limits, and the literals that
 * every match must contain.
 *
 * Patterns are UTF-8, without regard to case by simple folding unless it is to
 * count, with Unicode properties for \w and \b; \C is refused, an empty match
 * does not count. A pattern is compiled with PCRE2's own just-in-time compiler
 * where the library has one; it finds the same matches.
 *
 * PCRE2's own limits hold for one place of the text at a time and count no
 * characters run over, so they do not bound time. Steps do: one for each item
 * of the pattern that is tried (PCRE2's automatic callouts), one for each byte
 * between the places of two tries, n for a repeat of at least n, and with
 * back-references the length of the longest group each time. With another
 * version of the library, or without its just-in-time compiler, they may differ
 * a little: compiled matching that runs out of stack begins again, and counts
 * on. Depth and heap are limited besides where there is no such compiler.
 *
 * An ic_regex is immutable; threads share it, each with its own ic_regex_run.
 */
#ifndef IC_REGEX_H
#define IC_REGEX_H

#include "text.h"

#define IC_REGEX_SIZE_MAX 8192u        /* bytes of a pattern */
#define IC_REGEX_STEPS_PER_BYTE 40u
#define IC_REGEX_STEPS_BESIDE 2048u    /* however short the text */
#define IC_REGEX_MATCH_LIMIT 10000000u /* backtracks at one place */
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

/* The steps that one expression may take in `bytes` of text. */
uint64_t ic_regex_steps(size_t bytes);

/* The first match in text at or after byte `from`; *found is 0 if there is
 * none. The text is valid UTF-8; its ends are where ^ and $ match, and nothing
 * outside it is looked at. *steps is what it may take, less what it took; NULL
 * for ic_regex_steps() of the text. Failures: IC_ELIMIT when steps or a limit
 * run out, or \K puts the end before the beginning; IC_EMEMORY. */
ic_status ic_regex_find(const ic_regex *regex, ic_regex_run *run, ic_str text,
                        size_t from, uint64_t *steps, ic_span *match,
                        int *found, ic_error *err);

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
