# SPDX-License-Identifier: Apache-2.0
"""One of each thing in a cloud, so that paths made at random lead somewhere."""

from __future__ import annotations

import time
from typing import Any

from kit.bench.http_client import Api

NEW_IDS = 53


class Maker:
    """Asks as an administrator who may also do what services do."""

    def __init__(self, access: dict[str, Any]) -> None:
        self.project = access["project"]
        self.token = f"admin:{self.project}:admin,service"
        self._ask = Api({**access, "tokens": {"admin": self.token}}).call
        self._image = next(iter(access["images"].values()))
        self._flavor = access["flavors"]["m1.nano"]

    def things(self, minor: int) -> dict[str, str]:
        """Values for the variables of paths; services and hypervisors had numbers once."""
        flavor = {"name": "fuzz", "ram": 64, "vcpus": 1, "disk": 1, "id": "fuzz"}
        flavor["os-flavor-access:is_public"] = False
        self._make("/flavors", "flavor", flavor)
        group = self._make("/os-server-groups", "server_group", {"name": "g", "policy": "affinity"})
        services = self._ask("GET", "/os-services?binary=nova-compute")["services"]
        hypervisors = self._ask("GET", "/os-hypervisors")["hypervisors"]
        return {
            "server_id": self._server(),
            "flavor_id": "fuzz",
            "group_id": group["id"],
            "aggregate_id": str(self._make("/os-aggregates", "aggregate", {"name": "a"})["id"]),
            "project": self.project,
            "project_id": self.project,
            "service": services[0]["id"] if minor >= NEW_IDS else "enable",
            "hypervisor": hypervisors[0]["id"] if minor >= NEW_IDS else "1",
            "alias": "os-keypairs",
            "label": "private",
        }

    def _server(self) -> str:
        wish = {
            "name": "fuzz",
            "flavorRef": self._flavor,
            "imageRef": self._image,
            "networks": "none",
        }
        server: str = self._make("/servers", "server", wish)["id"]
        until = time.monotonic() + 30
        while self._ask("GET", f"/servers/{server}")["server"]["status"] == "BUILD":
            if time.monotonic() > until:
                raise TimeoutError(f"{server} is still being built")
            time.sleep(0.1)
        return server

    def _make(self, path: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self._ask("POST", path, {name: values})[name]
        return made
