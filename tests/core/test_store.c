/* store, answer, filelock, project: what the file promises. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "core/filelock.h"
#include "core/memory.h"
#include "core/project.h"

static char folder[] = "/tmp/intercoder-store-XXXXXX";
static char place[200];

static const char *at(const char *name)
{
  snprintf(place, sizeof place, "%s/%s", folder, name);
  return place;
}

static ic_store *open_or_die(const char *name, ic_mode mode)
{
  ic_store *store = NULL;
  ic_error err = {IC_OK, 0, 0, ""};
  if (!CHECK(ic_project_open(at(name), mode, 100, &store, &err) == IC_OK)) {
    fprintf(stderr, "%s\n", err.message);
    exit(1);
  }
  return store;
}

static ic_status log_row(ic_store *store, int entry, ic_error *err)
{
  const int one = 1;
  const char *word = "write", *what = "nothing", *version = "0.1.0";
  ic_column columns[] = {
    {"_entry", &entry, NULL, NULL, NULL}, {"_action", NULL, NULL, &word, NULL},
    {"_subject", NULL, NULL, &what, NULL}, {"_rows", &one, NULL, NULL, NULL},
    {"_package", NULL, NULL, &version, NULL}
  };
  return ic_project_run(store, "put_log", columns, 5, 1, err);
}

static double ask(ic_store *store, const char *sql)
{
  ic_table table = {0};
  ic_error err;
  double out = -1;
  if (ic_project_ask(store, sql, NULL, 0, &table, &err) == IC_OK &&
      table.rows && table.width) {
    ic_cell cell = ic_table_cell(&table, 0, 0);
    out = cell.kind == IC_REAL ? cell.as.real : (double) cell.as.integer;
  }
  ic_table_free(&table);
  return out;
}

static ic_status put_cells(ic_store *store, const char *sql_name, size_t n,
                           const int *rows, const double *values,
                           const unsigned char *missing, ic_error *err)
{
  const char *frame[3] = {"f", "f", "f"}, *name[3] = {"n", "n", "n"};
  ic_column columns[] = {
    {"_frame", NULL, NULL, frame, NULL}, {"_row", rows, NULL, NULL, NULL},
    {"_name", NULL, NULL, name, NULL}, {"_value", NULL, values, NULL, missing}
  };
  return ic_project_run(store, sql_name, columns, 4, n, err);
}

static void numbers_come_back(void)
{
  ic_store *store = open_or_die("numbers", IC_CREATE);
  ic_error err;
  const int rows[3] = {1, 2, 3};
  const double values[3] = {-INFINITY, NAN, 0.1};
  const unsigned char missing[3] = {0, 0, 1};
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  CHECK(put_cells(store, "put_cells", 3, rows, values, missing, &err) == IC_OK);
  CHECK(ic_store_commit(store, &err) == IC_OK);
  ic_table table = {0};
  const char *f = "f", *n = "n";
  ic_column key[] = {{"_frame", NULL, NULL, &f, NULL},
                     {"_name", NULL, NULL, &n, NULL}};
  CHECK(ic_project_read(store, "get_cells", key, 2, &table, &err) == IC_OK);
  CHECK(table.rows == 3 && table.width == 2);
  CHECK_TEXT(table.names[1], "value");
  CHECK(ic_table_cell(&table, 0, 1).as.real == -INFINITY);
  CHECK(ic_table_cell(&table, 1, 1).kind == IC_TEXT);
  CHECK_TEXT(ic_table_cell(&table, 1, 1).as.text.bytes, "NaN");
  CHECK(ic_table_cell(&table, 2, 1).kind == IC_NULL);
  ic_table_free(&table);
  ic_store_close(store);
}

static void a_failing_row_is_named_and_rolled_back(void)
{
  ic_store *store = open_or_die("rows", IC_CREATE);
  ic_error err;
  const char *coders[3] = {"a", "b", NULL}, *texts[3] = {"t", "t", "t"};
  const int ids[3] = {1, 2, 3}, entries[3] = {1, 1, 1};
  ic_column plan[] = {
    {"_id", ids, NULL, NULL, NULL}, {"coder", NULL, NULL, coders, NULL},
    {"transcript", NULL, NULL, texts, NULL}, {"_entry", entries, NULL, NULL, NULL}
  };
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  CHECK(log_row(store, 1, &err) == IC_OK);
  CHECK(ic_project_run(store, "put_plan", plan, 4, 3, &err) == IC_EINPUT);
  CHECK(err.item == 0 && strstr(err.message, "FOREIGN KEY"));
  ic_store_rollback(store);
  CHECK(ask(store, "SELECT count(*) FROM log") == 0);
  CHECK(ic_project_run(store, "no_such", NULL, 0, 1, &err) == IC_EINPUT);
  plan[1].name = "nobody";
  CHECK(ic_project_run(store, "put_plan", plan, 4, 1, &err) == IC_EINPUT);
  ic_store_close(store);
}

static void the_log_only_grows(void)
{
  ic_store *store = open_or_die("log", IC_CREATE);
  ic_error err;
  ic_query *query;
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  CHECK(log_row(store, 1, &err) == IC_OK);
  CHECK(ic_store_commit(store, &err) == IC_OK);
  static const char *const tries[] = {
    "DELETE FROM log", "UPDATE log SET note = 'x'",
    "INSERT OR REPLACE INTO log SELECT * FROM log"
  };
  for (int i = 0; i < 2; i++) {
    CHECK(ic_query_open(store, tries[i], &query, &err) == IC_OK);
    CHECK(ic_query_run(query, &err) == IC_EINPUT);
    CHECK(strstr(err.message, "only added to") != NULL);
    ic_query_free(query);
  }
  ic_store_close(store);
}

static void users_may_only_read(void)
{
  ic_store *store = open_or_die("ask", IC_CREATE);
  static const char *const bad[] = {
    "", "  ;", "DROP TABLE log", "SELECT 1; DROP TABLE log",
    "PRAGMA user_version = 9", "ATTACH 'x' AS y", "SELECT nonsense(",
    "DELETE FROM log", "BEGIN", "SELECT load_extension('x')"
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ic_table table = {0};
    ic_error err;
    CHECK(ic_project_ask(store, bad[i], NULL, 0, &table, &err) == IC_EINPUT);
    ic_table_free(&table);
  }
  CHECK(ask(store, "SELECT 40 + 2; ") == 42);
  const double two = 2;
  ic_column one = {NULL, NULL, &two, NULL, NULL};
  ic_table table = {0};
  ic_error err;
  CHECK(ic_project_ask(store, "SELECT ?1 * 21", &one, 1, &table, &err) == IC_OK);
  CHECK(ic_table_cell(&table, 0, 0).as.real == 42);
  ic_table_free(&table);
  CHECK(ic_project_ask(store, "SELECT 1", &one, 1, &table, &err) == IC_EINPUT);
  CHECK(ic_project_ask(store, "SELECT x'6100'", NULL, 0, &table, &err)
        == IC_EDAMAGED);
  ic_table_free(&table);
  ic_store_close(store);
}

static void write_file(const char *name, const char *bytes, size_t n)
{
  FILE *file = fopen(at(name), "wb");
  fwrite(bytes, 1, n, file);
  fclose(file);
}

static ic_status opening(const char *name, ic_mode mode, ic_error *err)
{
  ic_store *store = (ic_store *) &place;
  ic_status status = ic_project_open(at(name), mode, 50, &store, err);
  if (status == IC_OK)
    ic_store_close(store);
  else
    CHECK(store == NULL && strstr(err->message, folder));
  return status;
}

/* Changes the file as another program would. */
static void meddle(const char *name, const char *sql)
{
  char command[600];
  snprintf(command, sizeof command, "sqlite3 '%s/%s' \"%s\"", folder, name, sql);
  CHECK(system(command) == 0);
}

