/* store_inside.h - what store.c, store_query.c and foreign.c share, and nobody
 * else. */
#ifndef IC_STORE_INSIDE_H
#define IC_STORE_INSIDE_H

#include "filelock.h"
#include "store.h"

struct sqlite3;

struct ic_store {
  struct sqlite3 *db;
  char *path, *lock_path;
  long process;
  int timeout;
  int read_only;
  int stopped;
  ic_watch watch;
  ic_lock lock;
};

/* The number of this process; 0 where processes cannot be forked. */
long ic_store_process(void);

/* IC_EFORK in a child of the process that opened the store. */
ic_status ic_store_usable(const ic_store *store, ic_error *err);

/* Extensions, attached files and functions smuggled into a schema are off. */
void ic_store_harden(struct sqlite3 *db);

/* The failure that SQLite's (extended) code stands for. */
ic_status ic_store_refuse(ic_store *store, int code, ic_error *err);

#endif
