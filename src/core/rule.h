#ifndef IC_RULE_H
#define IC_RULE_H

#include "status.h"

#endif
