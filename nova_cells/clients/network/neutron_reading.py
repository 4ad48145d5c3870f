# SPDX-License-Identifier: Apache-2.0
"""Reads Neutron's answers: whoever goes on with a document finds in it what it must have."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.service_faults import Garbage

Document = dict[str, Any]
_NEEDED = {
    "port": ("id", "network_id", "mac_address", "device_id", "fixed_ips"),
    "network": ("id", "name"),
    "subnet": ("id", "network_id", "cidr", "ip_version"),
    "security_group": ("id", "name"),
    "floatingip": ("port_id", "floating_ip_address"),
    "binding": ("host", "vif_type"),
    "extension": ("alias",),
    "policy": ("id", "rules"),
}


class NeutronReading:
    """Everything that is asked of Neutron here goes through it, or is a plain change."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def one(self, answer: Any, noun: str) -> Document:
        """What is in an answer about a single thing."""
        return self._complete(self.service.part(answer, noun), noun)

    def get(self, path: str, noun: str, ctx: Any = None) -> Document:
        return self.one(self.service.get(path, ctx), noun)

    def listed(self, noun: str, ctx: Any = None, /, **query: Any) -> list[Document]:
        """All things of a kind that fit the query."""
        return self.below(f"/{noun.replace('_', '-')}s", noun, ctx, **query)

    def below(self, path: str, noun: str, ctx: Any = None, /, **query: Any) -> list[Document]:
        """Those of a collection that is elsewhere than usual."""
        found = self.service.listed(path, f"{noun}s", ctx, params=query)
        return [self._complete(each, noun) for each in found]

    def _complete(self, document: Any, noun: str) -> Document:
        missing = [
            name for name in _NEEDED[noun] if not isinstance(document, dict) or name not in document
        ]
        if missing:
            raise Garbage(
                "The network service gave an answer that makes no sense.",
                detail=f"a {noun} without {', '.join(missing)}",
            )
        found: Document = document
        return found
