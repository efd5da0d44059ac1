#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/foreign.h"
#include "core/project.h"
#include "glue.h"

SEXP store_open(SEXP path, SEXP mode, SEXP timeout);
SEXP store_close(SEXP owner);
SEXP store_state(SEXP owner);
SEXP store_begin(SEXP owner, SEXP writing);
SEXP store_commit(SEXP owner);
SEXP store_rollback(SEXP owner);
SEXP store_run(SEXP owner, SEXP name, SEXP columns, SEXP rows);
SEXP store_read(SEXP owner, SEXP name, SEXP columns, SEXP types);
SEXP store_ask(SEXP owner, SEXP sql, SEXP columns);
SEXP store_parameters(SEXP owner, SEXP name);
SEXP store_backup(SEXP owner, SEXP path);
SEXP store_foreign(SEXP path, SEXP table, SEXP columns);
SEXP store_foreign_tables(SEXP path);

static void finish_store(SEXP owner)
{
  ic_store_close(R_ExternalPtrAddr(owner));
  R_ClearExternalPtr(owner);
}

static void finish_table(SEXP owner)
{
  ic_table *table = R_ExternalPtrAddr(owner);
  if (table)
    ic_table_free(table);
  R_ClearExternalPtr(owner);
}

static ic_store *store_of(SEXP owner)
{
  return glue_address(owner, "project");
}

/* SQLite takes UTF-8 on Windows and the system's bytes elsewhere. */
static const char *file_name(SEXP path)
{
#ifdef _WIN32
  return Rf_translateCharUTF8(glue_string(path, 0));
#else
  return Rf_translateChar(glue_string(path, 0));
#endif
}

SEXP store_open(SEXP path, SEXP mode, SEXP timeout)
{
  const char *file = file_name(path);
  ic_mode how = (ic_mode) Rf_asInteger(mode);
  int wait = Rf_asInteger(timeout);

  SEXP owner = PROTECT(glue_owner(R_NilValue, finish_store));

  ic_store *store;
  ic_error err;
  ic_status status = ic_project_open(file, how, wait, &store, &err);
  if (status == IC_OK)
    R_SetExternalPtrAddr(owner, store);

  SEXP out = status == IC_OK ? owner : glue_failure(&err);
  UNPROTECT(1);
  return out;
}

SEXP store_close(SEXP owner)
{
  if (TYPEOF(owner) == EXTPTRSXP)
    finish_store(owner);
  return R_NilValue;
}

/* "open", "read only", or "gone": closed, or from another session. */
SEXP store_state(SEXP owner)
{
  ic_store *store =
    TYPEOF(owner) == EXTPTRSXP ? R_ExternalPtrAddr(owner) : NULL;
  if (!store)
    return Rf_mkString("gone");
  return Rf_mkString(ic_store_read_only(store) ? "read only" : "open");
}

SEXP store_begin(SEXP owner, SEXP writing)
{
  ic_store *store = store_of(owner);
  glue_watch watch;
  ic_watch polled = glue_watching(&watch, R_NilValue);
  ic_error err;

  ic_store_watch(store, &polled);
  ic_status status = ic_store_begin(store, Rf_asLogical(writing) == 1, &err);
  ic_store_watch(store, NULL);

  return status == IC_OK ? R_NilValue : glue_failure(&err);
}

SEXP store_commit(SEXP owner)
{
  ic_error err;
  ic_status status = ic_store_commit(store_of(owner), &err);
  return status == IC_OK ? R_NilValue : glue_failure(&err);
}

SEXP store_rollback(SEXP owner)
{
  if (TYPEOF(owner) == EXTPTRSXP && R_ExternalPtrAddr(owner))
    ic_store_rollback(R_ExternalPtrAddr(owner));
  return R_NilValue;
}

static const char *utf8(SEXP string)
{
  return string == NA_STRING ? NULL : Rf_translateCharUTF8(string);
}

static const char **texts_of(SEXP values, R_xlen_t n)
{
  const char **texts = (const char **) R_alloc((size_t) n, sizeof *texts);
  for (R_xlen_t i = 0; i < n; i++)
    texts[i] = utf8(glue_string(values, i));
  return texts;
}

