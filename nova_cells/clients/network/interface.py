# SPDX-License-Identifier: Apache-2.0
"""What the API asks of a network service, on behalf of a caller.

All raise the faults of `nova_cells.clients.service_faults`. A server's state is checked before.
"""

from __future__ import annotations

import abc
from typing import Any

Document = dict[str, Any]


class NetworkService(abc.ABC):
    """`ctx` is the caller's request context, `uuid` a server's."""

    @abc.abstractmethod
    def plan(self, ctx: Any, networks: str | list[Document], groups: list[str]) -> list[Document]:
        """What a new server is to be wired to: "none", "auto" or a list, as the API has them.

        Answers what its cell is asked for, one document an interface: network_id, address, tag.
        """

    @abc.abstractmethod
    def interface(self, ctx: Any, uuid: str, wish: Document) -> Document:
        """What a server's cell is to be asked for, from the body of POST …/os-interface."""

    @abc.abstractmethod
    def groups(self, ctx: Any, project_id: str, nics: list[Document]) -> list[Document]:
        """The security groups that hold for a server with these interfaces."""

    @abc.abstractmethod
    def add_group(self, ctx: Any, uuid: str, name: str) -> None:
        """Have a security group, by name or id, hold for all ports of a server."""

    @abc.abstractmethod
    def remove_group(self, ctx: Any, uuid: str, name: str) -> None:
        """Have it not hold any more."""

    @abc.abstractmethod
    def refresh(self, ctx: Any, uuid: str) -> None:
        """Tell a server's host again what its ports are."""
