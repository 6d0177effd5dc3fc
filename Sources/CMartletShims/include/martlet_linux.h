#ifndef MARTLET_LINUX_H
#define MARTLET_LINUX_H

/* Nothing else may be included: a type of the C library would then belong to this module. */
#include <stdint.h>

/* System calls that the C library module of Swift lacks. Each returns -1 and sets errno, as the kernel's manual
 * page for the call says. */

/* openat2(2) with RESOLVE_NO_MAGICLINKS and the given further RESOLVE_ flags. O_CLOEXEC is always added. */
int martlet_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
extern const uint64_t MARTLET_RESOLVE_IN_ROOT;
extern const uint64_t MARTLET_RESOLVE_BENEATH;
extern const uint64_t MARTLET_RESOLVE_NO_SYMLINKS;

/* renameat2(2) with RENAME_NOREPLACE. */
int martlet_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to);

/* open_tree(2) with OPEN_TREE_CLONE: a detached private copy of the mount at `path`. */
int martlet_open_tree(int directory, const char *path);

/* mount_setattr(2) on a detached mount: read-only when asked, always no devices, and, when user_namespace is not
 * negative, mapped to that namespace. */
int martlet_mount_restrict(int mount, int user_namespace, int read_only);

int martlet_fsopen(const char *type);
int martlet_fsconfig_string(int context, const char *key, const char *value);
int martlet_fsconfig_flag(int context, const char *key);
int martlet_fsconfig_fd(int context, const char *key, int fd);
int martlet_fsconfig_create(int context);
/* fsmount(2) with MOUNT_ATTR_NODEV, and MOUNT_ATTR_RDONLY when asked. */
int martlet_fsmount(int context, int read_only);
/* move_mount(2) of a detached mount onto the directory `path`. */
int martlet_move_mount(int mount, int directory, const char *path);

/* syncfs(2): everything on the file system of `fd` is on its disk. */
int martlet_syncfs(int fd);

/* xattr(7) of an open file. A negative result is -1 with errno set. */
int martlet_fsetxattr(int fd, const char *name, const void *value, uint64_t size);
int64_t martlet_fgetxattr(int fd, const char *name, void *value, uint64_t size);
int64_t martlet_flistxattr(int fd, char *names, uint64_t size);

/* A descriptor of a new user namespace in which the ids 0..<size stand for the host's base..<base+size. */
int martlet_user_namespace(uint32_t base, uint32_t size);

#endif
