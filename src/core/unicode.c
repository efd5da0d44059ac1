#include "unicode.h"

#include "unicode_tables.h"

#define TABLES_MASK ((1u << TABLES_SHIFT) - 1)

/* 0 of what lies beyond the tables. */
#define LOOK_UP(name, c)                                                 \
  ((c) >> TABLES_SHIFT < sizeof name##_index / sizeof *name##_index     \
     ? name##_block[((unsigned) name##_index[(c) >> TABLES_SHIFT]       \
                     << TABLES_SHIFT) + ((c) & TABLES_MASK)]            \
     : 0u)

unsigned ic_char_class(uint32_t c)
{
  return LOOK_UP(class, c);
}

int ic_is_plain_pair(unsigned char lead, unsigned char inner)
{
  return plain_pairs[lead & 31] >> (inner & 63) & 1;
}

uint32_t ic_fold(uint32_t c)
{
  return (uint32_t) ((int32_t) c + fold_step[LOOK_UP(fold, c)]);
}

unsigned ic_mark_order(uint32_t c)
{
  return LOOK_UP(order, c);
}

/* Only the first part of a pair may have parts again. */
unsigned ic_decompose(uint32_t c, uint32_t parts[IC_PARTS_MAX])
{
  uint32_t behind[IC_PARTS_MAX];
  unsigned n = 0, count = 0;
  for (unsigned i = LOOK_UP(parts, c); i; i = LOOK_UP(parts, c)) {
    c = parts_pair[i] & 0x1fffff;
    behind[n] = parts_second[parts_pair[i] >> 21];
    n += behind[n] != 0;
  }
  parts[count++] = c;
  while (n > 0)
    parts[count++] = behind[--n];
  return count;
}
