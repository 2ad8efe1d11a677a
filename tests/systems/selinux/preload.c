/* What libselinux asks a kernel: is this SELinux's file system, and can it be written to? */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

int statfs(const char *path, struct statfs *found) {
    memset(found, 0, sizeof *found);
    if (strcmp(path, "/sys/fs/selinux") != 0) {
        errno = ENOENT;
        return -1;
    }
    found->f_type = 0xf97cff8c; /* SELINUX_MAGIC, linux/magic.h */
    return 0;
}

int statvfs(const char *path, struct statvfs *found) {
    (void)path;
    memset(found, 0, sizeof *found);
    return 0;
}
