# SPDX-License-Identifier: Apache-2.0
"""How the driver of one host reaches the hypervisor of another, and where others reach this one.

Both ends are libvirt's own remote connection: its TLS, its access control, no protocol of ours.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor


@dataclass(frozen=True)
class Peers:
    """`own_address` goes into this host's tickets; `template` makes a URI of another's."""

    own_address: str
    template: str
    keepalive: float = 5.0

    @classmethod
    def from_conf(cls, conf: Any, host: str) -> Peers:
        return cls.from_options(conf.libvirt, conf, host)

    @classmethod
    def from_options(cls, options: Any, conf: Any, host: str) -> Peers:
        """`options`: the group of the kind of guests that are brought there."""
        address = options.peer_addresses.get(host)
        if address is None:
            address = conf.compute.host_ip if "compute" in conf else "127.0.0.1"
        return cls(address, options.peer_uri, options.call_keepalive)

    def uri(self, address: str) -> str:
        """Where the hypervisor of the host with this address listens."""
        return self.template % {"host": _checked(address)}

    @contextmanager
    def connected(self, address: str) -> Iterator[Hypervisor]:
        """The other host's hypervisor, let go of at the end."""
        there = Hypervisor(self.uri(address), keepalive=self.keepalive)
        try:
            yield there
        finally:
            there.close()


def _checked(address: str) -> str:
    """An address as a URI has it: it came in a ticket, and nothing else may come with it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        if all(letter.isalnum() or letter in ".-" for letter in address) and address:
            return address
        raise DriverRefused("The destination has no usable address.", repr(address)) from None
    return f"[{found}]" if found.version == 6 else str(found)
