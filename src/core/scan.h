#ifndef IC_SCAN_H
#define IC_SCAN_H

#include "status.h"

#endif
