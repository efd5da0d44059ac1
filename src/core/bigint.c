#include "bigint.h"

#include <math.h>
#include <string.h>

#include "memory.h"

ic_status ic_big_make(ic_big *a, size_t bits, ic_error *err)
{
  a->n = 0;
  a->capacity = bits / 32 + 2;
  a->limb = ic_alloc(a->capacity, sizeof *a->limb);
  return a->limb ? IC_OK : ic_no_memory(err);
}

void ic_big_free(ic_big *a)
{
  ic_free(a->limb);
  *a = (ic_big) {NULL, 0, 0};
}

static void trim(ic_big *a)
{
  while (a->n > 0 && a->limb[a->n - 1] == 0)
    a->n--;
}

void ic_big_set(ic_big *a, uint64_t value)
{
  a->limb[0] = (uint32_t) value;
  a->limb[1] = (uint32_t) (value >> 32);
  a->n = 2;
  trim(a);
}

void ic_big_copy(ic_big *a, const ic_big *b)
{
  memcpy(a->limb, b->limb, b->n * sizeof *b->limb);
  a->n = b->n;
}

static size_t bits32(uint32_t x)
{
  size_t n = 0;
  while (x) {
    n++;
    x >>= 1;
  }
  return n;
}

size_t ic_big_bits(const ic_big *a)
{
  return a->n == 0 ? 0 : 32 * (a->n - 1) + bits32(a->limb[a->n - 1]);
}

int ic_big_compare(const ic_big *a, const ic_big *b)
{
  if (a->n != b->n)
    return a->n < b->n ? -1 : 1;
  for (size_t i = a->n; i-- > 0;)
    if (a->limb[i] != b->limb[i])
      return a->limb[i] < b->limb[i] ? -1 : 1;
  return 0;
}

void ic_big_add(ic_big *a, const ic_big *b)
{
  uint64_t carry = 0;
  for (size_t i = 0; i < b->n || carry; i++) {
    if (i == a->n)
      a->limb[a->n++] = 0;
    carry += (uint64_t) a->limb[i] + (i < b->n ? b->limb[i] : 0);
    a->limb[i] = (uint32_t) carry;
    carry >>= 32;
  }
}

void ic_big_subtract(ic_big *a, const ic_big *b)
{
  uint32_t borrow = 0;
  for (size_t i = 0; i < b->n || borrow; i++) {
    uint64_t take = (uint64_t) (i < b->n ? b->limb[i] : 0) + borrow;
    borrow = a->limb[i] < take;
    a->limb[i] = (uint32_t) (((uint64_t) borrow << 32) + a->limb[i] - take);
  }
  trim(a);
}

void ic_big_scale(ic_big *a, uint32_t m)
{
  uint64_t carry = 0;
  for (size_t i = 0; i < a->n; i++) {
    carry += (uint64_t) a->limb[i] * m;
    a->limb[i] = (uint32_t) carry;
    carry >>= 32;
  }
  if (carry)
    a->limb[a->n++] = (uint32_t) carry;
  trim(a);
}

void ic_big_divide(ic_big *a, uint32_t d)
{
  uint64_t rest = 0;
  for (size_t i = a->n; i-- > 0;) {
    rest = rest << 32 | a->limb[i];
    a->limb[i] = (uint32_t) (rest / d);
    rest %= d;
  }
  trim(a);
}

void ic_big_multiply(ic_big *out, const ic_big *a, const ic_big *b)
{
  out->n = a->n + b->n;
  memset(out->limb, 0, out->n * sizeof *out->limb);
  for (size_t i = 0; i < a->n; i++) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b->n; j++) {
      carry += (uint64_t) a->limb[i] * b->limb[j] + out->limb[i + j];
      out->limb[i + j] = (uint32_t) carry;
      carry >>= 32;
    }
    out->limb[i + b->n] = (uint32_t) carry;
  }
  trim(out);
}

void ic_big_shift(ic_big *a, size_t k)
{
  size_t whole = k / 32, part = k % 32;
  if (a->n == 0)
    return;
  memmove(a->limb + whole, a->limb, a->n * sizeof *a->limb);
  memset(a->limb, 0, whole * sizeof *a->limb);
  a->n += whole;
  if (part)
    ic_big_scale(a, (uint32_t) 1 << part);
}

/* The leading 64 bits or so, and the power of two they are to be raised by. */
static double leading(const ic_big *a, int *exponent)
{
  double x = 0.0;
  size_t from = a->n > 3 ? a->n - 3 : 0;
  for (size_t i = a->n; i-- > from;)
    x = x * 4294967296.0 + a->limb[i];
  *exponent = (int) (32 * from);
  return x;
}

double ic_big_quotient(const ic_big *a, const ic_big *b)
{
  int up, down;
  double x = leading(a, &up), y = leading(b, &down);
  return ldexp(x / y, up - down);
}

static uint64_t value64(const ic_big *a)
{
  uint64_t low = a->n > 0 ? a->limb[0] : 0;
  uint64_t high = a->n > 1 ? a->limb[1] : 0;
  return high << 32 | low;
}

/* One bit of the quotient at a time: 64 of them and whether any are left,
 * which is more than a double needs to round correctly. */
static double ratio64(uint64_t r, uint64_t s, int exponent)
{
  uint64_t q = 0;
  if (r < s) {
    r <<= 1;
    exponent--;
  }
  for (int i = 0; i < 64; i++) {
    q <<= 1;
    if (r >= s) {
      r -= s;
      q |= 1;
    }
    r <<= 1;
  }
  return ldexp((double) (q | (r != 0)), exponent - 63);
}

static double ratio_long(ic_big *r, const ic_big *s, int exponent)
{
  uint64_t q = 0;
  if (ic_big_compare(r, s) < 0) {
    ic_big_shift(r, 1);
    exponent--;
  }
  for (int i = 0; i < 64; i++) {
    q <<= 1;
    if (ic_big_compare(r, s) >= 0) {
      ic_big_subtract(r, s);
      q |= 1;
    }
    ic_big_shift(r, 1);
  }
  return ldexp((double) (q | (r->n != 0)), exponent - 63);
}

double ic_big_ratio(const ic_big *a, const ic_big *b, ic_big *r, ic_big *s)
{
  size_t up = ic_big_bits(a), down = ic_big_bits(b);
  int exponent = (int) up - (int) down;
  if (up == 0)
    return 0.0;
  size_t shift_a = up < down ? down - up : 0;
  size_t shift_b = up > down ? up - down : 0;
  if (up <= 62 && down <= 62)
    return ratio64(value64(a) << shift_a, value64(b) << shift_b, exponent);
  ic_big_copy(r, a);
  ic_big_copy(s, b);
  ic_big_shift(r, shift_a);
  ic_big_shift(s, shift_b);
  return ratio_long(r, s, exponent);
}
