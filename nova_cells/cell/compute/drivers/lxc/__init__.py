# SPDX-License-Identifier: Apache-2.0
"""Containers, made through libvirt from images that are root file system trees.

The binding is imported when the first driver is made, not before: a deployment without libvirt
reads this package's options and nothing more.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, Surroundings


def make_drivers(conf: Any, surroundings: Surroundings) -> dict[str, Driver]:
    """One driver for each host name; hosts of one agent share the image cache."""
    from nova_cells.cell.compute.drivers.lxc.assemble import assemble

    return assemble(conf, surroundings)
