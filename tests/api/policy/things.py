# SPDX-License-Identifier: Apache-2.0
"""What the tables' `$names` stand for: things of one project, made when first asked for.

A thing whose name begins with `fresh_` is made anew for each request that is let through; those
that are refused may share one, for they change nothing.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from tests.api.harness import Client, cloud

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDBpcUFNsQm4GaLxGzTmX3MWqdtMJqZoWMGUaQDM2OE9 a"
NAME = re.compile(r"\$(\w+)")


class Things:
    """The things of one project of mia's, and a client for each persona."""

    def __init__(self) -> None:
        self.cloud = cloud()
        self.project, others, third = (uuid.uuid4().hex for _ in range(3))
        self.clients = {
            "none": Client(None),
            "other": Client(f"olga:{others}:member"),
            "reader": Client(f"rita:{self.project}:reader"),
            "member": Client(f"mia:{self.project}:member"),
            "manager": Client(f"max:{self.project}:manager"),
            "admin": Client(f"root:{third}:admin"),
            "service": Client(f"nova:{uuid.uuid4().hex}:service"),
        }
        self.admin, self.member = self.clients["admin"], self.clients["member"]
        self._made: dict[str, str] = {}
        for project in (self.project, others, third):
            self.admin.put(f"/os-quota-sets/{project}", {"quota_set": _NO_LIMITS}, expect=200)

    def fill(self, text: str, *, fresh: bool) -> str:
        """The text with a thing for each name; `fresh` ones are new if that is wished for."""
        return NAME.sub(lambda found: self._thing(found[1], fresh=fresh), text)

    def _thing(self, name: str, *, fresh: bool) -> str:
        if name == "new":
            return uuid.uuid4().hex
        if name == "new_uuid":
            return str(uuid.uuid4())
        if fresh and name.startswith("fresh_"):
            return str(getattr(self, f"make_{name.removeprefix('fresh_')}")())
        if name not in self._made:
            make = getattr(self, f"make_{name.removeprefix('fresh_')}")
            self._made[name] = str(make())
        return self._made[name]

    def make_uuid(self) -> str:
        return str(uuid.uuid4())

    def make_project(self) -> str:
        return self.project

    def make_image(self) -> str:
        return next(iter(self.cloud.images.values()))

    def make_flavor(self, *, disk: int = 1, public: bool = True) -> str:
        body = {
            "flavor": {
                "name": uuid.uuid4().hex,
                "ram": 64,
                "vcpus": 1,
                "disk": disk,
                "os-flavor-access:is_public": public,
            }
        }
        flavor = self.admin.post("/flavors", body, expect=200).json["flavor"]["id"]
        specs = {"extra_specs": {"own:key": "value"}}
        self.admin.post(f"/flavors/{flavor}/os-extra_specs", specs, expect=200)
        return str(flavor)

    def make_diskless_flavor(self) -> str:
        return self.make_flavor(disk=0)

    def make_granted_flavor(self) -> str:
        """A private one of the project's."""
        flavor = self.make_flavor(public=False)
        body = {"addTenantAccess": {"tenant": self.project}}
        self.admin.post(f"/flavors/{flavor}/action", body, expect=200)
        return flavor

    def make_aggregate(self) -> str:
        body = {"aggregate": {"name": uuid.uuid4().hex}}
        return str(self.admin.post("/os-aggregates", body, expect=200).json["aggregate"]["id"])

    def make_host(self) -> str:
        return str(self._first("os-services?binary=nova-compute", "services")["host"])

    def make_service(self) -> str:
        return str(self._first("os-services?binary=nova-compute", "services")["id"])

    def make_hypervisor(self) -> str:
        return str(self._first("os-hypervisors", "hypervisors")["id"])

    def _first(self, path: str, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.admin.get(f"/{path}", expect=200).json[key][0]
        return found

    def make_public_key(self) -> str:
        return PUBLIC_KEY

    def make_keypair(self) -> str:
        name = uuid.uuid4().hex
        body = {"keypair": {"name": name, "public_key": PUBLIC_KEY}}
        self.member.post("/os-keypairs", body, expect=201)
        return name

    def make_group(self) -> str:
        body = {"server_group": {"name": "g", "policy": "affinity"}}
        made = self.member.post("/os-server-groups", body, expect=200)
        return str(made.json["server_group"]["id"])

    def make_server(self) -> str:
        """An active one, with metadata and a tag."""
        server = {
            "name": "one",
            "flavorRef": self._thing("flavor", fresh=False),
            "imageRef": self.make_image(),
            "networks": "none",
            "metadata": {"key": "value"},
            "tags": ["tag"],
        }
        made = self.member.post("/servers", {"server": server}, expect=202).json["server"]["id"]
        return self.settled(made, "ACTIVE")

    def make_stopped(self) -> str:
        return self.acted(self.make_server(), {"os-stop": None}, "SHUTOFF")

    def make_locked_by_admin(self) -> str:
        server = self.make_server()
        self.admin.post(f"/servers/{server}/action", {"lock": None}, expect=202)
        return server

    def make_action(self) -> str:
        """The request id of the creation of `$server`."""
        server = self._thing("server", fresh=False)
        listed = self.member.get(f"/servers/{server}/os-instance-actions", expect=200)
        return str(listed.json["instanceActions"][-1]["request_id"])

    def acted(self, server: str, body: dict[str, Any], status: str) -> str:
        """The server once what is asked for is done."""
        self.member.post(f"/servers/{server}/action", body)
        return self.settled(server, status)

    def settled(self, server: str, status: str) -> str:
        """The server once it has the status and nothing is being done to it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            shown = self.admin.get(f"/servers/{server}", expect=200).json["server"]
            if shown["status"] == status and shown["OS-EXT-STS:task_state"] is None:
                return server
            if shown["status"] == "ERROR":
                break
            time.sleep(0.01)
        raise AssertionError(f"{server} is {shown['status']}, not {status}: {shown}")


_NO_LIMITS = dict.fromkeys(("instances", "cores", "ram", "server_groups", "key_pairs"), -1)
