#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "foreign.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "store_inside.h"
#include "text.h"

#define LOOK_EVERY 10000   /* steps of SQLite's machine between two polls */
#define STEPS_FREE 20000000
#define STEPS_PER_BYTE 32  /* a whole table needs a few for each byte */
#define BYTES_PER_ROW 4    /* at least: cells have four bytes and a pointer */

typedef struct foreign {
  sqlite3 *db;
  const char *path;
  uint64_t size, steps_left;
  int stopped, spent;
  ic_watch watch;
} foreign;

static ic_status refuse(const foreign *f, int code, ic_error *err)
{
  if (f->spent)
    return ic_fail(err, IC_ELIMIT, "%s needs more steps to be read than a file "
                   "of its size should", f->path);
  if (f->stopped)
    return ic_fail(err, IC_EINTERRUPT, "interrupted");
  switch (code & 0xff) {
  case SQLITE_NOMEM:
    return ic_no_memory(err);
  case SQLITE_TOOBIG:
    return ic_fail(err, IC_ELIMIT, "%s holds a text of more than %d bytes",
                   f->path, IC_FOREIGN_CELL_MAX);
  case SQLITE_NOTADB:
    return ic_fail(err, IC_EFOREIGN, "%s is not an SQLite file, or is "
                   "encrypted", f->path);
  case SQLITE_CANTOPEN:
    return ic_fail(err, IC_ESTORE, "%s cannot be opened", f->path);
  default:
    return ic_fail(err, IC_EDAMAGED, "%s cannot be read: %s", f->path,
                   sqlite3_errmsg(f->db));
  }
}

static int look(void *data)
{
  foreign *f = data;
  if (f->steps_left < LOOK_EVERY)
    f->spent = 1;
  else
    f->steps_left -= LOOK_EVERY;
  if (f->watch.poll && f->watch.poll(f->watch.data, 0, 0))
    f->stopped = 1;
  return f->stopped || f->spent;
}

/* Opening */

static ic_status nothing_beside(const foreign *f, const char *suffix,
                                ic_error *err)
{
  size_t n = strlen(f->path), more = strlen(suffix);
  char *beside = ic_alloc(n + more + 1, 1);
  if (!beside)
    return ic_no_memory(err);
  memcpy(beside, f->path, n);
  memcpy(beside + n, suffix, more + 1);
  struct stat facts;
  int there = stat(beside, &facts) == 0 && facts.st_size > 0;
  ic_free(beside);
  if (!there)
    return IC_OK;
  return ic_fail(err, IC_ELOCKED, "%s has changes beside it, in %s%s, that it "
                 "does not hold yet; open and close it in its own program",
                 f->path, f->path, suffix);
}

static ic_status look_at_file(foreign *f, ic_error *err)
{
  struct stat facts;
  if (stat(f->path, &facts) != 0)
    return ic_fail(err, IC_ESTORE, "%s cannot be opened", f->path);
  if (!S_ISREG(facts.st_mode))
    return ic_fail(err, IC_ESTORE, "%s is not a file", f->path);
  if (facts.st_size == 0)
    return ic_fail(err, IC_EFOREIGN, "%s is empty", f->path);
  f->size = (uint64_t) facts.st_size;
  f->steps_left = STEPS_FREE + STEPS_PER_BYTE * f->size;
  ic_status status = nothing_beside(f, "-wal", err);
  return status == IC_OK ? nothing_beside(f, "-journal", err) : status;
}

/* A path as a URI, each byte that could mean something else there by number. */
static char *uri_of(const char *path)
{
  static const char digits[] = "0123456789ABCDEF";
  static const char ending[] = "?mode=ro&immutable=1";
  char *uri = ic_alloc(3 * strlen(path) + sizeof "file:///" + sizeof ending, 1);
  if (!uri)
    return NULL;
  int rooted = path[0] == '/' || path[0] == '\\', drive = 0;
#ifdef _WIN32
  drive = path[0] && path[1] == ':';
#endif
  strcpy(uri, drive ? "file:///" : rooted ? "file://" : "file:");
  char *out = uri + strlen(uri);
  for (const char *p = path; *p; p++) {
    unsigned char c = (unsigned char) *p;
#ifdef _WIN32
    c = c == '\\' ? '/' : c;
#endif
    int plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                (c >= '0' && c <= '9') || strchr("/-_.:", c);
    if (!plain) {
      *out++ = '%';
      *out++ = digits[c >> 4];
      c = (unsigned char) digits[c & 15];
    }
    *out++ = (char) c;
  }
  memcpy(out, ending, sizeof ending);
  return uri;
}

