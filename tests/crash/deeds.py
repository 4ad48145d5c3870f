# SPDX-License-Identifier: Apache-2.0
"""What a user does, one deed for each kind of operation there is, and when it has come true.

A kind without an entry of its own is tried as the action of its name on a running server, so that a
new operation is crashed from its first day.
"""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.conductor.operations import registry
from nova_cells.cli.access import noauth_tokens
from tests.crash.client import NO_ANSWER, Client, NoAnswer, until
from tests.crash.points import Point

RUNNING = 1
POWERS = {"SHUTOFF": 4, "PAUSED": 3, "SUSPENDED": 7}


@dataclass
class Wish:
    """One deed under way: asked at most until it was promised, whatever processes come and go."""

    deed: Deed
    name: str
    uuid: str | None = None
    promised: bool = False

    @property
    def uuids(self) -> list[str]:
        """Of the servers it is about."""
        return [self.uuid or ""]

    def ask(self, client: Client) -> None:
        """Ask, unless it was promised, is under way, or has come true."""
        if self.promised or (self.deed.idempotent and self.true(client)):
            return
        server = self.find(client)
        if server is not None and (self.deed.begins is None or busy(server)):
            return
        status, document = self.deed.ask(client, self)
        if 200 <= status < 300:
            self.promised = True
            if isinstance(document, dict) and "server" in document:
                self.uuid = document["server"]["id"]
        elif status == 404 and self.deed.kind == "delete":
            self.promised = True
        elif status not in (NO_ANSWER, 409):
            raise AssertionError(f"{self.deed.kind} was answered {status} {document}")

    def try_to_ask(self, client: Client) -> None:
        """Ask a process that may die before it answers, even before it is asked."""
        with contextlib.suppress(NoAnswer):
            self.ask(client)

    def find(self, client: Client) -> dict[str, Any] | None:
        """The server as the API shows it; one that failed is an assertion."""
        found = client.named(self.name)
        if len(found) > 1:
            raise AssertionError(f"there are {len(found)} servers {self.name}")
        if not found:
            if self.deed.kind == "build" and self.promised:
                raise AssertionError(f"the promised server {self.name} is not there")
            return None
        if self.uuid is not None and found[0]["id"] != self.uuid:
            raise AssertionError(f"{self.name} is {found[0]['id']}, not {self.uuid}")
        self.uuid = found[0]["id"]
        if found[0]["status"] == "ERROR":
            raise AssertionError(f"{self.name} failed: {found[0].get('fault')}")
        return found[0]

    def true(self, client: Client) -> bool:
        """Whether the deed is done and nothing is going on."""
        server = self.find(client)
        if server is None:
            return self.deed.kind == "delete"
        return not busy(server) and server["status"] == self.deed.ends

    def fulfil(self, client: Client, seconds: float = 30.0) -> None:
        """Ask as long as nothing was promised; wait until it has come true."""

        def done() -> bool:
            self.ask(client)
            return (self.promised or self.deed.idempotent) and self.true(client)

        until(done, f"{self.deed.kind} of {self.name}", seconds)


Ask = Callable[[Client, Wish], tuple[int, Any]]


def busy(server: dict[str, Any]) -> bool:
    """Whether something is being done to it."""
    return server["OS-EXT-STS:task_state"] is not None


@dataclass(frozen=True)
class Deed:
    """`begins`: status of the server it needs (none: it needs no server); `ends`: afterwards.

    `idempotent`: that the status is right is proof enough that it was done. `thorough`: tried at
    every point; of the others a few points are drawn, so that forty kinds need not take an hour
    (the sweep in one thread, tests/unit/cell/conductor/test_crashes.py, leaves no point out).
    """

    kind: str
    ask: Ask
    begins: str | None = "ACTIVE"
    ends: str | None = "ACTIVE"
    idempotent: bool = True
    thorough: bool = False

    def some(self, points: list[Point], few: int) -> list[Point]:
        """All points, or the same `few` of them every time."""
        if self.thorough or len(points) <= few:
            return points
        chosen = set(random.Random(self.kind).sample(range(len(points)), few))
        return [point for number, point in enumerate(points) if number in chosen]

    @property
    def leaves_no_guest(self) -> bool:
        return self.ends == "SHELVED_OFFLOADED"

    @property
    def power(self) -> int:
        return POWERS.get(str(self.ends), RUNNING)


def action(name: str, argument: Any = None) -> Ask:
    """POST /servers/{id}/action."""
    return lambda client, wish: client.call(
        "POST", f"/servers/{wish.uuid}/action", {name: argument}
    )


def by_admin(name: str, argument: Any = None) -> Ask:
    """The same, asked by an administrator of the project."""

    def ask(client: Client, wish: Wish) -> tuple[int, Any]:
        admin = copy.copy(client)
        admin.token = noauth_tokens()["admin"]
        return action(name, argument)(admin, wish)

    return ask


def _boot(client: Client, wish: Wish) -> tuple[int, Any]:
    return client.boot(wish.name)


def _delete(client: Client, wish: Wish) -> tuple[int, Any]:
    return client.call("DELETE", f"/servers/{wish.uuid}")


def _rebuild(client: Client, wish: Wish) -> tuple[int, Any]:
    image = next(iter(client.images.values()))
    return action("rebuild", {"imageRef": image})(client, wish)


def _resize(client: Client, wish: Wish) -> tuple[int, Any]:
    return action("resize", {"flavorRef": client.flavors["m1.tiny"]})(client, wish)