static unsigned char *missing_of(SEXP values, R_xlen_t n)
{
  unsigned char *missing = (unsigned char *) R_alloc((size_t) n, 1);
  const double *reals = TYPEOF(values) == REALSXP ? REAL_RO(values) : NULL;
  const int *integers = TYPEOF(values) == LGLSXP   ? LOGICAL_RO(values)
                        : TYPEOF(values) == INTSXP ? INTEGER_RO(values)
                                                   : NULL;
  for (R_xlen_t i = 0; i < n; i++)
    missing[i] = reals ? R_IsNA(reals[i]) != 0 : integers[i] == NA_INTEGER;
  return missing;
}

static ic_column column_of(SEXP values, R_xlen_t n)
{
  ic_column column = {NULL, NULL, NULL, NULL, NULL};
  if (Rf_xlength(values) != n)
    Rf_error("columns of different length");
  switch (TYPEOF(values)) {
  case STRSXP:
    column.texts = texts_of(values, n);
    break;
  case REALSXP:
    column.reals = REAL_RO(values);
    column.missing = missing_of(values, n);
    break;
  case INTSXP:
    column.integers = INTEGER_RO(values);
    column.missing = missing_of(values, n);
    break;
  case LGLSXP:
    column.integers = LOGICAL_RO(values);
    column.missing = missing_of(values, n);
    break;
  default:
    Rf_error("a column of type %s cannot be stored",
             Rf_type2char(TYPEOF(values)));
  }
  return column;
}

static ic_column *columns_of(SEXP list, R_xlen_t n)
{
  R_xlen_t width = Rf_xlength(list);
  ic_column *columns = (ic_column *) R_alloc((size_t) width + 1,
                                             sizeof *columns);
  SEXP names = PROTECT(Rf_getAttrib(list, R_NamesSymbol));
  for (R_xlen_t i = 0; i < width; i++) {
    columns[i] = column_of(VECTOR_ELT(list, i), n);
    if (!Rf_isNull(names))
      columns[i].name = utf8(glue_string(names, i));
  }
  UNPROTECT(1);
  return columns;
}

SEXP store_run(SEXP owner, SEXP name, SEXP columns, SEXP rows)
{
  ic_store *store = store_of(owner);
  const char *statement = CHAR(glue_string(name, 0));
  R_xlen_t n = (R_xlen_t) Rf_asReal(rows);
  ic_column *values = columns_of(columns, n);
  glue_watch watch;
  ic_watch polled = glue_watching(&watch, R_NilValue);
  ic_error err;

  ic_store_watch(store, &polled);
  ic_status status = ic_project_run(store, statement, values,
                                    (size_t) Rf_xlength(columns), (size_t) n,
                                    &err);
  ic_store_watch(store, NULL);

  return status == IC_OK ? R_NilValue : glue_failure(&err);
}

/* Answers */

typedef enum shape { INTEGERS, REALS, TEXTS, LOGICALS } shape;

