# SPDX-License-Identifier: Apache-2.0
"""Adds the operator's vendor data to what a machine with a config drive is told of itself.

Used by every step that may write the drive; guests without one are told by a metadata service.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.steps.registry import Task
from nova_cells.clients.vendor_data import VendorDataUnavailable
from nova_cells.objects import Machine


def told(task: Task) -> Machine:
    """The machine of the work, to be made. DriverFailed where it must not go without."""
    machine = task.work.machine
    if not machine.config_drive:
        return machine
    try:
        found = task.vendor_data.of(machine)
    except VendorDataUnavailable as fault:
        raise DriverFailed("The server's vendor data is not available.", str(fault)) from fault
    if not found:
        return machine
    changed: Machine = machine.replace(guest_data={**machine.guest_data, **found})
    return changed
