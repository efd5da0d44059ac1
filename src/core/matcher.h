#ifndef IC_MATCHER_H
#define IC_MATCHER_H

#include "status.h"

#endif
