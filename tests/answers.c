/* What a kernel would answer to netstat's ioctls about interfaces, made from the files in
 * /sys/class/net: for tests/record.sh, which preloads it into netstat in a chroot. Without it,
 * netstat would ask the kernel of the machine that it is recorded on.
 *
 * Known are the flags, the MTU, the hardware's kind and address, and the length of the queue.
 * There are no IPv4 addresses and no maps: sysfs does not tell them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first line of a file in the interface's folder; 0 where there is none. */
static int read_line(const char *name, const char *file, char *line, int size)
{
    char path[300];
    snprintf(path, sizeof path, "/sys/class/net/%.15s/%s", name, file);
    FILE *stream = fopen(path, "r");
    if (!stream)
        return 0;
    if (!fgets(line, size, stream))
        line[0] = 0;
    fclose(stream);
    return 1;
}

static long read_number(const char *name, const char *file, const char *format)
{
    char line[100];
    long number = 0;
    if (read_line(name, file, line, sizeof line))
        sscanf(line, format, &number);
    return number;
}

/* The flags as the kernel has them for an ioctl: whether it is running is told by another file. */
static short flags(const char *name)
{
    char state[100] = "";
    long flags = read_number(name, "flags", "0x%lx") & ~IFF_RUNNING;
    read_line(name, "operstate", state, sizeof state);
    int works = !strcmp(state, "up\n") || !strcmp(state, "unknown\n");
    return flags | (works && flags & IFF_UP ? IFF_RUNNING : 0);
}

static void hardware(const char *name, struct sockaddr *answer)
{
    char line[200] = "";
    unsigned byte;
    answer->sa_family = read_number(name, "type", "%ld");
    read_line(name, "address", line, sizeof line);
    for (int i = 0; i < 14 && sscanf(line + 3 * i, "%2x", &byte) == 1; i++)
        answer->sa_data[i] = byte;
}

/* Lists all interfaces, as if each had an address: netstat finds those so that /proc/net/dev lacks. */
static int list(struct ifconf *answer)
{
    int room = answer->ifc_len;
    char line[100];
    answer->ifc_len = 0;
    DIR *folder = opendir("/sys/class/net");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        struct ifreq *one = (void *)(answer->ifc_buf + answer->ifc_len);
        if (!read_line(entry->d_name, "type", line, sizeof line) || room - answer->ifc_len < (int)sizeof *one)
            continue;
        memset(one, 0, sizeof *one);
        strncpy(one->ifr_name, entry->d_name, IFNAMSIZ - 1);
        one->ifr_addr.sa_family = AF_INET;
        answer->ifc_len += sizeof *one;
    }
    if (folder)
        closedir(folder);
    return 0;
}

int ioctl(int file, unsigned long what, ...)
{
    char line[100];
    va_list arguments;
    va_start(arguments, what);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (what >> 8 != 0x89)
        return syscall(SYS_ioctl, file, what, argument);
    if (what == SIOCGIFCONF)
        return list(argument);
    struct ifreq *request = argument;
    const char *name = request->ifr_name;
    if (!read_line(name, "type", line, sizeof line)) {
        errno = ENODEV;
        return -1;
    }
    switch (what) {
    case SIOCGIFFLAGS:
        request->ifr_flags = flags(name);
        return 0;
    case SIOCGIFMTU:
        request->ifr_mtu = read_number(name, "mtu", "%ld");
        return 0;
    case SIOCGIFTXQLEN:
        request->ifr_qlen = read_number(name, "tx_queue_len", "%ld");
        return 0;
    case SIOCGIFMAP:
        memset(&request->ifr_map, 0, sizeof request->ifr_map);
        return 0;
    case SIOCGIFHWADDR:
        memset(&request->ifr_hwaddr, 0, sizeof request->ifr_hwaddr);
        hardware(name, &request->ifr_hwaddr);
        return 0;
    }
    errno = EADDRNOTAVAIL;
    return -1;
}
