#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include <pcre2.h>
#include <string.h>

#include "memory.h"

struct ic_regex {
  pcre2_general_context *general;
  pcre2_code *code;
  uint32_t *least;  /* per byte of the pattern: the least its repeat takes */
  size_t size;
  int refers_back;
};

struct ic_regex_run {
  pcre2_general_context *general;
  pcre2_match_context *context;
  pcre2_match_data *data;
  const ic_regex *regex; /* at work, with the steps it has left */
  uint64_t steps;
  size_t last; /* where it tried last */
};

static void *take(size_t size, void *data)
{
  (void) data;
  return ic_alloc(1, size);
}

static void give(void *block, void *data)
{
  (void) data;
  ic_free(block);
}

/* ---- compiling ---- */

static ic_status refused(int code, size_t at, ic_error *err)
{
  char words[160] = "cannot be compiled";
  if (code == PCRE2_ERROR_HEAP_FAILED)
    return ic_no_memory(err);
  pcre2_get_error_message(code, (PCRE2_UCHAR *) words, sizeof words);
  return ic_fail_at(err, IC_ERULE, IC_NOWHERE, at, "%s", words);
}

/* What `{n` says in a part of the pattern, 0 if nothing. */
static uint32_t least_of(ic_str part)
{
  uint32_t n = 0;
  size_t i = 0;
  while (i < part.size && part.data[i] != '{')
    i++;
  for (i++; i < part.size && n < 100000; i++) {
    if (part.data[i] < '0' || part.data[i] > '9')
      break;
    n = n * 10 + (uint32_t) (part.data[i] - '0');
  }
  return n;
}

typedef struct weighing {
  ic_regex *regex;
  ic_str pattern;
  size_t last; /* where the item before begins */
} weighing;

/* From one item of the pattern to the next is the first with its repeat. */
static int weigh_item(pcre2_callout_enumerate_block *block, void *data)
{
  weighing *w = data;
  size_t at = block->pattern_position;
  if (at > w->last && at <= w->pattern.size)
    w->regex->least[w->last] =
      least_of(ic_str_slice(w->pattern, (ic_span) {w->last, at}));
  w->last = at;
  return 0;
}

/* Repeats run over what they need at least before anything is counted. */
static ic_status weigh_repeats(ic_regex *regex, ic_str pattern, ic_error *err)
{
  uint32_t back = 0;
  weighing w = {regex, pattern, 0};
  pcre2_pattern_info(regex->code, PCRE2_INFO_BACKREFMAX, &back);
  regex->refers_back = back > 0;
  if (pattern.size == 0 || !memchr(pattern.data, '{', pattern.size))
    return IC_OK;
  regex->size = pattern.size;
  regex->least = ic_alloc(pattern.size, sizeof *regex->least);
  if (!regex->least)
    return ic_no_memory(err);
  pcre2_callout_enumerate(regex->code, weigh_item, &w);
  return IC_OK;
}

static ic_status compile(ic_regex *regex, ic_str pattern, int exact,
                         ic_error *err)
{
  int code;
  PCRE2_SIZE at;
  pcre2_compile_context *context =
    pcre2_compile_context_create(regex->general);
  if (!context)
    return ic_no_memory(err);
  pcre2_set_max_pattern_length(context, IC_REGEX_SIZE_MAX);
  regex->code = pcre2_compile(
    (PCRE2_SPTR) pattern.data, pattern.size,
    PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK
      | (exact ? 0 : PCRE2_CASELESS)
      | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT, &code, &at, context);
  pcre2_compile_context_free(context);
  if (!regex->code)
    return refused(code, at < pattern.size ? at : pattern.size, err);
  uint32_t jit = 0;
  if (pcre2_config(PCRE2_CONFIG_JIT, &jit) == 0 && jit)
    pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
  return weigh_repeats(regex, pattern, err);
}

ic_status ic_regex_compile(ic_str pattern, int exact, ic_regex **out,
                           ic_error *err)
{
  *out = NULL;
  if (pattern.size > IC_REGEX_SIZE_MAX)
    return ic_fail_at(err, IC_ELIMIT, IC_NOWHERE, 0, "a regular expression of "
                      "more than %u bytes", IC_REGEX_SIZE_MAX);
  ic_regex *regex = ic_alloc(1, sizeof *regex);
  if (!regex)
    return ic_no_memory(err);
  regex->general = pcre2_general_context_create(take, give, NULL);
  ic_status status = regex->general ? compile(regex, pattern, exact, err)
                                    : ic_no_memory(err);
  if (status == IC_OK)
    *out = regex;
  else
    ic_regex_free(regex);
  return status;
}

void ic_regex_free(ic_regex *regex)
{
  if (!regex)
    return;
  pcre2_code_free(regex->code);
  ic_free(regex->least);
  pcre2_general_context_free(regex->general);
  ic_free(regex);
}

/* ---- matching ---- */