static shape shape_named(SEXP name)
{
  static const struct {
    const char *name;
    shape shape;
  } shapes[] = {{"integer", INTEGERS}, {"double", REALS},
                {"logical", LOGICALS}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    if (!strcmp(CHAR(name), shapes[i].name))
      return shapes[i].shape;
  return TEXTS;
}

/* What holds every value of a column whose type nobody has told. */
static shape shape_found(const ic_table *table, size_t column)
{
  shape found = LOGICALS;
  for (size_t i = 0; i < table->rows; i++) {
    ic_cell cell = ic_table_cell(table, i, column);
    if (cell.kind == IC_TEXT)
      return TEXTS;
    if (cell.kind == IC_REAL)
      found = REALS;
    else if (cell.kind == IC_INTEGER && found != REALS)
      found = found == LOGICALS ? INTEGERS : found;
    if (cell.kind == IC_INTEGER &&
        (cell.as.integer > INT_MAX || cell.as.integer <= INT_MIN))
      found = REALS;
  }
  return found;
}

static int as_integer(ic_cell cell, int *bad)
{
  if (cell.kind == IC_NULL)
    return NA_INTEGER;
  *bad |= cell.kind != IC_INTEGER || cell.as.integer > INT_MAX ||
          cell.as.integer <= INT_MIN;
  return *bad ? NA_INTEGER : (int) cell.as.integer;
}

static double as_real(ic_cell cell, int *bad)
{
  switch (cell.kind) {
  case IC_NULL: return NA_REAL;
  case IC_INTEGER: return (double) cell.as.integer;
  case IC_REAL: return cell.as.real;
  case IC_TEXT: break;
  }
  *bad |= strcmp(cell.as.text.bytes, "NaN") != 0;
  return R_NaN;
}

static SEXP as_string(ic_cell cell, int *bad)
{
  char number[40];
  *bad |= cell.kind == IC_INTEGER || cell.kind == IC_REAL;
  switch (cell.kind) {
  case IC_NULL: return NA_STRING;
  case IC_INTEGER:
    snprintf(number, sizeof number, "%lld", (long long) cell.as.integer);
    return Rf_mkChar(number);
  case IC_REAL:
    snprintf(number, sizeof number, "%.17g", cell.as.real);
    return Rf_mkChar(number);
  case IC_TEXT: break;
  }
  if (cell.as.text.size > INT_MAX)
    Rf_error("a text in the project is longer than R allows");
  return Rf_mkCharLenCE(cell.as.text.bytes, (int) cell.as.text.size, CE_UTF8);
}

static SEXP column_out(const ic_table *table, size_t column, shape as,
                       int *bad)
{
  static const SEXPTYPE types[] = {INTSXP, REALSXP, STRSXP, LGLSXP};
  R_xlen_t n = (R_xlen_t) table->rows;
  SEXP out = PROTECT(Rf_allocVector(types[as], n));
  for (R_xlen_t i = 0; i < n; i++) {
    ic_cell cell = ic_table_cell(table, (size_t) i, column);
    switch (as) {
    case INTEGERS: INTEGER(out)[i] = as_integer(cell, bad); break;
    case LOGICALS: LOGICAL(out)[i] = as_integer(cell, bad); break;
    case REALS: REAL(out)[i] = as_real(cell, bad); break;
    case TEXTS: SET_STRING_ELT(out, i, as_string(cell, bad)); break;
    }
  }
  UNPROTECT(1);
  return out;
}

static SEXP type_told(SEXP types, const char *name)
{
  SEXP names = PROTECT(Rf_getAttrib(types, R_NamesSymbol));
  SEXP told = R_NilValue;
  for (R_xlen_t i = 0; i < Rf_xlength(types); i++)
    if (!strcmp(Rf_translateCharUTF8(STRING_ELT(names, i)), name))
      told = STRING_ELT(types, i);
  UNPROTECT(1);
  return told;
}

static SEXP table_out(const ic_table *table, SEXP types)
{
  R_xlen_t width = (R_xlen_t) table->width;
  SEXP out = PROTECT(Rf_allocVector(VECSXP, width));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, width));
  for (R_xlen_t i = 0; i < width; i++) {
    int bad = 0;
    SEXP told = type_told(types, table->names[i]);
    shape as = told == R_NilValue ? shape_found(table, (size_t) i)
                                  : shape_named(told);
    SET_STRING_ELT(names, i, Rf_mkCharCE(table->names[i], CE_UTF8));
    SET_VECTOR_ELT(out, i, column_out(table, (size_t) i, as, &bad));
    if (bad && told != R_NilValue) {
      ic_error err;
      ic_fail(&err, IC_EDAMAGED, "column \"%s\" holds a value that is not of "
              "type %s", table->names[i], CHAR(told));
      UNPROTECT(2);
      return glue_failure(&err);
    }
  }
  Rf_setAttrib(out, R_NamesSymbol, names);
  UNPROTECT(2);
  return out;
}

/* An empty table that R frees; *owner is to be protected. */
static ic_table *table_held(SEXP *owner)
{
  SEXP room = PROTECT(Rf_allocVector(RAWSXP, sizeof(ic_table)));
  ic_table *table = memset(RAW(room), 0, sizeof *table);
  *owner = glue_owner(room, finish_table);
  R_SetExternalPtrAddr(*owner, table);
  UNPROTECT(1);
  return table;
}

/* What the core answered, and the table freed. */
static SEXP answer_out(ic_status status, const ic_table *table, SEXP held,
                       SEXP types, const ic_error *err)
{
  SEXP out = PROTECT(status == IC_OK ? table_out(table, types)
                                     : glue_failure(err));
  finish_table(held);
  UNPROTECT(1);
  return out;
}

typedef ic_status (*reader)(ic_store *store, const char *text,
                            const ic_column *columns, size_t width,
                            ic_table *table, ic_error *err);

