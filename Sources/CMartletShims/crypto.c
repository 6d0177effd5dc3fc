#define _GNU_SOURCE
#include "martlet_crypto.h"
