#define _GNU_SOURCE
#include "martlet_http.h"