static uint64_t longest_group(const pcre2_callout_block *block)
{
  size_t longest = 0;
  for (uint32_t i = 1; i < block->capture_top; i++) {
    const PCRE2_SIZE *ends = block->offset_vector + 2 * i;
    if (ends[0] != PCRE2_UNSET && ends[1] != PCRE2_UNSET && ends[1] > ends[0]
        && ends[1] - ends[0] > longest)
      longest = ends[1] - ends[0];
  }
  return longest;
}

static int count_steps(pcre2_callout_block *block, void *data)
{
  ic_regex_run *run = data;
  const ic_regex *regex = run->regex;
  size_t at = block->current_position, part = block->pattern_position;
  uint64_t steps = 1 + (at > run->last ? at - run->last : run->last - at);
  if (regex->least && part < regex->size)
    steps += regex->least[part];
  if (regex->refers_back)
    steps += longest_group(block);
  run->last = at;
  int enough = steps <= run->steps;
  run->steps = enough ? run->steps - steps : 0;
  return enough ? 0 : PCRE2_ERROR_CALLOUT;
}

ic_status ic_regex_run_new(ic_regex_run **out, ic_error *err)
{
  *out = NULL;
  ic_regex_run *run = ic_alloc(1, sizeof *run);
  if (!run)
    return ic_no_memory(err);
  run->general = pcre2_general_context_create(take, give, NULL);
  if (run->general) {
    run->context = pcre2_match_context_create(run->general);
    run->data = pcre2_match_data_create(1, run->general);
  }
  if (!run->context || !run->data) {
    ic_regex_run_free(run);
    return ic_no_memory(err);
  }
  pcre2_set_match_limit(run->context, IC_REGEX_MATCH_LIMIT);
  pcre2_set_depth_limit(run->context, IC_REGEX_DEPTH_LIMIT);
  pcre2_set_heap_limit(run->context, IC_REGEX_HEAP_LIMIT);
  pcre2_set_callout(run->context, count_steps, run);
  *out = run;
  return IC_OK;
}

void ic_regex_run_free(ic_regex_run *run)
{
  if (!run)
    return;
  pcre2_match_data_free(run->data);
  pcre2_match_context_free(run->context);
  pcre2_general_context_free(run->general);
  ic_free(run);
}

static ic_status gave_up(int code, ic_error *err)
{
  switch (code) {
  case PCRE2_ERROR_NOMEMORY:
    return ic_no_memory(err);
  case PCRE2_ERROR_CALLOUT:
    return ic_fail(err, IC_ELIMIT, "the regular expression takes more steps "
                   "than a text of this length allows");
  case PCRE2_ERROR_MATCHLIMIT:
    return ic_fail(err, IC_ELIMIT, "the regular expression takes more than %u "
                   "steps at one place", IC_REGEX_MATCH_LIMIT);
  case PCRE2_ERROR_DEPTHLIMIT:
    return ic_fail(err, IC_ELIMIT, "the regular expression backtracks more "
                   "than %u deep", IC_REGEX_DEPTH_LIMIT);
  case PCRE2_ERROR_HEAPLIMIT:
    return ic_fail(err, IC_ELIMIT, "the regular expression takes more than %u "
                   "KiB", IC_REGEX_HEAP_LIMIT);
  default:
    return ic_fail(err, IC_ELIMIT, "the regular expression stops (PCRE2 error "
                   "%d)", code);
  }
}

uint64_t ic_regex_steps(size_t bytes)
{
  return (uint64_t) bytes * IC_REGEX_STEPS_PER_BYTE + IC_REGEX_STEPS_BESIDE;
}

static int match_from(const ic_regex *regex, ic_regex_run *run, ic_str text,
                      size_t from)
{
  uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;
  PCRE2_SPTR subject = (PCRE2_SPTR) (text.size ? text.data : "");
  run->regex = regex;
  run->last = from;
  int code = pcre2_match(regex->code, subject, text.size, from, options,
                         run->data, run->context);
  if (code != PCRE2_ERROR_JIT_STACKLIMIT)
    return code;
  run->last = from;
  return pcre2_match(regex->code, subject, text.size, from,
                     options | PCRE2_NO_JIT, run->data, run->context);
}

ic_status ic_regex_find(const ic_regex *regex, ic_regex_run *run, ic_str text,
                        size_t from, uint64_t *steps, ic_span *match,
                        int *found, ic_error *err)
{
  run->steps = steps ? *steps : ic_regex_steps(text.size);
  int code = match_from(regex, run, text, from);
  if (steps)
    *steps = run->steps;
  *found = code >= 0;
  if (code == PCRE2_ERROR_NOMATCH)
    return IC_OK;
  if (code < 0)
    return gave_up(code, err);
  const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(run->data);
  *match = (ic_span) {ends[0], ends[1]};
  if (match->start >= match->end)
    return ic_fail(err, IC_ELIMIT, "the regular expression uses \\K in a way "
                   "that leaves no match");
  return IC_OK;
}

/* ---- literals ---- */

