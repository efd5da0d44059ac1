/* contingency: every table against brute enumeration, published values, ties,
 * orientation, random tables, threads, memory. */
#include <stdlib.h>

#include "check.h"
#include "core/bigint.h"
#include "core/margins.h"
#include "core/contingency.h"
#include "core/memory.h"

static double exact(const uint32_t *x, size_t rows, size_t columns)
{
  double p = NAN, seen = NAN;
  ic_error err;
  CHECK(ic_contingency_exact(x, rows, columns, &p, &seen, &err) == IC_OK);
  CHECK(seen <= p * (1 + 1e-12));
  return p;
}

/* The slow twin: all tables, cell by cell, n! / product of x! as whole
 * numbers. */
typedef struct brute {
  size_t rows, columns;
  uint32_t row[8], column[8], n;
  ic_big seen, hits, all, weight, up;
} brute;

static void multinomial(brute *b, const uint32_t *x)
{
  uint32_t k = 0;
  ic_big_set(&b->weight, 1);
  for (size_t i = 0; i < b->rows * b->columns; i++)
    for (uint32_t j = 1; j <= x[i]; j++) {
      ic_big_scale(&b->weight, ++k);
      ic_big_divide(&b->weight, j);
    }
}

static void enumerate(brute *b, uint32_t *x, size_t cell)
{
  size_t i = cell % b->rows, j = cell / b->rows;
  uint32_t most = b->row[i] < b->column[j] ? b->row[i] : b->column[j];
  if (cell == b->rows * b->columns) {
    multinomial(b, x);
    ic_big_add(&b->all, &b->weight);
    if (ic_big_compare(&b->weight, &b->seen) <= 0)
      ic_big_add(&b->hits, &b->weight);
    return;
  }
  for (uint32_t q = 0; q <= most; q++) {
    if ((i + 1 == b->rows && q != b->column[j])
        || (j + 1 == b->columns && q != b->row[i]))
      continue;
    x[cell] = q;
    b->row[i] -= q;
    b->column[j] -= q;
    enumerate(b, x, cell + 1);
    b->row[i] += q;
    b->column[j] += q;
  }
}

static double slow(const uint32_t *x, size_t rows, size_t columns)
{
  brute b = {.rows = rows, .columns = columns};
  uint32_t at[64];
  ic_error err;
  ic_big *big[] = {&b.seen, &b.hits, &b.all, &b.weight, &b.up};
  for (int i = 0; i < 5; i++)
    ic_big_make(big[i], 512, &err);
  for (size_t i = 0; i < rows * columns; i++) {
    b.row[i % rows] += x[i];
    b.column[i / rows] += x[i];
  }
  multinomial(&b, x);
  ic_big_copy(&b.seen, &b.weight);
  enumerate(&b, at, 0);
  double p = ic_big_quotient(&b.hits, &b.all);
  for (int i = 0; i < 5; i++)
    ic_big_free(big[i]);
  return p;
}

static uint32_t below(uint64_t *state, uint32_t n)
{
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t) (*state >> 33) % n;
}

static void against_enumeration(void)
{
  uint64_t state = 1;
  for (int k = 0; k < 600; k++) {
    size_t rows = 2 + below(&state, 3), columns = 2 + below(&state, 3);
    uint32_t x[16] = {0}, turned[16], n = 1 + below(&state, 14);
    if (rows * columns > 9 && n > 9)
      n = 9;
    for (uint32_t i = 0; i < n; i++)
      x[below(&state, (uint32_t) (rows * columns))]++;
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < columns; j++)
        turned[j + columns * i] = x[i + rows * j];
    double p = exact(x, rows, columns);
    CHECK_NEAR(p, slow(x, rows, columns), 1e-13);
    CHECK(p == exact(turned, columns, rows));
  }
}

static void published(void)
{
  /* Agresti (2002), p. 57, and Mehta and Patel (1986), by columns. */
  const uint32_t job[] = {1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11};
  const uint32_t mehta[] = {1, 2, 0, 1, 0, 2, 0, 1, 1, 1, 2, 0, 1, 2, 1, 1, 2,
                            1, 0, 1, 1, 3, 2, 0, 1, 0, 0, 7, 0, 0, 1, 0, 3, 1,
                            0};
  CHECK_NEAR(exact(job, 4, 4), 0.782684938965639, 1e-12);
  CHECK_NEAR(exact(mehta, 5, 7), 0.0392896436553323, 1e-12);
  /* Two by two: 20 of 58 against 40 of 146, a near tie. */
  const uint32_t near[] = {20, 40, 38, 106};
  CHECK_NEAR(exact(near, 2, 2), 0.313618075483729, 1e-12);
}

static void edges(void)
{
  const uint32_t zero[] = {0, 0, 0, 0}, one[] = {1, 0, 0, 0};
  const uint32_t apart[] = {2000, 0, 0, 0, 2000, 0, 0, 0, 2000};
  double p, seen;
  ic_error err;
  CHECK(ic_contingency_exact(zero, 2, 2, &p, &seen, &err) == IC_EINPUT);
  CHECK(exact(one, 2, 2) == 1.0);
  CHECK(ic_contingency_exact(apart, 3, 3, &p, &seen, &err) == IC_ELIMIT
        || (p > 0.0 && p < 1e-300));
  uint32_t *wide = calloc(70 * 70, sizeof *wide);
  for (int i = 0; i < 70; i++)
    wide[i * 71] = 1;
  CHECK(ic_contingency_exact(wide, 70, 70, &p, &seen, &err) == IC_ELIMIT);
  size_t hits;
  CHECK(ic_contingency_draw(wide, 70, 70, 100, 1, 1, NULL, &hits, &err)
        == IC_OK);
  CHECK(hits == 100);
  free(wide);
}

/* Twelve standard errors, and the same count for any number of threads. */
static void random_tables(void)
{
  const uint32_t x[] = {5, 1, 2, 2, 4, 3, 1, 3, 6, 0, 2, 1};
  size_t one, two, draws = 20000;
  ic_error err;
  CHECK(ic_contingency_draw(x, 3, 4, draws, 7, 1, NULL, &one, &err) == IC_OK);
  CHECK(ic_contingency_draw(x, 3, 4, draws, 7, 2, NULL, &two, &err) == IC_OK);
  CHECK(one == two);
  double p = exact(x, 3, 4);
  CHECK_NEAR((double) one / (double) draws, p,
             5.0 * sqrt(p * (1 - p) / (double) draws));
}

static void memory(void)
{
  const uint32_t x[] = {5, 1, 2, 2, 4, 3, 1, 3, 6, 0, 2, 1};
  ic_status status;
  double p, seen, q = exact(x, 3, 4);
  size_t hits;
  for (size_t n = 1; n < 1000; n++) {
    ic_error err;
    ic_memory_fail(n, 0);
    status = ic_contingency_exact(x, 3, 4, &p, &seen, &err);
    ic_memory_fail(0, 0);
    if (status == IC_OK)
      break;
    CHECK(status == IC_EMEMORY);
  }
  CHECK(status == IC_OK && p == q);
  for (size_t n = 1; n < 1000; n++) {
    ic_error err;
    ic_memory_fail(n, 0);
    status = ic_contingency_draw(x, 3, 4, 500, 7, 1, NULL, &hits, &err);
    ic_memory_fail(0, 0);
    if (status == IC_OK)
      break;
    CHECK(status == IC_EMEMORY);
  }
  CHECK(status == IC_OK);
}

int main(void)
{
  against_enumeration();
  published();
  edges();
  random_tables();
  memory();
  return check_report();
}
