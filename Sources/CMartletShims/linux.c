#define _GNU_SOURCE
#include "martlet_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>


const uint64_t MARTLET_RESOLVE_IN_ROOT = RESOLVE_IN_ROOT;
const uint64_t MARTLET_RESOLVE_BENEATH = RESOLVE_BENEATH;
const uint64_t MARTLET_RESOLVE_NO_SYMLINKS = RESOLVE_NO_SYMLINKS;

int martlet_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = mode,
        .resolve = resolve | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int martlet_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int martlet_open_tree(int directory, const char *path) {
    return (int)syscall(SYS_open_tree, directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

int martlet_mount_restrict(int mount, int user_namespace, int read_only) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NODEV};
    if (read_only) attributes.attr_set |= MOUNT_ATTR_RDONLY;
    if (user_namespace >= 0) {
        attributes.attr_set |= MOUNT_ATTR_IDMAP;
        attributes.userns_fd = (uint64_t)user_namespace;
    }
    return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &attributes, sizeof attributes);
}

int martlet_fsopen(const char *type) { return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC); }

int martlet_fsconfig_string(int context, const char *key, const char *value) {
    return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
}

int martlet_fsconfig_flag(int context, const char *key) {
    return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, key, NULL, 0);
}

int martlet_fsconfig_fd(int context, const char *key, int fd) {
    return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_FD, key, NULL, fd);
}

int martlet_fsconfig_create(int context) {
    return (int)syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

int martlet_fsmount(int context, int read_only) {
    unsigned attributes = MOUNT_ATTR_NODEV | (read_only ? MOUNT_ATTR_RDONLY : 0);
    return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
}

int martlet_move_mount(int mount, int directory, const char *path) {
    return (int)syscall(SYS_move_mount, mount, "", directory, path, MOVE_MOUNT_F_EMPTY_PATH);
}

int martlet_syncfs(int fd) { return syncfs(fd); }

int martlet_fsetxattr(int fd, const char *name, const void *value, uint64_t size) {
    return fsetxattr(fd, name, value, size, 0);
}

int64_t martlet_fgetxattr(int fd, const char *name, void *value, uint64_t size) {
    return fgetxattr(fd, name, value, size);
}

int64_t martlet_flistxattr(int fd, char *names, uint64_t size) { return flistxattr(fd, names, size); }

/* Runs in the new user namespace, on a stack of its own in the shared memory, with every signal blocked: it may
 * only make system calls that succeed, because a failing one would write the caller's errno. */
static int wait_forever(void *unused) {
    (void)unused;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
}

static int write_map(pid_t pid, const char *name, uint32_t base, uint32_t size) {
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int length = snprintf(text, sizeof text, "0 %u %u\n", base, size);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t written = write(fd, text, (size_t)length);
    int error = errno;
    close(fd);
    errno = error;
    return written == length ? 0 : -1;
}

static int open_namespace(pid_t pid, uint32_t base, uint32_t size) {
    if (write_map(pid, "uid_map", base, size) < 0 || write_map(pid, "gid_map", base, size) < 0) return -1;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

int martlet_user_namespace(uint32_t base, uint32_t size) {
    _Alignas(16) char stack[16384];
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* Exit signal 0: no SIGCHLD, and only a wait with __WALL sees the helper. */
    pid_t pid = clone(wait_forever, stack + sizeof stack, CLONE_NEWUSER | CLONE_VM, NULL);
    int fd = -1, error = errno;
    if (pid > 0) {
        fd = open_namespace(pid, base, size);
        error = errno;
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return fd;
}
