# SPDX-License-Identifier: Apache-2.0
"""What a work with services is given: copies of what the operation knows, and the two services.

A work writes nothing to the database: what it has found out are the facts it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nova_cells.clients.keys import KeyService
from nova_cells.clients.network.ports import PortService
from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.objects import RequestSpec

Document = dict[str, Any]
Facts = dict[str, Any]
"""What a work has found out. "secrets" among them reach the next database step and no table."""


class LeaseLost(Exception):
    """Somebody else does this by now, or nobody is to: whatever was to be asked is not asked."""


class WorkRefused(Exception):
    """It can't be done. `message` is for the server's owner; `everywhere`: on no other host too."""

    def __init__(
        self, message: str, details: str | None = None, *, everywhere: bool = True
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.everywhere = everywhere


class Partly(Exception):
    """Some of it is done, which `facts` tell; `fault` is what the rest came to."""

    def __init__(self, fault: Exception, facts: Facts) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.facts = facts


class NotYet(Exception):
    """The service is at it, and may be for long: ask again after so many seconds, in time.

    `begun`: this work may have changed something by now.
    """

    def __init__(self, pause: float, message: str | None = None, *, begun: bool = True) -> None:
        super().__init__(f"not yet; again in {pause} s")
        self.pause = pause
        self.message = message
        self.begun = begun


@dataclass(frozen=True)
class Surroundings:
    """What all works share. `facts_of` a host, as it told when it registered; None: not ours.

    `parallel`: several requests of a work may be under way at a time.
    """

    network: PortService | None
    volumes: AttachmentService | None
    facts_of: Callable[[str], Document | None]
    keys: KeyService | None = None
    parallel: bool = True


@dataclass(frozen=True)
class ServiceTask:
    """`host` is the one the step is about. `again`: something of this may have been done before, by
    an earlier attempt or by a request that was lost, so what is there has to be looked for.

    `head` is the server as it was when this was asked for; None where a sweep finds that the cell
    has no such server any more: another cell may have it.
    """

    uuid: str
    project_id: str
    head: Document | None
    around: Surroundings
    ours: Callable[[], None]
    """Raises LeaseLost where this is not to be done any more; reads the database."""
    wait: Callable[[float], None]
    """Some seconds, or LeaseLost."""
    operation: str = ""
    kind: str = ""
    attempt: int = 1
    undo: bool = False
    again: bool = True
    deadline: int = 0
    host: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)
    spec: RequestSpec | None = field(default=None, repr=False)

    @property
    def network(self) -> PortService:
        """Only works of servers that have something of it are asked for."""
        if self.around.network is None:
            raise WorkRefused("This cloud has no network service.")
        return self.around.network

    @property
    def volumes(self) -> AttachmentService:
        """Likewise."""
        if self.around.volumes is None:
            raise WorkRefused("This cloud has no volume service.")
        return self.around.volumes

    def seat(self, name: str) -> str | None:
        """The host in a seat of the operation."""
        host: str | None = self.arguments.get("places", {}).get(name)
        return host

    def host_facts(self, host: str | None = None) -> Document:
        """What a host told of itself; of the one the step is about."""
        wanted = host or self.host
        return (self.around.facts_of(wanted) if wanted else None) or {}

    def is_here(self, host: str | None) -> bool:
        """Whether this is a host of this cell."""
        return bool(host) and self.around.facts_of(str(host)) is not None
