#include "answer.h"

#include <string.h>

#include "memory.h"

struct ic_packed {
  unsigned char kind;
  uint32_t size;
  union {
    int64_t integer;
    double real;
    size_t at;
  } as;
};

static ic_status keep_text(ic_table *table, const ic_cell *cell, size_t *at,
                           ic_error *err)
{
  size_t size = cell->as.text.size;
  if (size > UINT32_MAX || memchr(cell->as.text.bytes, 0, size))
    return ic_fail(err, IC_EDAMAGED, "a text in the answer holds a NUL byte");
  void *bytes = table->bytes;
  ic_status status = ic_reserve(&bytes, &table->bytes_capacity,
                                table->bytes_used + size + 1, 1, err);
  if (status != IC_OK)
    return status;
  table->bytes = bytes;
  *at = table->bytes_used;
  memcpy(table->bytes + *at, cell->as.text.bytes, size);
  table->bytes[*at + size] = '\0';
  table->bytes_used += size + 1;
  return IC_OK;
}

static ic_status keep_cell(ic_table *table, struct ic_packed *packed,
                           const ic_cell *cell, ic_error *err)
{
  packed->kind = (unsigned char) cell->kind;
  switch (cell->kind) {
  case IC_TEXT:
    packed->size = (uint32_t) cell->as.text.size;
    return keep_text(table, cell, &packed->as.at, err);
  case IC_REAL:
    packed->as.real = cell->as.real;
    return IC_OK;
  case IC_INTEGER:
    packed->as.integer = cell->as.integer;
    return IC_OK;
  case IC_NULL:
    break;
  }
  packed->as.integer = 0;
  return IC_OK;
}

static ic_status next_row(ic_table *table, struct ic_packed **row,
                          ic_error *err)
{
  size_t first = table->rows * table->width;
  void *cells = table->cells;
  ic_status status =
    ic_reserve(&cells, &table->cells_capacity, first + table->width,
               sizeof *table->cells, err);
  if (status == IC_OK) {
    table->cells = cells;
    *row = table->cells + first;
  }
  return status;
}

ic_status ic_table_add(ic_table *table, const ic_cell *cells, ic_error *err)
{
  struct ic_packed *row;
  ic_status status = next_row(table, &row, err);
  for (size_t i = 0; i < table->width && status == IC_OK; i++)
    status = keep_cell(table, &row[i], &cells[i], err);
  if (status == IC_OK)
    table->rows++;
  return status;
}

static ic_status keep_row(ic_table *table, ic_query *query, ic_error *err)
{
  struct ic_packed *row;
  ic_status status = next_row(table, &row, err);
  for (size_t i = 0; i < table->width && status == IC_OK; i++) {
    ic_cell cell = ic_query_cell(query, (int) i);
    status = keep_cell(table, &row[i], &cell, err);
  }
  if (status == IC_OK)
    table->rows++;
  return status;
}

static ic_status keep_name(ic_table *table, size_t i, const char *name,
                           ic_error *err)
{
  size_t n = name ? strlen(name) : 0;
  table->names[i] = name ? ic_alloc(n + 1, 1) : NULL;
  if (!table->names[i])
    return ic_no_memory(err);
  memcpy(table->names[i], name, n);
  return IC_OK;
}

static ic_status make_names(ic_table *table, size_t width, ic_error *err)
{
  table->width = width;
  table->names = ic_alloc(width, sizeof *table->names);
  return table->names ? IC_OK : ic_no_memory(err);
}

ic_status ic_table_begin(ic_table *table, const char *const *names,
                         size_t width, ic_error *err)
{
  ic_status status = make_names(table, width, err);
  for (size_t i = 0; i < width && status == IC_OK; i++)
    status = keep_name(table, i, names[i], err);
  return status;
}

ic_status ic_table_fill(ic_table *table, ic_query *query, ic_error *err)
{
  size_t width = (size_t) ic_query_width(query);
  ic_status status = make_names(table, width, err);
  for (size_t i = 0; i < width && status == IC_OK; i++)
    status = keep_name(table, i, ic_query_column_name(query, (int) i), err);
  int row = 1;
  while (status == IC_OK) {
    status = ic_query_step(query, &row, err);
    if (status != IC_OK || !row)
      break;
    status = keep_row(table, query, err);
  }
  ic_query_reset(query);
  return status;
}

ic_cell ic_table_cell(const ic_table *table, size_t row, size_t column)
{
  const struct ic_packed *packed = &table->cells[row * table->width + column];
  ic_cell cell = {(ic_kind) packed->kind, {0}};
  if (cell.kind == IC_TEXT) {
    cell.as.text.bytes = table->bytes + packed->as.at;
    cell.as.text.size = packed->size;
  } else if (cell.kind == IC_REAL)
    cell.as.real = packed->as.real;
  else
    cell.as.integer = packed->as.integer;
  return cell;
}

void ic_table_free(ic_table *table)
{
  for (size_t i = 0; table->names && i < table->width; i++)
    ic_free(table->names[i]);
  ic_free(table->names);
  ic_free(table->cells);
  ic_free(table->bytes);
  memset(table, 0, sizeof *table);
}
