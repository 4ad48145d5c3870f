# SPDX-License-Identifier: Apache-2.0
"""Clears away in the volume service what was taken for something that did not come to be.

All of it as ourselves: whoever asked is gone, and so may be the process that served them.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from nova_cells.clients.images import ImageNotFound, ImageUnavailable
from nova_cells.clients.service_faults import NotThere, ServiceFault, Unavailable
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.volumes import holds
from nova_cells.global_api.volumes.holds import Hold
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 50
LEASE = seconds(120)
LONGEST = seconds(600)


def made_for(key: str, number: int) -> str:
    """The key under which the volume service knows what we make."""
    return f"{key}/{number}"


def clear(volumes: VolumeService, hold: Hold) -> None:
    """Nothing of it is left. Raises the fault of what can't be taken away now."""
    told = hold.document
    kind = told["kind"]
    if kind == holds.IMAGE:
        for snapshot in _each(volumes.snapshots_made, hold.key, told["made"]):
            volumes.discard_snapshot(snapshot)
        return
    for attachment in volumes.attachments_of(hold.server):
        if kind != holds.ATTACH or attachment["volume_id"] == told["volume"]:
            volumes.release(attachment["id"])
    gone = told["volumes"] if kind == holds.ENDED else ()
    if kind == holds.BOOT:
        gone = _each(volumes.volumes_made, hold.key, told["made"])
    for volume in gone:
        volumes.discard(volume)


def _each(found: Any, key: str, numbers: list[int]) -> list[str]:
    return [one for number in numbers for one in found(made_for(key, number))]


class Tidying:
    """A service of routers, where there is a volume service at all."""

    def __init__(
        self,
        database: Database,
        volumes: VolumeService,
        index: ServerIndex,
        images: Any,
        *,
        interval: float,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._volumes = volumes
        self._index = index
        self._images = images
        self._clock = clock
        self._rounds = Periodic("volume-tidying", interval, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def round(self) -> None:
        """One batch of what is due."""
        moment = self._clock()
        for hold in self._database.read(partial(holds.due, now=moment, limit=BATCH)):
            if self._database.write(partial(holds.take, hold=hold, until=moment + LEASE)):
                self._settle(hold)

    def _settle(self, hold: Hold) -> None:
        try:
            done = self._done(hold)
        except NotThere:
            done = True
        except ServiceFault as fault:
            level = logging.INFO if isinstance(fault, Unavailable) else logging.WARNING
            LOG.log(level, "volumes of %s are not tidied up yet: %s", hold.server, fault.detail)
            done = False
        if done:
            self._database.write(lambda connection: holds.drop(connection, [hold.key]))
            return
        later = self._clock() + min(seconds(2 ** min(hold.tries, 10)), LONGEST)
        self._database.write(lambda connection: holds.wake(connection, [hold.key], later))

    def _done(self, hold: Hold) -> bool:
        """False: nobody can say yet."""
        kind = hold.document["kind"]
        if kind == holds.ATTACH:
            wanted = self._attached(hold)
        elif kind == holds.IMAGE:
            wanted = self._is_image(hold)
        else:
            wanted = False
        if wanted is False:
            clear(self._volumes, hold)
        return wanted is not None

    def _attached(self, hold: Hold) -> bool | None:
        """Whether the server has the volume; None: its cell is silent, or is at it."""
        row = self._index.get(hold.server)
        if row is None or row.deleted:
            return False
        if any(each["id"] == hold.document["volume"] for each in row.document["volumes"]):
            return True
        busy = row.document["operation"] or row.document["task_state"]
        return False if row.fresh and not busy else None

    def _is_image(self, hold: Hold) -> bool | None:
        try:
            self._images.find(RequestContext(is_admin=True), hold.document["image"])
        except ImageNotFound:
            return False
        except ImageUnavailable:
            return None
        return True
