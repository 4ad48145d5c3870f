# SPDX-License-Identifier: Apache-2.0
"""What an agent asks of a bare metal service. All raise `nova_cells.clients.service_faults`.

What changes a node is only begun by these calls: the service works on, and the node tells when it
is done.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import Any

from nova_cells.clients.baremetal.node import Node
from nova_cells.clients.service_faults import InUse

Document = dict[str, Any]


class NodeLocked(InUse):
    """The service works on the node just now: ask again a little later."""


class BareMetal(abc.ABC):
    """`uuid` is a node's everywhere."""

    @abc.abstractmethod
    def nodes(self) -> Iterator[Node]:
        """All there are for us, page by page."""

    @abc.abstractmethod
    def node(self, uuid: str) -> Node:
        """As it is now."""

    @abc.abstractmethod
    def change(self, uuid: str, patch: list[Document]) -> Node:
        """Change its document by JSON patch, whole or not at all; answers what it is then."""

    @abc.abstractmethod
    def provision(self, uuid: str, target: str, **more: Any) -> None:
        """Begin to bring it into a state: active, rebuild, deleted, rescue, unrescue."""

    @abc.abstractmethod
    def power(self, uuid: str, target: str, timeout: int | None = None) -> None:
        """Begin to switch it: power on, power off, rebooting, soft power off, soft rebooting."""

    @abc.abstractmethod
    def vifs(self, uuid: str) -> set[str]:
        """Network ports that are attached to it."""

    @abc.abstractmethod
    def addresses(self, uuid: str) -> dict[str, str]:
        """Of each network port that is attached, the MAC address of the device it is on."""

    @abc.abstractmethod
    def attach_vif(self, uuid: str, port_id: str) -> None: ...

    @abc.abstractmethod
    def detach_vif(self, uuid: str, port_id: str) -> None: ...

    @abc.abstractmethod
    def console(self, uuid: str) -> Document:
        """{"console_enabled", "console_info": {"type", "url"} or None}."""

    @abc.abstractmethod
    def enable_console(self, uuid: str) -> None:
        """Begin to serve its console."""

    def close(self) -> None:
        """Let go of connections."""
        return
