/* columns.h - columns of long tables that are told rather than written out.
 * Each is an ordinary vector to R; its elements are made when they are asked
 * for, and all of them, once, when somebody wants the whole vector in memory.
 * What they refer to is kept and never altered. Saved to a file they are
 * written out. */
#ifndef IC_COLUMNS_H
#define IC_COLUMNS_H

#include "glue.h"

/* Once, when the package is loaded. */
void glue_columns_init(DllInfo *dll);

#endif
