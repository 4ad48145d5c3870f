# SPDX-License-Identifier: Apache-2.0
"""Takes down that hosts are to fetch images; once it answers, the cell will see to it."""

from __future__ import annotations

from collections.abc import Callable

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.db import image_chores
from nova_cells.objects import ImageFacts
from nova_cells.runtime.db import Database

TRAIT = "COMPUTE_IMAGE_CACHE"


class CacheWishes:
    """`cache_images` of the cell's interface. `kick`: there is work now."""

    def __init__(
        self,
        database: Database,
        hosts: HostState,
        kick: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._hosts = hosts
        self._kick = kick
        self._clock = clock

    def take(self, hosts: list[str], images: list[ImageFacts]) -> list[str]:
        """Answers the hosts that will; those that are down will later, those unable never."""
        able = [host for host in hosts if TRAIT in self._hosts.traits(host)]
        documents = [image.document() for image in images]
        now = self._clock()
        self._database.write(lambda c: image_chores.cache(c, able, documents, now))
        self._kick()
        return able
