#include "columns.h"

#include <R_ext/Altrep.h>

#include "core/text.h"

SEXP column_repeated(SEXP value, SEXP n);
SEXP column_chosen(SEXP strings, SEXP index);
SEXP column_slices(SEXP texts, SEXP index, SEXP byte, SEXP start, SEXP end);

/* The recipe of a column is a list, its first datum; the second is the vector
 * written out, or NULL. */
static R_altrep_class_t repeated_int, repeated_real, repeated_string;
static R_altrep_class_t chosen, slices;

static SEXP recipe(SEXP x, int i)
{
  return VECTOR_ELT(R_altrep_data1(x), i);
}

static int is_written(SEXP x)
{
  return !Rf_isNull(R_altrep_data2(x));
}

static const void *written_or_null(SEXP x)
{
  return is_written(x) ? DATAPTR_RO(R_altrep_data2(x)) : NULL;
}

static SEXP new_column(R_altrep_class_t class, SEXP const *parts, int n)
{
  SEXP list = PROTECT(Rf_allocVector(VECSXP, n));
  for (int i = 0; i < n; i++)
    SET_VECTOR_ELT(list, i, parts[i]);
  SEXP column = R_new_altrep(class, list, R_NilValue);
  UNPROTECT(1);
  return column;
}

/* ---- one value over and over ---- */

static R_xlen_t repeated_length(SEXP x)
{
  return (R_xlen_t) REAL(recipe(x, 1))[0];
}

static int int_elt(SEXP x, R_xlen_t i)
{
  return INTEGER(is_written(x) ? R_altrep_data2(x) : recipe(x, 0))
    [is_written(x) ? i : 0];
}

static double real_elt(SEXP x, R_xlen_t i)
{
  return REAL(is_written(x) ? R_altrep_data2(x) : recipe(x, 0))
    [is_written(x) ? i : 0];
}

static SEXP repeated_string_elt(SEXP x, R_xlen_t i)
{
  return is_written(x) ? STRING_ELT(R_altrep_data2(x), i)
                       : STRING_ELT(recipe(x, 0), 0);
}

static void *write_numbers(SEXP x, Rboolean writable)
{
  (void) writable;
  if (!is_written(x)) {
    R_xlen_t n = repeated_length(x);
    SEXP all = PROTECT(Rf_allocVector((SEXPTYPE) TYPEOF(x), n));
    for (R_xlen_t i = 0; i < n; i++)
      if (TYPEOF(x) == INTSXP)
        INTEGER(all)[i] = INTEGER(recipe(x, 0))[0];
      else
        REAL(all)[i] = REAL(recipe(x, 0))[0];
    R_set_altrep_data2(x, all);
    UNPROTECT(1);
  }
  SEXP all = R_altrep_data2(x);
  return TYPEOF(x) == INTSXP ? (void *) INTEGER(all) : (void *) REAL(all);
}

/* ---- strings ---- */

static SEXP write_strings(SEXP x)
{
  if (is_written(x))
    return R_altrep_data2(x);
  R_xlen_t n = XLENGTH(x);
  SEXP all = PROTECT(Rf_allocVector(STRSXP, n));
  for (R_xlen_t i = 0; i < n; i++)
    SET_STRING_ELT(all, i, STRING_ELT(x, i));
  R_set_altrep_data2(x, all);
  UNPROTECT(1);
  return all;
}

static void *string_data(SEXP x, Rboolean writable)
{
  (void) writable;
  return (void *) DATAPTR_RO(write_strings(x));
}

static void set_string(SEXP x, R_xlen_t i, SEXP value)
{
  SET_STRING_ELT(write_strings(x), i, value);
}

/* Strings by their number, from 1. */
static R_xlen_t chosen_length(SEXP x)
{
  return XLENGTH(recipe(x, 1));
}

static SEXP chosen_elt(SEXP x, R_xlen_t i)
{
  return is_written(x)
    ? STRING_ELT(R_altrep_data2(x), i)
    : STRING_ELT(recipe(x, 0), INTEGER_ELT(recipe(x, 1), i) - 1);
}

/* Stretches of texts: number of the text, byte from 0, and code points. */
static SEXP slice_elt(SEXP x, R_xlen_t i)
{
  if (is_written(x))
    return STRING_ELT(R_altrep_data2(x), i);
  SEXP text =
    PROTECT(STRING_ELT(recipe(x, 0), INTEGER_ELT(recipe(x, 1), i) - 1));
  int byte = INTEGER_ELT(recipe(x, 2), i);
  int points = INTEGER_ELT(recipe(x, 4), i) - INTEGER_ELT(recipe(x, 3), i) + 1;
  ic_str rest = {CHAR(text) + byte, (size_t) (LENGTH(text) - byte)};
  ic_place end = {0, 0};
  ic_place_at_point(&end, rest, (size_t) points);
  SEXP slice = Rf_mkCharLenCE(rest.data, (int) end.byte, CE_UTF8);
  UNPROTECT(1);
  return slice;
}

/* ---- classes ---- */

static void be_a_column(R_altrep_class_t class, R_xlen_t (*length)(SEXP),
                        void *(*data)(SEXP, Rboolean))
{
  R_set_altrep_Length_method(class, length);
  R_set_altvec_Dataptr_method(class, data);
  R_set_altvec_Dataptr_or_null_method(class, written_or_null);
}

static R_altrep_class_t string_class(const char *name, DllInfo *dll,
                                     R_xlen_t (*length)(SEXP),
                                     SEXP (*elt)(SEXP, R_xlen_t))
{
  R_altrep_class_t class = R_make_altstring_class(name, "intercoder", dll);
  be_a_column(class, length, string_data);
  R_set_altstring_Elt_method(class, elt);
  R_set_altstring_Set_elt_method(class, set_string);
  return class;
}

void glue_columns_init(DllInfo *dll)
{
  repeated_int = R_make_altinteger_class("repeated_int", "intercoder", dll);
  be_a_column(repeated_int, repeated_length, write_numbers);
  R_set_altinteger_Elt_method(repeated_int, int_elt);
  repeated_real = R_make_altreal_class("repeated_real", "intercoder", dll);
  be_a_column(repeated_real, repeated_length, write_numbers);
  R_set_altreal_Elt_method(repeated_real, real_elt);
  repeated_string = string_class("repeated_string", dll, repeated_length,
                                 repeated_string_elt);
  chosen = string_class("chosen", dll, chosen_length, chosen_elt);
  slices = string_class("slices", dll, chosen_length, slice_elt);
}

/* An integer, number or string n times (a double). */
SEXP column_repeated(SEXP value, SEXP n)
{
  SEXP const parts[] = {value, n};
  return new_column(TYPEOF(value) == INTSXP    ? repeated_int
                    : TYPEOF(value) == REALSXP ? repeated_real
                                               : repeated_string,
                    parts, 2);
}

SEXP column_chosen(SEXP strings, SEXP index)
{
  SEXP const parts[] = {strings, index};
  return new_column(chosen, parts, 2);
}

SEXP column_slices(SEXP texts, SEXP index, SEXP byte, SEXP start, SEXP end)
{
  SEXP const parts[] = {texts, index, byte, start, end};
  return new_column(slices, parts, 5);
}

const R_CallMethodDef glue_columns[] = {
  {"column_repeated", (DL_FUNC) &column_repeated, 2},
  {"column_chosen", (DL_FUNC) &column_chosen, 2},
  {"column_slices", (DL_FUNC) &column_slices, 5},
  {NULL, NULL, 0}
};
