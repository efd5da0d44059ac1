#include <string.h>

#include <R_ext/Visibility.h>

#include "columns.h"
#include "glue.h"

#define CALLS_MAX 256

static const R_CallMethodDef *const modules[] = {
  glue_text, glue_columns, glue_codebook, glue_explain, glue_agreement,
  glue_plan, glue_machine, glue_diagnostics, glue_scale, glue_unitizing,
  glue_contrast, glue_chance, glue_tables, glue_power, glue_ranks,
  glue_comparison, glue_store
};

void attribute_visible R_init_intercoder(DllInfo *dll);

void attribute_visible R_init_intercoder(DllInfo *dll)
{
  static R_CallMethodDef calls[CALLS_MAX];
  int n = 0;
  for (size_t m = 0; m < sizeof modules / sizeof *modules; m++)
    for (const R_CallMethodDef *c = modules[m]; c->name; c++) {
      if (n == CALLS_MAX - 1)
        Rf_error("intercoder: registration table is full");
      calls[n++] = *c;
    }
  memset(&calls[n], 0, sizeof calls[n]);
  glue_columns_init(dll);
  R_registerRoutines(dll, NULL, calls, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
