#define _POSIX_C_SOURCE 200809L
#include "store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#ifndef _WIN32
# include <unistd.h>
#endif

#include "memory.h"
#include "store_inside.h"

#define PAUSE 20          /* milliseconds between two looks at a busy file */
#define LOOK_EVERY 50000  /* steps of SQLite's machine between two polls */

long ic_store_process(void)
{
#ifdef _WIN32
  return 0; /* no fork there */
#else
  return (long) getpid();
#endif
}

ic_status ic_store_usable(const ic_store *store, ic_error *err)
{
  if (store->process == ic_store_process())
    return IC_OK;
  return ic_fail(err, IC_EFORK,
                 "%s was opened by the process this one was forked from",
                 store->path);
}

static ic_status refuse_code(int code, const char *path, const char *said,
                             int timeout, ic_error *err)
{
  if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY)
    return ic_fail(err, IC_EREADONLY, "%s holds an unfinished change of a "
                   "process that crashed; it must be opened for writing once",
                   path);
  if (code == SQLITE_IOERR_NOMEM)
    return ic_no_memory(err);
  switch (code & 0xff) {
  case SQLITE_NOMEM:
    return ic_no_memory(err);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return ic_fail(err, IC_ELOCKED, "%s is in use by another process, which "
                   "did not let go within %g s", path, timeout / 1000.0);
  case SQLITE_INTERRUPT:
    return ic_fail(err, IC_EINTERRUPT, "interrupted");
  case SQLITE_FULL:
    return ic_fail(err, IC_EFULL, "%s: the disk is full", path);
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return ic_fail(err, IC_EREADONLY, "%s may not be written", path);
  case SQLITE_NOTADB:
    return ic_fail(err, IC_EFOREIGN, "%s is not an SQLite file", path);
  case SQLITE_CORRUPT:
    return ic_fail(err, IC_EDAMAGED, "%s is damaged: %s", path, said);
  case SQLITE_CONSTRAINT:
  case SQLITE_MISMATCH:
    return ic_fail(err, IC_EINPUT, "%s", said);
  case SQLITE_ERROR:
  case SQLITE_AUTH:
    return ic_fail(err, IC_EINPUT, "SQL: %s", said);
  case SQLITE_TOOBIG:
    return ic_fail(err, IC_ELIMIT, "a text or statement is longer than SQLite "
                   "allows");
  case SQLITE_CANTOPEN:
    return ic_fail(err, IC_ESTORE, "%s cannot be opened", path);
  default:
    return ic_fail(err, IC_ESTORE, "%s: %s", path, said);
  }
}

ic_status ic_store_refuse(ic_store *store, int code, ic_error *err)
{
  if (store->stopped)
    code = SQLITE_INTERRUPT;
  store->stopped = 0;
  return refuse_code(code, store->path, sqlite3_errmsg(store->db),
                     store->timeout, err);
}

static ic_status run(ic_store *store, const char *sql, ic_error *err)
{
  int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    return IC_OK;
  return ic_store_refuse(store, sqlite3_extended_errcode(store->db), err);
}

static int look(void *data)
{
  ic_store *store = data;
  if (store->watch.poll && store->watch.poll(store->watch.data, 0, 0))
    store->stopped = 1;
  return store->stopped;
}

static int wait_a_little(void *data, int times)
{
  ic_store *store = data;
  if (times >= store->timeout / PAUSE || look(store))
    return 0;
  sqlite3_sleep(PAUSE);
  return 1;
}

void ic_store_watch(ic_store *store, const ic_watch *watch)
{
  store->watch = watch ? *watch : (ic_watch) {NULL, NULL};
}

int ic_store_read_only(const ic_store *store)
{
  return store->read_only;
}

/* Opening */

static ic_status single_number(ic_store *store, const char *sql, int64_t *out,
                               ic_error *err)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  *out = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return IC_OK;
  return ic_store_refuse(store, sqlite3_extended_errcode(store->db), err);
}

