# SPDX-License-Identifier: Apache-2.0
"""Has a guest go on whose memory was put away."""

from nova_cells.cell.compute.drivers.interface import Suspendable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("resume_machine", needs=Suspendable, connects=True)
def resume_machine(task: Task) -> Facts:
    """Nothing to do when it runs already."""
    task.call("resume", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
