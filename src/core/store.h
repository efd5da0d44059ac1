#ifndef IC_STORE_H
#define IC_STORE_H

#include "status.h"

#endif
