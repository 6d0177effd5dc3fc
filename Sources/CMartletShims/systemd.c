#define _GNU_SOURCE
#include "martlet_systemd.h"
