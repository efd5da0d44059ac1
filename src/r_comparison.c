#include "glue.h"

const R_CallMethodDef glue_comparison[] = {
  {NULL, NULL, 0}
};
