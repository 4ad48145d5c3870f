# SPDX-License-Identifier: Apache-2.0
"""Gives a guest that was resized where it is its old size back."""

import logging

from nova_cells.cell.compute.drivers.interface import DriverRefused, Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step

LOG = logging.getLogger(__name__)


@host_step("unresize_machine", needs=Resizable, connects=True)
def unresize_machine(task: Task) -> Facts:
    """It runs afterwards if the argument `power` says so; one that will not start has its size."""
    task.call("unresize", task.work.machine)
    if task.work.arguments.get("power", True):
        try:
            task.call("set_power", task.uuid, True)
        except DriverRefused as refusal:
            LOG.warning("machine %s has its old size and does not start: %s", task.uuid, refusal)
    return {"power_state": task.driver.power_state(task.uuid)}
