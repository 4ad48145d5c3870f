# SPDX-License-Identifier: Apache-2.0
"""What the API asks of a network service, on behalf of a caller.

All raise the faults of `nova_cells.clients.service_faults`. A server's state is checked before.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """`servers`: how many are to have it at most. `may_external`: may the caller use external
    networks that are not shared?
    """

    servers: int = 1
    may_external: Callable[[], bool] = lambda: False


ANYBODY = Terms()


class NetworkService(abc.ABC):
    """`ctx` is the caller's request context, `uuid` a server's."""

    has_ports = False
    """Whether what servers have are ports of a service, which may change them by itself."""

    @abc.abstractmethod
    def plan(
        self,
        ctx: Any,
        networks: str | list[Document],
        groups: list[str],
        terms: Terms = ANYBODY,
    ) -> list[Document]:
        """What a new server is to be wired to: "none", "auto" or a list, as the API has them.

        An empty list is a wish that names nothing, where "auto" must end with a network. Answers
        what the cell is asked for, one document an interface: network_id, address, tag, port_id …
        """

    @abc.abstractmethod
    def interface(self, ctx: Any, uuid: str, wish: Document, terms: Terms = ANYBODY) -> Document:
        """What a server's cell is to be asked for, from the body of POST …/os-interface."""

    @abc.abstractmethod
    def groups(self, ctx: Any, project_id: str, nics: list[Document]) -> list[Document]:
        """The security groups that hold for a server with these interfaces."""

    @abc.abstractmethod
    def add_group(self, ctx: Any, uuid: str, name: str) -> list[str] | None:
        """Have a security group, by name or id, hold for all ports of a server.

        Answers the names of those that hold now, None where that is as it was.
        """

    @abc.abstractmethod
    def remove_group(self, ctx: Any, uuid: str, name: str) -> list[str] | None:
        """Have it not hold any more; answers as above."""
