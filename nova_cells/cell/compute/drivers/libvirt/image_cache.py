# SPDX-License-Identifier: Apache-2.0
"""Fetches images before a guest needs them, and forgets those that nobody needs any more."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import ImageCaching, Progress
from nova_cells.cell.compute.drivers.libvirt.domains import Domains
from nova_cells.objects import ImageFacts


class LibvirtImageCache(Domains, ImageCaching):
    """The capability of the libvirt driver; guests boot from the same cache."""

    def cache_image(self, image: ImageFacts, progress: Progress | None = None) -> bool:
        there = self._cache.has(image)
        self._cache.fetch(image, progress)
        return not there
