#define _GNU_SOURCE
#include "martlet_sqlite.h"