/* Walks a pattern's top level. `run` is the literal being read, the longest
 * of this alternative is kept. */
typedef struct walker {
  ic_str pattern;
  size_t at;
  char run[64], best[64];
  size_t run_size, best_size;
  ic_literals *out;
} walker;

static int peek(const walker *w, size_t ahead)
{
  size_t at = w->at + ahead;
  return at < w->pattern.size ? (unsigned char) w->pattern.data[at] : -1;
}

static int is_alnum(int c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
    || (c >= 'A' && c <= 'Z');
}

static void end_run(walker *w)
{
  if (w->run_size > w->best_size) {
    memcpy(w->best, w->run, w->run_size);
    w->best_size = w->run_size;
  }
  w->run_size = 0;
}

static void add_char(walker *w, int c)
{
  if (w->run_size == sizeof w->run)
    end_run(w);
  w->run[w->run_size++] = (char) (c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* To the `}` of {2,3}. Braces around anything else are plain characters. */
static int skip_count(walker *w)
{
  do
    w->at++;
  while ((peek(w, 0) >= '0' && peek(w, 0) <= '9') || peek(w, 0) == ',');
  return peek(w, 0) == '}';
}

/* A quantifier that allows none takes the last character back. */
static int quantifier(walker *w)
{
  int c = peek(w, 0);
  if (c == '?' || c == '*' || c == '{') {
    if (w->run_size)
      w->run_size--;
    end_run(w);
    if (c == '{' && !skip_count(w))
      return 0;
  } else if (c == '+') {
    end_run(w);
  } else {
    return 1;
  }
  w->at++;
  if (peek(w, 0) == '?' || peek(w, 0) == '+')
    w->at++;
  return 1;
}

/* From `[` past the `]` that closes it. */
static int skip_class(walker *w)
{
  w->at++;
  if (peek(w, 0) == '^')
    w->at++;
  if (peek(w, 0) == ']')
    w->at++;
  for (; peek(w, 0) != ']'; w->at++) {
    if (peek(w, 0) < 0 || peek(w, 0) == '[')
      return 0;
    if (peek(w, 0) == '\\') {
      w->at++;
      if (peek(w, 0) == 'Q' || peek(w, 0) == 'E')
        return 0;
    }
  }
  w->at++;
  return 1;
}

static int opens_plainly(const walker *w)
{
  if (peek(w, 1) == '*')
    return 0;
  if (peek(w, 1) != '?')
    return 1;
  return peek(w, 2) == ':';
}

/* From `(` past the `)` that closes it; only ( and (?: are understood. */
static int skip_group(walker *w)
{
  size_t depth = 0;
  while (w->at < w->pattern.size) {
    int c = peek(w, 0);
    if (c == '[') {
      if (!skip_class(w))
        return 0;
      continue;
    }
    if (c == '(') {
      if (!opens_plainly(w))
        return 0;
      depth++;
    }
    if (c == '\\') {
      if (!strchr("bBwWdDsS.", peek(w, 1)) || peek(w, 1) <= 0)
        return 0;
      w->at++;
    }
    w->at++;
    if (c == ')' && --depth == 0)
      return 1;
  }
  return 0;
}

static int escape(walker *w)
{
  int c = peek(w, 1);
  if (c <= 0 || c >= 0x80)
    return 0;
  if (!is_alnum(c))
    add_char(w, c);
  else if (strchr("bBwWdDsS", c))
    end_run(w);
  else
    return 0;
  w->at += 2;
  return 1;
}

static int one_atom(walker *w)
{
  int c = peek(w, 0);
  if (c == '[' || c == '(') {
    end_run(w);
    return c == '[' ? skip_class(w) : skip_group(w);
  }
  if (c == '\\')
    return escape(w);
  if (c == ')' || c == '?' || c == '*' || c == '+' || c == '{')
    return 0;
  w->at++;
  if (c == '.' || c == '^' || c == '$' || c >= 0x80)
    end_run(w);
  else
    add_char(w, c);
  return 1;
}

static int end_alternative(walker *w)
{
  ic_literals *out = w->out;
  end_run(w);
  size_t used = out->count ? out->spans[out->count - 1].end : 0;
  if (w->best_size < 3 || out->count == IC_LITERALS_MAX
      || w->best_size > sizeof out->bytes - used)
    return 0;
  memcpy(out->bytes + used, w->best, w->best_size);
  out->spans[out->count++] = (ic_span) {used, used + w->best_size};
  w->best_size = 0;
  return 1;
}

static int walk(walker *w)
{
  while (w->at < w->pattern.size) {
    if (peek(w, 0) == '|') {
      w->at++;
      if (!end_alternative(w))
        return 0;
    } else if (!one_atom(w) || !quantifier(w)) {
      return 0;
    }
  }
  return end_alternative(w);
}

void ic_regex_literals(ic_str pattern, ic_literals *literals)
{
  walker w = {.pattern = pattern, .out = literals};
  literals->count = 0;
  if (!walk(&w))
    literals->count = 0;
}
