/* status.h - how the core says that something went wrong.
 * Every function that can fail returns an ic_status; IC_OK is zero. A function
 * that takes an ic_error fills it on failure with one sentence for the user,
 * and leaves it alone on success. The core never prints, exits or jumps.
 * Thread safety: an ic_error belongs to one thread at a time. */
#ifndef IC_STATUS_H
#define IC_STATUS_H

#include <stddef.h>

typedef enum ic_status {
  IC_OK = 0,
  IC_EMEMORY,    /* an allocation failed */
  IC_EINPUT,     /* an argument is outside what the function accepts */
  IC_ETEXT,      /* bytes that are not the text they claim to be */
  IC_ERULE,      /* a codebook rule that cannot be parsed or compiled */
  IC_ELIMIT,     /* a stated limit was reached (matching, size, depth) */
  IC_EINTERRUPT, /* the caller asked to stop */
  IC_ESTORE,     /* the project file: any failure not named below */
  IC_ELOCKED,    /* it is held by another writer */
  IC_EREADONLY,  /* it, or its folder, may not be written */
  IC_EFULL,      /* its disk is full */
  IC_EFOREIGN,   /* it is not a project file */
  IC_EDAMAGED,   /* it is, and its bytes or tables are not whole */
  IC_ENEWER,     /* a later version of the package made it */
  IC_EFORK       /* it was opened by the process this one was forked from */
} ic_status;

#define IC_NOWHERE ((size_t) -1)

typedef struct ic_error {
  ic_status status;
  size_t item;       /* which element of the input, from 0, or IC_NOWHERE */
  size_t at;         /* where inside that element, in bytes from 0 */
  char message[512]; /* UTF-8, no final stop or newline, always terminated */
} ic_error;

#if defined(__GNUC__)
# define IC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
# define IC_PRINTF(f, a)
#endif

/* The short lower-case name of a status: "memory", "input", "rule" ... */
const char *ic_status_name(ic_status status);

/* Fills `err` (which may be NULL) and returns `status`. A message that does
 * not fit is cut at a character boundary. item and at become IC_NOWHERE. */
ic_status ic_fail(ic_error *err, ic_status status, const char *format, ...)
  IC_PRINTF(3, 4);

/* The same, naming the element and the byte inside it. */
ic_status ic_fail_at(ic_error *err, ic_status status, size_t item, size_t at,
                     const char *format, ...) IC_PRINTF(5, 6);

#endif
