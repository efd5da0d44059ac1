/* The project file on a bad day: loss of power, I/O errors, a full disk and a
 * lack of memory strike at every operation in turn. Whatever happens, the file
 * opens again and holds exactly the transactions that were acknowledged, or
 * one more where the failure came between the deed and the word.
 *
 * The disk is a model in memory. What is written is seen at once but reaches
 * the disk for sure only when the file is synced; at a loss of power each write
 * since then is kept, dropped, or torn by sectors of 512 bytes, and a file
 * whose first sync has not come may be gone.
 *
 * Every third operation by default; INTERCODER_FAULTS=all for each. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "core/project.h"
#include "core/rng.h"

#define FILES 8
#define SECTOR 512
#define TRANSACTIONS 6
#define PATH "intercoder-model"

typedef struct block {
  unsigned char *bytes;
  int64_t size;
} block;

typedef struct change {
  struct change *next;
  int64_t at, size; /* bytes NULL: cut the file at `at` */
  unsigned char *bytes;
} change;

typedef struct model {
  char name[64];
  int used, lasting; /* lasting: its name is on the disk */
  block seen, kept;
  change *first, **last;
} model;

typedef struct handle {
  sqlite3_file base;
  model *file;
} handle;

typedef enum mode { NO_FAULT, POWER, ERRORS, FULL } mode;

static model disk[FILES];
static mode faulty;
static long operation, strike, stride = 3;
static int for_ever, dead;
static ic_rng dice;

static void write_at(block *b, int64_t at, const unsigned char *bytes,
                     int64_t n)
{
  if (at + n > b->size) {
    b->bytes = realloc(b->bytes, (size_t) (at + n));
    memset(b->bytes + b->size, 0, (size_t) (at + n - b->size));
    b->size = at + n;
  }
  memcpy(b->bytes + at, bytes, (size_t) n);
}

static void cut_at(block *b, int64_t size)
{
  if (size < b->size)
    b->size = size;
}

static void remember(model *f, int64_t at, const void *bytes, int64_t n)
{
  change *c = calloc(1, sizeof *c);
  c->at = at;
  c->size = n;
  if (bytes) {
    c->bytes = malloc((size_t) n);
    memcpy(c->bytes, bytes, (size_t) n);
  }
  *f->last = c;
  f->last = &c->next;
}

static void forget(model *f)
{
  while (f->first) {
    change *c = f->first;
    f->first = c->next;
    free(c->bytes);
    free(c);
  }
  f->last = &f->first;
}

static void make_lasting(model *f, const change *c)
{
  if (c->bytes)
    write_at(&f->kept, c->at, c->bytes, c->size);
  else
    cut_at(&f->kept, c->at);
}

static void tear(model *f, const change *c)
{
  for (int64_t at = c->at; c->bytes && at < c->at + c->size;) {
    int64_t end = (at / SECTOR + 1) * SECTOR;
    if (end > c->at + c->size)
      end = c->at + c->size;
    if (ic_rng_below(&dice, 2))
      write_at(&f->kept, at, c->bytes + (at - c->at), end - at);
    at = end;
  }
}

static void remove_model(model *f)
{
  forget(f);
  free(f->seen.bytes);
  free(f->kept.bytes);
  memset(f, 0, sizeof *f);
  f->last = &f->first;
}

/* What is found after the power has come back. */
static void lose_power(void)
{
  for (model *f = disk; f < disk + FILES; f++) {
    if (!f->used)
      continue;
    if (!f->lasting && ic_rng_below(&dice, 2)) {
      remove_model(f);
      continue;
    }
    for (const change *c = f->first; c; c = c->next)
      switch (ic_rng_below(&dice, 3)) {
      case 0: make_lasting(f, c); break;
      case 1: tear(f, c); break;
      default: break;
      }
    forget(f);
    free(f->seen.bytes);
    f->seen = (block) {NULL, 0};
    if (f->kept.size)
      write_at(&f->seen, 0, f->kept.bytes, f->kept.size);
    f->lasting = 1;
  }
}

