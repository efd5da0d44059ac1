#ifndef IC_PERMUTE_H
#define IC_PERMUTE_H

#include "status.h"

#endif
