# SPDX-License-Identifier: Apache-2.0
"""The pinned fingerprints of objects; run as a command it writes them anew."""

from __future__ import annotations

import json
from pathlib import Path

from oslo_versionedobjects import fixture

from nova_cells.objects import Registry

FILE = Path(__file__).parent / "fingerprints.json"


def present() -> dict[str, dict[str, object]]:
    """What the code says: version, fingerprint, and the fields so that a difference can be read."""
    checker = fixture.ObjectVersionChecker(Registry.obj_classes())
    marks = checker.get_hashes()
    return {
        name: {
            "version": cls.VERSION,
            "fingerprint": marks[name].split("-")[1],
            "fields": sorted(cls.fields),
        }
        for name, (cls, *_older) in sorted(Registry.obj_classes().items())
    }


def pinned() -> dict[str, dict[str, object]]:
    """What was agreed."""
    document: dict[str, dict[str, object]] = json.loads(FILE.read_text())
    return document


if __name__ == "__main__":
    FILE.write_text(json.dumps(present(), indent=1) + "\n")