/* Whether this operation fails, and how. */
static int fault(int code)
{
  if (dead)
    return SQLITE_IOERR;
  operation++;
  if (faulty == NO_FAULT ||
      !(operation == strike || (for_ever && operation > strike)))
    return SQLITE_OK;
  if (faulty == POWER)
    dead = 1;
  return faulty == FULL ? SQLITE_FULL : code;
}

static int file_close(sqlite3_file *file)
{
  (void) file;
  return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
  const block *b = &((handle *) file)->file->seen;
  if (dead)
    return SQLITE_IOERR_READ;
  int64_t have = at < b->size ? b->size - at : 0;
  if (have > n)
    have = n;
  memset(out, 0, (size_t) n);
  if (have)
    memcpy(out, b->bytes + at, (size_t) have);
  return have < n ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *in, int n,
                      sqlite3_int64 at)
{
  model *f = ((handle *) file)->file;
  int was_dead = dead, code = fault(SQLITE_IOERR_WRITE);
  if (code == SQLITE_OK)
    write_at(&f->seen, at, in, n);
  if (code == SQLITE_OK || (dead && !was_dead))
    remember(f, at, in, n);
  return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
  model *f = ((handle *) file)->file;
  int code = fault(SQLITE_IOERR_TRUNCATE);
  if (code == SQLITE_OK) {
    cut_at(&f->seen, size);
    remember(f, size, NULL, 0);
  }
  return code;
}

static int file_sync(sqlite3_file *file, int flags)
{
  (void) flags;
  model *f = ((handle *) file)->file;
  int code = fault(SQLITE_IOERR_FSYNC);
  if (code != SQLITE_OK)
    return code;
  for (const change *c = f->first; c; c = c->next)
    make_lasting(f, c);
  forget(f);
  f->lasting = 1;
  return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
  *size = ((handle *) file)->file->seen.size;
  return SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int level)
{
  (void) file, (void) level;
  return SQLITE_OK;
}

static int file_is_reserved(sqlite3_file *file, int *out)
{
  (void) file;
  *out = 0;
  return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *arg)
{
  (void) file, (void) what, (void) arg;
  return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
  (void) file;
  return SECTOR;
}

static int file_promises(sqlite3_file *file)
{
  (void) file;
  return 0;
}

static const sqlite3_io_methods methods = {
  1, file_close, file_read, file_write, file_truncate, file_sync, file_size,
  file_lock, file_lock, file_is_reserved, file_control, file_sector,
  file_promises, NULL, NULL, NULL, NULL, NULL, NULL
};

static model *find(const char *name)
{
  for (model *f = disk; f < disk + FILES; f++)
    if (f->used && !strcmp(f->name, name))
      return f;
  return NULL;
}

static model *make(const char *name)
{
  for (model *f = disk; f < disk + FILES; f++)
    if (!f->used) {
      remove_model(f);
      f->used = 1;
      snprintf(f->name, sizeof f->name, "%s", name);
      return f;
    }
  return NULL;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                    int flags, int *out)
{
  (void) vfs;
  file->pMethods = NULL;
  model *f = find(name ? name : "nameless");
  if (!f && !(flags & SQLITE_OPEN_CREATE))
    return SQLITE_CANTOPEN;
  if (!f) {
    int code = fault(SQLITE_CANTOPEN);
    if (code != SQLITE_OK)
      return code;
    f = make(name ? name : "nameless");
  }
  if (!f)
    return SQLITE_CANTOPEN;
  ((handle *) file)->file = f;
  file->pMethods = &methods;
  if (out)
    *out = flags;
  return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
  (void) vfs, (void) sync;
  model *f = find(name);
  int code = fault(SQLITE_IOERR_DELETE);
  if (code == SQLITE_OK && f)
    remove_model(f);
  return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  (void) vfs, (void) flags;
  *out = find(name) != NULL;
  return SQLITE_OK;
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
  (void) vfs;
  snprintf(out, (size_t) size, "%s", name);
  return SQLITE_OK;
}

