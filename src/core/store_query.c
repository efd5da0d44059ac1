#include "store.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "memory.h"
#include "store_inside.h"

struct ic_query {
  ic_store *store;
  sqlite3_stmt *statement;
};

static ic_status prepare(ic_store *store, const char *sql, ic_query **out,
                         const char **tail, ic_error *err)
{
  *out = NULL;
  ic_status status = ic_store_usable(store, err);
  if (status != IC_OK)
    return status;
  ic_query *query = ic_alloc(1, sizeof *query);
  if (!query)
    return ic_no_memory(err);
  query->store = store;
  int code = sqlite3_prepare_v2(store->db, sql, -1, &query->statement, tail);
  if (code != SQLITE_OK) {
    ic_free(query);
    return ic_store_refuse(store, code, err);
  }
  *out = query;
  return IC_OK;
}

ic_status ic_query_open(ic_store *store, const char *sql, ic_query **out,
                        ic_error *err)
{
  return prepare(store, sql, out, NULL, err);
}

static int only_reading(void *data, int action, const char *a, const char *b,
                        const char *database, const char *inside)
{
  (void) data, (void) a, (void) b, (void) database, (void) inside;
  int allowed = action == SQLITE_SELECT || action == SQLITE_READ ||
                action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
  return allowed ? SQLITE_OK : SQLITE_DENY;
}

ic_status ic_query_open_reading(ic_store *store, const char *sql,
                                ic_query **out, ic_error *err)
{
  const char *tail = "";
  *out = NULL;
  ic_status status = ic_store_usable(store, err);
  if (status != IC_OK)
    return status;
  sqlite3_set_authorizer(store->db, only_reading, NULL);
  status = prepare(store, sql, out, &tail, err);
  sqlite3_set_authorizer(store->db, NULL, NULL);
  if (status != IC_OK)
    return status;
  const char *why = NULL;
  if (!(*out)->statement)
    why = "there is no statement in it";
  else if (tail[strspn(tail, "; \t\r\n")])
    why = "there is more than one statement in it";
  else if (!sqlite3_stmt_readonly((*out)->statement))
    why = "it would write";
  if (!why)
    return IC_OK;
  ic_query_free(*out);
  *out = NULL;
  return ic_fail(err, IC_EINPUT, "SQL: %s", why);
}

void ic_query_free(ic_query *query)
{
  if (!query)
    return;
  if (query->store->process == ic_store_process())
    sqlite3_finalize(query->statement);
  ic_free(query);
}

int ic_query_parameters(const ic_query *query)
{
  return sqlite3_bind_parameter_count(query->statement);
}

const char *ic_query_parameter_name(const ic_query *query, int at)
{
  const char *name = sqlite3_bind_parameter_name(query->statement, at);
  return name ? name + 1 : NULL;
}

int ic_query_parameter(const ic_query *query, const char *name)
{
  for (int i = 1; i <= ic_query_parameters(query); i++) {
    const char *mine = ic_query_parameter_name(query, i);
    if (mine && !strcmp(mine, name))
      return i;
  }
  return 0;
}

static int bind(sqlite3_stmt *statement, int at, const ic_cell *cell)
{
  switch (cell->kind) {
  case IC_INTEGER:
    return sqlite3_bind_int64(statement, at, cell->as.integer);
  case IC_REAL:
    if (isnan(cell->as.real))
      return sqlite3_bind_text(statement, at, "NaN", 3, SQLITE_STATIC);
    return sqlite3_bind_double(statement, at, cell->as.real);
  case IC_TEXT:
    return sqlite3_bind_text64(statement, at, cell->as.text.bytes,
                               cell->as.text.size, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
  case IC_NULL:
    break;
  }
  return sqlite3_bind_null(statement, at);
}

ic_status ic_query_bind(ic_query *query, int at, const ic_cell *cell,
                        ic_error *err)
{
  int code = bind(query->statement, at, cell);
  return code == SQLITE_OK ? IC_OK : ic_store_refuse(query->store, code, err);
}

ic_status ic_query_step(ic_query *query, int *row, ic_error *err)
{
  *row = 0;
  ic_status status = ic_store_usable(query->store, err);
  if (status != IC_OK)
    return status;
  int code = sqlite3_step(query->statement);
  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return IC_OK;
  return ic_store_refuse(query->store, code, err);
}

ic_status ic_query_run(ic_query *query, ic_error *err)
{
  int row = 1;
  ic_status status = IC_OK;
  while (status == IC_OK && row)
    status = ic_query_step(query, &row, err);
  ic_query_reset(query);
  return status;
}

void ic_query_reset(ic_query *query)
{
  if (query->store->process == ic_store_process())
    sqlite3_reset(query->statement);
}

int ic_query_width(const ic_query *query)
{
  return sqlite3_column_count(query->statement);
}

const char *ic_query_column_name(const ic_query *query, int column)
{
  return sqlite3_column_name(query->statement, column);
}

ic_cell ic_query_cell(ic_query *query, int column)
{
  sqlite3_stmt *s = query->statement;
  ic_cell cell = {IC_NULL, {0}};
  switch (sqlite3_column_type(s, column)) {
  case SQLITE_INTEGER:
    cell.kind = IC_INTEGER;
    cell.as.integer = sqlite3_column_int64(s, column);
    break;
  case SQLITE_FLOAT:
    cell.kind = IC_REAL;
    cell.as.real = sqlite3_column_double(s, column);
    break;
  case SQLITE_NULL:
    break;
  default:
    cell.kind = IC_TEXT;
    cell.as.text.bytes = (const char *) sqlite3_column_blob(s, column);
    cell.as.text.size = (size_t) sqlite3_column_bytes(s, column);
    if (!cell.as.text.bytes)
      cell.as.text.bytes = "";
  }
  return cell;
}
