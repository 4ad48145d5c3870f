# SPDX-License-Identifier: Apache-2.0
"""An image's bytes as a driver may read them: what goes wrong comes as a driver's fault.

Nothing is checked or kept here; what a hypervisor opens goes through the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

from nova_cells.cell.compute.drivers import interface as faults
from nova_cells.clients.images import ImageFault, ImageUnavailable
from nova_cells.objects import ImageFacts


def pieces(source: faults.ImageSource | None, image: ImageFacts) -> Iterator[bytes]:
    """The bytes in order; of no source, none."""
    if source is None:
        return
    try:
        yield from source.chunks(image.id)
    except ImageUnavailable as away:
        raise faults.ImageUnavailable(str(away)) from away
    except ImageFault as gone:
        raise faults.ImageUnusable(str(gone)) from gone