static int vfs_random(sqlite3_vfs *vfs, int n, char *out)
{
  (void) vfs;
  for (int i = 0; i < n; i++)
    out[i] = (char) ic_rng_below(&dice, 256);
  return n;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
  (void) vfs;
  return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, double *day)
{
  (void) vfs;
  *day = 2460000.5;
  return SQLITE_OK;
}

static sqlite3_vfs vfs = {
  1, sizeof(handle), 100, NULL, "model", NULL, vfs_open, vfs_delete,
  vfs_access, vfs_path, NULL, NULL, NULL, NULL, vfs_random, vfs_sleep,
  vfs_time, NULL, NULL, NULL, NULL, NULL
};

/* Memory of SQLite that runs out on demand */

static sqlite3_mem_methods real;
static long taken, last_straw;

static int spent(void)
{
  taken++;
  return last_straw && (taken == last_straw || (for_ever && taken > last_straw));
}

static void *take(int n)
{
  return spent() ? NULL : real.xMalloc(n);
}

static void *take_again(void *block_, int n)
{
  return spent() ? NULL : real.xRealloc(block_, n);
}

static void watch_memory(void)
{
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  sqlite3_mem_methods mine = real;
  mine.xMalloc = take;
  mine.xRealloc = take_again;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &mine);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

/* The story: one log entry and thirty cells per transaction, some of them
 * written over those of earlier ones. */

#define CELLS 30

static ic_status one_action(ic_store *store, int entry, ic_error *err)
{
  static char text[900];
  const char *words[CELLS], *frames[CELLS], *names[CELLS];
  int rows[CELLS];
  memset(text, 'a' + entry % 26, sizeof text - 1);
  for (int i = 0; i < CELLS; i++) {
    frames[i] = "f";
    names[i] = "n";
    rows[i] = (entry * 7 + i) % 60;
    words[i] = text + (i * 37) % 800;
  }
  ic_column log[] = {
    {"_entry", &entry, NULL, NULL, NULL}, {"_action", NULL, NULL, frames, NULL},
    {"_subject", NULL, NULL, frames, NULL}, {"_rows", &entry, NULL, NULL, NULL},
    {"_package", NULL, NULL, frames, NULL}
  };
  ic_column cells[] = {
    {"_frame", NULL, NULL, frames, NULL}, {"_row", rows, NULL, NULL, NULL},
    {"_name", NULL, NULL, names, NULL}, {"_value", NULL, NULL, words, NULL}
  };
  ic_status status = ic_store_begin(store, 1, err);
  if (status == IC_OK)
    status = ic_project_run(store, "put_log", log, 5, 1, err);
  if (status == IC_OK)
    status = ic_project_run(store, "put_cells", cells, 4, CELLS, err);
  if (status == IC_OK)
    status = ic_store_commit(store, err);
  ic_store_rollback(store);
  return status;
}

static int known(ic_status status)
{
  return status == IC_ESTORE || status == IC_EFULL || status == IC_EMEMORY ||
         status == IC_EREADONLY || status == IC_EDAMAGED ||
         status == IC_EFOREIGN;
}

/* Returns the last entry whose commit was acknowledged, -1 if not even the
 * file was made. */
static int tell(void)
{
  ic_store *store;
  ic_error err;
  int acknowledged = -1;
  ic_status status = ic_project_open(PATH, IC_CREATE, 0, &store, &err);
  if (status == IC_OK)
    acknowledged = 0;
  for (int entry = 1; entry <= TRANSACTIONS && status == IC_OK; entry++) {
    status = one_action(store, entry, &err);
    if (status == IC_OK)
      acknowledged = entry;
  }
  if (status != IC_OK &&
      !CHECK(faulty == FULL ? status == IC_EFULL : known(status)))
    fprintf(stderr, "status %s: %s\n", ic_status_name(status), err.message);
  ic_store_close(store);
  return acknowledged;
}

static double number(ic_store *store, const char *sql)
{
  ic_table table = {0};
  ic_error err;
  double out = -2;
  if (ic_project_ask(store, sql, NULL, 0, &table, &err) == IC_OK && table.rows)
    out = (double) ic_table_cell(&table, 0, 0).as.integer;
  ic_table_free(&table);
  return out;
}

