#define _GNU_SOURCE
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "martlet_systemd.h"

#include <errno.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

int martlet_journal_send(const void *bytes, const size_t *lengths, int count) {
    enum { limit = 256 };
    struct iovec fields[limit];
    if (count > limit) return -E2BIG;
    const char *next = bytes;
    for (int index = 0; index < count; index++) {
        fields[index] = (struct iovec){.iov_base = (void *)next, .iov_len = lengths[index]};
        next += lengths[index];
    }
    return sd_journal_sendv(fields, count);
}
