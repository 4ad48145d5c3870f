# SPDX-License-Identifier: Apache-2.0
"""Starts the guest held still, so that its ports are plugged in before it looks at them.

Where a hypervisor can't hold it, it runs; either way the next step that switches it on is right.
"""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("start_held", connects=True)
def start_held(task: Task) -> Facts:
    """Nothing to do when it runs already."""
    task.call("start_held", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
