# SPDX-License-Identifier: Apache-2.0
"""What a cell can only say by asking a guest's host; and whether a guest's state allows a thing.

Nothing is changed, and no transaction is open while the host is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from nova_cells.cell.conductor import transitions
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.sending import Agents
from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import ConsoleTarget, Diagnostics, Instance
from nova_cells.runtime import context
from nova_cells.runtime.db import Database

LEAVING = frozenset({"deleting", "soft-deleting", "migrating"})


class Guests:
    """`down`: whether a host is."""

    def __init__(self, database: Database, agents: Agents, down: Callable[[str], bool]) -> None:
        self._database = database
        self._agents = agents
        self._down = down

    def console(self, uuid: str, kind: str) -> tuple[str, ConsoleTarget]:
        """The host, and where it has the console."""
        host = self._host(uuid, f"get_{kind}_console", LEAVING)
        target: ConsoleTarget = self._agents.of(host).console(host=host, uuid=uuid, kind=kind)
        return host, target

    def diagnostics(self, uuid: str) -> Diagnostics:
        host = self._host(uuid, "get_diagnostics", ())
        found: Diagnostics = self._agents.of(host).diagnostics(host=host, uuid=uuid)
        return found

    def is_on(self, uuid: str, host: str) -> bool:
        """Whether a server lives on this host, and is not about to leave it."""
        head = self._database.read(lambda c: load(c, uuid))
        if head is None or head["deleted_at"] is not None or head["task_state"] in LEAVING:
            return False
        return bool(head["host"] == host)

    def allows(self, uuid: str, kind: str, arguments: dict[str, Any]) -> Instance:
        """Refuses as beginning such an operation would, and begins nothing."""
        head = self._head(uuid)
        asked = context.current() or context.RequestContext()
        transitions.check(head, kind, arguments, is_admin=asked.is_admin)
        return head.instance()

    def _head(self, uuid: str) -> Head:
        head = self._database.read(lambda c: load(c, uuid))
        if head is None or head["deleted_at"] is not None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        return head

    def _host(self, uuid: str, action: str, not_while: Collection[str]) -> str:
        head = self._head(uuid)
        if head["task_state"] in not_while:
            raise Refused(
                FaultCode.CONFLICT,
                f"Cannot '{action}' instance {uuid} while it is in task_state {head['task_state']}",
                obstacle="task_state",
                task_state=head["task_state"],
            )
        host: str | None = head["host"]
        if host is None:
            raise Refused(FaultCode.CONFLICT, f"Instance {uuid} is not ready.")
        if self._down(host):
            raise Refused(FaultCode.HOST_DOWN, f"The host of instance {uuid} is down.")
        return host
