# SPDX-License-Identifier: Apache-2.0
"""The child that packs a container's tree into an archive on its standard output.

It makes the tree its root first: a container that works in it meanwhile leads it nowhere else.
Owners in the archive are those the container knows. Run as a file, as `unpack`.
"""

from __future__ import annotations

import os
import sys
import tarfile


def main(words: list[str]) -> int:
    """The tree, and the host's id of the container's root."""
    tree, first_id, ids = words[0], int(words[1]), int(words[2])

    def known_inside(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if entry.ischr() or entry.isblk():
            return None  # a container gets its devices from its host
        entry.uname = entry.gname = ""
        entry.uid, entry.gid = _inside(entry.uid), _inside(entry.gid)
        return entry

    def _inside(number: int) -> int:
        return number - first_id if first_id <= number < first_id + ids else 0

    output = os.dup(1)
    os.chroot(tree)
    os.chdir("/")
    with (
        os.fdopen(output, "wb") as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(".", filter=known_inside)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
