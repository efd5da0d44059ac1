/* answer.h - all rows that a query answers, held in memory.
 * Read first and shaped afterwards, so that nothing of SQLite is open while
 * the caller makes its own objects of them. */
#ifndef IC_ANSWER_H
#define IC_ANSWER_H

#include "store.h"

typedef struct ic_table {
  size_t width, rows; /* every row has `width` cells */
  char **names;
  struct ic_packed *cells;
  char *bytes;
  size_t cells_capacity, bytes_capacity, bytes_used;
} ic_table;

/* Makes an empty (zeroed) table ready for rows of columns with these names.
 * After a failure here or below the table is freed all the same. */
ic_status ic_table_begin(ic_table *table, const char *const *names,
                         size_t width, ic_error *err);

/* Adds a row of `width` cells, whose texts are copied. */
ic_status ic_table_add(ic_table *table, const ic_cell *cells, ic_error *err);

/* Steps through the query into an empty (zeroed) table and resets it. After a
 * failure the table holds what was read so far; free it all the same. A text
 * with a NUL byte in it is refused: IC_EDAMAGED. */
ic_status ic_table_fill(ic_table *table, ic_query *query, ic_error *err);

/* Texts end in a NUL and are valid until the table is freed. */
ic_cell ic_table_cell(const ic_table *table, size_t row, size_t column);

void ic_table_free(ic_table *table);

#endif
