/* The first line is the rule, the rest the text.
 * clang -fsanitize=fuzzer,address,undefined -Isrc tests/core/fuzz_rule.c \
 *   src/core/{status,memory,parallel,numeric,unicode,text,segment,rule,regex,\
 *   matcher,evaluate,scan}.c \
 *   -lpcre2-8 -pthread */
#include <string.h>

#include "core/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
  size_t cut = line ? (size_t) (line - data) : size;
  ic_str rule = {(const char *) data, cut};
  ic_str text = {(const char *) data + cut, size - cut};
  ic_matcher *matcher = NULL;
  ic_scanner *scanner = NULL;
  ic_hits hits = {NULL, 0, 0};
  ic_error err;
  if (ic_utf8_fault(text) == IC_NOWHERE
      && ic_matcher_build(&rule, 1, &matcher, &err) == IC_OK
      && ic_scanner_new(matcher, &scanner, &err) == IC_OK)
    ic_scan(scanner, text, IC_BREAK_LINE, &hits, &err);
  ic_hits_free(&hits);
  ic_scanner_free(scanner);
  ic_matcher_free(matcher);
  return 0;
}
