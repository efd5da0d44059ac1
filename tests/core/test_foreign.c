/* foreign: tables of files that nobody has made for us, and of files that
 * somebody has made against us. */
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "core/foreign.h"
#include "core/memory.h"

static char folder[] = "/tmp/intercoder-foreign-XXXXXX";
static char place[300];

static const char *at(const char *name)
{
  snprintf(place, sizeof place, "%s/%s", folder, name);
  return place;
}

/* Makes the file anew by a script of SQL. */
static const char *make(const char *name, const char *sql)
{
  sqlite3 *db;
  char *said = NULL;
  remove(at(name));
  sqlite3_open(at(name), &db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  if (!CHECK(sqlite3_exec(db, sql, NULL, NULL, &said) == SQLITE_OK))
    fprintf(stderr, "%s: %s\n", name, said);
  sqlite3_free(said);
  sqlite3_close(db);
  return at(name);
}

static size_t load(const char *path, unsigned char *bytes, size_t room)
{
  FILE *file = fopen(path, "rb");
  size_t n = file ? fread(bytes, 1, room, file) : 0;
  if (file)
    fclose(file);
  return n;
}

static void save(const char *path, const void *bytes, size_t n)
{
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(bytes, 1, n, file) == n);
  if (file)
    fclose(file);
}

static ic_status read_two(const char *path, const char *table, const char *a,
                          const char *b, ic_table *out, ic_error *err)
{
  const char *columns[] = {a, b};
  return ic_foreign_read(path, table, columns, b ? 2 : 1, NULL, out, err);
}

/* The status of a read of which nothing is wanted. */
static ic_status status_of(const char *path, const char *table, const char *a,
                           ic_error *err)
{
  ic_table out = {0};
  ic_status status = read_two(path, table, a, NULL, &out, err);
  ic_table_free(&out);
  return status;
}

static const char GOOD[] =
  "PRAGMA page_size=512;"
  "CREATE TABLE \"odd \"\"name\"(a INTEGER, \"b \"\"c\" TEXT "
  "  DEFAULT (upper('x')));"
  "INSERT INTO \"odd \"\"name\" VALUES (1, 'one'), (NULL, NULL), "
  "  (2.5, 'drei \xc3\xa9'), (4, x'c3a9');"
  "CREATE INDEX ab ON \"odd \"\"name\"(a);"
  "CREATE TABLE log(n);"
  "CREATE TRIGGER t AFTER INSERT ON log BEGIN SELECT 1; END;"
  "CREATE VIEW v AS SELECT a FROM \"odd \"\"name\";";

static void a_table_comes_as_it_is(const char *path)
{
  ic_table out = {0};
  ic_error err;
  CHECK(read_two(path, "ODD \"name", "A", "b \"c", &out, &err) == IC_OK);
  CHECK(out.rows == 4 && out.width == 2);
  if (out.rows == 4) {
    CHECK(ic_table_cell(&out, 0, 0).as.integer == 1);
    CHECK_TEXT(ic_table_cell(&out, 0, 1).as.text.bytes, "one");
    CHECK(ic_table_cell(&out, 1, 0).kind == IC_NULL);
    CHECK(ic_table_cell(&out, 1, 1).kind == IC_NULL);
    CHECK(ic_table_cell(&out, 2, 0).as.real == 2.5);
    CHECK_TEXT(ic_table_cell(&out, 2, 1).as.text.bytes, "drei \xc3\xa9");
    CHECK_TEXT(ic_table_cell(&out, 3, 1).as.text.bytes, "\xc3\xa9");
  }
  ic_table_free(&out);
}

static void tables_are_told(const char *path)
{
  ic_table out = {0};
  ic_error err;
  CHECK(ic_foreign_tables(path, NULL, &out, &err) == IC_OK);
  CHECK(out.rows == 3);
  if (out.rows == 3) {
    CHECK_TEXT(ic_table_cell(&out, 1, 0).as.text.bytes, "odd \"name");
    CHECK_TEXT(ic_table_cell(&out, 1, 1).as.text.bytes, "b \"c");
    CHECK_TEXT(ic_table_cell(&out, 2, 0).as.text.bytes, "log");
  }
  ic_table_free(&out);
}

