#ifndef MARTLET_CONTAINER_H
#define MARTLET_CONTAINER_H

#include <stddef.h>
#include <stdint.h>

// Starts a program in a session of its own, with a clean signal state and the file mode mask 022. Descriptor `i` of the child is `descriptors[i]`, or /dev/null where that
// is negative; all others are closed. Returns 0 and `*pid`, or an errno value.
int martlet_spawn(
    const char *path,
    char *const argv[],
    char *const envp[],
    const char *directory,
    const int *descriptors,
    int count,
    int *pid);

int martlet_pidfd_open(int pid);
int martlet_pidfd_signal(int pidfd, int signal);

// Collects a child that has ended. Returns 0 with `*code` (CLD_EXITED and friends) and `*status`, or -1 with errno.
int martlet_pidfd_reap(int pidfd, int *code, int *status);

// pipe2 with O_CLOEXEC: the reading end first.
int martlet_pipe(int ends[2]);

int martlet_memfd(const char *name);

// A user namespace that maps 0..<size to base..., and a network namespace that it owns. Returns 0 with two
// descriptors, or an errno value and what failed in `*step`.
int martlet_namespace_pair(uint32_t base, uint32_t size, int *user, int *network, const char **step);

// A socket that belongs to another network namespace than the caller's. -1 with errno on failure; the calling thread is
// back in its own namespace in either case.
int martlet_socket_in_namespace(int network, int domain, int type, int protocol);

// Non-blocking connect; 0, or -1 with errno (EINPROGRESS while under way). Address in host byte order.
int martlet_connect_ipv4(int fd, uint32_t address, uint16_t port);
// SO_ERROR of a socket: 0 or an errno value.
int martlet_socket_error(int fd);

// Index of the interface in the network namespace of `fd`, or 0.
unsigned martlet_interface_index(int fd, const char *name);

// Sends netlink messages to the kernel in one datagram and reads `count` acknowledgements. 0, or the errno value of
// the first refusal and its position in `*failed`.
int martlet_netlink_request(int fd, const void *bytes, size_t length, int count, int *failed);

// openat2 below a root that absolute paths and links cannot leave; magic links are refused. -1 with errno.
int martlet_open_below(int root, const char *path, int flags, unsigned mode);

#endif
