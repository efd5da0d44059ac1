#ifndef IC_TEXT_H
#define IC_TEXT_H

#include "status.h"

#endif
