# SPDX-License-Identifier: Apache-2.0
"""The policy bundle as placement reads it: each host's zone and the metadata of its aggregates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Metadata = Mapping[str, str]


class Zones:
    """Empty until a bundle comes: then every host is in the default zone."""

    def __init__(self) -> None:
        self.generation = 0
        self._default = "nova"
        self._of: dict[str, tuple[str, tuple[Metadata, ...]]] = {}

    def take(self, bundle: dict[str, Any] | None) -> bool:
        """Follow a bundle's document; answers whether it was newer."""
        if bundle is None or bundle["generation"] <= self.generation:
            return False
        found: dict[str, list[Metadata]] = {}
        for aggregate in bundle["aggregates"]:
            for host in aggregate.get("hosts", ()):
                found.setdefault(host, []).append(aggregate.get("metadata") or {})
        self._default = bundle.get("default_zone") or "nova"
        self._of = {
            host: (_zone(metadata) or self._default, tuple(metadata))
            for host, metadata in found.items()
        }
        self.generation = bundle["generation"]
        return True

    def of(self, host: str) -> tuple[str, tuple[Metadata, ...]]:
        """Zone and aggregates of a host."""
        return self._of.get(host, (self._default, ()))


def _zone(aggregates: list[Metadata]) -> str | None:
    for metadata in aggregates:
        if zone := metadata.get("availability_zone"):
            return zone
    return None
