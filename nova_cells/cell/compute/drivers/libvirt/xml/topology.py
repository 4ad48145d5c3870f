# SPDX-License-Identifier: Apache-2.0
"""How a guest's processors are told to hang together: sockets, cores, threads.

A maximum is kept, or the machine is refused; a preference is kept where the number of processors
allows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan

Topology = dict[str, int]
PARTS = ("sockets", "cores", "threads")


def topology_of(plan: Plan) -> Topology | None:
    """The best that the number of processors allows; None where nobody minds."""
    wanted = {part: int(n) for part in PARTS if (n := plan.wish(f"hw_cpu_{part}"))}
    most = {part: int(n) for part in PARTS if (n := plan.wish(f"hw_cpu_max_{part}"))}
    if not wanted and not most:
        return None
    allowed = [
        shape
        for shape in _shapes(plan.machine.vcpus)
        if all(shape[part] <= limit for part, limit in most.items())
    ]
    if not allowed:
        raise DriverRefused(
            f"{plan.machine.vcpus} processors can't be had with "
            + ", ".join(f"at most {limit} {part}" for part, limit in most.items())
            + "."
        )

    def fitness(shape: Topology) -> tuple[int, int, int]:
        kept = sum(shape[part] == count for part, count in wanted.items())
        return kept, shape["sockets"], shape["cores"]

    return max(allowed, key=fitness)


def _shapes(vcpus: int) -> Iterator[Topology]:
    """Every way to make up the number."""
    for sockets in range(1, vcpus + 1):
        if vcpus % sockets:
            continue
        rest = vcpus // sockets
        for cores in range(1, rest + 1):
            if rest % cores == 0:
                yield {"sockets": sockets, "cores": cores, "threads": rest // cores}
