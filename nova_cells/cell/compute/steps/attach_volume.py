# SPDX-License-Identifier: Apache-2.0
"""Plugs a volume of the machine into the guest."""

from nova_cells.cell.compute.drivers.attaching import VolumeAttachable
from nova_cells.cell.compute.steps.connecting import volume_of
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("attach_volume", needs=VolumeAttachable, wished=True)
def attach_volume(task: Task) -> Facts:
    """The argument `volume` is its id; the fact `device` what the guest is likely to call it."""
    name = task.call(
        "attach_volume", task.work.machine, volume_of(task, task.work.arguments["volume"])
    )
    return {"device": f"/dev/{name}"}
