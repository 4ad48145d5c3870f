# SPDX-License-Identifier: Apache-2.0
"""Fetches and unpacks images before a container needs them."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import ImageCaching, Progress
from nova_cells.cell.compute.drivers.lxc.containers import Containers
from nova_cells.objects import ImageFacts


class LxcImageCache(Containers, ImageCaching):
    """The capability of the driver of containers; they start from the same trees."""

    def cache_image(self, image: ImageFacts, progress: Progress | None = None) -> bool:
        there = self._trees.has(image)
        self._trees.fetch(image, progress)
        return not there