void ic_store_harden(sqlite3 *db)
{
  sqlite3_extended_result_codes(db, 1);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 200);
}

static ic_status check_pages(ic_store *store, ic_error *err)
{
  sqlite3_stmt *statement = NULL;
  ic_status status = IC_OK;
  int code = sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1,
                                &statement, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code != SQLITE_ROW)
    status = ic_store_refuse(store, sqlite3_extended_errcode(store->db), err);
  else {
    const char *said = (const char *) sqlite3_column_text(statement, 0);
    if (!said || strcmp(said, "ok") != 0)
      status = ic_fail(err, IC_EDAMAGED, "%s is damaged: %s", store->path,
                       said ? said : "unreadable");
  }
  sqlite3_finalize(statement);
  return status;
}

static const char LISTING[] =
  "SELECT type || ' ' || name, sql FROM sqlite_master "
  "WHERE substr(name, 1, 7) <> 'sqlite_' ORDER BY type, name";

static const char *text_of(sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text(statement, column);
  return text ? text : "";
}

static ic_status compare_listings(ic_store *store, const char *what,
                                  sqlite3_stmt *have, sqlite3_stmt *want,
                                  ic_error *err)
{
  for (;;) {
    int h = sqlite3_step(have), w = sqlite3_step(want);
    if ((h != SQLITE_ROW && h != SQLITE_DONE) ||
        (w != SQLITE_ROW && w != SQLITE_DONE))
      return ic_store_refuse(store, sqlite3_extended_errcode(store->db), err);
    if (h == SQLITE_DONE && w == SQLITE_DONE)
      return IC_OK;
    int same = h == w && !strcmp(text_of(have, 0), text_of(want, 0)) &&
               !strcmp(text_of(have, 1), text_of(want, 1));
    if (!same)
      return ic_fail(err, IC_EDAMAGED, "%s is not quite %s: its %s is missing, "
                     "added or altered", store->path, what,
                     text_of(h == SQLITE_ROW ? have : want, 0));
  }
}

static int make_reference(sqlite3 *reference, const ic_schema *schema)
{
  int code = SQLITE_OK;
  for (int v = 0; v < schema->version; v++)
    for (size_t i = 0; schema->steps[v][i] && code == SQLITE_OK; i++)
      code = sqlite3_exec(reference, schema->steps[v][i], NULL, NULL, NULL);
  return code;
}

/* A trigger, view or altered table smuggled into the file would run as soon
 * as it is used: the schema must be the one that the steps make, to the
 * letter. */
static ic_status check_schema(ic_store *store, const ic_schema *schema,
                              ic_error *err)
{
  sqlite3 *reference = NULL;
  sqlite3_stmt *have = NULL, *want = NULL;
  int code = sqlite3_open(":memory:", &reference);
  if (code == SQLITE_OK)
    code = make_reference(reference, schema);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(reference, LISTING, -1, &want, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(store->db, LISTING, -1, &have, NULL);
  ic_status status =
    code == SQLITE_OK
      ? compare_listings(store, schema->what, have, want, err)
      : refuse_code(code, store->path, "its tables cannot be read",
                    store->timeout, err);
  sqlite3_finalize(have);
  sqlite3_finalize(want);
  sqlite3_close(reference);
  return status;
}

typedef struct header {
  int64_t application, version, objects;
} header;

static ic_status read_header(ic_store *store, header *h, ic_error *err)
{
  ic_status status =
    single_number(store, "PRAGMA application_id", &h->application, err);
  if (status == IC_OK)
    status = single_number(store, "PRAGMA user_version", &h->version, err);
  if (status == IC_OK)
    status = single_number(store, "SELECT count(*) FROM sqlite_master",
                           &h->objects, err);
  return status;
}

static int is_blank(const header *h)
{
  return h->application == 0 && h->version == 0 && h->objects == 0;
}

static ic_status check_header(ic_store *store, const header *h,
                              const ic_schema *schema, ic_error *err)
{
  if (h->application != schema->application)
    return ic_fail(err, IC_EFOREIGN, "%s is an SQLite file but not %s",
                   store->path, schema->what);
  if (h->version > schema->version)
    return ic_fail(err, IC_ENEWER, "%s has format %lld; this version of the "
                   "package knows formats up to %d", store->path,
                   (long long) h->version, schema->version);
  if (h->version < 1)
    return ic_fail(err, IC_EDAMAGED, "%s has no format number", store->path);
  return IC_OK;
}

/* Both numbers are ours; a PRAGMA takes no parameters. */
static ic_status stamp(ic_store *store, const ic_schema *schema, ic_error *err)
{
  char sql[96];
  snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d",
           (int) schema->application, schema->version);
  return run(store, sql, err);
}

