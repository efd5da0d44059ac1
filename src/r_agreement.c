#include "glue.h"

const R_CallMethodDef glue_agreement[] = {
  {NULL, NULL, 0}
};
