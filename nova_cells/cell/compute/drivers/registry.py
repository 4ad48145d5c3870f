# SPDX-License-Identifier: Apache-2.0
"""Finds a driver by the name in the configuration; a third party adds one by entry point.

A driver's module is imported only when it is chosen: a host without libvirt never loads its
binding.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import Any

from nova_cells.cell.compute.drivers.interface import (
    Driver,
    DriverFactory,
    HostSource,
    Surroundings,
)

ENTRY_POINTS = "nova_cells.compute.drivers"
BUILT_IN = {
    "fake": "nova_cells.cell.compute.drivers.fake:make_drivers",
    "ironic": "nova_cells.cell.compute.drivers.ironic:make_drivers",
    "libvirt": "nova_cells.cell.compute.drivers.libvirt:make_drivers",
    "lxc": "nova_cells.cell.compute.drivers.lxc:make_drivers",
}


class NoSuchDriver(Exception):
    """The configuration names a driver nobody provides."""


def make_drivers(conf: Any, surroundings: Surroundings) -> dict[str, Driver] | HostSource:
    """Host name → driver, all of the kind that `[compute] driver` names; or where they are."""
    return factory(conf.compute.driver)(conf, surroundings)


def factory(name: str) -> DriverFactory:
    """The factory of that name."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        return getattr(import_module(module), attribute)
    for entry in metadata.entry_points(group=ENTRY_POINTS, name=name):
        return entry.load()
    known = sorted(
        {*BUILT_IN, *(entry.name for entry in metadata.entry_points(group=ENTRY_POINTS))}
    )
    raise NoSuchDriver(f"no driver {name!r}; there are {', '.join(known)}")
