# SPDX-License-Identifier: Apache-2.0
"""Programs the services call that this machine lacks, in a folder of ours for their PATH.

Kernels of small machines have no NFS client. "Mounting" a share of this very machine makes a link
to it: the same files under the path that a mount would have had, in every namespace, and nothing
that has to be unmounted. The machine's own programs stay as they are.
"""

from __future__ import annotations

import os
from pathlib import Path

SUDO = """\
#!/bin/sh
# All runs as one user here: drop the options and run.
while :; do case "$1" in -E|-n|-H|-S) shift;; *) break;; esac; done
exec "$@"
"""

MOUNT = """\
#!/bin/sh
# mount -t nfs [-o OPTIONS] HOST:/FOLDER TARGET, where FOLDER is on this machine: a link.
real=/usr/bin/mount
case " $* " in *" -t nfs "*) ;; *) exec $real "$@";; esac
while [ $# -gt 0 ]; do
    case "$1" in
        -t|-o) shift 2;;
        -*) shift;;
        *:/*) source="${1#*:}"; shift;;
        *) target="$1"; shift;;
    esac
done
[ -d "$source" ] || { echo "mount.nfs: $source: no such share" >&2; exit 32; }
[ "$(readlink "$target")" = "$source" ] && exit 0
rmdir "$target" && exec ln -s "$source" "$target"
"""

# Cinder asks whether there is one before it begins.
MOUNT_NFS = """\
#!/bin/sh
exec "$(dirname "$0")/mount" -t nfs "$@"
"""


def folder(state: Path) -> Path:
    """The folder with them, made when it is not there."""
    place = state / "bin"
    place.mkdir(parents=True, exist_ok=True)
    for name, text in (("sudo", SUDO), ("mount", MOUNT), ("mount.nfs", MOUNT_NFS)):
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    return place


def path(state: Path, *more: Path) -> str:
    """A PATH that finds them first."""
    return os.pathsep.join([str(folder(state)), *map(str, more), os.environ["PATH"]])
