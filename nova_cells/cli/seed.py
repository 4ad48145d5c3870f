# SPDX-License-Identifier: Apache-2.0
"""What a trial cloud starts with: the usual flavors and an image."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nova_cells.clients.images.local import LocalImages
from nova_cells.global_api.resources.flavors.seed import seed as seed_flavors
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database

BLANK = "blank"


def flavors(database: Database) -> dict[str, str]:
    """Make the usual flavors; answers name → id."""
    return database.write(lambda connection: seed_flavors(connection, now()))


def images(directory: Path, *files: Path) -> dict[str, str]:
    """Put `files` into the image directory, or a blank one where there is none; name → id."""
    source = LocalImages(directory)
    for file in files:
        source.add(file, file.stem, disk_format="qcow2", container_format="bare")
    if not source.list(None):
        _add_blank(source)
    return {image.name or image.id: image.id for image in source.list(None)}


def _add_blank(source: LocalImages) -> None:
    """An image with nothing on it: enough for the fake driver, and honest about it by its name."""
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(2**20)
        source.add(Path(file.name), BLANK, disk_format="raw", container_format="bare")
