#include "glue.h"

const R_CallMethodDef glue_codebook[] = {
  {NULL, NULL, 0}
};
