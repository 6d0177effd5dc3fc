#ifndef MARTLET_ALLOCATIONS_H
#define MARTLET_ALLOCATIONS_H

#include <stdint.h>

/// How often memory was asked for since the program began, by all threads and libraries.
///
/// Linking this target puts counting functions in front of the allocator of the C library, so it is for
/// measurements only.
uint64_t martlet_allocation_count(void);

#endif