static void nothing_is_left_behind(const char *path)
{
  struct stat before, after;
  char beside[320];
  ic_error err;
  CHECK(chmod(path, 0400) == 0 && stat(path, &before) == 0);
  CHECK(status_of(path, "log", "n", &err) == IC_OK);
  CHECK(stat(path, &after) == 0 && before.st_mtime == after.st_mtime &&
        before.st_size == after.st_size);
  const char *ends[] = {"-wal", "-shm", "-journal"};
  for (int i = 0; i < 3; i++) {
    snprintf(beside, sizeof beside, "%s%s", path, ends[i]);
    CHECK(access(beside, F_OK) != 0);
  }
  chmod(path, 0600);
}

static void names_of_files_may_be_odd(void)
{
  ic_error err;
  const char *names[] = {"a b", "a%20b", "a?mode=rw", "a#b", "\xc3\xa9",
                         "\xff"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    CHECK(status_of(make(names[i], "CREATE TABLE t(a)"), "t", "a", &err) ==
          IC_OK);
}

static void what_is_not_there_is_named(const char *path)
{
  ic_error err;
  CHECK(status_of(path, "nothing", "a", &err) == IC_EINPUT);
  CHECK(strstr(err.message, "no table \"nothing\"") != NULL);
  CHECK(status_of(path, "log", "a\" FROM v --", &err) == IC_EINPUT);
  CHECK(strstr(err.message, "no column") != NULL);
  CHECK(status_of(path, "v", "a", &err) == IC_EINPUT);
}

static void files_that_are_no_tables(void)
{
  ic_error err;
  static char zeros[4096];
  CHECK(status_of(at("absent"), "t", "a", &err) == IC_ESTORE);
  CHECK(status_of(folder, "t", "a", &err) == IC_ESTORE);
  save(at("empty"), "", 0);
  CHECK(status_of(at("empty"), "t", "a", &err) == IC_EFOREIGN);
  save(at("text"), "just some words", 15);
  CHECK(status_of(at("text"), "t", "a", &err) == IC_EFOREIGN);
  save(at("zeros"), zeros, sizeof zeros);
  CHECK(status_of(at("zeros"), "t", "a", &err) == IC_EFOREIGN);
  for (size_t i = 0; i < sizeof zeros; i++)
    zeros[i] = (char) (i * 2654435761u >> 11);
  save(at("noise"), zeros, sizeof zeros);
  CHECK(status_of(at("noise"), "t", "a", &err) == IC_EFOREIGN);
  mkfifo(at("pipe"), 0600);
  CHECK(status_of(at("pipe"), "t", "a", &err) == IC_ESTORE);
}

static void changes_beside_are_refused(void)
{
  ic_error err;
  make("busy", "CREATE TABLE t(a)");
  save(at("busy-wal"), "", 0);
  CHECK(status_of(at("busy"), "t", "a", &err) == IC_OK);
  save(at("busy-wal"), "x", 1);
  CHECK(status_of(at("busy"), "t", "a", &err) == IC_ELOCKED);
  CHECK(strstr(err.message, "busy-wal") != NULL);
  remove(at("busy-wal"));
  save(at("busy-journal"), "x", 1);
  CHECK(status_of(at("busy"), "t", "a", &err) == IC_ELOCKED);
  make("wal", "PRAGMA journal_mode=WAL; CREATE TABLE t(a); "
       "INSERT INTO t VALUES (7)");
  CHECK(status_of(at("wal"), "t", "a", &err) == IC_OK);
}

static void text_must_be_text(void)
{
  ic_error err;
  make("latin", "CREATE TABLE t(a); INSERT INTO t VALUES ('fine'), "
       "(CAST(x'6162e9' AS TEXT))");
  CHECK(status_of(at("latin"), "t", "a", &err) == IC_ETEXT);
  CHECK(err.item == 1 && err.at == 2);
  CHECK(strstr(err.message, "table \"t\", row 2") != NULL);
  make("nul", "CREATE TABLE t(a); INSERT INTO t VALUES "
       "(CAST(x'610062' AS TEXT))");
  CHECK(status_of(at("nul"), "t", "a", &err) == IC_ETEXT && err.at == 1);
  make("blob", "CREATE TABLE t(a); INSERT INTO t VALUES (x''), (x'ff')");
  CHECK(status_of(at("blob"), "t", "a", &err) == IC_ETEXT && err.item == 1);

  ic_table out = {0};
  make("wide", "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a); "
       "INSERT INTO t VALUES ('h\xc3\xa9 \xf0\x9f\x98\x80')");
  CHECK(read_two(at("wide"), "t", "a", NULL, &out, &err) == IC_OK);
  if (out.rows)
    CHECK_TEXT(ic_table_cell(&out, 0, 0).as.text.bytes,
               "h\xc3\xa9 \xf0\x9f\x98\x80");
  ic_table_free(&out);
}

static void schemas_that_would_run(void)
{
  ic_error err;
  static const char endless[] =
    "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) "
    "SELECT a FROM n";
  char sql[700];
  snprintf(sql, sizeof sql, "CREATE VIEW t AS %s; CREATE TABLE u(a);", endless);
  CHECK(status_of(make("view", sql), "t", "a", &err) == IC_EINPUT);
  CHECK(status_of(at("view"), "u", "a", &err) == IC_OK);

  /* the schema says of a view that it is a table, with pages */
  snprintf(sql, sizeof sql, "CREATE VIEW t AS %s; PRAGMA writable_schema=ON; "
           "UPDATE sqlite_schema SET type = 'table', rootpage = 2; "
           "CREATE TABLE u(a);", endless);
  CHECK(status_of(make("lie", sql), "t", "a", &err) != IC_OK);

  CHECK(status_of(make("virtual", "CREATE VIRTUAL TABLE t USING fts5(a); "
                       "CREATE TABLE u(a)"), "t", "a", &err) == IC_EDAMAGED);
  CHECK(status_of(at("virtual"), "u", "a", &err) == IC_OK);
  CHECK(status_of(make("made", "CREATE TABLE t(a, b AS "
                       "(hex(zeroblob(a * 100000000)))); "
                       "INSERT INTO t(a) VALUES (1)"), "t", "b", &err) ==
        IC_EDAMAGED);
  CHECK(status_of(make("check", "CREATE TABLE t(a); INSERT INTO t VALUES (1); "
                       "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET "
                       "sql = 'CREATE TABLE t(a CHECK "
                       "(length(hex(zeroblob(30000000))) < 0))'"),
                  "t", "a", &err) == IC_OK);
  CHECK(status_of(make("broken", "CREATE TABLE t(a); "
                       "PRAGMA writable_schema=ON; "
                       "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a'"),
                  "t", "a", &err) == IC_EDAMAGED);
  CHECK(status_of(make("gone", "CREATE TABLE t(a); PRAGMA writable_schema=ON; "
                       "UPDATE sqlite_schema SET rootpage = 99"),
                  "t", "a", &err) == IC_EDAMAGED);
  CHECK(status_of(make("shared", "CREATE TABLE t(a); CREATE TABLE u(a); "
                       "PRAGMA writable_schema=ON; "
                       "UPDATE sqlite_schema SET rootpage = 1"),
                  "t", "a", &err) == IC_EDAMAGED);
}

static void limits_are_held(void)
{
  ic_error err;
  char *sql = ic_alloc(20000, 1);
  strcpy(sql, "CREATE TABLE t(a");
  for (int i = 0; i < IC_FOREIGN_WIDTH_MAX; i++)
    sprintf(sql + strlen(sql), ", c%d", i);
  strcat(sql, ")");
  CHECK(status_of(make("broad", sql), "t", "a", &err) == IC_EDAMAGED);
  ic_free(sql);
  make("long", "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(67108865))");
  CHECK(status_of(at("long"), "t", "a", &err) == IC_ELIMIT);
  remove(at("long"));
}

static int stop_at_once(void *data, size_t done, size_t total)
{
  (void) data, (void) done, (void) total;
  return 1;
}

static void who_waits_may_stop(void)
{
  ic_error err;
  ic_table out = {0};
  const char *columns[] = {"a"};
  const ic_watch watch = {stop_at_once, NULL};
  make("many", "CREATE TABLE t(a); WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL "
       "SELECT a + 1 FROM n LIMIT 20000) INSERT INTO t SELECT a FROM n");
  CHECK(ic_foreign_read(at("many"), "t", columns, 1, &watch, &out, &err) ==
        IC_EINTERRUPT);
  ic_table_free(&out);
}

static void memory_may_run_out(const char *path)
{
  ic_error err;
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; status != IC_OK && n < 200; n++) {
    ic_table out = {0};
    ic_memory_fail(n, 0);
    status = read_two(path, "odd \"name", "a", "b \"c", &out, &err);
    ic_memory_fail(0, 0);
    CHECK(status == IC_OK || status == IC_EMEMORY);
    ic_table_free(&out);
  }
  CHECK(status == IC_OK);
}

