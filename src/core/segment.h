#ifndef IC_SEGMENT_H
#define IC_SEGMENT_H

#include "status.h"

#endif
