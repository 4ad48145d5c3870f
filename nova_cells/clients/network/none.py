# SPDX-License-Identifier: Apache-2.0
"""A deployment without a network service: servers have no ports, and no groups that hold for them.

"auto" means the best that can be had, which here is nothing; clients send it unasked. A network or
port that is named can't be had, and that is said.
"""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.clients.network.interface import ANYBODY, Document, NetworkService, Terms
from nova_cells.clients.service_faults import Impossible, NotThere

ABSENT = "this deployment has no network service"


class NoNetwork(NetworkService):
    """Refuses by name, and has nothing to refresh."""

    def plan(
        self,
        ctx: Any,
        networks: str | list[Document],
        groups: list[str],
        terms: Terms = ANYBODY,
    ) -> list[Document]:
        if networks not in ("none", "auto", []):
            raise Impossible(f"Invalid networks: {ABSENT}; only 'auto' and 'none' are possible.")
        for name in groups:
            if name != "default":
                raise Impossible(f"Invalid security_groups: {ABSENT}, so there is no {name!r}.")
        return []

    def interface(self, ctx: Any, uuid: str, wish: Document, terms: Terms = ANYBODY) -> NoReturn:
        raise Impossible(f"Server {uuid} can't be given a port: {ABSENT}.")

    def groups(self, ctx: Any, project_id: str, nics: list[Document]) -> list[Document]:
        return []

    def add_group(self, ctx: Any, uuid: str, name: str) -> NoReturn:
        raise NotThere(f"Security group {name} could not be found: {ABSENT}.")

    def remove_group(self, ctx: Any, uuid: str, name: str) -> NoReturn:
        raise NotThere(f"Security group {name} could not be found: {ABSENT}.")
