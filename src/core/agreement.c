#include "agreement.h"
