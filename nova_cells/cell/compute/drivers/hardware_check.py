# SPDX-License-Identifier: Apache-2.0
"""Refuses a machine whose hardware this host does not have, before anything of it is made.

The scheduler has asked the same; a host that was named, or that has changed since, is asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.objects.hardware import Unfit, hardware_traits


def insist_on_hardware(
    properties: Mapping[str, str], extra_specs: Mapping[str, str], offered: Collection[str]
) -> None:
    """Raise `DriverRefused` with what is missing."""
    try:
        needed = hardware_traits(properties, extra_specs)
    except Unfit as unfit:
        raise DriverRefused(str(unfit)) from unfit
    if lacking := sorted(needed - set(offered)):
        raise DriverRefused(
            f"The image or the flavor asks for hardware that this host lacks: {', '.join(lacking)}."
        )
