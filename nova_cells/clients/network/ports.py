# SPDX-License-Identifier: Apache-2.0
"""What a cell's conductor asks of a network service: the ports of its servers, as itself.

Every method may be asked again with the same arguments, by another process too: a port is known by
its server and its key, and is looked up in `of_server` before it is made.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nova_cells.clients.service_faults import Impossible

Document = dict[str, Any]
Port = Document
"""A port as the service shows it to administrators; callers only hand it back."""
Nic = Document
"""An interface of a server, as `Machine.nics` and heads have it: `nics` makes them of ports."""


Providers = Mapping[str, str]
NO_PROVIDERS: Providers = {}


class NotBound(Impossible):
    """No driver of the network service can wire this port on that host; another host may do."""


@dataclass(frozen=True)
class PortOwner:
    """A server, as far as its ports are concerned. `zone`: where it is, None if not known."""

    uuid: str
    project_id: str
    hostname: str = ""
    zone: str | None = None


class PortService(abc.ABC):
    """All raise the faults of `nova_cells.clients.service_faults`.

    `host` is the name under which the network service knows a host; `key` tells the ports of a
    server from one another: the number of its wish at a boot, an operation's id later. `providers`:
    places of that host → where a port's minimum is kept there.
    """

    @abc.abstractmethod
    def of_server(self, uuid: str) -> list[Port]:
        """All ports that are this server's, made and given ones; one request."""

    @abc.abstractmethod
    def of_servers(self, uuids: Iterable[str]) -> dict[str, list[Port]]:
        """The same for many, a request for every fifty; servers without ports have no entry."""

    @abc.abstractmethod
    def key_of(self, port: Port) -> str | None:
        """The key a port was made or adopted with; None if neither."""

    @abc.abstractmethod
    def make(self, owner: PortOwner, key: str, wish: Document, host: str | None) -> Port:
        """A new port as wished, bound to the host if there is one. NotBound leaves it there."""

    @abc.abstractmethod
    def adopt(
        self,
        owner: PortOwner,
        key: str,
        wish: Document,
        host: str | None,
        providers: Providers = NO_PROVIDERS,
    ) -> Port:
        """Take the port a wish names; InUse where it is another's. NotBound leaves it taken."""

    @abc.abstractmethod
    def bind(self, port: Port, host: str | None, providers: Providers = NO_PROVIDERS) -> Port:
        """From now on it is on this host, or on none while it stays the server's. NotBound."""

    @abc.abstractmethod
    def release(self, uuid: str, port_id: str, preserve: bool | None = None) -> None:
        """The server is done with it: delete what was made, let go of what was given.

        `preserve` says which it is; None reads it from the port. A port that is gone, or another
        server's by now, is left alone.
        """

    @abc.abstractmethod
    def release_all(self, uuid: str, preserved: Iterable[str] = ()) -> None:
        """The same for all ports of a server; those `preserved` were given, the others say it."""

    @abc.abstractmethod
    def add_binding(self, port: Port, host: str, providers: Providers = NO_PROVIDERS) -> Document:
        """Prepare it on a second host as well; what it answers is for `nic_at`. NotBound."""

    @abc.abstractmethod
    def activate_binding(self, port_id: str, host: str) -> None:
        """The prepared binding is the one that counts; the other one stays, inactive."""

    @abc.abstractmethod
    def remove_binding(self, port_id: str, host: str) -> None:
        """Take an inactive binding away, if it is there."""

    @abc.abstractmethod
    def nics(self, ports: Iterable[Port], floating: bool = False) -> list[Nic]:
        """What servers have of these ports, in the order of their keys.

        Networks and subnets come from a memory of some seconds. Floating addresses cost a request:
        ports that were just made have none.
        """

    @abc.abstractmethod
    def nic_at(self, nic: Nic, binding: Document) -> Nic:
        """The same interface as a host of another binding (`add_binding`) is to plug it."""
