# SPDX-License-Identifier: Apache-2.0
"""One host as the cell's database has it, ready for the table.

Capacity is what may be claimed (inventory times ratio less what is reserved): the same number the
claim's conditional update compares with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VCPU = "VCPU"
MEMORY_MB = "MEMORY_MB"
DISK_GB = "DISK_GB"


@dataclass(frozen=True)
class HostKind:
    """What equal hosts have in common; capabilities are asked of it by name."""

    hypervisor_type: str = ""
    hypervisor_version: int = 0
    architectures: tuple[str, ...] = ()
    capabilities: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(
        hypervisor_type: str,
        hypervisor_version: int,
        architectures: list[str] | tuple[str, ...],
        cpu_info: Mapping[str, object],
    ) -> HostKind:
        """From an inventory; `cpu_info` becomes capabilities "cpu_info:<path>"."""
        return HostKind(
            hypervisor_type,
            hypervisor_version,
            tuple(sorted(architectures)),
            tuple(sorted(_flat("cpu_info", cpu_info))),
        )


def _flat(path: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in _flat(f"{path}:{key}", inner)]
    if isinstance(value, list | tuple):
        return [(path, " ".join(str(item) for item in value))]
    return [(path, str(value))]


@dataclass
class HostRow:
    """All the table keeps of a host. `capacity` and `used`: resource class → amount.

    `aggregates`: the metadata of each aggregate that holds the host. `up` is the final word: alive
    by its heartbeats and not forced down. `io_ops` counts operations that load its disks now.
    """

    name: str
    node: str = ""
    address: str = ""
    zone: str = "nova"
    enabled: bool = True
    up: bool = True
    capacity: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    num_instances: int = 0
    io_ops: int = 0
    failed_builds: int = 0
    traits: frozenset[str] = frozenset()
    aggregates: tuple[Mapping[str, str], ...] = ()
    kind: HostKind = HostKind()
    shape_generation: int = 0
