# SPDX-License-Identifier: Apache-2.0
"""Makes the guest's disks anew; it is off afterwards."""

from nova_cells.cell.compute.drivers.interface import Rebuildable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.cell.compute.steps.telling import told


@host_step("rebuild_machine", needs=Rebuildable, connects=True)
def rebuild_machine(task: Task) -> Facts:
    """Whatever the old disks held is gone; doing it again is the same."""
    task.call("rebuild", told(task), task.progress)
    return {"power_state": task.driver.power_state(task.uuid)}
