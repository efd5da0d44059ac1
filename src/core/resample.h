#ifndef IC_RESAMPLE_H
#define IC_RESAMPLE_H

#include "status.h"

#endif
