# SPDX-License-Identifier: Apache-2.0
"""Serves `contracts.Cell`: what the global side asks of this cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.amendments import Amendments
from nova_cells.cell.conductor.builds import Builds
from nova_cells.cell.conductor.consoles import Consoles
from nova_cells.cell.conductor.external_events import ExternalEvents
from nova_cells.cell.conductor.guest_data import GuestData
from nova_cells.cell.conductor.guests import Guests
from nova_cells.cell.conductor.histories import Histories
from nova_cells.cell.conductor.host_admin import HostAdmin
from nova_cells.cell.conductor.host_leaving import HostLeaving
from nova_cells.cell.conductor.image_caching import CacheWishes
from nova_cells.cell.conductor.oversight import Oversight
from nova_cells.cell.conductor.passages import Passages
from nova_cells.cell.conductor.readings import Readings
from nova_cells.cell.conductor.returning import Returning
from nova_cells.objects import (
    ActionRecord,
    BuildReply,
    CancelReply,
    CellFacts,
    Console,
    ConsoleGrant,
    Diagnostics,
    HostRecord,
    ImageFacts,
    Instance,
    Machine,
    Migration,
    Passage,
    PolicyBundle,
    RequestSpec,
)


@dataclass(frozen=True)
class CellEndpoint:
    """Thin: each method hands over to the part that knows."""

    builds: Builds
    doings: Actions
    amendments: Amendments
    readings: Readings
    guests: Guests
    guest_data: GuestData
    consoles: Consoles
    host_admin: HostAdmin
    current_facts: Callable[[], CellFacts]
    take_bundle: Callable[[PolicyBundle], int]
    take_mark: Callable[[int, int], int]
    cache_wishes: CacheWishes
    outside: ExternalEvents
    passages: Passages
    oversight: Oversight
    returning: Returning
    histories: Histories
    host_leaving: HostLeaving

    def build(self, requests: list[RequestSpec]) -> list[BuildReply]:
        return [self.builds.build(spec) for spec in requests]

    def build_many(
        self, request: RequestSpec, servers: list[dict[str, Any]], least: int
    ) -> list[BuildReply]:
        return self.builds.build_many(request, servers, least)

    def cancel(self, uuid: str, epoch: int, key: str) -> CancelReply:
        return self.builds.cancel(uuid, epoch, key)

    def act(
        self, uuid: str, epoch: int, kind: str, key: str, arguments: dict[str, Any]
    ) -> Instance:
        return self.doings.act(uuid, epoch, kind, key, arguments)

    def amend(self, uuid: str, epoch: int, key: str, changes: dict[str, Any]) -> Instance:
        return self.amendments.amend(uuid, epoch, key, changes)

    def wish(self, uuid: str) -> RequestSpec:
        return self.passages.wish(uuid)

    def send_away(self, uuid: str, epoch: int, key: str, arguments: dict[str, Any]) -> Passage:
        return self.passages.send_away(uuid, epoch, key, arguments)

    def receive(
        self, instance: Instance, spec: RequestSpec, key: str, arguments: dict[str, Any]
    ) -> Passage:
        return self.passages.receive(instance, spec, key, arguments)

    def passage(self, uuid: str, key: str) -> Passage:
        return self.passages.passage(uuid, key)

    def tell(self, uuid: str, epoch: int, key: str, word: str, said: str) -> Passage:
        return self.passages.tell(uuid, epoch, key, word, said)

    def history(self, uuid: str) -> list[dict[str, Any]]:
        return self.histories.history(uuid)

    def remember(self, uuid: str, history: list[dict[str, Any]]) -> int:
        return self.histories.remember(uuid, history)

    def readmit(self, rows: list[dict[str, Any]]) -> list[str]:
        return self.returning.readmit(rows)

    def show(self, uuid: str) -> Instance:
        return self.readings.show(uuid)

    def heads(self, after: str, limit: int) -> list[Instance]:
        return self.readings.heads(after, limit)

    def sums(self) -> dict[str, list[Any]]:
        return self.readings.sums()

    def standings(self, project_id: str, after: str, limit: int) -> list[list[Any]]:
        return self.readings.standings(project_id, after, limit)

    def mark(self, least: int, mark: int) -> int:
        return self.take_mark(least, mark)

    def migrations(self, after: str, limit: int) -> list[Migration]:
        return self.readings.migrations(after, limit)

    def in_flight(self, after: str, limit: int, late: bool) -> list[dict[str, Any]]:
        return self.oversight.in_flight(after, limit, late=late)

    def operation(self, key: str) -> dict[str, Any]:
        return self.oversight.operation(key)

    def why(self, uuid: str) -> dict[str, Any]:
        return self.oversight.why(uuid)

    def explain(self, request: RequestSpec) -> dict[str, Any]:
        return self.oversight.explain(request)

    def actions(self, uuid: str) -> list[ActionRecord]:
        return self.readings.actions(uuid)

    def action(self, uuid: str, request_id: str) -> ActionRecord:
        return self.readings.action(uuid, request_id)

    def console_output(self, uuid: str, lines: int) -> str:
        return self.readings.console_output(uuid, lines)

    def console(self, uuid: str, kind: str) -> Console:
        return self.consoles.open(uuid, kind)

    def console_grant(self, digest: str) -> ConsoleGrant:
        return self.consoles.grant(digest)

    def diagnostics(self, uuid: str) -> Diagnostics:
        return self.guests.diagnostics(uuid)

    def guest(self, uuid: str) -> Machine:
        return self.guest_data.of(uuid)

    def external_events(self, events: list[dict[str, Any]]) -> list[int]:
        return self.outside.take(events)

    def take_password(self, uuid: str, password: str) -> bool:
        return self.guest_data.take_password(uuid, password)

    def allows(self, uuid: str, kind: str, arguments: dict[str, Any]) -> Instance:
        return self.guests.allows(uuid, kind, arguments)

    def cache_images(self, hosts: list[str], images: list[ImageFacts]) -> list[str]:
        return self.cache_wishes.take(hosts, images)

    def facts(self) -> CellFacts:
        return self.current_facts()

    def hosts(self) -> list[HostRecord]:
        return self.host_admin.every()

    def put_bundle(self, bundle: PolicyBundle) -> int:
        return self.take_bundle(bundle)

    def update_host(self, name: str, changes: dict[str, Any]) -> HostRecord:
        return self.host_admin.update(name, changes)

    def send_host(self, name: str, transport: str) -> HostRecord:
        return self.host_leaving.send(name, transport)

    def keep_host(self, name: str) -> bool:
        return self.host_leaving.keep(name)

    def delete_host(self, name: str) -> HostRecord:
        return self.host_admin.delete(name)
