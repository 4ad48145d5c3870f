# SPDX-License-Identifier: Apache-2.0
"""The serial console's log: reading its end, and keeping a talkative guest from filling the disk.

QEMU appends to the file, so it may be cut while the guest runs; what was there moves to a second
file first. A host with virtlogd does the same by itself, with the same names.
"""

from __future__ import annotations

import os
from pathlib import Path

from nova_cells.cell.compute.drivers.last_lines import last_lines


def tail(log: Path, lines: int, limit: int) -> str:
    """The last `lines` lines within the last `limit` bytes; all of them for -1."""
    if lines == 0:
        return ""
    kept = b"".join(_end(path, limit) for path in (older(log), log))[-limit:]
    return last_lines(kept.decode("utf-8", "replace"), lines)


def trim(log: Path, limit: int) -> None:
    """When the log is longer than `limit`, keep its last `limit` bytes aside and empty it."""
    try:
        if log.stat().st_size <= limit:
            return
        kept = _end(log, limit)
        partial = log.with_name(log.name + ".part")
        partial.write_bytes(kept)
        partial.replace(older(log))
        os.truncate(log, 0)
    except FileNotFoundError:
        return  # the machine was destroyed meanwhile


def older(log: Path) -> Path:
    """Where what was said before is kept."""
    return log.with_name(log.name + ".0")


def _end(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - limit))
            return stream.read(limit)
    except FileNotFoundError:
        return b""