/* A cell begins with the letter of the last entry that wrote it. */
static int cells_agree(ic_store *store, int entries)
{
  int writer[60] = {0}, wrong = 0;
  for (int e = 1; e <= entries; e++)
    for (int i = 0; i < CELLS; i++)
      writer[(e * 7 + i) % 60] = 'a' + e % 26;
  ic_table table = {0};
  ic_error err;
  wrong += ic_project_ask(store, "SELECT row, unicode(value) FROM cells", NULL,
                          0, &table, &err) != IC_OK;
  for (size_t i = 0; i < table.rows; i++) {
    int64_t row = ic_table_cell(&table, i, 0).as.integer;
    wrong += row < 0 || row >= 60 ||
             ic_table_cell(&table, i, 1).as.integer != writer[row];
    writer[row] = 0;
  }
  for (int row = 0; row < 60; row++)
    wrong += writer[row] != 0;
  ic_table_free(&table);
  return wrong == 0;
}

static void inspect(int acknowledged, const char *what)
{
  ic_store *store;
  ic_error err;
  if (!find(PATH)) {
    CHECK(acknowledged < 0);
    return;
  }
  ic_status status = ic_project_open(PATH, acknowledged < 0 ? IC_CREATE
                                     : IC_WRITE, 0, &store, &err);
  if (!CHECK(status == IC_OK)) {
    fprintf(stderr, "%s at %ld: %s\n", what, strike, err.message);
    return;
  }
  double entries = number(store, "SELECT count(*) FROM log");
  int ok = entries >= acknowledged && entries <= (acknowledged < 0 ? 0 :
                                                  acknowledged + 1);
  if (!CHECK(ok && cells_agree(store, (int) entries)))
    fprintf(stderr, "%s at %ld: %g entries, %d acknowledged\n", what, strike,
            entries, acknowledged);
  ic_store_close(store);
}

static void fresh_disk(void)
{
  for (model *f = disk; f < disk + FILES; f++)
    remove_model(f);
  operation = strike = taken = last_straw = 0;
  for_ever = dead = 0;
  faulty = NO_FAULT;
  dice = ic_rng_stream(7, 1);
}

static long undisturbed(void)
{
  fresh_disk();
  CHECK(tell() == TRANSACTIONS);
  inspect(TRANSACTIONS, "no fault");
  return operation;
}

static void the_power_fails(long operations)
{
  for (long at = 1; at <= operations; at += stride) {
    fresh_disk();
    faulty = POWER;
    strike = at;
    int acknowledged = tell();
    faulty = NO_FAULT;
    dead = 0;
    dice = ic_rng_stream(8, (uint64_t) at);
    lose_power();
    inspect(acknowledged, "power");
  }
}

static void the_disk_fails(long operations, mode how, const char *what)
{
  for (long at = 1; at <= operations; at += stride)
    for (int ever = 0; ever < 2; ever++) {
      fresh_disk();
      faulty = how;
      strike = at;
      for_ever = ever;
      int acknowledged = tell();
      faulty = NO_FAULT;
      inspect(acknowledged, what);
    }
}

static void memory_fails(void)
{
  fresh_disk();
  CHECK(tell() == TRANSACTIONS);
  long all = taken;
  for (long at = 1; at <= all; at += at < 60 ? stride : all * stride / 300 + 1) {
    fresh_disk();
    for_ever = at % 2 == 0;
    last_straw = at;
    int acknowledged = tell();
    last_straw = 0;
    inspect(acknowledged, "memory");
  }
}

int main(void)
{
  if (getenv("INTERCODER_FAULTS"))
    stride = 1;
  watch_memory();
  if (sqlite3_initialize() != SQLITE_OK)
    return 1;
  sqlite3_vfs_register(&vfs, 1);
  long operations = undisturbed();
  CHECK(operations > 100);
  the_power_fails(operations);
  the_disk_fails(operations, ERRORS, "I/O error");
  the_disk_fails(operations, FULL, "full disk");
  memory_fails();
  fresh_disk();
  return check_report();
}
