# SPDX-License-Identifier: Apache-2.0
"""Does the work with images that no server waits for: discards, rotates backups, fills caches.

Every conductor runs it; a chore is taken by a compare-and-set, and comes back when it was not done
in time. The image service is spoken to with the service's own credentials: the user is long gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row

from nova_cells.cell.conductor.chore_round import ChoreRound, growing
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.db import image_chores
from nova_cells.clients.images import ImageFault, ImageStore, ImageUnavailable
from nova_cells.contracts import Outcome
from nova_cells.objects import ImageFacts
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
LEASE = seconds(60)
CACHE_PATIENCE = seconds(86400)
REFUSED_PATIENCE = seconds(3600)
"""An image service that refuses may have been set up badly, or be in the middle of a change."""


class ImageChores:
    """A service; `kick` when there is new work. Without `images` only caches are filled."""

    def __init__(
        self,
        database: Database,
        images: ImageStore | None,
        agents: Agents,
        hosts: HostState,
        *,
        interval: float,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._images = images
        self._agents = agents
        self._hosts = hosts
        self._clock = clock
        self._does = {
            image_chores.DISCARD: self._discard,
            image_chores.ROTATE: self._rotate,
            image_chores.CACHE: self._cache,
        }
        self._look_again = False
        self._round = ChoreRound(
            database, image_chores.LIST, self._do, lease=LEASE, clock=clock, pause=_pause
        )
        self._rounds = Periodic("image chores", interval, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        self._rounds.kick()

    def hosts_changed(self) -> None:
        """A host that was waited for may be there again."""
        self._look_again = True
        self.kick()

    def round(self) -> None:
        """One batch of what is due."""
        if self._look_again:
            self._look_again = False
            now = self._clock()
            self._database.write(lambda c: image_chores.hurry(c, now))
        self._round.run()

    def cached(self, host: str, image_id: str, message: str | None, again: bool) -> int:
        """A host has told what became of an image; answers how many fetches are left."""
        chore_id = image_chores.name_of(image_chores.CACHE, (host, image_id))
        if message is not None:
            LOG.warning("image %s is not cached on %s: %s", image_id, host, message)
        if not again:
            self._database.write(lambda c: image_chores.LIST.done(c, chore_id))
        left: int = self._database.read(image_chores.left_to_cache)
        LOG.info("image %s: %s has answered; %s fetches are left", image_id, host, left)
        return left

    def _do(self, chore: Row[Any]) -> bool:
        try:
            return self._does[chore.kind](chore)
        except ImageUnavailable as away:
            LOG.warning("image chore %s of %s has to wait: %s", chore.kind, chore.document, away)
            return False
        except ImageFault as fault:
            if self._clock() < chore.created_at + REFUSED_PATIENCE:
                LOG.warning(
                    "image chore %s of %s is refused: %s", chore.kind, chore.document, fault
                )
                return False
            LOG.error("image chore %s of %s is given up: %s", chore.kind, chore.document, fault)
            return True

    def _discard(self, chore: Row[Any]) -> bool:
        if self._images is None:
            return False
        self._images.delete(chore.document["image"])
        return True

    def _rotate(self, chore: Row[Any]) -> bool:
        if self._images is None:
            return False
        told = chore.document
        properties = {
            "image_type": "backup",
            "instance_uuid": told["instance"],
            "backup_type": told["backup_type"],
        }
        found = self._images.owned(told["owner"], properties)
        whole = [image for image in found if image.status == "active"]
        for image in whole[told["keep"] :]:
            self._images.delete(image.id)
        return True

    def _cache(self, chore: Row[Any]) -> bool:
        host, image = chore.document["host"], chore.document["image"]
        if self._clock() > chore.created_at + CACHE_PATIENCE:
            LOG.warning("image %s never came to %s; nobody waits for it now", image["id"], host)
            return True
        if not self._hosts.down(host):
            try:
                self._agents.of(host).cache_image(host=host, image=ImageFacts.from_document(image))
            except Outcome as outcome:
                LOG.warning("host %s was not asked for image %s: %s", host, image["id"], outcome)
        return False


def _pause(chore: Row[Any]) -> int:
    """A host that fetches is not asked again before it can have answered."""
    least = LEASE if chore.kind == image_chores.CACHE else 0
    return max(least, growing(chore))
