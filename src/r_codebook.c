#include "glue.h"

#include "core/memory.h"
#include "core/passages.h"

SEXP codebook_check(SEXP rules);
SEXP codebook_apply(SEXP rules, SEXP texts, SEXP passages, SEXP start,
                    SEXP end, SEXP blank, SEXP scope, SEXP threads,
                    SEXP progress);

/* All that one call holds in the core. */
typedef struct holding {
  ic_str *rules;
  ic_matcher *matcher;
  ic_scan_text *texts;
  ic_founds *founds;
  ic_misses misses;
  size_t n;
} holding;

static void let_go(SEXP owner)
{
  holding *h = R_ExternalPtrAddr(owner);
  if (!h)
    return;
  for (size_t i = 0; h->founds && i < h->n; i++)
    ic_founds_free(&h->founds[i]);
  ic_misses_free(&h->misses);
  ic_matcher_free(h->matcher);
  ic_free(h->rules);
  ic_free(h->texts);
  ic_free(h->founds);
  ic_free(h);
  R_ClearExternalPtr(owner);
}

static holding *hold(SEXP owner, size_t rules, size_t texts)
{
  holding *h = ic_alloc(1, sizeof *h);
  R_SetExternalPtrAddr(owner, h);
  if (!h)
    return NULL;
  h->n = texts;
  h->rules = ic_alloc(rules, sizeof *h->rules);
  h->texts = ic_alloc(texts, sizeof *h->texts);
  h->founds = ic_alloc(texts, sizeof *h->founds);
  return h->rules && h->texts && h->founds ? h : NULL;
}

static void read_strings(SEXP strings, ic_str *out)
{
  for (R_xlen_t i = 0; i < XLENGTH(strings); i++) {
    SEXP s = glue_string(strings, i);
    out[i] = (ic_str) {CHAR(s), (size_t) LENGTH(s)};
  }
}

/* NULL where every rule can be compiled. */
SEXP codebook_check(SEXP rules)
{
  ic_error err;
  size_t n = (size_t) XLENGTH(rules);
  SEXP owner = PROTECT(glue_owner(R_NilValue, let_go));
  holding *h = hold(owner, n, 0);
  ic_status status = IC_EMEMORY;
  if (h) {
    read_strings(rules, h->rules);
    status = ic_matcher_build(h->rules, n, &h->matcher, &err);
  } else {
    ic_no_memory(&err);
  }
  let_go(owner);
  SEXP value = status == IC_OK ? R_NilValue : glue_failure(&err);
  UNPROTECT(1);
  return value;
}

static void read_texts(holding *h, SEXP texts, SEXP passages, SEXP start,
                       SEXP end, SEXP blank)
{
  size_t at = 0;
  for (size_t i = 0; i < h->n; i++) {
    SEXP s = glue_string(texts, (R_xlen_t) i);
    size_t count = (size_t) INTEGER(passages)[i];
    h->texts[i] = (ic_scan_text) {
      {CHAR(s), (size_t) LENGTH(s)}, INTEGER(start) + at, INTEGER(end) + at,
      count, LOGICAL(blank)[i] == 1 ? IC_BREAK_BLANK : IC_BREAK_LINE
    };
    at += count;
  }
}

/* The passage by its number among those of all texts. */
static SEXP write_misses(const holding *h)
{
  static const char *const names[] = {"rule", "text", "passage", "problem"};
  R_xlen_t n = (R_xlen_t) h->misses.count;
  SEXP value = PROTECT(glue_list(names, 4));
  for (int i = 0; i < 4; i++)
    SET_VECTOR_ELT(value, i, Rf_allocVector(i < 3 ? INTSXP : STRSXP, n));
  for (R_xlen_t i = 0; i < n; i++) {
    const ic_missed *m = &h->misses.items[i];
    size_t before = 0;
    for (size_t j = 0; j < m->text; j++)
      before += h->texts[j].passages;
    INTEGER(VECTOR_ELT(value, 0))[i] = (int) m->rule + 1;
    INTEGER(VECTOR_ELT(value, 1))[i] = (int) m->text + 1;
    INTEGER(VECTOR_ELT(value, 2))[i] = (int) (before + m->passage) + 1;
    SET_STRING_ELT(VECTOR_ELT(value, 3), i, Rf_mkCharCE(m->problem, CE_UTF8));
  }
  UNPROTECT(1);
  return value;
}

