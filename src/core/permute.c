#include "permute.h"
