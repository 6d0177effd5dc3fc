#ifndef MARTLET_SYSTEMD_H
#define MARTLET_SYSTEMD_H

#include <stddef.h>

// Sends one journal entry. `bytes` holds `count` fields `NAME=value`, one after the other, with these lengths.
// Returns 0, also when no journald listens, or a negative errno.
int martlet_journal_send(const void *bytes, const size_t *lengths, int count);

#endif
