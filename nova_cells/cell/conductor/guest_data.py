# SPDX-License-Identifier: Apache-2.0
"""What a guest may read of itself, and the one thing it may write: its password, encrypted.

A guest is told as the machine it was made as, with what has changed since, and without the password
of its administrator.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.machines import machine_of
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.cell.db import addresses
from nova_cells.contracts import FaultCode, Outcome, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes
from nova_cells.objects import Machine

LONGEST_PASSWORD = 4096
_PASSWORD = re.compile(r"[\x20-\x7e\r\n\t]+")
HOST_WITHIN = 2.0  # seconds: a guest that starts waits for all of this


class GuestData:
    """What metadata services ask: of one guest by its uuid, or by where it is."""

    def __init__(self, journal: Journal, subjects: InstanceSubjects, agents: Agents) -> None:
        self._journal = journal
        self._subjects = subjects
        self._agents = agents

    def of(self, uuid: str) -> Machine:
        """The guest of that uuid."""
        return self._told(self._journal.database.read(lambda c: _known(c, uuid)))

    def at(self, host: str, address: str) -> Machine:
        """The guest on this host that has this address on the local network."""
        return self._told(self._journal.database.read(lambda c: _known_at(c, host, address)))

    def take_password(self, uuid: str, password: str) -> bool:
        """Keep it; False if there is one, which only the server's owner can clear."""
        _check(password)
        return self._journal.transact(lambda c, notes: self._take(c, notes, uuid, password))

    def take_password_at(self, host: str, address: str, password: str) -> bool:
        """The same from the guest at an address."""
        _check(password)
        uuid = self._journal.database.read(lambda c: _known_at(c, host, address)).uuid
        return self._journal.transact(lambda c, notes: self._take(c, notes, uuid, password))

    def _take(self, connection: Connection, notes: Notes, uuid: str, password: str) -> bool:
        head = _alive(load(connection, uuid, lock=True))
        if head.document.get("encrypted_password"):
            return False
        head.set(encrypted_password=password)
        self._subjects.write(connection, notes, head, self._journal.clock(), answered=False)
        return True

    def _told(self, head: Head) -> Machine:
        machine = machine_of(head)
        machine.admin_password = None
        machine.guest_data = {
            **machine.guest_data,
            "password": head.document.get("encrypted_password"),
            "devices": self._devices(head, machine),
        }
        return machine

    def _devices(self, head: Head, machine: Machine) -> list[dict[str, Any]]:
        """Those with a tag; where they are in the guest, only its host can say."""
        tagged = [nic for nic in machine.nics if nic.get("tag")]
        tagged_volumes = [volume for volume in machine.volumes if volume.get("tag")]
        if not tagged and not tagged_volumes:
            return []
        host: str | None = head["host"]
        if host is not None and not self._subjects.down(host):
            try:
                found = self._agents.of(host).devices(
                    host=host, uuid=head.uuid, _deadline=HOST_WITHIN
                )
                return [device for device in found if device.get("tags")]
            except Outcome:
                pass  # without their places they are better than not at all
        nics = [{"type": "nic", "mac": nic["mac"], "tags": [nic["tag"]]} for nic in tagged]
        disks = [{"type": "disk", "serial": v["id"], "tags": [v["tag"]]} for v in tagged_volumes]
        return nics + disks


def _alive(head: Head | None) -> Head:
    if head is None or head["deleted_at"] is not None:
        raise Refused(FaultCode.INSTANCE_NOT_FOUND, "There is no such guest.")
    return head


def _check(password: str) -> None:
    if len(password) > LONGEST_PASSWORD or not _PASSWORD.fullmatch(password):
        raise Refused(FaultCode.INVALID, "This is no encrypted password.")


def _known_at(connection: Connection, host: str, address: str) -> Head:
    return _known(connection, addresses.server_at(connection, host, address) or "")


def _known(connection: Connection, uuid: str) -> Head:
    head = _alive(load(connection, uuid))
    head.spec(connection)
    return head
