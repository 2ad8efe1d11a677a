#!/bin/sh
# Records what net-tools 2.10's netstat prints on the made-up systems in tests/systems.
#
#   sudo tests/record.sh [NAME...]       the systems named, or all of them
#
# Each system is copied into a folder of its own, next to netstat and its libraries, and netstat runs
# there by chroot. The flag sets come from tests/systems/flags and, where there is one, NAME/flags.
# The answers go to NAME/recorded, one behind the other:
#
#   === FLAGS (status N)
#   what netstat wrote on stdout, to the byte
#
# A chroot turns no ioctl away from the machine's own kernel, so what netstat asks about interfaces is
# answered from the system's `sys` folder, if it has one, by tests/answers.c: there, and there alone,
# -i can be recorded. Where a system has a preload.c of its own, that answers for a kernel that has
# what files can't show.
#
# Needs root, net-tools 2.10, a C compiler for such systems, and a tmpfs: there, folders are listed in
# the reverse of the order in
# which they were made, so that the processes can be listed as the kernel lists them, by PID.
set -eu

here=$(cd "$(dirname "$0")" && pwd)/systems
netstat=$(command -v netstat)
case $($netstat --version) in
    "net-tools 2.10"*) ;;
    *) echo "$netstat is not net-tools 2.10" >&2; exit 1 ;;
esac

copy() { # SYSTEM ROOT
    cp -a "$1/etc" "$2/etc"
    printf 'passwd: files\nservices: files\nprotocols: files\nhosts: files\nnetworks: files\n' >"$2/etc/nsswitch.conf"
    mkdir "$2/proc"
    for entry in $(cd "$1/proc" && ls | sort -rn); do
        cp -a "$1/proc/$entry" "$2/proc/$entry"
    done
    mkdir "$2/bin"
    cp "$netstat" "$2/bin/"
    ldd "$netstat" | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$2$(dirname "$library")"
        cp -L "$library" "$2$library"
    done
}

[ $# -gt 0 ] || set -- $(cd "$here" && ls -d */ | tr -d /)
for name; do
    root=$(mktemp -d /dev/shm/rnetstat-record.XXXXXX)
    copy "$here/$name" "$root"
    preload=
    if [ -d "$here/$name/sys" ]; then
        cp -a "$here/$name/sys" "$root/sys"
        cc -shared -fPIC -o "$root/preload.so" "$here/../answers.c"
        preload=/preload.so
    elif [ -f "$here/$name/preload.c" ]; then
        cc -shared -fPIC -o "$root/preload.so" "$here/$name/preload.c"
        preload=/preload.so
    fi
    cat "$here/flags" $(ls "$here/$name/flags" 2>/dev/null || true) | while read -r flags; do
        status=0
        # The flags are words, so no quotes.
        # timeout and chroot can't find what is preloaded, and say so on stderr; netstat can.
        LD_PRELOAD=$preload timeout 10 chroot "$root" /bin/netstat $flags >"$root/out" 2>/dev/null </dev/null || status=$?
        echo "=== $flags (status $status)"
        cat "$root/out"
    done >"$here/$name/recorded"
    rm -rf "$root"
    echo "$name: $(grep -c '^=== ' "$here/$name/recorded") flag sets"
done
