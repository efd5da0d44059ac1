#ifndef IC_DISTANCE_H
#define IC_DISTANCE_H

#include "status.h"

#endif
