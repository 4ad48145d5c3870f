# SPDX-License-Identifier: Apache-2.0
"""A bare metal service in memory, with the manners of the real one that the driver builds on.

What tests/stack/baremetal shows of a real Ironic holds here too; this one can fail at will.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from nova_cells.cell.compute.drivers.ironic.source import Nodes
from nova_cells.clients.baremetal import BareMetal, Node
from nova_cells.clients.service_faults import Impossible, InUse, NotThere
from nova_cells.objects import ImageFacts
from tests.parity.case import small_machine

UUID = "11111111-1111-4111-8111-{:012d}"
SETTLED = frozenset({"active", "error", "deploy failed"})
RESCUED = frozenset({"rescue", "rescue failed", "unrescue failed"})
FROM = {
    "active": frozenset({"available", "deploy failed", "error"}),
    "rebuild": SETTLED,
    "rescue": RESCUED | {"active"},
    "unrescue": RESCUED,
    "deleted": SETTLED | RESCUED | {"wait call-back", "deploy hold", "rescue wait"},
}
"""Target → the states from which it may be asked for."""
TARGETS = {"active": "active", "rebuild": "active", "rescue": "rescue", "unrescue": "active"}


def options(**more: Any) -> SimpleNamespace:
    """[ironic], without patience."""
    given = {
        "conductor_group": None,
        "shard": None,
        "owner": None,
        "group": "",
        "poll_interval": 0.05,
        "wait_interval": 0.001,
        "power_timeout": 0.2,
        "locked_timeout": 0.05,
        "image_url": "",
    }
    return SimpleNamespace(**{**given, **more})


class Twin(BareMetal):
    """`trouble` is called before each request with its number and name; it may raise.

    `slow`: so many looks go by before a node is as it is to be; `failing`: targets that fail.
    """

    def __init__(self, number: int = 1, **more: Any) -> None:
        self.known = {UUID.format(n): new_node(UUID.format(n), **more) for n in range(number)}
        self.trouble: Callable[[int, str], None] = lambda _number, _name: None
        self.asked: list[tuple[str, Any]] = []
        self.slow = 1
        self.failing: set[str] = set()
        self.ports: dict[str, set[str]] = {}
        self.cleans = False
        self._numbers = itertools.count()
        self._pending: dict[str, tuple[int, dict[str, Any]]] = {}

    def put(self, uuid: str, **changes: Any) -> Node:
        self.known[uuid] = dataclasses.replace(self.known[uuid], **changes)
        return self.known[uuid]

    def nodes(self) -> Iterator[Node]:
        self._met("nodes", None)
        for uuid in list(self.known):
            yield self._seen(uuid)

    def node(self, uuid: str) -> Node:
        self._met("node", uuid)
        return self._seen(uuid)

    def change(self, uuid: str, patch: list[dict[str, Any]]) -> Node:
        self._met("change", patch)
        node = self._seen(uuid)
        changes: dict[str, Any] = {"instance_info": dict(node.instance_info)}
        for each in patch:
            _root, name, *inner = each["path"].split("/")
            if name == "instance_uuid":
                value = each.get("value")
                if value and node.instance_uuid not in (None, value):
                    raise InUse("taken", detail="409 is associated with another instance")
                changes[name] = value
            elif inner:
                changes[name][inner[0]] = each["value"]
            else:
                changes[name] = dict(each["value"])
        return self.put(uuid, **changes)

    def provision(self, uuid: str, target: str, **more: Any) -> None:
        self._met("provision", (target, more))
        node = self._seen(uuid)
        if node.provision_state not in FROM[target]:
            detail = f"400 {target} can not be performed in the state {node.provision_state}"
            raise Impossible("not now", detail=detail)
        if "configdrive" in more:
            info = {**node.instance_info, "configdrive": more["configdrive"]}
            self.put(uuid, instance_info=info)
        if target == "deleted":
            clean = "cleaning" if self.cleans else "available"
            fresh = {"instance_uuid": None, "instance_info": {}, "power_state": "power off"}
            self._begin(uuid, "deleting", {"provision_state": clean, **fresh})
        elif target in self.failing:
            failed = {"active": "deploy failed", "rebuild": "deploy failed"}
            state = failed.get(target, f"{target} failed")
            self._begin(uuid, "deploying", {"provision_state": state, "last_error": "it burns"})
        else:
            ended = {"provision_state": TARGETS[target], "power_state": "power on"}
            begun = "deploying" if target in ("active", "rebuild") else f"{target[:-1]}ing"
            self._begin(uuid, begun, ended)

    def power(self, uuid: str, target: str, timeout: int | None = None) -> None:
        self._met("power", target)
        self._seen(uuid)
        state = "power off" if target.endswith("off") else "power on"
        self.put(uuid, target_power_state=state)
        if target not in self.failing:
            self._begin(uuid, None, {"power_state": state, "target_power_state": None})
        else:
            self._begin(uuid, None, {"target_power_state": None, "last_error": "no power"})

    def vifs(self, uuid: str) -> set[str]:
        self._met("vifs", uuid)
        self._seen(uuid)
        return set(self.ports.get(uuid, ()))

    def addresses(self, uuid: str) -> dict[str, str]:
        self._met("addresses", uuid)
        mine = sorted(self.ports.get(uuid, ()))
        return {port: f"52:54:00:00:00:{number:02x}" for number, port in enumerate(mine)}

    def attach_vif(self, uuid: str, port_id: str) -> None:
        self._met("attach_vif", port_id)
        self.ports.setdefault(uuid, set()).add(port_id)

    def detach_vif(self, uuid: str, port_id: str) -> None:
        self._met("detach_vif", port_id)
        self._seen(uuid)
        self.ports[uuid].discard(port_id)

    def console(self, uuid: str) -> dict[str, Any]:
        self._met("console", uuid)
        return {"console_enabled": True, "console_info": {"url": "tcp://10.0.0.9:8023"}}

    def enable_console(self, uuid: str) -> None:
        self._met("enable_console", uuid)

    def _met(self, name: str, what: Any) -> None:
        self.asked.append((name, what))
        self.trouble(next(self._numbers), name)

    def _begin(self, uuid: str, state: str | None, ended: dict[str, Any]) -> None:
        if state is not None:
            self.put(uuid, provision_state=state)
        self._pending[uuid] = (self.slow, ended)

    def _seen(self, uuid: str) -> Node:
        if uuid not in self.known:
            raise NotThere("gone", detail="404 no such node")
        left, ended = self._pending.pop(uuid, (0, {}))
        if left > 0:
            self._pending[uuid] = (left - 1, ended)
        elif ended:
            self.put(uuid, **ended)
        return self.known[uuid]


def new_node(uuid: str, **more: Any) -> Node:
    """An available one."""
    values = {
        "provision_state": "available",
        "power_state": "power off",
        "resource_class": "baremetal",
        "properties": {"cpus": 4, "memory_mb": 4096, "local_gb": 40, "cpu_arch": "x86_64"},
    }
    return Node(uuid=uuid, **{**values, **more})


def drivers(twin: Twin, **more: Any) -> dict[str, Any]:
    """Of all its nodes, for one deployment."""
    found = Nodes(twin, options(**more)).look()
    for driver in found.values():
        driver.adopt("mine")
    return dict(found)


def machine(**more: Any) -> Any:
    values = {"image": ImageFacts(id="image"), "extra_specs": {"resources:CUSTOM_BAREMETAL": "1"}}
    return small_machine(**{**values, **more})
