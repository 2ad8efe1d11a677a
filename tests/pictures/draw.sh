#!/bin/sh
# Draws the pictures of the README anew, from real output: tests/pictures/draw.sh [PROGRAM]
#
# The program, target/release/rnetstat unless another is named, runs in namespaces of its own, with
# made-up hosts and owners (demo.py), and svg.py draws what it writes. Everything ends with the
# namespaces.
#
#   tests/pictures/draw.sh PROGRAM COMMAND...    runs a command there instead; $PROGRAM is the program
#
# Needs root, python3, unshare and ip.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../target/release/rnetstat}")
[ $# -gt 0 ] && shift
export PROGRAM="$program"
[ $# -gt 0 ] || set -- python3 "$here/svg.py" "$here"
exec unshare --net --pid --mount --uts --fork --kill-child --mount-proc \
    python3 "$here/demo.py" "$@"
