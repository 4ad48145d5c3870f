# SPDX-License-Identifier: Apache-2.0
"""Makes room on a destination for a guest that is sent here switched off."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.cell.compute.steps.telling import told


@host_step("receive_machine", makes=True, needs=Resizable, connects=True)
def receive_machine(task: Task) -> Facts:
    """The fact `ticket` is what the source needs to send it."""
    return {"ticket": task.call("receive", told(task), task.progress)}