static void strangers_are_refused(void)
{
  ic_error err;
  char junk[5000];
  memset(junk, 'x', sizeof junk);
  write_file("junk", junk, sizeof junk);
  write_file("short", "Interviewer: hello\n", 19);
  write_file("empty", "", 0);
  CHECK(opening("junk", IC_CREATE, &err) == IC_EFOREIGN);
  CHECK(opening("short", IC_CREATE, &err) == IC_EFOREIGN);
  CHECK(opening("empty", IC_WRITE, &err) == IC_EFOREIGN);
  CHECK(opening("empty", IC_CREATE, &err) == IC_OK);
  CHECK(opening("absent", IC_WRITE, &err) == IC_ESTORE);
  CHECK(opening("absent", IC_READ, &err) == IC_ESTORE);
  CHECK(opening("no/such/folder", IC_CREATE, &err) == IC_ESTORE);
  CHECK(opening(".", IC_CREATE, &err) == IC_ESTORE);
}

static void meddled_files_are_refused(void)
{
  ic_error err;
  if (system("command -v sqlite3 > /dev/null") != 0)
    return;
  meddle("other", "CREATE TABLE t (a)");
  CHECK(opening("other", IC_CREATE, &err) == IC_EFOREIGN);
  CHECK(opening("newer", IC_CREATE, &err) == IC_OK);
  meddle("newer", "PRAGMA user_version = 99");
  CHECK(opening("newer", IC_WRITE, &err) == IC_ENEWER);
  CHECK(opening("older", IC_CREATE, &err) == IC_OK);
  meddle("older", "PRAGMA user_version = 0");
  CHECK(opening("older", IC_WRITE, &err) == IC_EDAMAGED);
  static const char *const changes[] = {
    "DROP TRIGGER log_kept", "CREATE TABLE extra (a)",
    "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM cells; END",
    "DROP VIEW plan; CREATE VIEW plan AS SELECT 1"
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    remove(at("changed"));
    CHECK(opening("changed", IC_CREATE, &err) == IC_OK);
    meddle("changed", changes[i]);
    CHECK(opening("changed", IC_WRITE, &err) == IC_EDAMAGED);
  }
}

