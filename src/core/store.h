/* store.h - one SQLite file, opened with care.
 * With foreign.c, all that sees sqlite3.h. It knows nothing of transcripts: a
 * caller gives it a schema (an application id and the steps from each version
 * to the next) and statements with bound parameters.
 *
 * What always holds: the journal is a rollback journal that is truncated, and
 * every commit is on the disk before it is acknowledged, so that a crash or a
 * loss of power at any moment leaves the last committed state. Foreign keys
 * are on. Writers exclude each other by a lock of their own (filelock.h).
 * A store belongs to the process that opened it: in a forked child every
 * function fails with IC_EFORK, and ic_store_close() leaks on purpose, because
 * closing there would drop the parent's locks.
 * A file is refused unless it carries the schema's application id, is not of a
 * later version, passes SQLite's check of its pages, and has exactly the
 * tables, views and triggers that the schema makes. Extensions, attached files
 * and functions smuggled into the schema are off.
 * Thread safety: a store and its queries belong to one thread. */
#ifndef IC_STORE_H
#define IC_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"
#include "status.h"

typedef struct ic_store ic_store;
typedef struct ic_query ic_query;

typedef struct ic_schema {
  const char *what;          /* "an intercoder project", for messages */
  int32_t application;       /* application_id in the file's header */
  int version;               /* user_version of what the steps make */
  const char *const *const *steps; /* steps[v]: the scripts, ended by NULL,
                                      that lead from version v to v + 1 */
} ic_schema;

typedef enum ic_mode {
  IC_READ,   /* never writes; the file must exist */
  IC_WRITE,  /* the file must exist */
  IC_CREATE  /* makes a file that is absent or empty */
} ic_mode;

typedef enum ic_kind { IC_NULL, IC_INTEGER, IC_REAL, IC_TEXT } ic_kind;

typedef struct ic_cell {
  ic_kind kind;
  union {
    int64_t integer;
    double real;
    struct {
      const char *bytes; /* UTF-8, need not end in a NUL */
      size_t size;
    } text;
  } as;
} ic_cell;

/* Opens `path` (UTF-8 on Windows, the system's bytes elsewhere). A file of an
 * earlier version is brought forward in one transaction. `timeout` in
 * milliseconds is how long any later call waits for other processes. On
 * failure *out is NULL and nothing stays open. A file that may only be read
 * opens for reading in every mode: see ic_store_read_only(). */
ic_status ic_store_open(const char *path, ic_mode mode, int timeout,
                        const ic_schema *schema, ic_store **out,
                        ic_error *err);

/* Rolls back what is open and closes; NULL is accepted. All queries of the
 * store must have been freed. */
void ic_store_close(ic_store *store);

int ic_store_read_only(const ic_store *store);

/* Whom to ask every now and then whether to go on; NULL for nobody. */
void ic_store_watch(ic_store *store, const ic_watch *watch);

/* A transaction. Writing takes the writers' lock at once; reading sees one
 * state throughout. After a failed commit the transaction is still open and
 * must be rolled back. Rolling back without a transaction does nothing. */
ic_status ic_store_begin(ic_store *store, int writing, ic_error *err);
ic_status ic_store_commit(ic_store *store, ic_error *err);
void ic_store_rollback(ic_store *store);

/* Prepares one statement. `sql` is trusted text of this package. */
ic_status ic_query_open(ic_store *store, const char *sql, ic_query **out,
                        ic_error *err);

/* The same for a user's text: one statement that only reads, or IC_EINPUT. */
ic_status ic_query_open_reading(ic_store *store, const char *sql,
                                ic_query **out, ic_error *err);

void ic_query_free(ic_query *query);

/* Parameters are numbered from 1; a name is given without its colon.
 * ic_query_parameter() gives 0 for a name the statement has not, and
 * ic_query_parameter_name() NULL for a parameter without a name. */
int ic_query_parameters(const ic_query *query);
int ic_query_parameter(const ic_query *query, const char *name);
const char *ic_query_parameter_name(const ic_query *query, int at);

/* Bytes of a text are copied. NaN is stored as the text "NaN", since SQLite
 * would make it NULL. */
ic_status ic_query_bind(ic_query *query, int at, const ic_cell *cell,
                        ic_error *err);

/* Advances to the next row; *row is 0 after the last one. */
ic_status ic_query_step(ic_query *query, int *row, ic_error *err);

/* Runs the statement to its end and makes it ready for new values. */
ic_status ic_query_run(ic_query *query, ic_error *err);

void ic_query_reset(ic_query *query);

/* Columns of the answer; a name is NULL if there was no memory for it. */
int ic_query_width(const ic_query *query);
const char *ic_query_column_name(const ic_query *query, int column);

/* A cell of the row reached; a text is valid until the next step. A blob is
 * seen as the text of its bytes. */
ic_cell ic_query_cell(ic_query *query, int column);

/* Copies the last committed state (with what this store has written in an
 * open transaction left out of account) to a new file. The copy is made under
 * another name and renamed when it is whole; `path` must not exist. */
ic_status ic_store_backup(ic_store *store, const char *path, ic_error *err);

#endif
