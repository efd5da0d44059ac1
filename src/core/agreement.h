#ifndef IC_AGREEMENT_H
#define IC_AGREEMENT_H

#include "status.h"

#endif
