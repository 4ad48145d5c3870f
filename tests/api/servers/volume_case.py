# SPDX-License-Identifier: Apache-2.0
"""The API over a scripted cell, with the volume service's twin beside it."""

from __future__ import annotations

import json
import tempfile
import uuid as uuids
from pathlib import Path
from typing import Any

from pyramid.request import Request

from nova_cells.clients.images.local_store import LocalStore
from nova_cells.global_api.others import OtherServices
from nova_cells.global_api.volumes.tidying import Tidying
from nova_cells.runtime.clock import now
from nova_cells.runtime.context import RequestContext
from tests.api.host_case import HostCase
from tests.api.side_case import ADMIN, MEMBER, PROJECT, Answer
from tests.services.cinder import Cinder
from tests.unit.clients.volumes.cinder_case import volumes_of

Document = dict[str, Any]
LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


class VolumeCase(HostCase):
    """`self.cinder` is the twin; what the cell is asked to do is in `self.acts`."""

    crosses_zones = True
    ages = 0

    def setUp(self) -> None:
        super().setUp()
        self.cinder = Cinder()
        self.volumes = volumes_of(self.cinder, crosses_zones=self.crosses_zones)
        self.side.others = OtherServices(volumes=self.volumes)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.images = LocalStore(Path(folder.name) / "images")
        self.side.images = self.images
        content = Path(folder.name) / "content"
        content.write_bytes(b"x" * 512)
        facts = {"disk_format": "raw", "min_ram": 32, "properties": {"hw_disk_bus": "scsi"}}
        self.image = self.images.add(content, "guest", visibility="public", **facts).id
        size = {"name": str(uuids.uuid4()), "ram": 64, "vcpus": 1, "disk": 1}
        self.flavor = self.post("/flavors", {"flavor": size}, status=200).body["flavor"]["id"]
        self.caller = RequestContext(
            user_id="mia", project_id=PROJECT, roles=("member",), auth_token=MEMBER
        )
        self.acts: list[Document] = []
        self.east.does = self._does

    def _does(self, uuid: str, kind: str, arguments: Document) -> Document:
        """As a cell does it whose hosts are quick."""
        self.acts.append({"kind": kind, **arguments})
        volumes = self.east.instances[uuid].volumes
        if kind == "attach_volume":
            named = arguments["volume"]["device"] or "/dev/vdb"
            volumes = [*volumes, {**arguments["volume"], "device": named}]
        if kind == "detach_volume":
            volumes = [each for each in volumes if each["id"] != arguments["volume"]]
        return {"volumes": volumes, "task_state": None}

    def asked(self, body: Document) -> Answer:
        """POST /servers; it may be a 503, which is another service's trouble."""
        request = Request.blank("/v2.1/servers", method="POST", environ=LOOPBACK)
        request.headers["X-Auth-Token"] = MEMBER
        request.headers["OpenStack-API-Version"] = "compute 2.104"
        request.content_type = "application/json"
        request.body = json.dumps(body).encode()
        response = request.get_response(self.app)
        return Answer(response.status_code, json.loads(response.body), response.headers)

    def volume(self, **changes: Any) -> Document:
        return self.cinder.volume(PROJECT, **changes)

    def wish(self, *devices: Document, **server: Any) -> Document:
        wanted = {"name": "s", "flavorRef": self.flavor, "networks": "none", **server}
        return {"server": {**wanted, "block_device_mapping_v2": list(devices)}}

    def make(self, *devices: Document, version: int = 104, **server: Any) -> Answer:
        return self.post("/servers", self.wish(*devices, **server), version, as_=MEMBER)

    def made(self, *devices: Document, **server: Any) -> tuple[str, Document]:
        """A server that a cell has, with what the cell was told of its volumes."""
        answer = self.make(*devices, **server)
        self.assertEqual(202, answer.status, answer.body)
        uuid = answer.body["server"]["id"]
        self.placed(uuid)
        return uuid, {each["id"]: each for each in self.east.instances[uuid].volumes}

    def plain(self) -> str:
        """A server without volumes that runs."""
        uuid, _none = self.made(imageRef=self.image)
        self.east.publish(self.east.change(uuid, vm_state="active", task_state=None))
        return uuid

    def tidied(self) -> None:
        """What was due at any time is done."""
        self.ages += 1
        later = now() + self.ages * 10**13
        Tidying(
            self.database,
            self.volumes,
            self.side.index,
            self.images,
            interval=1,
            clock=lambda: later,
        ).round()

    def holds(self) -> int:
        query = "select count(*) from volume_holds"
        return int(self.database.read(lambda c: c.exec_driver_sql(query).scalar()))


__all__ = ["ADMIN", "MEMBER", "PROJECT", "VolumeCase"]
