#define _GNU_SOURCE
#include "martlet_container.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

enum { martlet_spawn_limit = 16 };

static int add_actions(
    posix_spawn_file_actions_t *actions,
    const char *directory,
    const int *descriptors,
    const int *copies,
    int count) {
    int error = 0;
    for (int i = 0; i < count && !error; i++) {
        error = descriptors[i] < 0 ? posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0)
                                   : posix_spawn_file_actions_adddup2(actions, copies[i], i);
    }
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, count);
    if (!error && directory) error = posix_spawn_file_actions_addchdir_np(actions, directory);
    return error;
}

static int clean_signals(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    if (!error) error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
    return error;
}

struct start {
    const char *path;
    char *const *argv;
    char *const *envp;
    const posix_spawn_file_actions_t *actions;
    const posix_spawnattr_t *attributes;
    pid_t pid;
    int error;
};

// The file mode mask belongs to all threads that share a file system context, so one thread gets its own.
static void *start_in_own_context(void *argument) {
    struct start *start = argument;
    start->error = unshare(CLONE_FS) == 0 ? 0 : errno;
    if (start->error) return NULL;
    umask(022);
    start->error =
        posix_spawn(&start->pid, start->path, start->actions, start->attributes, start->argv, start->envp);
    return NULL;
}

int martlet_spawn(
    const char *path,
    char *const argv[],
    char *const envp[],
    const char *directory,
    const int *descriptors,
    int count,
    pid_t *pid) {
    if (count < 3 || count > martlet_spawn_limit) return EINVAL;
    int copies[martlet_spawn_limit];
    int error = 0;
    // Copies far above the targets, so that no dup2 overwrites a source that is still needed.
    for (int i = 0; i < count; i++) {
        copies[i] = descriptors[i] < 0 ? -1 : fcntl(descriptors[i], F_DUPFD_CLOEXEC, 2 * martlet_spawn_limit);
        if (descriptors[i] >= 0 && copies[i] < 0 && !error) error = errno;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    if (!error) error = add_actions(&actions, directory, descriptors, copies, count);
    if (!error) error = clean_signals(&attributes);
    if (!error) {
        struct start start = {path, argv, envp, &actions, &attributes, 0, 0};
        pthread_t thread;
        error = pthread_create(&thread, NULL, start_in_own_context, &start);
        if (!error) error = pthread_join(thread, NULL);
        if (!error) error = start.error;
        *pid = start.pid;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < count; i++) {
        if (copies[i] >= 0) close(copies[i]);
    }
    return error;
}

int martlet_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int martlet_pidfd_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int martlet_pidfd_reap(int pidfd, int *code, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0) return -1;
    *code = info.si_code;
    *status = info.si_status;
    return 0;
}

int martlet_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int martlet_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

// Shares the parent's memory and, with every signal blocked, does nothing until it is killed.
static int wait_to_be_killed(void *unused) {
    (void)unused;
    for (;;) syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
}

static int write_map(pid_t pid, const char *name, uint32_t base, uint32_t size) {
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int length = snprintf(text, sizeof text, "0 %u %u\n", base, size);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int error = write(fd, text, (size_t)length) == length ? 0 : errno;
    close(fd);
    return error;
}

static int open_namespace(pid_t pid, const char *name, int *fd) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, name);
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    return *fd < 0 ? errno : 0;
}

int martlet_namespace_pair(uint32_t base, uint32_t size, int *user, int *network, const char **step) {
    const size_t stack_size = 65536;
    *user = *network = -1;
    *step = "stack";
    char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return errno;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    *step = "clone";
    pid_t pid = clone(wait_to_be_killed, stack + stack_size, CLONE_VM | CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, NULL);
    int error = pid < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!error) {
        *step = "uid_map";
        error = write_map(pid, "uid_map", base, size);
        if (!error) *step = "gid_map", error = write_map(pid, "gid_map", base, size);
        if (!error) *step = "open user namespace", error = open_namespace(pid, "user", user);
        if (!error) *step = "open network namespace", error = open_namespace(pid, "net", network);
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    munmap(stack, stack_size);
    if (error && *user >= 0) close(*user), *user = -1;
    return error;
}

int martlet_socket_in_namespace(int network, int domain, int type, int protocol) {
    int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (own < 0) return -1;
    if (setns(network, CLONE_NEWNET) != 0) {
        int error = errno;
        close(own);
        errno = error;
        return -1;
    }
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    int error = errno;
    // A thread left in a container's namespace would do the host's work in there.
    if (setns(own, CLONE_NEWNET) != 0) abort();
    close(own);
    errno = error;
    return fd;
}

int martlet_connect_ipv4(int fd, uint32_t address, uint16_t port) {
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
    return connect(fd, (struct sockaddr *)&target, sizeof target);
}

int martlet_socket_error(int fd) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length) == 0 ? value : errno;
}

unsigned martlet_interface_index(int fd, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return ioctl(fd, SIOCGIFINDEX, &request) == 0 ? (unsigned)request.ifr_ifindex : 0;
}

int martlet_netlink_request(int fd, const void *bytes, size_t length, int count, int *failed) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    *failed = -1;
    if (sendto(fd, bytes, length, 0, (struct sockaddr *)&kernel, sizeof kernel) != (ssize_t)length) return errno;
    _Alignas(struct nlmsghdr) char answer[16384];
    int error = 0, seen = 0;
    while (seen < count) {
        ssize_t size = recv(fd, answer, sizeof answer, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return error ? error : errno;
        unsigned left = (unsigned)size;
        for (struct nlmsghdr *message = (void *)answer; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
            if (message->nlmsg_type != NLMSG_ERROR) continue;
            int code = -((struct nlmsgerr *)NLMSG_DATA(message))->error;
            if (code && !error) error = code, *failed = seen;
            seen++;
        }
    }
    return error;
}

int martlet_open_below(int root, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .mode = mode,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}
