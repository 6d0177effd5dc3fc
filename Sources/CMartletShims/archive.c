#define _GNU_SOURCE
#include "martlet_archive.h"