/* Rule and text by number from 1, code points from 1, the byte from 0; each
 * text's hits are let go once they are written. */
static SEXP write_founds(holding *h)
{
  static const char *const names[] = {"rule", "text", "start", "end", "byte",
                                      "misses"};
  R_xlen_t n = 0, row = 0;
  for (size_t i = 0; i < h->n; i++)
    n += (R_xlen_t) h->founds[i].count;
  SEXP value = PROTECT(glue_list(names, 6));
  int *column[5];
  for (int i = 0; i < 5; i++) {
    SET_VECTOR_ELT(value, i, Rf_allocVector(INTSXP, n));
    column[i] = INTEGER(VECTOR_ELT(value, i));
  }
  SET_VECTOR_ELT(value, 5, write_misses(h));
  for (size_t i = 0; i < h->n; i++) {
    for (size_t j = 0; j < h->founds[i].count; j++, row++) {
      const ic_found *f = &h->founds[i].items[j];
      column[0][row] = (int) f->rule + 1;
      column[1][row] = (int) i + 1;
      column[2][row] = (int) f->start;
      column[3][row] = (int) f->end;
      column[4][row] = (int) f->byte;
    }
    ic_founds_free(&h->founds[i]);
  }
  UNPROTECT(1);
  return value;
}

static ic_scope read_scope(SEXP scope, SEXP rules)
{
  ic_scope out = {.n_rules = (size_t) XLENGTH(rules)};
  if (Rf_isNull(scope))
    return out;
  SEXP minimum = VECTOR_ELT(scope, 1), allowed = VECTOR_ELT(scope, 2);
  SEXP kind = VECTOR_ELT(scope, 3);
  out.nested = (ic_nested) Rf_asInteger(VECTOR_ELT(scope, 0));
  out.minimum = Rf_isNull(minimum) ? NULL : INTEGER(minimum);
  out.allowed = Rf_isNull(allowed) ? NULL : RAW(allowed);
  out.kind = Rf_isNull(kind) ? NULL : INTEGER(kind);
  return out;
}

/* Rules over passages (code points, 1-based inclusive) of texts; passages[i]
 * of them belong to texts[i], one text after the other; where blank[i] is TRUE
 * its paragraphs end at blank lines alone. `scope` is NULL or a list: nested
 * (a number of ic_nested), minimum, allowed (raw, a column for each kind of
 * passage) and kind, from 0; these may be NULL. */
SEXP codebook_apply(SEXP rules, SEXP texts, SEXP passages, SEXP start,
                    SEXP end, SEXP blank, SEXP scope, SEXP threads,
                    SEXP progress)
{
  ic_error err;
  glue_watch seen;
  ic_watch watch = glue_watching(&seen, progress);
  ic_scope asked = read_scope(scope, rules);
  size_t n = (size_t) XLENGTH(rules);
  SEXP owner = PROTECT(glue_owner(R_NilValue, let_go));
  holding *h = hold(owner, n, (size_t) XLENGTH(texts));
  ic_status status = IC_EMEMORY;
  if (h) {
    read_strings(rules, h->rules);
    read_texts(h, texts, passages, start, end, blank);
    status = ic_matcher_build(h->rules, n, &h->matcher, &err);
  } else {
    ic_no_memory(&err);
  }
  if (status == IC_OK)
    status = ic_scan_texts(h->matcher, h->texts, h->n,
                           Rf_isNull(scope) ? NULL : &asked,
                           Rf_asInteger(threads), &watch, h->founds,
                           &h->misses, &err);
  SEXP value = PROTECT(status == IC_OK ? write_founds(h)
                                       : glue_failure(&err));
  let_go(owner);
  UNPROTECT(2);
  return value;
}

const R_CallMethodDef glue_codebook[] = {
  {"codebook_check", (DL_FUNC) &codebook_check, 1},
  {"codebook_apply", (DL_FUNC) &codebook_apply, 9},
  {NULL, NULL, 0}
};
