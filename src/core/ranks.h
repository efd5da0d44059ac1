#ifndef IC_RANKS_H
#define IC_RANKS_H

#include "status.h"

#endif
