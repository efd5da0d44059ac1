#include "glue.h"

#include "core/explain.h"
#include "core/memory.h"

SEXP codebook_explain(SEXP rule, SEXP passages, SEXP blank);

#define COLUMNS 12

/* All that one call holds in the core: the rule, and the clues of each
 * passage with the positions of its characters. */
typedef struct holding {
  ic_str rule;
  ic_explainer *explainer;
  ic_points rule_points, points;
  ic_clues *clues;
  size_t n;
} holding;

static void let_go(SEXP owner)
{
  holding *h = R_ExternalPtrAddr(owner);
  if (!h)
    return;
  for (size_t i = 0; h->clues && i < h->n; i++)
    ic_clues_free(&h->clues[i]);
  ic_explainer_free(h->explainer);
  ic_points_free(&h->rule_points);
  ic_points_free(&h->points);
  ic_free(h->clues);
  ic_free(h);
  R_ClearExternalPtr(owner);
}

static holding *hold(SEXP owner, size_t passages)
{
  holding *h = ic_alloc(1, sizeof *h);
  R_SetExternalPtrAddr(owner, h);
  if (!h)
    return NULL;
  h->n = passages;
  h->clues = ic_alloc(passages, sizeof *h->clues);
  return h->clues ? h : NULL;
}

static ic_str string_at(SEXP strings, R_xlen_t i)
{
  SEXP s = glue_string(strings, i);
  return (ic_str) {CHAR(s), (size_t) LENGTH(s)};
}

static ic_status explain_all(holding *h, SEXP passages, SEXP blank,
                             ic_error *err)
{
  ic_status status = ic_points_build(&h->rule_points, h->rule, err);
  if (status == IC_OK)
    status = ic_explainer_new(&h->rule, &h->explainer, err);
  for (size_t i = 0; status == IC_OK && i < h->n; i++)
    status = ic_explain(h->explainer, string_at(passages, (R_xlen_t) i),
                        LOGICAL(blank)[i] == 1 ? IC_BREAK_BLANK
                                               : IC_BREAK_LINE,
                        &h->clues[i], err);
  return status;
}

/* Code points from 1, inclusive; NA for a span of nothing. */
static void write_span(const ic_points *points, ic_span span, int *const *at,
                       R_xlen_t row)
{
  int some = span.end > span.start;
  at[0][row] = some ? (int) ic_point_of_byte(points, span.start) + 1
                    : NA_INTEGER;
  at[1][row] = some ? (int) ic_point_of_byte(points, span.end) : NA_INTEGER;
}

static void write_clue(const holding *h, const ic_clue *c, size_t passage,
                       int *const *column, R_xlen_t row)
{
  column[0][row] = (int) passage + 1;
  column[1][row] = (int) c->finding + 1;
  column[2][row] = (int) c->fate + 1;
  write_span(&h->points, c->place, column + 3, row);
  column[5][row] = (int) c->role + 1;
  column[6][row] = (int) c->op;
  column[7][row] = (int) c->distance;
  write_span(&h->rule_points, c->rule, column + 8, row);
  write_span(&h->points, c->text, column + 10, row);
}

static SEXP write_clues(holding *h, SEXP passages, ic_error *err)
{
  static const char *const names[COLUMNS] = {
    "passage", "finding", "fate", "start", "end", "role", "op", "distance",
    "rule_start", "rule_end", "text_start", "text_end"
  };
  R_xlen_t n = 0, row = 0;
  int *column[COLUMNS];
  for (size_t i = 0; i < h->n; i++)
    n += (R_xlen_t) h->clues[i].count;
  SEXP value = PROTECT(glue_list(names, COLUMNS));
  for (int i = 0; i < COLUMNS; i++) {
    SET_VECTOR_ELT(value, i, Rf_allocVector(INTSXP, n));
    column[i] = INTEGER(VECTOR_ELT(value, i));
  }
  for (size_t i = 0; i < h->n; i++) {
    const ic_clues *clues = &h->clues[i];
    ic_points_free(&h->points);
    if (ic_points_build(&h->points, string_at(passages, (R_xlen_t) i), err)
        != IC_OK) {
      UNPROTECT(1);
      return NULL;
    }
    for (size_t k = 0; k < clues->count; k++)
      write_clue(h, &clues->items[k], i, column, row++);
  }
  UNPROTECT(1);
  return value;
}

/* What one rule did in each passage, a text of its own, a row per clue; where
 * blank[i] is TRUE its paragraphs end at blank lines alone. */
SEXP codebook_explain(SEXP rule, SEXP passages, SEXP blank)
{
  ic_error err;
  SEXP owner = PROTECT(glue_owner(R_NilValue, let_go));
  holding *h = hold(owner, (size_t) XLENGTH(passages));
  ic_status status = IC_EMEMORY;
  SEXP value = NULL;
  if (h) {
    h->rule = string_at(rule, 0);
    status = explain_all(h, passages, blank, &err);
  } else {
    ic_no_memory(&err);
  }
  if (status == IC_OK)
    value = write_clues(h, passages, &err);
  PROTECT(value = value ? value : glue_failure(&err));
  let_go(owner);
  UNPROTECT(2);
  return value;
}

const R_CallMethodDef glue_explain[] = {
  {"codebook_explain", (DL_FUNC) &codebook_explain, 3},
  {NULL, NULL, 0}
};