/* Whatever the bytes are, a read comes back with a status and a sentence. */
static void any_bytes_are_survived(const char *path)
{
  static unsigned char whole[1 << 16], bad[1 << 16];
  size_t n = load(path, whole, sizeof whole);
  ic_error err;
  long good = 0, other = 0;
  CHECK(n > 1000 && n < sizeof whole);
  for (size_t i = 0; i < n; i++) {
    memcpy(bad, whole, n);
    bad[i] = (unsigned char) (i % 3 == 0 ? 0xff : i % 3 == 1 ? 0 : bad[i] ^ 16);
    save(at("flipped"), bad, n);
    ic_table out = {0};
    err.message[0] = '\0';
    ic_status status =
      read_two(at("flipped"), "odd \"name", "a", "b \"c", &out, &err);
    good += status == IC_OK;
    other += status != IC_OK && err.message[0] != '\0' &&
             status != IC_EMEMORY;
    ic_table_free(&out);
    ic_foreign_tables(at("flipped"), NULL, &out, &err);
    ic_table_free(&out);
  }
  CHECK(good + other == (long) n);
  CHECK(other > 100 && good > 100);
  for (size_t cut = 1; cut < n; cut += 37) {
    save(at("flipped"), whole, cut);
    CHECK(status_of(at("flipped"), "odd \"name", "a", &err) != IC_OK);
  }
}

