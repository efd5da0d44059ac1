#include "glue.h"

const R_CallMethodDef glue_text[] = {
  {NULL, NULL, 0}
};
