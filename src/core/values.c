#include "values.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"
#include "numeric.h"

/* Whole numbers in a narrow range are encoded through a table. */
#define NARROW 65536

typedef struct extent {
  double low, high;
  size_t infinite; /* the place of an infinite value, or IC_NOWHERE */
  int whole;
} extent;

static extent find_extent(const double *x, size_t n)
{
  extent e = {INFINITY, -INFINITY, IC_NOWHERE, 1};
  for (size_t i = 0; i < n; i++) {
    double v = x[i];
    if (isnan(v))
      continue;
    e.low = v < e.low ? v : e.low;
    e.high = v > e.high ? v : e.high;
    if (!(fabs(v) < 1e9) || v != (double) (int) v)
      e.whole = 0;
  }
  if (isinf(e.low) || isinf(e.high))
    for (size_t i = 0; i < n && e.infinite == IC_NOWHERE; i++)
      if (isinf(x[i]))
        e.infinite = i;
  return e;
}

static ic_status encode_narrow(const double *x, size_t n, extent e,
                               int missing, int *codes, double **distinct,
                               size_t *count, ic_error *err)
{
  int low = (int) e.low, span = (int) e.high - low + 1, used = 0;
  int *table = ic_alloc((size_t) span, sizeof *table);
  if (!table)
    return ic_no_memory(err);
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i]))
      table[(int) x[i] - low] = 1;
  for (int k = 0; k < span; k++)
    if (table[k])
      table[k] = ++used;
  *distinct = ic_alloc((size_t) used, sizeof **distinct);
  if (!*distinct) {
    ic_free(table);
    return ic_no_memory(err);
  }
  for (int k = 0; k < span; k++)
    if (table[k])
      (*distinct)[table[k] - 1] = (double) low + k;
  for (size_t i = 0; i < n; i++)
    codes[i] = isnan(x[i]) ? missing : table[(int) x[i] - low];
  *count = (size_t) used;
  ic_free(table);
  return IC_OK;
}

static int find_value(const double *distinct, size_t n, double x)
{
  size_t low = 0, high = n;
  while (high - low > 1) {
    size_t mid = low + (high - low) / 2;
    if (distinct[mid] <= x)
      low = mid;
    else
      high = mid;
  }
  return (int) low + 1;
}

/* Distinct values are gathered by hashing, then sorted: the sort costs the
 * distinct values only, and each value is then found by bisection. */
static uint64_t value_hash(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits ^= bits >> 32;
  bits *= 0x9E3779B97F4A7C15u;
  bits ^= bits >> 29;
  bits *= 0xBF58476D1CE4E5B9u;
  return bits ^ bits >> 32;
}

static ic_status gather(const double *x, size_t n, double **distinct,
                        size_t *count, ic_error *err)
{
  size_t mask = 1024, room = 0, used = 0;
  while (mask < 2 * n)
    mask *= 2;
  uint32_t *slots = ic_alloc(mask--, sizeof *slots);
  ic_status status = slots ? IC_OK : ic_no_memory(err);
  for (size_t i = 0; i < n && !status; i++) {
    if (isnan(x[i]))
      continue;
    double v = x[i] == 0.0 ? 0.0 : x[i];
    size_t at = (size_t) value_hash(v) & mask;
    while (slots[at] && (*distinct)[slots[at] - 1] != v)
      at = (at + 1) & mask;
    if (slots[at])
      continue;
    status = ic_reserve((void **) distinct, &room, used + 1, sizeof **distinct,
                        err);
    if (status)
      break;
    (*distinct)[used++] = v;
    slots[at] = (uint32_t) used;
  }
  ic_free(slots);
  *count = used;
  return status;
}

ic_status ic_values_encode(const double *x, size_t n, int missing, int *codes,
                           double **distinct, size_t *count, ic_error *err)
{
  *distinct = NULL;
  *count = 0;
  extent e = find_extent(x, n);
  if (e.infinite != IC_NOWHERE)
    return ic_fail_at(err, IC_EINPUT, e.infinite, 0,
                      "value %zu is infinite", e.infinite + 1);
  if (e.low <= e.high && e.whole && e.high - e.low < NARROW)
    return encode_narrow(x, n, e, missing, codes, distinct, count, err);
  if (n > INT_MAX - 1)
    return ic_fail(err, IC_ELIMIT, "more than %d values", INT_MAX - 1);
  ic_status status = gather(x, n, distinct, count, err);
  if (status) {
    ic_free(*distinct);
    *distinct = NULL;
    return status;
  }
  if (*count > 0)
    ic_sort(*distinct, *count);
  for (size_t i = 0; i < n; i++)
    codes[i] = isnan(x[i]) ? missing : find_value(*distinct, *count, x[i]);
  return IC_OK;
}
