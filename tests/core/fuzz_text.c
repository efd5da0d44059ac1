/* clang -fsanitize=fuzzer,address,undefined -Isrc tests/core/fuzz_text.c \
 *   src/core/{status,memory,unicode,text}.c */
#include <stdlib.h>

#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  ic_str text = {(const char *) data, size};
  size_t fault = ic_utf8_fault(text);
  if (fault != IC_NOWHERE)
    text.size = fault;
  ic_points points;
  if (ic_points_build(&points, text, NULL) != IC_OK)
    return 0;
  ic_span word = {0, 0};
  while (ic_next_word(text, word.end, &word))
    if (ic_byte_of_point(&points, ic_point_of_byte(&points, word.start))
        != word.start)
      abort();
  ic_points_free(&points);
  return 0;
}
