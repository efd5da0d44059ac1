#include "glue.h"

const R_CallMethodDef glue_store[] = {
  {NULL, NULL, 0}
};
