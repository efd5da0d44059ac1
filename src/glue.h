/* glue.h - what the r_*.c files share: failures, owned resources, interrupts.
 * Glue unpacks R values, calls the core once and packs the answer. No
 * algorithm lives here. R may jump at any allocation: whatever the core
 * allocates is owned by an external pointer that exists before it. */
#ifndef IC_GLUE_H
#define IC_GLUE_H

#ifndef R_NO_REMAP
# define R_NO_REMAP
#endif
#include <R.h>
#include <Rinternals.h>
#include <R_ext/Rdynload.h>

#include <stdint.h>

#include "core/agreement.h"
#include "core/parallel.h"
#include "core/status.h"

/* Each r_<module>.c ends with its own registration table, closed by a row of
 * NULLs; init.c registers them all. */
extern const R_CallMethodDef glue_text[];
extern const R_CallMethodDef glue_codebook[];
extern const R_CallMethodDef glue_columns[];
extern const R_CallMethodDef glue_explain[];
extern const R_CallMethodDef glue_agreement[];
extern const R_CallMethodDef glue_diagnostics[];
extern const R_CallMethodDef glue_plan[];
extern const R_CallMethodDef glue_unitizing[];
extern const R_CallMethodDef glue_contrast[];
extern const R_CallMethodDef glue_machine[];
extern const R_CallMethodDef glue_scale[];
extern const R_CallMethodDef glue_chance[];
extern const R_CallMethodDef glue_tables[];
extern const R_CallMethodDef glue_power[];
extern const R_CallMethodDef glue_ranks[];
extern const R_CallMethodDef glue_comparison[];
extern const R_CallMethodDef glue_store[];

/* A failure as R sees it: a list of class "intercoder_failure" with kind,
 * message, item (from 1 or NA) and at (byte from 1 or NA). The R function
 * core_value() turns it into a classed condition. */
SEXP glue_failure(const ic_error *err);

/* An external pointer that owns a core object: made first with a NULL
 * address, filled later by R_SetExternalPtrAddr(). The finalizer must accept
 * a NULL address. */
SEXP glue_owner(SEXP tag, R_CFinalizer_t finalizer);

/* The address of an external pointer, or an R error that names `what`. */
void *glue_address(SEXP pointer, const char *what);

/* A watch for ic_parallel() that polls for interrupts and calls
 * progress(done, total), unless it is NULL in R. Calling thread only. */
typedef struct glue_watch {
  SEXP progress;
} glue_watch;

ic_watch glue_watching(glue_watch *watch, SEXP progress);

/* A list with these names; values are set with SET_VECTOR_ELT. Unprotected. */
SEXP glue_list(const char *const *names, int n);

/* String i of a vector, which stays for as long as the vector does. Where R
 * makes a string anew whenever it is asked for (see columns.h), and may take it
 * back at the next allocation, the whole vector is written out first. */
SEXP glue_string(SEXP strings, R_xlen_t i);

/* A logical vector as bytes, whole numbers in doubles as integers, in memory
 * that R takes back after the call. */
unsigned char *glue_members(SEXP member);
int64_t *glue_scores(SEXP score);

/* How many of n are members. */
size_t glue_members_in(const unsigned char *member, size_t n);

/* What is to be computed, as core_spec() in R makes it: a list of bits and
 * level, range, numbers, distances, weights (NULL where there are none) and
 * whether coders are unknown. Borrows from R. */
ic_spec glue_spec(SEXP list);

#endif