static void torn_files_are_refused(void)
{
  ic_error err;
  CHECK(opening("torn", IC_CREATE, &err) == IC_OK);
  static char bytes[400000];
  FILE *file = fopen(at("torn"), "rb");
  size_t n = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  CHECK(n > 8192 && n < sizeof bytes);
  write_file("torn", bytes, n / 2 / 512 * 512);
  CHECK(opening("torn", IC_WRITE, &err) == IC_EDAMAGED);
  for (size_t where = 100; where + 40 < n; where += 997) {
    char kept[40];
    memcpy(kept, bytes + where, 40);
    memset(bytes + where, 0xA5, 40);
    write_file("torn", bytes, n);
    memcpy(bytes + where, kept, 40);
    ic_store *store = NULL;
    if (ic_project_open(at("torn"), IC_WRITE, 50, &store, &err) == IC_OK)
      ic_store_close(store); /* a hit in unused space */
    else
      CHECK(err.status == IC_EDAMAGED || err.status == IC_EFOREIGN ||
            err.status == IC_ESTORE);
  }
}

static void reading_stays_reading(void)
{
  ic_error err;
  CHECK(opening("read", IC_CREATE, &err) == IC_OK);
  ic_store *store = open_or_die("read", IC_READ);
  CHECK(ic_store_read_only(store));
  CHECK(ic_store_begin(store, 1, &err) == IC_EREADONLY);
  CHECK(ic_store_begin(store, 0, &err) == IC_OK);
  CHECK(ic_store_begin(store, 0, &err) == IC_ESTORE);
  CHECK(log_row(store, 1, &err) == IC_EREADONLY);
  ic_store_rollback(store);
  ic_store_close(store);
}

static void one_writer_at_a_time(void)
{
  ic_error err;
  ic_store *a = open_or_die("two", IC_CREATE), *b = open_or_die("two", IC_WRITE);
  CHECK(ic_store_begin(a, 1, &err) == IC_OK);
  CHECK(access(at("two.lock"), F_OK) == 0);
  CHECK(ic_store_begin(b, 1, &err) == IC_ELOCKED);
  CHECK(strstr(err.message, "another process") != NULL);
  CHECK(log_row(a, 1, &err) == IC_OK);
  CHECK(ic_store_commit(a, &err) == IC_OK);
  CHECK(access(at("two.lock"), F_OK) != 0);
  CHECK(ic_store_begin(b, 1, &err) == IC_OK);
  CHECK(log_row(b, 2, &err) == IC_OK);
  ic_store_close(b);
  CHECK(ask(a, "SELECT count(*) FROM log") == 1);
  ic_store_close(a);
}

/* Opening and closing the file elsewhere in the process drops its POSIX locks;
 * the writers' lock must survive. */
static void the_lock_survives_other_readers(void)
{
  ic_error err;
  ic_store *store = open_or_die("posix", IC_CREATE);
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  fclose(fopen(at("posix"), "rb"));
  pid_t child = fork();
  if (child == 0) {
    ic_store *mine = NULL;
    ic_status status = ic_project_open(at("posix"), IC_WRITE, 50, &mine, &err);
    if (status == IC_OK)
      status = ic_store_begin(mine, 1, &err);
    _exit(status == IC_ELOCKED ? 0 : 1);
  }
  int how = 1;
  waitpid(child, &how, 0);
  CHECK(how == 0);
  ic_store_close(store);
}

