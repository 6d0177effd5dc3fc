#include "martlet_allocations.h"

#include <stdatomic.h>
#include <stddef.h>

// glibc exports its own functions under these names for programs that put others in front of them.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

static atomic_uint_fast64_t count;

static void count_one(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    count_one();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count_one();
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    count_one();
    return __libc_realloc(pointer, size);
}

uint64_t martlet_allocation_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }
