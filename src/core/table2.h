#ifndef IC_TABLE2_H
#define IC_TABLE2_H

#include "status.h"

#endif