static SEXP read_with(reader read, SEXP owner, SEXP text, SEXP columns,
                      SEXP types)
{
  ic_store *store = store_of(owner);
  const char *what = Rf_translateCharUTF8(glue_string(text, 0));
  ic_column *values = columns_of(columns, 1);
  glue_watch watch;
  ic_watch polled = glue_watching(&watch, R_NilValue);

  SEXP held;
  ic_table *table = table_held(&held);
  PROTECT(held);

  ic_error err;
  ic_store_watch(store, &polled);
  ic_status status = read(store, what, values, (size_t) Rf_xlength(columns),
                          table, &err);
  ic_store_watch(store, NULL);

  SEXP out = answer_out(status, table, held, types, &err);
  UNPROTECT(1);
  return out;
}

SEXP store_read(SEXP owner, SEXP name, SEXP columns, SEXP types)
{
  return read_with(ic_project_read, owner, name, columns, types);
}

SEXP store_ask(SEXP owner, SEXP sql, SEXP columns)
{
  return read_with(ic_project_ask, owner, sql, columns, R_NilValue);
}

/* The columns a table given to the statement may fill. */
SEXP store_parameters(SEXP owner, SEXP name)
{
  ic_store *store = store_of(owner);
  const char *statement = CHAR(glue_string(name, 0));

  ic_query *query;
  ic_error err;
  if (ic_project_statement(store, statement, &query, &err) != IC_OK)
    return glue_failure(&err);
  char names[16][32];
  int n = 0;
  for (int i = 1; i <= ic_query_parameters(query) && n < 16; i++)
    snprintf(names[n++], sizeof names[0], "%s",
             ic_query_parameter_name(query, i));
  ic_query_free(query);

  SEXP out = PROTECT(Rf_allocVector(STRSXP, n));
  for (int i = 0; i < n; i++)
    SET_STRING_ELT(out, i, Rf_mkChar(names[i]));
  UNPROTECT(1);
  return out;
}

SEXP store_backup(SEXP owner, SEXP path)
{
  ic_store *store = store_of(owner);
  const char *file = file_name(path);
  ic_error err;

  ic_status status = ic_store_backup(store, file, &err);

  return status == IC_OK ? R_NilValue : glue_failure(&err);
}

/* Columns of a table of another program's file. */
SEXP store_foreign(SEXP path, SEXP table, SEXP columns)
{
  const char *file = file_name(path), *name = utf8(glue_string(table, 0));
  const char **wanted = texts_of(columns, Rf_xlength(columns));
  glue_watch watch;
  ic_watch polled = glue_watching(&watch, R_NilValue);
  SEXP held;
  ic_table *found = table_held(&held);
  PROTECT(held);
  ic_error err;

  ic_status status = ic_foreign_read(
    file, name, wanted, (size_t) Rf_xlength(columns), &polled, found, &err);

  SEXP out = answer_out(status, found, held, R_NilValue, &err);
  UNPROTECT(1);
  return out;
}

SEXP store_foreign_tables(SEXP path)
{
  const char *file = file_name(path);
  glue_watch watch;
  ic_watch polled = glue_watching(&watch, R_NilValue);
  SEXP held;
  ic_table *found = table_held(&held);
  PROTECT(held);
  ic_error err;

  ic_status status = ic_foreign_tables(file, &polled, found, &err);

  SEXP out = answer_out(status, found, held, R_NilValue, &err);
  UNPROTECT(1);
  return out;
}

const R_CallMethodDef glue_store[] = {
  {"store_open", (DL_FUNC) &store_open, 3},
  {"store_close", (DL_FUNC) &store_close, 1},
  {"store_state", (DL_FUNC) &store_state, 1},
  {"store_begin", (DL_FUNC) &store_begin, 2},
  {"store_commit", (DL_FUNC) &store_commit, 1},
  {"store_rollback", (DL_FUNC) &store_rollback, 1},
  {"store_run", (DL_FUNC) &store_run, 4},
  {"store_read", (DL_FUNC) &store_read, 4},
  {"store_ask", (DL_FUNC) &store_ask, 3},
  {"store_parameters", (DL_FUNC) &store_parameters, 2},
  {"store_backup", (DL_FUNC) &store_backup, 2},
  {"store_foreign", (DL_FUNC) &store_foreign, 3},
  {"store_foreign_tables", (DL_FUNC) &store_foreign_tables, 1},
  {NULL, NULL, 0}
};