static void limit(sqlite3 *db)
{
  static const struct {
    int what, most;
  } limits[] = {
    {SQLITE_LIMIT_LENGTH, IC_FOREIGN_CELL_MAX},
    {SQLITE_LIMIT_SQL_LENGTH, 1000000},
    {SQLITE_LIMIT_COLUMN, IC_FOREIGN_WIDTH_MAX},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 25000},
    {SQLITE_LIMIT_FUNCTION_ARG, 32},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0}
  };
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    sqlite3_limit(db, limits[i].what, limits[i].most);
}

/* One whole number; -1 where there is none. */
static sqlite3_int64 number(const foreign *f, const char *sql, const char *with)
{
  sqlite3_stmt *one = NULL;
  sqlite3_int64 found = -1;
  int code = sqlite3_prepare_v2(f->db, sql, -1, &one, NULL);
  if (code == SQLITE_OK && with)
    code = sqlite3_bind_text(one, 1, with, -1, SQLITE_STATIC);
  if (code == SQLITE_OK && sqlite3_step(one) == SQLITE_ROW)
    found = sqlite3_column_int64(one, 0);
  sqlite3_finalize(one);
  return found;
}

static ic_status check_length(const foreign *f, ic_error *err)
{
  sqlite3_int64 told = number(f, "SELECT page_size * page_count FROM "
                              "pragma_page_size, pragma_page_count", NULL);
  if (told >= 0 && (uint64_t) told <= f->size)
    return IC_OK;
  return ic_fail(err, IC_EDAMAGED, "%s is cut short", f->path);
}

