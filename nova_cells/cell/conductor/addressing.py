# SPDX-License-Identifier: Apache-2.0
"""Gives servers their addresses on the local network, in the transaction that makes them.

A guess costs one statement and nearly always hits; what is in use is read only when it misses. An
address belongs to its server until nothing of that server is left, wherever it is moved.
"""

from __future__ import annotations

import random
import uuid as uuids
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.claiming import NoRoom
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.db import addresses
from nova_cells.clients.network.local_range import Document, LocalRange, shown
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Turn

_ROUNDS, _GUESSES = 5, 8
Wishes = Sequence[Document]
"""Of one server: {"network_id", "address", "tag"} each, as `LocalNetwork.plan` wrote them."""


class Addressing:
    """`local`: the network of this cell; None where there is none."""

    def __init__(self, local: LocalRange | None) -> None:
        self._local = local
        self._random = random.SystemRandom()

    def lend(
        self, connection: Connection, asked: dict[str, Wishes], now: int
    ) -> dict[str, list[Document] | StepRefused]:
        """For each server its interfaces, or why it can't have them: all that it wished, or none.

        Only servers that wish for something are looked at.
        """
        found: dict[str, list[Document] | StepRefused] = {}
        wanted: dict[str, list[_Port]] = {}
        for uuid, wishes in asked.items():
            refusal = self._refusal(wishes)
            if refusal is not None:
                found[uuid] = refusal
            else:
                ids = enumerate(wishes)
                wanted[uuid] = [_Port(uuid, port_id(uuid, n), wish) for n, wish in ids]
        self._take(connection, [port for ports in wanted.values() for port in ports], now)
        found |= {uuid: _outcome(ports) for uuid, ports in wanted.items()}
        lost = [uuid for uuid in wanted if isinstance(found[uuid], StepRefused)]
        addresses.free_all(connection, lost)
        return found

    def lend_one(self, turn: Turn, port: str, wish: Document) -> Document:
        """One interface more for a server that is there; StepRefused where it can't be had."""
        refusal = self._refusal([wish])
        wished = _Port(turn.record.subject, port, wish)
        if refusal is None:
            self._take(turn.connection, [wished], turn.now)
            found = _outcome([wished])
            if not isinstance(found, StepRefused):
                return found[0]
            refusal = found
        raise refusal

    def keep(self, turn: Turn) -> None:
        """For one from another cell the addresses it has; StepRefused where others have them.

        Those of ports of a network service are that service's.
        """
        known = turn.subject.document.get("nics") or []
        nics = [nic for nic in known if not nic.get("service")]
        rows = [_row(turn, nic) for nic in nics]
        local = self._local.id if self._local is not None else None
        if any(nic["network_id"] != local for nic in nics):
            raise _no_room("This cell has no such local network.")
        got = addresses.take(turn.connection, rows)
        if len(got) < len(rows):
            raise _no_room("An address of the server is in use in this cell.")

    def free(self, turn: Turn) -> None:
        """Nothing of the server is left: others may have what it had."""
        head: Head = turn.subject
        if head.document.get("nics"):
            addresses.free(turn.connection, head.uuid)
        has(head, [])

    def free_port(self, turn: Turn, port: str) -> None:
        """Nothing of this interface is left."""
        head: Head = turn.subject
        addresses.free_port(turn.connection, port)
        has(head, [nic for nic in head["nics"] if nic["id"] != port])

    def _refusal(self, wishes: Wishes) -> StepRefused | None:
        for wish in wishes:
            if self._local is None or wish["network_id"] != self._local.id:
                return _no_room("This cell has no such local network.")
            if wish.get("address") and not self._local.is_lendable(wish["address"]):
                return StepRefused(
                    f"Fixed IP address {wish['address']} is not one of the local network."
                )
        return None

    def _take(self, connection: Connection, ports: list[_Port], now: int) -> None:
        """Give each port its interface, those apart for which there is nothing."""
        local = self._local
        if local is None:
            return
        left, in_use = list(ports), None
        for _round in range(_ROUNDS):
            left = self._propose(local, left, in_use)
            if not left:
                return
            got = addresses.take(connection, [port.row(now) for port in left])
            for port in left:
                if port.port_id not in got:
                    port.nic = None
            left = [port for port in left if port.nic is None]
            if left:
                in_use = addresses.taken(connection, local.id)

    def _propose(
        self, local: LocalRange, ports: list[_Port], in_use: set[str] | None
    ) -> list[_Port]:
        """Those for which there is something to try, each with what to try."""
        chosen = set(in_use or ())
        hopeful = []
        for port in ports:
            address = port.wish.get("address") or self._any(local, chosen, in_use is not None)
            if address is not None and address not in chosen:
                chosen.add(address)
                port.nic = local.nic(port.port_id, address, port.wish.get("tag"))
                hopeful.append(port)
        return hopeful

    def _any(self, local: LocalRange, chosen: set[str], known: bool) -> str | None:
        """One at random: what has just been freed is best left alone for a while."""
        for _guess in range(_GUESSES):
            address = local.at(self._random.randrange(local.size))
            if address not in chosen:
                return address
        if not known:
            return local.at(self._random.randrange(local.size))
        free = [a for a in map(local.at, range(local.size)) if a not in chosen]
        return self._random.choice(free) if free else None


class _Port:
    """One interface on its way to an address."""

    def __init__(self, uuid: str, port_id: str, wish: Document) -> None:
        self.uuid, self.port_id, self.wish = uuid, port_id, wish
        self.nic: Document | None = None

    def row(self, now: int) -> dict[str, Any]:
        assert self.nic is not None
        names = {"address": self.nic["addresses"][0]["address"], "mac": self.nic["mac"]}
        names |= {"network_id": self.nic["network_id"], "port_id": self.port_id}
        return {**names, "uuid": self.uuid, "created_at": now}


def _row(turn: Turn, nic: Document) -> dict[str, Any]:
    names = {"address": nic["addresses"][0]["address"], "mac": nic["mac"], "port_id": nic["id"]}
    kept = {"network_id": nic["network_id"], "uuid": turn.subject.uuid, "created_at": turn.now}
    return names | kept


def _outcome(ports: list[_Port]) -> list[Document] | StepRefused:
    for port in ports:
        if port.nic is None and port.wish.get("address"):
            return StepRefused(f"Fixed IP address {port.wish['address']} is already in use.")
        if port.nic is None:
            return _no_room("The local network of this cell has no address left.")
    return [port.nic for port in ports if port.nic is not None]


def port_id(uuid: str, number: int) -> str:
    """Of the ports a server is built with: the same however often that is tried."""
    return str(uuids.uuid5(uuids.UUID(uuid), f"port {number}"))


def has(head: Head, nics: list[Document]) -> None:
    """From now on these are its interfaces."""
    if head.document.get("nics") or nics:
        head.set(nics=nics, addresses=shown(nics))


def _no_room(message: str) -> NoRoom:
    return NoRoom(message, message, [])
