#define _GNU_SOURCE
#include "martlet_linux.h"
