# SPDX-License-Identifier: Apache-2.0
"""tools/docs [--check]: writes every generated page; --check only says which are out of date.

A page that is generated is never written by hand: a change of it is a change of a declaration.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kit import paths
from kit.docs import collections, microversions, states

DOCS = paths.CHECKOUT / "docs"
FOLDERS = ("api",)  # where everything is generated, so that what is not any more is removed


def main() -> int:
    """Exit code 1 when --check finds something."""
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = outdated()
    if sys.argv[1:]:
        for name in stale:
            print(f"docs/{name} is out of date: run tools/docs")
        return 1 if stale else 0
    write(stale)
    return 0


def pages() -> dict[str, str]:
    """Every generated page, by its name below docs/."""
    return {
        states.PAGE: states.page(),
        microversions.PAGE: microversions.page(),
        **collections.pages(),
    }


def outdated() -> list[str]:
    """The names of pages that differ from what would be written, or should not be there."""
    wanted = pages()
    there = {
        str(file.relative_to(DOCS)) for name in FOLDERS for file in (DOCS / name).rglob("*.md")
    }
    differing = {name for name, text in wanted.items() if _read(DOCS / name) != text}
    return sorted(differing | (there - set(wanted)))


def write(names: list[str]) -> None:
    """Bring these up to date."""
    wanted = pages()
    for name in names:
        file = DOCS / name
        if name not in wanted:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[name])
        print(f"wrote docs/{name}")


def _read(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


if __name__ == "__main__":
    sys.exit(main())
