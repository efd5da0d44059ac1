/* margins.h - the r x c tables with given margins, column by column.
 * Given its margins a table is as likely as 1 / v, v the product of x! over its
 * cells; products are compared by factorials.h. A state is how much of each
 * row is used, with the product so far; ways that lead to the same state are
 * counted together. A state all of whose completions have a product no smaller
 * than the observed one is not followed: what it weighs has a closed form
 * (Mehta and Patel 1983; here the bound on completions is a Lagrangian one).
 * Memory grows with the states, some 100 bytes each, to at most 200 MB. */
#ifndef IC_MARGINS_H
#define IC_MARGINS_H

#include <stddef.h>
#include <stdint.h>

#include "factorials.h"
#include "status.h"

#define IC_TABLE_ROWS_MAX 64
#define IC_TABLE_STATES_MAX ((size_t) 1 << 21)
#define IC_TABLE_STEPS_MAX 1e9
#define IC_TABLE_TOTAL_MAX 100000

/* Margins without those that are 0; rows are the shorter side, both run from
 * the largest to the smallest. */
typedef struct ic_table {
  size_t r, c;
  uint32_t n;
  uint32_t *row, *column;
  ic_fixed *factorial; /* log x! up to the largest cell */
  ic_fixed seen;       /* the observed product */
  /* Filled in by ic_table_prepare(): */
  double *log_factorial;
  double log_share[IC_TABLE_ROWS_MAX];
  unsigned bits;  /* of a row's part of a key, the highest is kept 0 */
  uint64_t guard; /* these highest bits */
  double steps;   /* done so far */
} ic_table;

/* x[i + rows * j], total from 1 to IC_TABLE_TOTAL_MAX (else IC_EINPUT). Close
 * it also after a failure. */
ic_status ic_table_open(ic_table *t, const uint32_t *x, size_t rows,
                        size_t columns, ic_error *err);
void ic_table_close(ic_table *t);

/* For placing columns: IC_ELIMIT where keys do not fit into 64 bits. */
ic_status ic_table_prepare(ic_table *t, ic_error *err);

/* `ways` to have used `key` of the rows with the product v. */
typedef struct ic_state {
  uint64_t key;
  ic_fixed v;
  double ways;
} ic_state;

/* The states once some columns are placed, those of one key side by side in
 * order of their products. above: what the states of the key from here on
 * weigh, each column being multinomial with the shares of the rows. */
typedef struct ic_layer {
  ic_state *s;
  double *above;
  size_t n;
  uint32_t total; /* of the columns placed */
  double log_columns;
} ic_layer;

/* Places columns first .. first + columns - 1. With `bounded`, for first = 0,
 * states that need not be followed are left out and what they weigh is added
 * to *mass. IC_ELIMIT beyond the limits above. Close it also after a
 * failure. */
ic_status ic_place_columns(ic_table *t, size_t first, size_t columns,
                           int bounded, ic_layer *l, double *mass,
                           ic_error *err);
void ic_layer_close(ic_layer *l);

/* The place after the states that share the key at i. */
size_t ic_next_key(const ic_layer *l, size_t i);

/* How much of each row a key uses of `total`. */
void ic_unpack(const ic_table *t, uint64_t key, uint32_t total, uint32_t *x);

/* log P(x) of counts by row, multinomial with the shares of the rows. */
double ic_log_multinomial(const ic_table *t, const uint32_t *x);

#endif
