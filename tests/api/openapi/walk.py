# SPDX-License-Identifier: Apache-2.0
"""One good request for every operation that answers with a body, in each of its windows.

Most are made of the examples of their schemas; what has to name something that is there, or be in
a certain state, is said in `BODIES` and `PATHS`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from nova_cells.global_api.openapi import Endpoint
from tests.api.declared import windows
from tests.api.hostile.cloud import PROJECT, Reply, Victim
from tests.api.hostile.examples import example
from tests.api.hostile.targets import live

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIZzrHRBjXD2Y1bnMnq9mXPmZSCDcE1Oa5Y2OZ3Iw5XQ somebody"
COUNT = itertools.count()
NEW_IDS = 53
UPSETTING = ("", "server_actions.rebuild.rebuild", "server_actions.rescue.rescue")


class Walk:
    """Over one cloud, with one of each thing there is."""

    def __init__(self, victim: Victim) -> None:
        self.victim = victim
        self.ids = dict(victim.ids)
        self.image = next(iter(victim.cloud.images.values()))
        self.flavor = victim.cloud.flavors["m1.nano"]
        self.server = self.ids["server_id"]

    def everything(self) -> dict[tuple[str, int], Reply]:
        """What was answered to each, by operation and version; reads come last."""
        self._settle()
        self._make_things()
        asked = [(endpoint, minor) for endpoint in live() for minor in windows(endpoint)]
        return {(one.name, minor): self._ask(one, minor) for one, minor in sorted(asked, key=_turn)}

    def _ask(self, endpoint: Endpoint, minor: int) -> Reply:
        prefix = "" if endpoint.root else "/v2.1"
        path = prefix + PATHS.get(endpoint.name, _plain)(self, endpoint, minor)
        body = self._body(endpoint, minor)
        reply = self.victim.ask(endpoint.method, path, body, minor)
        until = time.monotonic() + 5
        while reply.status == 409 and "task_state" in reply.message and time.monotonic() < until:
            time.sleep(0.02)  # what was begun before is still being done
            reply = self.victim.ask(endpoint.method, path, body, minor)
        return reply

    def _body(self, endpoint: Endpoint, minor: int) -> Any:
        made = BODIES.get(endpoint.name)
        if made is not None:
            return made(self, minor)
        if endpoint.operation.body is not None:
            return example(endpoint.operation.body.at(minor), full=False)
        return {endpoint.action: None} if endpoint.action else None

    def _settle(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            shown = self.victim.ask("GET", f"/v2.1/servers/{self.server}", minor=104).body
            if shown["server"]["status"] == "ACTIVE":
                return
            time.sleep(0.02)
        raise AssertionError(shown)

    def _make_things(self) -> None:
        ask = self.victim.ask
        console = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
        made = ask("POST", f"/v2.1/servers/{self.server}/remote-consoles", console, 104)
        self.ids["token"] = made.body["remote_console"]["url"][-36:]
        group = {"server_group": {"name": "g", "policy": "affinity"}}
        made = ask("POST", "/v2.1/os-server-groups", group, 104)
        self.ids["group_id"] = made.body["server_group"]["id"]
        ask("POST", "/v2.1/os-keypairs", {"keypair": {"name": "default", "public_key": KEY}}, 104)
        private = {"name": "p", "id": "private", "ram": 64, "vcpus": 1, "disk": 1}
        private["os-flavor-access:is_public"] = False
        ask("POST", "/v2.1/flavors", {"flavor": private}, 104)
        ask("POST", "/v2.1/flavors/private/os-extra_specs", {"extra_specs": {"a": "b"}}, 104)
        listed = ask("GET", f"/v2.1/servers/{self.server}/os-instance-actions", minor=104).body
        self.ids["request_id"] = listed["instanceActions"][0]["request_id"]
        for name, path, key in (
            ("service", "/os-services?binary=nova-compute", "services"),
            ("hypervisor", "/os-hypervisors", "hypervisors"),
        ):
            for era, minor in (("old", NEW_IDS - 1), ("new", NEW_IDS)):
                first = ask("GET", f"/v2.1{path}", minor=minor).body[key][0]
                self.ids[f"{name} {era}"] = str(first["id"])
                self.ids[f"{name} name"] = first.get("host") or first["hypervisor_hostname"]


def _turn(asked: tuple[Endpoint, int]) -> tuple[bool, int, str, int, str]:
    """Changes first, of each place in one version after the other; what upsets servers at last."""
    endpoint, minor = asked
    upsets = UPSETTING.index(endpoint.name) if endpoint.name in UPSETTING else 0
    return endpoint.method == "GET", upsets, endpoint.path, minor, endpoint.name


def _plain(walk: Walk, endpoint: Endpoint, minor: int) -> str:
    path = endpoint.path
    for variable in endpoint.variables:
        era = "old" if minor < NEW_IDS else "new"
        value = walk.ids.get(variable) or walk.ids.get(f"{variable} {era}") or "1"
        path = path.replace("{" + variable + "}", value)
    return path


def _fixed(path: str) -> Callable[[Walk, Endpoint, int], str]:
    return lambda walk, endpoint, minor: path.format(**walk.ids)


def _named_hypervisor(walk: Walk, endpoint: Endpoint, minor: int) -> str:
    return endpoint.path.replace("{hypervisor}", walk.ids["hypervisor name"])


PATHS: dict[str, Callable[[Walk, Endpoint, int], str]] = {
    "flavor_access.views.index": _fixed("/flavors/private/os-flavor-access"),
    "flavor_access.views.add_tenant_access": _fixed("/flavors/private/action"),
    "flavor_access.views.remove_tenant_access": _fixed("/flavors/private/action"),
    "flavor_extra_specs.views.show": _fixed("/flavors/private/os-extra_specs/a"),
    "flavor_extra_specs.views.index": _fixed("/flavors/private/os-extra_specs"),
    "hypervisors.views.search": _named_hypervisor,
    "hypervisors.views.servers": _named_hypervisor,
    "services.views.act": _fixed("/os-services/enable"),
    "tenant_usage.views.index": _fixed("/os-simple-tenant-usage?detailed=1"),
    "usage_audit_log.views.show": _fixed("/os-instance_usage_audit_log/2026-01-01 00:00:00"),
}


def _server(walk: Walk, minor: int) -> Any:
    wish = {"name": "one", "flavorRef": walk.flavor, "imageRef": walk.image}
    return {"server": {**wish, **({"networks": "none"} if minor >= 37 else {})}}


def _keypair(walk: Walk, minor: int) -> Any:
    return {"keypair": {"name": f"key {next(COUNT)}", "public_key": KEY}}


def _flavor(walk: Walk, minor: int) -> Any:
    return {"flavor": {"name": f"f{next(COUNT)}", "ram": 1, "vcpus": 1, "disk": 1}}


def _host(action: str) -> Callable[[Walk, int], Any]:
    return lambda walk, minor: {action: {"host": walk.ids["service name"]}}


BODIES: dict[str, Callable[[Walk, int], Any]] = {
    "servers.views.create": _server,
    "servers.views.update": lambda walk, minor: {"server": {"name": "victim"}},
    "server_actions.rebuild.rebuild": lambda walk, minor: {"rebuild": {"imageRef": walk.image}},
    "keypairs.views.create": _keypair,
    "flavors.views.create": _flavor,
    "flavor_access.views.add_tenant_access": lambda walk, minor: {
        "addTenantAccess": {"tenant": PROJECT}
    },
    "flavor_access.views.remove_tenant_access": lambda walk, minor: {
        "removeTenantAccess": {"tenant": PROJECT}
    },
    "flavor_extra_specs.views.update": lambda walk, minor: {"a": "c"},
    "aggregates.views.add_host": _host("add_host"),
    "aggregates.views.remove_host": _host("remove_host"),
    "aggregates.views.create": lambda walk, minor: {"aggregate": {"name": f"a{next(COUNT)}"}},
    "aggregates.views.update": lambda walk, minor: {"aggregate": {"name": f"b{next(COUNT)}"}},
    "services.views.act": lambda walk, minor: {
        "host": walk.ids["service name"],
        "binary": "nova-compute",
    },
    "services.views.update": lambda walk, minor: {"status": "enabled"},
    "server_metadata.views.update": lambda walk, minor: {"meta": {"a": "c"}},
}
