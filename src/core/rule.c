#include "rule.h"