static ic_status take_steps(ic_store *store, const ic_schema *schema,
                            int create, ic_error *err)
{
  header h = {0, 0, 0};
  ic_status status = read_header(store, &h, err);
  if (status == IC_OK && !(create && is_blank(&h)))
    status = check_header(store, &h, schema, err);
  for (int64_t v = h.version; status == IC_OK && v < schema->version; v++)
    for (size_t i = 0; schema->steps[v][i] && status == IC_OK; i++)
      status = run(store, schema->steps[v][i], err);
  if (status == IC_OK && h.version < schema->version)
    status = stamp(store, schema, err);
  return status;
}

/* The header is read again inside the transaction: another process may have
 * made or migrated the file meanwhile. */
static ic_status bring_forward(ic_store *store, const ic_schema *schema,
                               int create, ic_error *err)
{
  ic_status status = ic_store_begin(store, 1, err);
  if (status == IC_OK)
    status = take_steps(store, schema, create, err);
  if (status == IC_OK)
    status = ic_store_commit(store, err);
  ic_store_rollback(store);
  return status;
}

static const char SETTINGS[] =
  "PRAGMA foreign_keys=ON; PRAGMA journal_mode=TRUNCATE; "
  "PRAGMA synchronous=EXTRA; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; "
  "PRAGMA temp_store=MEMORY";

static ic_status settle(ic_store *store, ic_mode mode, const ic_schema *schema,
                        ic_error *err)
{
  header h;
  ic_status status = read_header(store, &h, err);
  if (status != IC_OK)
    return status;
  int create = mode == IC_CREATE && is_blank(&h);
  if (!create)
    status = check_header(store, &h, schema, err);
  store->read_only = sqlite3_db_readonly(store->db, "main") == 1;
  if (status == IC_OK)
    status = run(store, SETTINGS, err);
  if (status == IC_OK && (create || h.version < schema->version))
    status = bring_forward(store, schema, create, err);
  if (status == IC_OK)
    status = check_pages(store, err);
  if (status == IC_OK)
    status = check_schema(store, schema, err);
  return status;
}

static ic_status keep_paths(ic_store *store, const char *path, ic_error *err)
{
  size_t n = strlen(path);
  store->path = ic_alloc(n + 1, 1);
  store->lock_path = ic_alloc(n + sizeof ".lock", 1);
  if (!store->path || !store->lock_path)
    return ic_no_memory(err);
  memcpy(store->path, path, n + 1);
  memcpy(store->lock_path, path, n);
  memcpy(store->lock_path + n, ".lock", sizeof ".lock");
  return IC_OK;
}

static ic_status open_file(ic_store *store, ic_mode mode, ic_error *err)
{
  int flags = SQLITE_OPEN_PRIVATECACHE |
              (mode == IC_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
              (mode == IC_CREATE ? SQLITE_OPEN_CREATE : 0);
  int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);
  if (code != SQLITE_OK)
    return store->db ? ic_store_refuse(store, code, err) : ic_no_memory(err);
  ic_store_harden(store->db);
  sqlite3_busy_handler(store->db, wait_a_little, store);
  sqlite3_progress_handler(store->db, LOOK_EVERY, look, store);
  return IC_OK;
}

