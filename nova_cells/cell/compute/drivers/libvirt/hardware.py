# SPDX-License-Identifier: Apache-2.0
"""Refuses a machine whose hardware this host does not have, before anything of it is made.

The scheduler has asked the same; a host that was named, or that has changed since, is asked here.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.offers import Offers
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Plan
from nova_cells.objects.hardware import Unfit, hardware_traits


def insist_on_hardware(plan: Plan, offers: Offers) -> None:
    """Raise `DriverRefused` with what is missing."""
    try:
        needed = hardware_traits(plan.properties, plan.machine.extra_specs)
    except Unfit as unfit:
        raise DriverRefused(str(unfit)) from unfit
    if lacking := sorted(needed - offers.traits):
        raise DriverRefused(
            f"The image or the flavor asks for hardware that this host lacks: {', '.join(lacking)}."
        )
    if plan.board not in offers.boards:
        raise DriverRefused(f"This host has no board {plan.board!r} for which the image asks.")
