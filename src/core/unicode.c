#include "unicode.h"

#include "unicode_tables.h"

#define TABLES_MASK ((1u << TABLES_SHIFT) - 1)

static unsigned look_up(const uint8_t *blocks, unsigned block, uint32_t c)
{
  return blocks[(block << TABLES_SHIFT) + (c & TABLES_MASK)];
}

unsigned ic_char_class(uint32_t c)
{
  if (c > 0x10ffff)
    return 0;
  return look_up(class_block, class_index[c >> TABLES_SHIFT], c);
}

uint32_t ic_fold(uint32_t c)
{
  if (c > 0x10ffff)
    return c;
  unsigned step = look_up(fold_block, fold_index[c >> TABLES_SHIFT], c);
  return (uint32_t) ((int32_t) c + fold_step[step]);
}