ic_status ic_store_open(const char *path, ic_mode mode, int timeout,
                        const ic_schema *schema, ic_store **out, ic_error *err)
{
  *out = NULL;
  ic_store *store = ic_alloc(1, sizeof *store);
  if (!store)
    return ic_no_memory(err);
  store->process = ic_store_process();
  store->timeout = timeout;
  ic_status status = keep_paths(store, path, err);
  if (status == IC_OK)
    status = open_file(store, mode, err);
  if (status == IC_OK)
    status = settle(store, mode, schema, err);
  if (status == IC_OK)
    *out = store;
  else
    ic_store_close(store);
  return status;
}

void ic_store_close(ic_store *store)
{
  if (!store || store->process != ic_store_process())
    return;
  ic_store_rollback(store);
  /* TRUNCATE leaves an empty journal beside the file; this takes it away,
   * unless another process is writing, which then needs it. */
  sqlite3_exec(store->db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
  sqlite3_close_v2(store->db);
  ic_free(store->path);
  ic_free(store->lock_path);
  ic_free(store);
}

/* Transactions */

ic_status ic_store_begin(ic_store *store, int writing, ic_error *err)
{
  ic_status status = ic_store_usable(store, err);
  if (status != IC_OK)
    return status;
  if (!sqlite3_get_autocommit(store->db))
    return ic_fail(err, IC_ESTORE, "%s: a transaction is open already",
                   store->path);
  if (!writing)
    return run(store, "BEGIN", err);
  if (store->read_only)
    return ic_fail(err, IC_EREADONLY, "%s is open for reading only",
                   store->path);
  status = ic_lock_take(&store->lock, store->lock_path, store->timeout,
                        &store->watch, err);
  if (status == IC_OK)
    status = run(store, "BEGIN IMMEDIATE", err);
  if (status != IC_OK)
    ic_lock_release(&store->lock, store->lock_path);
  return status;
}

ic_status ic_store_commit(ic_store *store, ic_error *err)
{
  ic_status status = ic_store_usable(store, err);
  if (status == IC_OK)
    status = run(store, "COMMIT", err);
  if (status == IC_OK)
    ic_lock_release(&store->lock, store->lock_path);
  return status;
}

void ic_store_rollback(ic_store *store)
{
  if (!store->db || store->process != ic_store_process())
    return;
  if (!sqlite3_get_autocommit(store->db))
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  store->stopped = 0;
  ic_lock_release(&store->lock, store->lock_path);
}

/* Backup */

static int copy_pages(sqlite3 *from, sqlite3 *to)
{
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
  if (!backup)
    return sqlite3_errcode(to);
  int code;
  do
    code = sqlite3_backup_step(backup, 2000);
  while (code == SQLITE_OK);
  int end = sqlite3_backup_finish(backup);
  return end != SQLITE_OK ? end : code == SQLITE_DONE ? SQLITE_OK : code;
}

static int copy_to(ic_store *store, const char *path)
{
  sqlite3 *to = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2(path, &to, flags, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(to, "PRAGMA synchronous=EXTRA", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = copy_pages(store->db, to);
  sqlite3_close(to);
  return code;
}

ic_status ic_store_backup(ic_store *store, const char *path, ic_error *err)
{
  ic_status status = ic_store_usable(store, err);
  if (status != IC_OK)
    return status;
  size_t n = strlen(path);
  char *partial = ic_alloc(n + sizeof ".partial", 1);
  if (!partial)
    return ic_no_memory(err);
  memcpy(partial, path, n);
  memcpy(partial + n, ".partial", sizeof ".partial");
  remove(partial);
  int code = copy_to(store, partial);
  if (code != SQLITE_OK)
    status = refuse_code(code, path, sqlite3_errstr(code), store->timeout, err);
  else if (rename(partial, path) != 0)
    status = ic_fail(err, IC_ESTORE, "%s cannot be written", path);
  if (status != IC_OK)
    remove(partial);
  ic_free(partial);
  return status;
}
