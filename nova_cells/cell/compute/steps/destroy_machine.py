# SPDX-License-Identifier: Apache-2.0
"""Takes the machine away with all it left on the host: a delete, or the undo of a build."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("destroy_machine", unmakes=True)
def destroy_machine(task: Task) -> Facts:
    """Runs at any time, for a machine in any condition or none."""
    task.call("destroy", task.uuid)
    return {"power_state": 0}