/* Every cell of a leaf claims the same chain of pages. */
static void pages_are_not_read_twice(void)
{
  static unsigned char bytes[1 << 17];
  ic_error err;
  make("chain", "PRAGMA page_size=512; CREATE TABLE t(a); "
       "INSERT INTO t VALUES (printf('%.60000c', 'x')), "
       "(printf('%.60000c', 'y'))");
  CHECK(status_of(at("chain"), "t", "a", &err) == IC_OK);
  size_t n = load(at("chain"), bytes, sizeof bytes);
  unsigned char *leaf = bytes + 512;
  CHECK(leaf[0] == 13 && leaf[4] == 2);
  memcpy(leaf + 10, leaf + 8, 2); /* both pointers to the first cell */
  save(at("chain"), bytes, n);
  CHECK(status_of(at("chain"), "t", "a", &err) == IC_EDAMAGED);
}

int main(void)
{
  char good[300];
  if (!mkdtemp(folder))
    return 1;
  snprintf(good, sizeof good, "%s", make("good", GOOD));
  a_table_comes_as_it_is(good);
  tables_are_told(good);
  nothing_is_left_behind(good);
  names_of_files_may_be_odd();
  what_is_not_there_is_named(good);
  files_that_are_no_tables();
  changes_beside_are_refused();
  text_must_be_text();
  schemas_that_would_run();
  limits_are_held();
  who_waits_may_stop();
  memory_may_run_out(good);
  any_bytes_are_survived(good);
  pages_are_not_read_twice();
  char remove_all[320];
  snprintf(remove_all, sizeof remove_all, "rm -r %s", folder);
  CHECK(system(remove_all) == 0);
  return check_report();
}
