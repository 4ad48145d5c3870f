# SPDX-License-Identifier: Apache-2.0
"""What the project asks of an image service; every source gives the same facts and faults.

Nothing a source says of an image's format is trusted by whoever opens the file: see
`nova_cells.cell.compute.images`.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nova_cells.clients.images.stream import save
from nova_cells.objects import ImageFacts


class ImageSource(abc.ABC):
    """Looks images up on behalf of a caller, and fetches their bytes on behalf of a host."""

    @abc.abstractmethod
    def find(self, ctx: Any, image_id: str) -> ImageFacts:
        """The facts of one image the caller may see, else `ImageNotFound`."""

    @abc.abstractmethod
    def list(self, ctx: Any) -> list[ImageFacts]:
        """Every image the caller may see, by name."""

    @abc.abstractmethod
    def chunks(self, image_id: str) -> Iterator[bytes]:
        """The bytes in order, fetched with the service's own credentials: an agent has no user.

        Unchecked; raises `ImageNotFound` or `ImageUnavailable`, also in the middle.
        """

    def download(self, image: ImageFacts, target: Path) -> None:
        """Stream the bytes to `target`, checked against the hash in `image`; else no `target`."""
        save(image, self.chunks(image.id), target)

    def close(self) -> None:
        """Give connections back."""
        return
