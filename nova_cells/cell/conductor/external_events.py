# SPDX-License-Identifier: Apache-2.0
"""What other services tell of servers: who waits for it hears it, and what it asks for is begun.

One message costs three transactions, and one more for each further hundred of servers. Nothing is
asked of another service here: that is for the operations, which are begun when their servers are
free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.head import load
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.cell.conductor.transitions import ACTIVE, STOPPED
from nova_cells.cell.db import instances, service_chores
from nova_cells.cell.db.service_chores import Wished
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes

Event = dict[str, Any]
Documents = Mapping[str, dict[str, Any]]
OK, BAD, UNKNOWN, NOT_READY = 200, 400, 404, 422
PLUGGED, UNPLUGGED = "network-vif-plugged", "network-vif-unplugged"
CHANGED, PORT_DELETED = "network-changed", "network-vif-deleted"
EXTENDED, REIMAGED = "volume-extended", "volume-reimaged"
ACCELERATOR, POWER = "accelerator-request-bound", "power-update"
POWERS = {"POWER_ON": 1, "POWER_OFF": 4}
_WAITED_FOR = frozenset({PLUGGED, UNPLUGGED, REIMAGED})
_IRONIC = "ironic"


class ExternalEvents:
    """`wished` is called when operations wait to be begun."""

    def __init__(
        self, journal: Journal, subjects: InstanceSubjects, wished: Callable[[], None]
    ) -> None:
        self._journal = journal
        self._subjects = subjects
        self._wished = wished

    def take(self, events: list[Event]) -> list[int]:
        """A code for each."""
        found = self._documents({event["server_uuid"] for event in events})
        codes = [_judged(event, found) for event in events]
        good = [event for event, code in zip(events, codes, strict=True) if code == OK]
        news = _news(good)
        in_hand = self._journal.hear(news) if news else set()
        self._follow_power(good, found)
        self._wish(good, found, in_hand)
        return codes

    def _documents(self, uuids: Iterable[str]) -> Documents:
        wanted = sorted(uuids)
        found = self._journal.database.read(lambda c: instances.among(c, wanted))
        return {uuid: document for uuid, (document, _amended) in found.items()}

    def _wish(self, events: list[Event], found: Documents, in_hand: set[str]) -> None:
        wishes = [
            wish
            for event in events
            if (wish := self._wish_of(event, found[event["server_uuid"]], in_hand)) is not None
        ]
        if wishes:
            now = self._journal.clock()
            self._journal.database.write(lambda c: service_chores.act(c, wishes, now))
            self._wished()

    def _wish_of(self, event: Event, server: dict[str, Any], in_hand: set[str]) -> Wished | None:
        """What has to be done for it, beside telling who waits."""
        uuid, name, tag = event["server_uuid"], event["name"], event.get("tag")
        if name == EXTENDED:
            return Wished(uuid, "extend_volume", {"volume": tag}, str(tag))
        if self._journal.world.network is None:
            return None
        if name == PORT_DELETED:
            mine = any(nic["id"] == tag for nic in server.get("nics") or ())
            return Wished(uuid, "forget_port", {"port": tag}, str(tag)) if mine else None
        seen = name in (PLUGGED, UNPLUGGED) and uuid in in_hand
        if name not in (CHANGED, PLUGGED, UNPLUGGED) or seen or server["launched_at"] is None:
            return None  # an operation that is told of its ports looks at them itself
        return Wished(uuid, "refresh_network", {})

    def _follow_power(self, events: list[Event], found: Documents) -> None:
        """A node's power was changed behind our back, by who may: the server follows."""
        told = {e["server_uuid"]: POWERS[e["tag"]] for e in events if e["name"] == POWER}
        mine = {uuid: power for uuid, power in told.items() if self._is_node(found[uuid]["host"])}
        if mine:
            self._journal.transact(lambda c, notes: self._powered(c, notes, mine))

    def _is_node(self, host: str) -> bool:
        row = self._journal.world.hosts.row(host)
        return row is not None and row.driver == _IRONIC

    def _powered(self, connection: Connection, notes: Notes, powers: Mapping[str, int]) -> None:
        now = self._journal.clock()
        for uuid, power in sorted(powers.items()):
            head = load(connection, uuid, lock=True)
            if head is None or head["operation"] or head["deleted_at"]:
                continue
            if head["vm_state"] not in (ACTIVE, STOPPED) or head["power_state"] == power:
                continue
            head.set(power_state=power, vm_state=ACTIVE if power == 1 else STOPPED)
            self._subjects.write(connection, notes, head, now, answered=False)


def _news(events: list[Event]) -> dict[str, dict[str, str | None]]:
    """Of each server what operations may wait for, under the names they know it by."""
    news: dict[str, dict[str, str | None]] = {}
    for event in events:
        if event["name"] in _WAITED_FOR and event.get("tag"):
            told = news.setdefault(event["server_uuid"], {})
            told[f"{event['name']}/{event['tag']}"] = event["status"]
            if event["name"] == UNPLUGGED:
                told[f"{PLUGGED}/{event['tag']}"] = None
    return news


def _judged(event: Event, found: Documents) -> int:
    server = found.get(event["server_uuid"])
    if server is None or server["deleted_at"] is not None:
        return UNKNOWN
    if server["host"] is None:
        return NOT_READY
    name, tag = event["name"], event.get("tag")
    if name in (EXTENDED, REIMAGED, ACCELERATOR) and not tag:
        return BAD
    if name == ACCELERATOR:
        return UNKNOWN
    if name in (EXTENDED, REIMAGED):
        return OK if tag in {volume["id"] for volume in server["volumes"]} else UNKNOWN
    return OK if name != POWER or tag in POWERS else BAD