def _evacuate(client: Client, wish: Wish) -> tuple[int, Any]:
    """An operator gives the server's host up, and has the server made again elsewhere."""
    admin = copy.copy(client)
    admin.token = noauth_tokens()["admin"]
    _, shown = admin.call("GET", f"/servers/{wish.uuid}")
    host = (shown or {}).get("server", {}).get("OS-EXT-SRV-ATTR:host")
    _, listed = admin.call("GET", f"/os-services?binary=nova-compute&host={host}")
    for service in (listed or {}).get("services", []):
        path = f"/os-services/{service['id']}"
        status, answer = admin.call("PUT", path, {"forced_down": True})
        if status == 200:
            status, answer = action("evacuate", {})(admin, wish)
        elsewhere_by_now = status == 400
        return (409, answer) if elsewhere_by_now else (status, answer)
    return NO_ANSWER, None


def _attach(client: Client, wish: Wish) -> tuple[int, Any]:
    body: dict[str, Any] = {"interfaceAttachment": {}}
    return client.call("POST", f"/servers/{wish.uuid}/os-interface", body)


def _detach(client: Client, wish: Wish) -> tuple[int, Any]:
    """Its only one; none is left, or not for long, where that was done and not promised."""
    path = f"/servers/{wish.uuid}/os-interface"
    status, listed = client.call("GET", path)
    for port in (listed or {}).get("interfaceAttachments", []):
        answered = client.call("DELETE", f"{path}/{port['port_id']}")
        return (202, None) if answered[0] == 404 else answered
    return status, None


LIVE = {"host": None, "block_migration": "auto"}
BACKUP = {"name": "a-backup", "backup_type": "daily", "rotation": 1}
BUILD = Deed("build", _boot, begins=None, thorough=True)
_KNOWN = (
    BUILD,
    Deed("delete", _delete, ends=None, thorough=True),
    Deed("start", action("os-start"), begins="SHUTOFF", thorough=True),
    Deed("stop", action("os-stop"), ends="SHUTOFF", thorough=True),
    Deed("reboot", action("reboot", {"type": "HARD"}), idempotent=False, thorough=True),
    Deed("pause", action("pause"), ends="PAUSED"),
    Deed("unpause", action("unpause"), begins="PAUSED"),
    Deed("suspend", action("suspend"), ends="SUSPENDED"),
    Deed("resume", action("resume"), begins="SUSPENDED"),
    Deed("rescue", action("rescue"), ends="RESCUE"),
    Deed("unrescue", action("unrescue"), begins="RESCUE"),
    Deed("change_password", action("changePassword", {"adminPass": "new"}), idempotent=False),
    Deed("rebuild", _rebuild, idempotent=False),
    Deed("snapshot", action("createImage", {"name": "an-image"}), idempotent=False),
    Deed("backup", action("createBackup", BACKUP), idempotent=False),
    Deed("shelve", action("shelve"), ends="SHELVED_OFFLOADED"),
    Deed("unshelve", action("unshelve"), begins="SHELVED_OFFLOADED"),
    Deed("resize", _resize, ends="VERIFY_RESIZE"),
    Deed("migrate", by_admin("migrate"), ends="VERIFY_RESIZE"),
    Deed("confirm_resize", action("confirmResize"), begins="VERIFY_RESIZE"),
    Deed("revert_resize", action("revertResize"), begins="VERIFY_RESIZE"),
    Deed("live_migrate", by_admin("os-migrateLive", LIVE), idempotent=False),
    Deed("evacuate", _evacuate, ends="SHUTOFF"),
    Deed("attach_interface", _attach, idempotent=False),
    Deed("detach_interface", _detach, idempotent=False),
    Deed("reset_state", by_admin("os-resetState", {"state": "active"}), idempotent=False),
)


LEADS_TO = {
    "SHUTOFF": "stop",
    "PAUSED": "pause",
    "SUSPENDED": "suspend",
    "RESCUE": "rescue",
    "VERIFY_RESIZE": "migrate",
    "SHELVED_OFFLOADED": "shelve",
}
"""Status → the kind that brings a running server there."""


STEER = {operation.kind for operation in registry() if operation.beside}
"""Kinds that change one under way and are over at once; the sweep in one thread has them all."""

NOT_ASKED = {"soft_delete", "restore", "shelve_offload"} | STEER
NOT_ASKED |= {"refresh_network", "forget_port", "arrive", "depart", "disown", "take_in"}
NOT_ASKED |= {"attach_volume", "detach_volume", "extend_volume", "swap_volume"}
NOT_ASKED |= {"take_volume_snapshot", "merge_volume_snapshot"}
"""Kinds of a cell that keeps deleted servers, or hosts of shelved ones, or has Neutron or Cinder;
these clouds do not."""


def deeds() -> dict[str, Deed]:
    """A deed for every kind of operation in the registry that these clouds know."""
    known = {deed.kind: deed for deed in _KNOWN}
    return {
        operation.kind: known.get(operation.kind)
        or Deed(operation.kind, action(operation.action), idempotent=False)
        for operation in registry()
        if operation.kind not in NOT_ASKED
    }


def prepare(client: Client, name: str, deed: Deed) -> Wish:
    """The server the deed needs, in the state it needs, and the wish to be asked for."""
    wish = Wish(deed, name)
    if deed.begins is None:
        return wish
    made = Wish(BUILD, name)
    made.fulfil(client)
    wish.uuid = made.uuid
    if deed.begins in LEADS_TO:
        kind = LEADS_TO[deed.begins]
        Wish(next(known for known in _KNOWN if known.kind == kind), name, made.uuid).fulfil(client)
    return wish
