/* foreign.h - tables of SQLite files that other programs made.
 * Such a file is a stranger's: it is read and never written, nothing in it is
 * executed, and no file can ask for more time or memory than its size allows.
 *
 * What always holds: the file is opened as immutable, so that no lock is taken
 * and nothing is made beside it. Only tables with pages of their own are read,
 * whose columns are all stored: no view, no virtual table, no generated column;
 * triggers, defaults and checks never run. The pages of a table are checked
 * before it is read. A statement may take a number of steps that grows with the
 * size of the file, and answer no more than a file of that size can hold.
 *
 * Failures: IC_EFOREIGN for what is not SQLite or is encrypted, IC_EDAMAGED for
 * bytes or a schema that are not whole, IC_ELOCKED where changes that the file
 * does not hold yet lie beside it, IC_ELIMIT beyond a limit, IC_ESTORE for what
 * is no file or may not be read, IC_EINPUT for a table or column it has not,
 * IC_ETEXT for text that is not UTF-8 or has a NUL byte: `item` is the row and
 * `at` the byte.
 * Thread safety: as for SQLite, calls share nothing. */
#ifndef IC_FOREIGN_H
#define IC_FOREIGN_H

#include "answer.h"

#define IC_FOREIGN_CELL_MAX (64 << 20) /* bytes of one text */
#define IC_FOREIGN_WIDTH_MAX 500       /* columns of a table */

/* The tables that can be read and their columns, as the columns "table" and
 * "column" of an empty (zeroed) answer. `path` as in store.h. After a failure
 * the answer is freed all the same. */
ic_status ic_foreign_tables(const char *path, const ic_watch *watch,
                            ic_table *out, ic_error *err);

/* All rows of a table, in the order in which they are stored. Names count with
 * their case as SQLite has it: not at all. width >= 1. */
ic_status ic_foreign_read(const char *path, const char *table,
                          const char *const *columns, size_t width,
                          const ic_watch *watch, ic_table *out, ic_error *err);

#endif
