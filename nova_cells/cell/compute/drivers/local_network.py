# SPDX-License-Identifier: Apache-2.0
"""A network that each host makes for its own guests, for deployments without a network service.

The interfaces it is for say so themselves: `is_local`. They have their place there while their
machine is defined, and whenever it starts the network is there, whatever happened to the host.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

Nic = dict[str, Any]
"""A document of `Machine.nics`."""


@dataclass(frozen=True)
class Link:
    """One such network on this host: `guests` are the addresses it gives out, by MAC."""

    name: str
    bridge: str
    gateway: str
    guests: dict[str, str]


class LocalNetworkable(abc.ABC):
    """Can make a network for its guests: a bridge with the gateway's address, DHCP and names.

    Guests get the address their interface says, nothing else, and can't pretend to have another.
    The metadata address, 169.254.169.254, is on the bridge too.
    """

    trait: ClassVar[str] = "COMPUTE_LOCAL_NETWORK"

    @abc.abstractmethod
    def links(self) -> list[Link]:
        """Those of this deployment that are there now."""


def is_local(nic: Nic) -> bool:
    """Whether this interface belongs on a network of the host's own making."""
    return nic.get("forward") is not None and nic.get("bridge") is None
