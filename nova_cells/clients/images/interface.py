# SPDX-License-Identifier: Apache-2.0
"""What the project asks of an image service; every one gives the same facts and faults.

Nothing a source says of an image's format is trusted by whoever opens the file: see
`nova_cells.cell.compute.images`.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Mapping
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


class ImageStore(ImageSource):
    """Takes images too: a record made by its user, bytes brought by a host that has no user.

    So a user's token never leaves the API, and an upload may begin long after it has expired: the
    service's own credentials must be allowed to write to the images of every project.
    """

    @abc.abstractmethod
    def create(self, ctx: Any, image: ImageFacts) -> None:
        """Make the record of an image without bytes, as `ctx`, under the id in `image`.

        `ImageRefused` where the caller may not, or where the service takes no such properties.
        """

    @abc.abstractmethod
    def upload(
        self,
        image_id: str,
        disk_format: str,
        chunks: Iterable[bytes],
        container_format: str = "bare",
    ) -> ImageFacts:
        """Give the image its bytes; again, where it has them already, is nothing.

        `ImageNotFound` where the record has been deleted meanwhile.
        """

    @abc.abstractmethod
    def delete(self, image_id: str, ctx: Any = None) -> None:
        """Take the image away, as `ctx` or else as ourselves; one that is not there is fine."""

    @abc.abstractmethod
    def owned(self, project_id: str, properties: Mapping[str, str]) -> list[ImageFacts]:
        """All images of a project that have these properties, the newest first; as ourselves."""

    def url(self, image_id: str) -> str | None:
        """Where a user finds the image; None where there is nothing to ask."""
        return None
