#ifndef MARTLET_NFTABLES_H
#define MARTLET_NFTABLES_H

// libnftables waits for the kernel with select(2), which ends the process when its socket is descriptor 1024 or above.
// So the library lives on a thread of its own that shares no descriptor table with the rest of the process, and whose
// numbers stay small however many descriptors the process has open.
struct martlet_nftables;

// NULL when the thread or the library cannot start.
struct martlet_nftables *martlet_nftables_start(void);
// Runs commands as one transaction and waits for the result: 0, or not 0. `*output` and `*error` are to be freed.
int martlet_nftables_run(struct martlet_nftables *nftables, const char *commands, char **output, char **error);
// Ends the thread. Nobody may be inside `run`.
void martlet_nftables_stop(struct martlet_nftables *nftables);

#endif
