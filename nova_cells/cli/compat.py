# SPDX-License-Identifier: Apache-2.0
"""`nova-manage` as deployment tools call it: our verbs, under a version such tools understand.

A node without a cell has no database of one: there `db sync` has nothing to do and says so.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import nova_cells
from nova_cells.cli import config
from nova_cells.cli.manage import main as manage

LIKE = "32.0.0"
"""The release of Nova whose API this is."""
_WITH_FILE = ("--config-file", "--config-dir")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; answers its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if "--version" in words[:1]:
        print(f"{LIKE} (nova_cells {nova_cells.__version__})")
        return 0
    files, verb = _options(words)
    if verb[:2] == ["db", "sync"] and not _has_cell(files):
        print("Nothing to do: no cell is configured here ([cell] connection).")
        return 0
    return manage([*(word for file in files for word in ("--config-file", file)), *verb])


def _options(words: list[str]) -> tuple[list[str], list[str]]:
    """Configuration files, and the rest; what we have no use for (--debug …) is left out."""
    files: list[str] = []
    while words and words[0].startswith("-"):
        name, _, value = words.pop(0).partition("=")
        if name in _WITH_FILE and not value:
            value = words.pop(0) if words else ""
        if name == "--config-file":
            files.append(value)
    return files, words


def _has_cell(files: list[str]) -> bool:
    conf = config.load([], files or config.present_defaults())
    return bool(conf.cell.connection)


if __name__ == "__main__":
    sys.exit(main())
