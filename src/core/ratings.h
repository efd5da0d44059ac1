#ifndef IC_RATINGS_H
#define IC_RATINGS_H

#include "status.h"

#endif