static void a_forked_child_is_refused(void)
{
  ic_error err;
  ic_store *store = open_or_die("fork", IC_CREATE);
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  pid_t child = fork();
  if (child == 0) {
    ic_query *query;
    int ok = ic_store_begin(store, 0, &err) == IC_EFORK &&
             ic_query_open(store, "SELECT 1", &query, &err) == IC_EFORK &&
             ic_store_commit(store, &err) == IC_EFORK &&
             ic_store_backup(store, "/nowhere", &err) == IC_EFORK;
    ic_store_rollback(store);
    ic_store_close(store);
    _exit(ok ? 0 : 1);
  }
  int how = 1;
  waitpid(child, &how, 0);
  CHECK(how == 0);
  CHECK(log_row(store, 1, &err) == IC_OK);
  CHECK(ic_store_commit(store, &err) == IC_OK);
  ic_store_close(store);
}

static int never(void *data, size_t done, size_t total)
{
  (void) data, (void) done, (void) total;
  return 1;
}

static void long_work_can_be_stopped(void)
{
  ic_error err;
  ic_store *store = open_or_die("stop", IC_CREATE);
  ic_watch watch = {never, NULL};
  ic_store_watch(store, &watch);
  ic_table table = {0};
  CHECK(ic_project_ask(store, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                       "SELECT i + 1 FROM n) SELECT max(i) FROM n", NULL, 0,
                       &table, &err) == IC_EINTERRUPT);
  ic_table_free(&table);
  ic_store_watch(store, NULL);
  CHECK(ask(store, "SELECT 1") == 1);
  ic_store_close(store);
}

static void a_backup_is_whole(void)
{
  ic_error err;
  char copy[200];
  ic_store *store = open_or_die("from", IC_CREATE);
  CHECK(ic_store_begin(store, 1, &err) == IC_OK);
  CHECK(log_row(store, 1, &err) == IC_OK);
  CHECK(ic_store_commit(store, &err) == IC_OK);
  strcpy(copy, at("copy"));
  CHECK(ic_store_backup(store, copy, &err) == IC_OK);
  CHECK(ic_store_backup(store, "/no/such/folder/x", &err) != IC_OK);
  ic_store_close(store);
  store = open_or_die("copy", IC_WRITE);
  CHECK(ask(store, "SELECT count(*) FROM log") == 1);
  CHECK(access(at("copy.partial"), F_OK) != 0);
  ic_store_close(store);
}

static ic_status everything(ic_error *err)
{
  ic_store *store = NULL;
  ic_table table = {0};
  char copy[200];
  strcpy(copy, at("walk-copy"));
  remove(at("walk"));
  remove(copy);
  ic_status status = ic_project_open(at("walk"), IC_CREATE, 50, &store, err);
  if (status == IC_OK)
    status = ic_store_begin(store, 1, err);
  if (status == IC_OK)
    status = log_row(store, 1, err);
  if (status == IC_OK)
    status = ic_store_commit(store, err);
  if (status == IC_OK)
    status = ic_project_read(store, "get_log", NULL, 0, &table, err);
  if (status == IC_OK)
    status = ic_store_backup(store, copy, err);
  ic_table_free(&table);
  ic_store_close(store);
  return status;
}

static void memory_may_run_out(void)
{
  ic_status status = IC_EMEMORY;
  for (size_t n = 1; n < 200 && status != IC_OK; n++) {
    ic_error err;
    ic_memory_fail(n, 0);
    status = everything(&err);
    CHECK(status == IC_OK || status == IC_EMEMORY);
  }
  ic_memory_fail(0, 0);
  CHECK(status == IC_OK);
}

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  numbers_come_back();
  a_failing_row_is_named_and_rolled_back();
  the_log_only_grows();
  users_may_only_read();
  strangers_are_refused();
  meddled_files_are_refused();
  torn_files_are_refused();
  reading_stays_reading();
  one_writer_at_a_time();
  the_lock_survives_other_readers();
  a_forked_child_is_refused();
  long_work_can_be_stopped();
  a_backup_is_whole();
  memory_may_run_out();
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0)
    return 1;
  return check_report();
}
