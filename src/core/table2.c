#include "table2.h"
