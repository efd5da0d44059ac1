#include "memory.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef IC_TEST_MEMORY
static size_t countdown;
static int stays;

void ic_memory_fail(size_t n, int persistent)
{
  countdown = n;
  stays = persistent;
}

static int must_fail(void)
{
  if (countdown == 0)
    return 0;
  if (countdown > 1) {
    countdown--;
    return 0;
  }
  if (!stays)
    countdown = 0;
  return 1;
}
#else
# define must_fail() 0
#endif

void *ic_alloc(size_t count, size_t size)
{
  if (must_fail() || (size && count > SIZE_MAX / size))
    return NULL;
  return calloc(count ? count : 1, size ? size : 1);
}

void *ic_resize(void *block, size_t count, size_t size)
{
  if (must_fail() || (size && count > SIZE_MAX / size))
    return NULL;
  size_t bytes = count * size;
  return realloc(block, bytes ? bytes : 1);
}

ic_status ic_reserve(void **block, size_t *capacity, size_t needed,
                     size_t size, ic_error *err)
{
  if (needed <= *capacity)
    return IC_OK;
  size_t grown = *capacity + *capacity / 2;
  if (grown < needed)
    grown = needed;
  if (grown < 16)
    grown = 16;
  void *resized = ic_resize(*block, grown, size);
  if (!resized)
    return ic_no_memory(err);
  *block = resized;
  *capacity = grown;
  return IC_OK;
}

void ic_free(void *block)
{
  free(block);
}

ic_status ic_no_memory(ic_error *err)
{
  return ic_fail(err, IC_EMEMORY, "not enough memory");
}
