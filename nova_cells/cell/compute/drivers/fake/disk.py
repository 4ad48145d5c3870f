# SPDX-License-Identifier: Apache-2.0
"""What is on a fake guest's disk: one line, saying which machine wrote it and how often it booted.

Only images made of fake disks are ever read (their property says so): a fake guest made from any
other image begins with an empty disk, so that hundreds of boots fetch nothing.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.store import FakeMachine
from nova_cells.cell.compute.drivers.interface import ImageSource
from nova_cells.cell.compute.images.reading import pieces
from nova_cells.objects import ImageFacts

HEAD = "nova_cells fake disk: "
MOST = 65536
OURS = "base_image_ref"
"""A property of every image made of a server."""


def written_by(machine: FakeMachine) -> bytes:
    """The bytes of a machine's disk as it is now."""
    line = f"{HEAD}written by {machine.uuid} ({machine.name}) in {machine.boots} boot(s)\n"
    return (line + machine.disk).encode()[:MOST]


def read(image: ImageFacts | None, source: ImageSource | None) -> str:
    """What the disk made from this image holds."""
    if image is None or OURS not in image.properties:
        return ""
    text = b"".join(pieces(source, image))[:MOST].decode("utf-8", "replace")
    return text if text.startswith(HEAD) else ""
