# SPDX-License-Identifier: Apache-2.0
"""How many servers of a kind fit into a cell, as it published it, less what was sent there since.

This only proposes: a wrong number costs an extra call, never an oversubscribed host.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nova_cells.objects import RequestSpec
from nova_cells.objects.hardware import Unfit, hardware_traits

_REQUIRED = "required"
TRUSTED_CERTS = "COMPUTE_TRUSTED_CERTS"


@dataclass(frozen=True)
class Ask:
    """What one server takes, and where it may stand."""

    vcpus: int
    memory_mb: int
    disk_gb: int
    zone: str | None
    traits: frozenset[str]

    @classmethod
    def of(cls, spec: RequestSpec) -> Ask:
        flavor = spec.flavor
        disk = flavor.root_gb + flavor.ephemeral_gb + -(-flavor.swap_mb // 1024)
        return cls(
            flavor.vcpus, flavor.memory_mb, disk, spec.availability_zone, _required_traits(spec)
        )


def _required_traits(spec: RequestSpec) -> frozenset[str]:
    properties = spec.image_properties()
    wanted = {**properties, **spec.flavor.extra_specs}
    stated = {
        key[len("trait:") :]
        for key, value in wanted.items()
        if key.startswith("trait:") and value == _REQUIRED
    }
    stated |= _hardware_traits(properties, spec.flavor.extra_specs)
    return frozenset(stated | ({TRUSTED_CERTS} if spec.trusted_certs else set()))


def _hardware_traits(
    properties: Mapping[str, str], extra_specs: Mapping[str, str]
) -> frozenset[str]:
    """None of what can't be understood: the cell says in words what is wrong with it."""
    try:
        return hardware_traits(properties, extra_specs)
    except Unfit:
        return frozenset()


class Capacity:
    """One publication of one cell; a new one replaces it."""

    def __init__(self, entries: Iterable[Mapping[str, Any]] = ()) -> None:
        self._entries = list(entries)
        self._lock = threading.Lock()
        self._places: dict[Ask, int] = {}
        self._taken: Counter[Ask] = Counter()

    @property
    def told(self) -> bool:
        """Whether the cell has said anything of hosts that are up."""
        return bool(self._entries)

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        """What it said: zones, traits and shapes."""
        return self._entries

    def offers(self, trait: str) -> bool:
        """Whether one of its hosts has the trait."""
        return any(trait in entry["traits"] for entry in self._entries)

    def places(self, ask: Ask) -> int:
        """How many more fit."""
        known = self._places.get(ask)
        if known is None:
            known = self._places[ask] = sum(
                _in_shape(shape, ask)
                for entry in self._entries
                if (ask.zone is None or ask.zone == entry["zone"])
                and ask.traits <= set(entry["traits"])
                for shape in entry["shapes"]
            )
        return known - self._taken[ask]

    def take(self, ask: Ask, number: int = 1) -> None:
        """Count servers sent there (a negative number: refused there) until the next news."""
        with self._lock:
            self._taken[ask] += number


def _in_shape(shape: Mapping[str, int], ask: Ask) -> int:
    needs = (
        (shape["vcpus"], ask.vcpus),
        (shape["memory_mb"], ask.memory_mb),
        (shape["disk_gb"], ask.disk_gb),
    )
    fits = [free // needed for free, needed in needs if needed > 0]
    return int(shape["count"]) * max(0, min(fits, default=1))
