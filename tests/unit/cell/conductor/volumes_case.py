# SPDX-License-Identifier: Apache-2.0
"""A cell whose volume service is Cinder's twin: what it has in the end is looked up there."""

from __future__ import annotations

import unittest
import uuid as uuids
from typing import Any

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.clients.keys import KeyService
from nova_cells.clients.volumes.cinder_attachments import CinderAttachments
from tests.services.cinder import Cinder
from tests.unit.cell.conductor.world import World, new_database

PROJECT = "a" * 32
TRAITS = [
    "COMPUTE_VOLUME_ATTACH",
    "COMPUTE_VOLUME_ASSISTED_SNAPSHOT",
    "COMPUTE_VOLUME_ATTACH_WITH_TAG",
    "COMPUTE_VOLUME_EXTEND",
    "COMPUTE_VOLUME_SWAP",
    "COMPUTE_RESIZE",
    "COMPUTE_SNAPSHOT",
    "COMPUTE_LIVE_MIGRATE",
    "COMPUTE_REBUILD",
]
HOSTS: dict[str, dict[str, Any]] = {name: {"traits": TRAITS} for name in ("h1", "h2", "h3")}


def attachments_to(twin: Cinder) -> CinderAttachments:
    """The service a cell asks, which is the twin."""
    conf = config.load([], [])
    options = {"auth_type": "none", "endpoint_override": twin.url, "connect_retries": 0}
    for name, value in options.items():
        conf.set_override(name, value, group="cinder")
    service = Service(
        conf.cinder, service_type="block-storage", name="volume", version="v3", http=twin.session()
    )
    return CinderAttachments(service, patience=5.0)


class VolumesCase(unittest.TestCase):
    """`given` makes a volume and reserves it, as the API does before a cell hears of it."""

    keys: KeyService | None = None

    def setUp(self) -> None:
        self.twin = Cinder()
        self.service = attachments_to(self.twin)
        self.world = World(new_database(self), HOSTS, volumes=self.service, keys=self.keys)

    def given(
        self, uuid: str, *, reserved: bool = True, encrypted: bool = False, **changes: Any
    ) -> dict[str, Any]:
        made = self.twin.volume(PROJECT, encrypted=encrypted)
        attachment = self.service.create_attachment(made["id"], uuid) if reserved else None
        volume = {
            "id": made["id"],
            "attachment_id": attachment and attachment["id"],
            "bdm_uuid": str(uuids.uuid4()),
            "boot_index": None,
            "tag": None,
            "bus": None,
            "device": None,
            "delete_on_termination": False,
            "size": 1,
            "multiattach": False,
            "made": not reserved,
            "source": {"type": "volume", "id": made["id"]},
        }
        return {**volume, **changes}

    def begin(self, *volumes: dict[str, Any], uuid: str | None = None, **changes: Any) -> str:
        uuid = uuid or str(uuids.uuid4())
        changes.setdefault("project_id", PROJECT)
        reply = self.world.build(uuid=uuid, volumes=list(volumes), **changes)
        self.assertTrue(reply.accepted, reply.message)
        self.world.deliver()
        return uuid

    def booted(self, **changes: Any) -> tuple[str, dict[str, Any]]:
        """A server with one volume, which it was given."""
        uuid = str(uuids.uuid4())
        volume = self.given(uuid, **changes)
        self.begin(volume, uuid=uuid)
        self.assertEqual("active", self.show(uuid).vm_state)
        return uuid, volume

    def show(self, uuid: str) -> Any:
        return self.world.cell.show(uuid)

    def act(self, uuid: str, kind: str, **arguments: Any) -> None:
        self.world.cell.act(uuid, 1, kind, str(uuids.uuid4()), arguments)
        self.world.deliver()

    def attachments(self, uuid: str) -> list[dict[str, Any]]:
        return self.twin.of_server(uuid)

    def connections(self) -> list[tuple[str, str, str]]:
        rows = self.world.rows("volume_connections")
        return sorted((row["volume_id"], row["host"], row["attachment_id"]) for row in rows)

    def assert_settled(self, uuid: str, *volumes: dict[str, Any]) -> None:
        """Head, table and service agree: one attachment each, in use, where the server is."""
        head, found = self.show(uuid), self.attachments(uuid)
        named = {volume["id"]: volume["attachment_id"] for volume in head.volumes}
        self.assertEqual({volume["id"] for volume in volumes}, set(named))
        self.assertEqual({each["volume_id"]: each["id"] for each in found}, named)
        self.assertEqual(len(volumes), len(found))
        self.assertEqual({"attached"} if volumes else set(), {each["status"] for each in found})
        wanted = sorted((volume, head.host, attachment) for volume, attachment in named.items())
        self.assertEqual(wanted, self.connections())
        hosts = {each["connection_info"]["host"] for each in found}
        self.assertEqual({head.host} if volumes else set(), hosts)