static ic_status open_file(foreign *f, const char *path, const ic_watch *watch,
                           ic_error *err)
{
  *f = (foreign) {.path = path};
  if (watch)
    f->watch = *watch;
  ic_status status = look_at_file(f, err);
  if (status != IC_OK)
    return status;
  char *uri = uri_of(path);
  if (!uri)
    return ic_no_memory(err);
  int code = sqlite3_open_v2(uri, &f->db, SQLITE_OPEN_READONLY |
                             SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE, NULL);
  ic_free(uri);
  if (code != SQLITE_OK)
    return f->db ? refuse(f, code, err) : ic_no_memory(err);
  ic_store_harden(f->db);
  limit(f->db);
  sqlite3_drop_modules(f->db, NULL);
  sqlite3_progress_handler(f->db, LOOK_EVERY, look, f);
  code = sqlite3_exec(f->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; "
                      "PRAGMA ignore_check_constraints=ON; "
                      "PRAGMA temp_store=MEMORY; "
                      "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
  return code == SQLITE_OK ? check_length(f, err) : refuse(f, code, err);
}

/* Reading */

static ic_status prepare(const foreign *f, sqlite3_str *sql,
                         sqlite3_stmt **out, ic_error *err)
{
  char *text = sqlite3_str_finish(sql);
  *out = NULL;
  if (!text)
    return ic_no_memory(err);
  int code = sqlite3_prepare_v2(f->db, text, -1, out, NULL);
  sqlite3_free(text);
  return code == SQLITE_OK ? IC_OK : refuse(f, code, err);
}

/* "ok", or what is wrong with the pages of the table. */
static ic_status check_pages(const foreign *f, const char *table,
                             ic_error *err)
{
  sqlite3_str *sql = sqlite3_str_new(f->db);
  sqlite3_str_appendf(sql, "PRAGMA quick_check(%Q)", table);
  sqlite3_stmt *check;
  ic_status status = prepare(f, sql, &check, err);
  if (status != IC_OK)
    return status;
  int code = sqlite3_step(check);
  const char *said = code == SQLITE_ROW
                       ? (const char *) sqlite3_column_text(check, 0) : NULL;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    status = refuse(f, code, err);
  else if (!said || strcmp(said, "ok") != 0)
    status = ic_fail(err, IC_EDAMAGED, "%s, table \"%s\" is damaged: %s",
                     f->path, table, said ? said : "unreadable");
  sqlite3_finalize(check);
  return status;
}

/* SQLite itself says whether a name is a table, whatever the row of the schema
 * that made it pretends to be. */
static ic_status check_columns(const foreign *f, const char *table,
                               const char *const *columns, size_t width,
                               ic_error *err)
{
  if (sqlite3_table_column_metadata(f->db, "main", table, NULL, NULL, NULL,
                                    NULL, NULL, NULL) != SQLITE_OK)
    return ic_fail(err, IC_EINPUT, "%s has no table \"%s\"", f->path, table);
  static const char made[] =
    "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden <> 0";
  if (number(f, made, table) != 0)
    return ic_fail(err, IC_EDAMAGED, "%s: \"%s\" is not a table whose columns "
                   "are all stored", f->path, table);
  for (size_t i = 0; i < width; i++)
    if (sqlite3_table_column_metadata(f->db, "main", table, columns[i], NULL,
                                      NULL, NULL, NULL, NULL) != SQLITE_OK)
      return ic_fail(err, IC_EINPUT, "%s, table \"%s\" has no column \"%s\"",
                     f->path, table, columns[i]);
  return IC_OK;
}

static int only_this_table(void *data, int action, const char *a,
                           const char *b, const char *database,
                           const char *inside)
{
  (void) b, (void) database;
  if (inside)
    return SQLITE_DENY;
  if (action == SQLITE_SELECT)
    return SQLITE_OK;
  return action == SQLITE_READ && !sqlite3_stricmp(a, data) ? SQLITE_OK
                                                            : SQLITE_DENY;
}

static ic_status select_columns(foreign *f, const char *table,
                                const char *const *columns, size_t width,
                                sqlite3_stmt **out, ic_error *err)
{
  char *allowed = sqlite3_mprintf("%s", table);
  if (!allowed)
    return ic_no_memory(err);
  sqlite3_str *sql = sqlite3_str_new(f->db);
  for (size_t i = 0; i < width; i++)
    sqlite3_str_appendf(sql, "%s \"%w\"", i ? "," : "SELECT", columns[i]);
  sqlite3_str_appendf(sql, " FROM main.\"%w\" NOT INDEXED", table);
  sqlite3_set_authorizer(f->db, only_this_table, allowed);
  ic_status status = prepare(f, sql, out, err);
  sqlite3_set_authorizer(f->db, NULL, NULL);
  sqlite3_free(allowed);
  return status;
}

static ic_cell cell_of(sqlite3_stmt *row, int column)
{
  ic_cell cell = {IC_NULL, {0}};
  switch (sqlite3_column_type(row, column)) {
  case SQLITE_INTEGER:
    cell.kind = IC_INTEGER;
    cell.as.integer = sqlite3_column_int64(row, column);
    break;
  case SQLITE_FLOAT:
    cell.kind = IC_REAL;
    cell.as.real = sqlite3_column_double(row, column);
    break;
  case SQLITE_NULL:
    break;
  default:
    /* text of a file in UTF-16 is turned into UTF-8 */
    cell.kind = IC_TEXT;
    cell.as.text.bytes = (const char *) sqlite3_column_text(row, column);
    cell.as.text.size = (size_t) sqlite3_column_bytes(row, column);
  }
  return cell;
}

static ic_status check_text(const foreign *f, const ic_cell *cell,
                            const char *table, size_t row, ic_error *err)
{
  ic_str text = {cell->as.text.bytes, cell->as.text.size};
  size_t fault = ic_utf8_fault(text);
  const char *nul = memchr(text.data, 0, text.size);
  if (fault == IC_NOWHERE && !nul)
    return IC_OK;
  if (nul && (size_t) (nul - text.data) < fault)
    fault = (size_t) (nul - text.data);
  return ic_fail_at(err, IC_ETEXT, row, fault, "%s, table \"%s\", row %zu: the "
                    "text %s", f->path, table, row + 1,
                    text.data[fault] ? "is not UTF-8" : "holds a NUL byte");
}

static ic_status take_row(const foreign *f, sqlite3_stmt *row, ic_cell *cells,
                          const char *table, ic_table *out, ic_error *err)
{
  for (size_t i = 0; i < out->width; i++) {
    cells[i] = cell_of(row, (int) i);
    if (cells[i].kind != IC_TEXT)
      continue;
    if (!cells[i].as.text.bytes) {
      if (cells[i].as.text.size || sqlite3_errcode(f->db) == SQLITE_NOMEM)
        return ic_no_memory(err);
      cells[i].as.text.bytes = "";
    }
    ic_status status = check_text(f, &cells[i], table, out->rows, err);
    if (status != IC_OK)
      return status;
  }
  ic_status status = ic_table_add(out, cells, err);
  /* UTF-16 may grow by half */
  if (status == IC_OK && (out->rows > f->size / BYTES_PER_ROW ||
                          out->bytes_used / 2 > f->size + out->rows))
    status = ic_fail(err, IC_EDAMAGED, "%s, table \"%s\" holds more than a "
                     "file of its size can", f->path, table);
  return status;
}

static ic_status take_rows(const foreign *f, sqlite3_stmt *rows,
                           const char *table, ic_table *out, ic_error *err)
{
  ic_cell *cells = ic_alloc(out->width, sizeof *cells);
  if (!cells)
    return ic_no_memory(err);
  ic_status status = IC_OK;
  int code = SQLITE_ROW;
  while (status == IC_OK && (code = sqlite3_step(rows)) == SQLITE_ROW)
    status = take_row(f, rows, cells, table, out, err);
  ic_free(cells);
  if (status == IC_OK && code != SQLITE_DONE)
    status = refuse(f, code, err);
  return status;
}

ic_status ic_foreign_read(const char *path, const char *table,
                          const char *const *columns, size_t width,
                          const ic_watch *watch, ic_table *out, ic_error *err)
{
  foreign f;
  sqlite3_stmt *rows = NULL;
  ic_status status = open_file(&f, path, watch, err);
  if (status == IC_OK)
    status = check_columns(&f, table, columns, width, err);
  if (status == IC_OK)
    status = check_pages(&f, table, err);
  if (status == IC_OK)
    status = select_columns(&f, table, columns, width, &rows, err);
  if (status == IC_OK)
    status = ic_table_begin(out, columns, width, err);
  if (status == IC_OK)
    status = take_rows(&f, rows, table, out, err);
  sqlite3_finalize(rows);
  sqlite3_close(f.db);
  return status;
}

static const char TABLES[] =
  "SELECT m.name, c.name FROM sqlite_schema AS m, "
  "pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' AND m.rootpage > 0 "
  "AND substr(m.name, 1, 7) <> 'sqlite_' AND c.hidden = 0";

ic_status ic_foreign_tables(const char *path, const ic_watch *watch,
                            ic_table *out, ic_error *err)
{
  static const char *const names[] = {"table", "column"};
  foreign f;
  sqlite3_stmt *rows = NULL;
  ic_status status = open_file(&f, path, watch, err);
  if (status == IC_OK) {
    int code = sqlite3_prepare_v2(f.db, TABLES, -1, &rows, NULL);
    if (code != SQLITE_OK)
      status = refuse(&f, code, err);
  }
  if (status == IC_OK)
    status = ic_table_begin(out, names, 2, err);
  if (status == IC_OK)
    status = take_rows(&f, rows, "sqlite_schema", out, err);
  sqlite3_finalize(rows);
  sqlite3_close(f.db);
  return status;
}
