# SPDX-License-Identifier: Apache-2.0
"""Takes the volumes of new servers, and gives them back where the servers do not come to be.

What is about to be taken is written down before, so that no crash leaves it taken for nobody: the
row goes with the acceptance of its server, else the sweep finds it.
"""

from __future__ import annotations

import logging
import uuid as uuids
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Connection

from nova_cells.clients.service_faults import ServiceFault
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.global_api.faults import ApiFault
from nova_cells.global_api.volumes import holds
from nova_cells.global_api.volumes.holds import Hold
from nova_cells.global_api.volumes.planning import Planned, VolumePlan
from nova_cells.global_api.volumes.tidying import clear, made_for
from nova_cells.objects import RequestSpec
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.db import Database

LOG = logging.getLogger(__name__)
AT_ONCE = 8
SOON = seconds(5)
Document = dict[str, Any]


class TookTooLong(ApiFault):
    """Nothing was accepted; the caller may ask again."""

    code = 503
    retry_after = 10


class VolumesOfNewServers:
    """Of one request."""

    def __init__(
        self, database: Database, volumes: VolumeService, caller: Any, *, clock: Clock = now
    ) -> None:
        self._database = database
        self._volumes = volumes
        self._caller = caller
        self._clock = clock
        self._taken: list[Hold] = []

    def take(self, specs: Sequence[RequestSpec], plan: VolumePlan) -> None:
        """Every spec gets its volumes; all of them, or the fault of the first that is not had."""
        if not plan.volumes:
            return
        until = self._clock() + holds.PATIENCE
        made = [i for i, each in enumerate(plan.volumes) if each.given is None]
        told = {"kind": holds.BOOT, "made": made}
        self._taken = [Hold(spec.uuid, spec.uuid, told, until) for spec in specs]
        self._database.write(lambda connection: holds.add(connection, self._taken))
        works = [
            (spec.uuid, number, each) for spec in specs for number, each in enumerate(plan.volumes)
        ]
        try:
            taken = iter(_all(partial(self._take, plan.zone), works))
        except ServiceFault:
            self.give_back()
            raise
        for spec in specs:
            spec.volumes = [next(taken) for _each in plan.volumes]

    def accepted(self, connection: Connection) -> None:
        """In the transaction that accepts the servers: what they have is theirs.

        Too late, and the sweep may have taken it away again.
        """
        if self._taken and holds.drop(connection, [h.key for h in self._taken]) < len(self._taken):
            raise TookTooLong("The volumes of the server could not be held so long. Try again.")

    def give_back(self) -> None:
        """These servers will not be. What can't be given back now is for the sweep."""
        taken, self._taken = self._taken, []
        gone = [hold.key for hold in taken if self._cleared(hold)]
        left = [hold.key for hold in taken if hold.key not in gone]
        soon = self._clock() + SOON

        def work(connection: Connection) -> None:
            holds.drop(connection, gone)
            holds.wake(connection, left, soon)

        if taken:
            self._database.write(work)

    def _cleared(self, hold: Hold) -> bool:
        try:
            clear(self._volumes, hold)
        except ServiceFault as fault:
            LOG.info("volumes of %s are given back later: %s", hold.server, fault.detail)
            return False
        return True

    def _take(self, zone: str | None, work: tuple[str, int, Planned]) -> Document:
        server, number, each = work
        if each.given is not None:
            attachment = self._volumes.reserve(self._caller, each.given["id"], server)
            return described(each, each.given, attachment)
        wish = each.wish
        asked = {"size": each.size, "volume_type": wish.volume_type, "zone": zone}
        if wish.id is not None:
            asked[wish.source] = wish.id
        volume = self._volumes.make_volume(self._caller, made_for(server, number), asked)
        return described(each, volume, None)


def described(each: Planned, volume: Document, attachment: str | None) -> Document:
    """A volume as `RequestSpec.volumes` has it."""
    wish = each.wish
    document = {
        "id": volume["id"],
        "attachment_id": attachment,
        "bdm_uuid": str(uuids.uuid4()),
        "boot_index": wish.boot_index,
        "tag": wish.tag,
        "bus": wish.bus,
        "device": wish.device,
        "delete_on_termination": wish.ends,
        "size": each.size,
        "multiattach": volume["multiattach"],
        "encrypted": volume["encrypted"],
        "shared_targets": volume["shared_targets"],
        "service_uuid": volume["service_uuid"],
        "made": each.given is None,
        "source": {"type": wish.source, "id": wish.id, "volume_type": wish.volume_type},
    }
    return {**document, "image": each.image} if wish.boot_index == 0 else document


def _all(work: Callable[[Any], Document], things: Sequence[Any]) -> list[Document]:
    """In parallel; every one is tried, then the first fault is raised."""
    if len(things) == 1:
        return [work(things[0])]
    with ThreadPoolExecutor(min(AT_ONCE, len(things))) as pool:
        return [future.result() for future in [pool.submit(work, thing) for thing in things]]
