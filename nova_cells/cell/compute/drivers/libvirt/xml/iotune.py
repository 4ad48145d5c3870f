# SPDX-License-Identifier: Apache-2.0
"""How much of a disk's speed a guest may use, as its flavor says: bytes and requests a second."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.cell.compute.drivers.libvirt.xml.tree import add_text

LIMITS = tuple(
    f"{way}_{what}_{window}"
    for what in ("bytes", "iops")
    for way in ("total", "read", "write")
    for window in ("sec", "sec_max")
)


def add_iotune(disk: Element, plan: Plan) -> None:
    """Nothing without a limit; 0 is none."""
    specs = plan.machine.extra_specs
    limits = {name: specs.get(f"quota:disk_{name}", "0") for name in LIMITS}
    limits = {name: amount for name, amount in limits.items() if amount != "0"}
    for what in ("bytes", "iops"):
        if f"total_{what}_sec" in limits and not limits.keys().isdisjoint(
            {f"read_{what}_sec", f"write_{what}_sec"}
        ):
            raise DriverRefused(
                f"The flavor limits a disk's {what} in all and by direction: one of them, please."
            )
    if limits:
        tune = SubElement(disk, "iotune")
        for name, amount in limits.items():
            add_text(tune, name, amount)
