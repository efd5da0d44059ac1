/* project.h - what an intercoder project file holds, and every statement that
 * touches it.
 * The schema keeps three promises in the file itself, by constraints and
 * triggers, whoever opens it: a transcript's text and hash never change, a
 * codebook version never changes, and the log is only added to. A coding that
 * is replaced stays, marked with the log entry that replaced it.
 * Columns beyond the usual ones live in `cells`, one value a row, so that a
 * participant may have any attributes; `columns` and `column_attributes`
 * remember the order, types, factor levels and classes of every table.
 * Statements are known by name; values are always bound, never pasted. */
#ifndef IC_PROJECT_H
#define IC_PROJECT_H

#include "answer.h"
#include "store.h"

#define IC_PROJECT_VERSION 1

/* ic_store_open() with the schema of a project. */
ic_status ic_project_open(const char *path, ic_mode mode, int timeout,
                          ic_store **out, ic_error *err);

/* A column of values to bind: exactly one of the three arrays is set. An
 * element is missing where `missing` is non-zero, or where its text is NULL. */
typedef struct ic_column {
  const char *name;
  const int *integers;
  const double *reals;
  const char *const *texts;
  const unsigned char *missing; /* may be NULL */
} ic_column;

/* Prepares the statement of this name; IC_EINPUT if there is none. */
ic_status ic_project_statement(ic_store *store, const char *name,
                               ic_query **out, ic_error *err);

/* Runs the named statement once for each of n rows, its parameters bound from
 * the columns of their names; a parameter without a column is NULL, a column
 * without a parameter is IC_EINPUT. A failure names the row. Belongs inside a
 * transaction: rows before the failing one have been written in it. */
ic_status ic_project_run(ic_store *store, const char *name,
                         const ic_column *columns, size_t width, size_t n,
                         ic_error *err);

/* Collects the answer of the named statement, its parameters bound from row 0
 * of the columns. */
ic_status ic_project_read(ic_store *store, const char *name,
                          const ic_column *columns, size_t width,
                          ic_table *table, ic_error *err);

/* The same for a user's statement that only reads; columns are bound by name,
 * or by position where their name is NULL or empty. */
ic_status ic_project_ask(ic_store *store, const char *sql,
                         const ic_column *columns, size_t width,
                         ic_table *table, ic_error *err);

#endif
