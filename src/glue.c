#include "glue.h"

SEXP glue_list(const char *const *names, int n)
{
  SEXP list = PROTECT(Rf_allocVector(VECSXP, n));
  SEXP labels = PROTECT(Rf_allocVector(STRSXP, n));
  for (int i = 0; i < n; i++)
    SET_STRING_ELT(labels, i, Rf_mkChar(names[i]));
  Rf_setAttrib(list, R_NamesSymbol, labels);
  UNPROTECT(2);
  return list;
}

SEXP glue_string(SEXP strings, R_xlen_t i)
{
  return STRING_PTR_RO(strings)[i];
}

static SEXP position(size_t from_zero)
{
  return Rf_ScalarReal(from_zero == IC_NOWHERE ? NA_REAL
                                               : (double) from_zero + 1.0);
}

SEXP glue_failure(const ic_error *err)
{
  static const char *const names[] = {"kind", "message", "item", "at"};
  SEXP failure = PROTECT(glue_list(names, 4));
  SET_VECTOR_ELT(failure, 0, Rf_mkString(ic_status_name(err->status)));
  SET_VECTOR_ELT(failure, 1,
                 Rf_ScalarString(Rf_mkCharCE(err->message, CE_UTF8)));
  SET_VECTOR_ELT(failure, 2, position(err->item));
  SET_VECTOR_ELT(failure, 3, position(err->at));
  Rf_setAttrib(failure, R_ClassSymbol, Rf_mkString("intercoder_failure"));
  UNPROTECT(1);
  return failure;
}

SEXP glue_owner(SEXP tag, R_CFinalizer_t finalizer)
{
  SEXP owner = PROTECT(R_MakeExternalPtr(NULL, tag, R_NilValue));
  R_RegisterCFinalizerEx(owner, finalizer, TRUE);
  UNPROTECT(1);
  return owner;
}

void *glue_address(SEXP pointer, const char *what)
{
  void *address =
    TYPEOF(pointer) == EXTPTRSXP ? R_ExternalPtrAddr(pointer) : NULL;
  if (!address)
    Rf_error("this %s is closed or comes from another session", what);
  return address;
}

typedef struct report {
  SEXP progress;
  size_t done, total;
} report;

static void look(void *data)
{
  report *r = data;
  R_CheckUserInterrupt();
  if (Rf_isNull(r->progress))
    return;
  SEXP done = PROTECT(Rf_ScalarReal((double) r->done));
  SEXP total = PROTECT(Rf_ScalarReal((double) r->total));
  SEXP call = PROTECT(Rf_lang3(r->progress, done, total));
  Rf_eval(call, R_GlobalEnv);
  UNPROTECT(3);
}

static int poll(void *data, size_t done, size_t total)
{
  glue_watch *watch = data;
  report r = {watch->progress, done, total};
  return !R_ToplevelExec(look, &r);
}

ic_watch glue_watching(glue_watch *watch, SEXP progress)
{
  watch->progress = progress;
  return (ic_watch) {poll, watch};
}

unsigned char *glue_members(SEXP member)
{
  R_xlen_t n = Rf_xlength(member);
  unsigned char *m = (unsigned char *) R_alloc((size_t) n, 1);
  for (R_xlen_t i = 0; i < n; i++)
    m[i] = LOGICAL(member)[i] != 0;
  return m;
}

size_t glue_members_in(const unsigned char *member, size_t n)
{
  size_t n1 = 0;
  for (size_t i = 0; i < n; i++)
    n1 += member[i];
  return n1;
}

int64_t *glue_scores(SEXP score)
{
  R_xlen_t n = Rf_xlength(score);
  int64_t *s = (int64_t *) R_alloc((size_t) n, sizeof *s);
  for (R_xlen_t i = 0; i < n; i++)
    s[i] = (int64_t) REAL(score)[i];
  return s;
}

static const double *reals_or_null(SEXP x)
{
  return Rf_isNull(x) ? NULL : REAL(x);
}

ic_spec glue_spec(SEXP x)
{
  const int *wanted = INTEGER(VECTOR_ELT(x, 0));
  const double *range = REAL(VECTOR_ELT(x, 1));
  return (ic_spec) {
    .wanted = (uint32_t) wanted[0], .level = (ic_level) wanted[1],
    .range = {range[0], range[1]}, .numbers = reals_or_null(VECTOR_ELT(x, 2)),
    .distances = reals_or_null(VECTOR_ELT(x, 3)),
    .weights = reals_or_null(VECTOR_ELT(x, 4)),
    .anonymous = Rf_asLogical(VECTOR_ELT(x, 5))
  };
}
