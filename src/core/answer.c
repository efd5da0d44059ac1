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

static ic_status keep_row(ic_table *table, ic_query *query, ic_error *err)
{
  size_t first = table->rows * table->width;
  void *cells = table->cells;
  ic_status status =
    ic_reserve(&cells, &table->cells_capacity, first + table->width,
               sizeof *table->cells, err);
  if (status != IC_OK)
    return status;
  table->cells = cells;
  for (size_t i = 0; i < table->width && status == IC_OK; i++) {
    ic_cell cell = ic_query_cell(query, (int) i);
    struct ic_packed *packed = &table->cells[first + i];
    packed->kind = (unsigned char) cell.kind;
    if (cell.kind == IC_TEXT) {
      packed->size = (uint32_t) cell.as.text.size;
      status = keep_text(table, &cell, &packed->as.at, err);
    } else if (cell.kind == IC_REAL)
      packed->as.real = cell.as.real;
    else
      packed->as.integer = cell.kind == IC_NULL ? 0 : cell.as.integer;
  }
  if (status == IC_OK)
    table->rows++;
  return status;
}

static ic_status keep_names(ic_table *table, ic_query *query, ic_error *err)
{
  table->names = ic_alloc(table->width, sizeof *table->names);
  if (!table->names)
    return ic_no_memory(err);
  for (size_t i = 0; i < table->width; i++) {
    const char *name = ic_query_column_name(query, (int) i);
    size_t n = name ? strlen(name) : 0;
    table->names[i] = name ? ic_alloc(n + 1, 1) : NULL;
    if (!table->names[i])
      return ic_no_memory(err);
    memcpy(table->names[i], name, n);
  }
  return IC_OK;
}

ic_status ic_table_fill(ic_table *table, ic_query *query, ic_error *err)
{
  table->width = (size_t) ic_query_width(query);
  ic_status status = keep_names(table, query, err);
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
