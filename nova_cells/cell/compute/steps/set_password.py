# SPDX-License-Identifier: Apache-2.0
"""Sets the administrator's password inside the guest. It travels with the machine, as a secret."""

from nova_cells.cell.compute.drivers.interface import PasswordSettable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("set_password", needs=PasswordSettable)
def set_password(task: Task) -> Facts:
    """Setting it again is the same."""
    task.call("set_password", task.work.machine)
    return {"power_state": task.driver.power_state(task.uuid)}
