#include "factorials.h"

#include "bigint.h"
#include "memory.h"

#define BITS 112

/* log += log((k + 1) / k) = 2 (t + t^3 / 3 + ...), t = 1 / (2 k + 1), in
 * 2^-112ths. */
static void add_step(ic_big *log, uint32_t k, ic_big *power, ic_big *term)
{
  uint32_t t = 2 * k + 1;
  ic_big_set(power, 2);
  ic_big_shift(power, BITS);
  ic_big_divide(power, t);
  for (uint32_t j = 1; power->n > 0; j += 2) {
    ic_big_copy(term, power);
    ic_big_divide(term, j);
    ic_big_add(log, term);
    ic_big_divide(power, t);
    ic_big_divide(power, t);
  }
}

static ic_fixed rounded(const ic_big *log, ic_big *scratch)
{
  ic_big_copy(scratch, log);
  ic_big_divide(scratch, (uint32_t) 1 << 16);
  ic_big_divide(scratch, (uint32_t) 1 << 16);
  uint64_t limb[3] = {0, 0, 0};
  for (size_t i = 0; i < scratch->n && i < 3; i++)
    limb[i] = scratch->limb[i];
  return (ic_fixed) {(int64_t) ((limb[2] << 32 | limb[1]) >> 8),
                     (int64_t) ((limb[1] & 255) << 32 | limb[0])};
}

static uint32_t least_divisor(uint32_t k)
{
  for (uint32_t d = 2; d * d <= k; d++)
    if (k % d == 0)
      return d;
  return k;
}

ic_status ic_log_factorials(ic_fixed *out, uint32_t n, ic_error *err)
{
  ic_big log = {NULL, 0, 0}, power = log, term = log;
  if (ic_big_make(&log, BITS + 40, err) != IC_OK
      || ic_big_make(&power, BITS + 40, err) != IC_OK
      || ic_big_make(&term, BITS + 40, err) != IC_OK) {
    ic_big_free(&log);
    ic_big_free(&power);
    return IC_EMEMORY;
  }
  out[0] = (ic_fixed) {0, 0};
  if (n > 0)
    out[1] = out[0];
  for (uint32_t k = 2; k <= n; k++) {
    uint32_t d = least_divisor(k);
    add_step(&log, k - 1, &power, &term);
    out[k] = d == k ? rounded(&log, &term)
                    : ic_fixed_add(out[d], out[k / d]);
  }
  for (uint32_t k = 2; k <= n; k++)
    out[k] = ic_fixed_add(out[k - 1], out[k]);
  ic_big_free(&log);
  ic_big_free(&power);
  ic_big_free(&term);
  return IC_OK;
}
