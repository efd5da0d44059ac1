/* bigint: arithmetic against machine words and against itself. */
#include <stdint.h>

#include "check.h"
#include "core/bigint.h"
#include "core/memory.h"

static uint64_t state = 88172645463325252u;

static uint64_t draw(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t word(const ic_big *a)
{
  return (a->n > 0 ? a->limb[0] : 0) |
         (uint64_t) (a->n > 1 ? a->limb[1] : 0) << 32;
}

static void small_numbers_agree_with_words(void)
{
  ic_big a, b, c;
  ic_error err;
  CHECK(ic_big_make(&a, 256, &err) == IC_OK);
  CHECK(ic_big_make(&b, 256, &err) == IC_OK);
  CHECK(ic_big_make(&c, 256, &err) == IC_OK);
  for (int i = 0; i < 2000; i++) {
    uint64_t x = draw() >> (1 + draw() % 63), y = draw() >> (1 + draw() % 63);
    uint32_t m = (uint32_t) (draw() >> 40) + 1;
    ic_big_set(&a, x);
    ic_big_set(&b, y);
    CHECK(ic_big_compare(&a, &b) == (x > y) - (x < y));
    ic_big_add(&a, &b);
    CHECK(word(&a) == x + y);
    ic_big_subtract(&a, &b);
    CHECK(word(&a) == x && (x != 0 || a.n == 0));
    ic_big_divide(&a, m);
    CHECK(word(&a) == x / m);
    ic_big_set(&a, x >> 32);
    ic_big_set(&b, y >> 32);
    ic_big_multiply(&c, &a, &b);
    CHECK(word(&c) == (x >> 32) * (y >> 32));
    ic_big_set(&a, x >> 32);
    ic_big_scale(&a, m);
    CHECK(word(&a) == (x >> 32) * m);
  }
  ic_big_free(&a);
  ic_big_free(&b);
  ic_big_free(&c);
}

/* 200! / 198! and the long way back. */
static void long_numbers_return(void)
{
  ic_big a, b, r, s;
  ic_error err;
  CHECK(ic_big_make(&a, 1400, &err) == IC_OK);
  CHECK(ic_big_make(&b, 1400, &err) == IC_OK);
  CHECK(ic_big_make(&r, 1400, &err) == IC_OK);
  CHECK(ic_big_make(&s, 1400, &err) == IC_OK);
  ic_big_set(&a, 1);
  ic_big_set(&b, 1);
  for (uint32_t i = 1; i <= 200; i++) {
    ic_big_scale(&a, i);
    if (i <= 198)
      ic_big_scale(&b, i);
  }
  CHECK(ic_big_bits(&a) == 1246);
  CHECK(ic_big_ratio(&a, &b, &r, &s) == 199.0 * 200.0);
  CHECK(ic_big_ratio(&b, &a, &r, &s) == 1.0 / 39800.0);
  CHECK_NEAR(ic_big_quotient(&b, &a) * 39800.0, 1.0, 1e-15);
  for (uint32_t i = 200; i >= 2; i--)
    ic_big_divide(&a, i);
  CHECK(word(&a) == 1 && a.n == 1);
  ic_big_shift(&a, 129);
  CHECK(ic_big_bits(&a) == 130);
  ic_big_set(&b, 0);
  CHECK(ic_big_ratio(&b, &a, &r, &s) == 0.0);
  ic_big_free(&a);
  ic_big_free(&b);
  ic_big_free(&r);
  ic_big_free(&s);
}

/* Short and long paths give the double nearest to x / y, and equal fractions
 * the same double. */
static void ratios_are_rounded_correctly(void)
{
  ic_big a, b, r, s;
  ic_error err;
  CHECK(ic_big_make(&a, 256, &err) == IC_OK);
  CHECK(ic_big_make(&b, 256, &err) == IC_OK);
  CHECK(ic_big_make(&r, 256, &err) == IC_OK);
  CHECK(ic_big_make(&s, 256, &err) == IC_OK);
  for (int i = 0; i < 2000; i++) {
    uint64_t x = (draw() >> 11) + 1, y = (draw() >> 11) + 1;
    uint32_t m = (uint32_t) draw() | 1;
    ic_big_set(&a, x);
    ic_big_set(&b, y);
    double exact = (double) x / (double) y;
    CHECK(ic_big_ratio(&a, &b, &r, &s) == exact);
    for (int k = 0; k < 3; k++) {
      ic_big_scale(&a, m);
      ic_big_scale(&b, m);
    }
    CHECK(ic_big_ratio(&a, &b, &r, &s) == exact);
    CHECK(fabs(ic_big_quotient(&a, &b) / exact - 1.0) < 1e-15);
  }
  ic_big_free(&a);
  ic_big_free(&b);
  ic_big_free(&r);
  ic_big_free(&s);
}

int main(void)
{
  ic_big a;
  ic_error err;
  ic_memory_fail(1, 0);
  CHECK(ic_big_make(&a, 64, &err) == IC_EMEMORY);
  ic_memory_fail(0, 0);
  ic_big_free(&a);
  small_numbers_agree_with_words();
  long_numbers_return();
  ratios_are_rounded_correctly();
  return check_report();
}
