# SPDX-License-Identifier: Apache-2.0
"""Has a machine that is off know the volumes its server has by now: some came, some went."""

from nova_cells.cell.compute.drivers.attaching import DeviceTagging
from nova_cells.cell.compute.drivers.interface import can
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("fit_volumes", connects=True)
def fit_volumes(task: Task) -> Facts:
    """Each that is lacking is plugged in, each that is not the server's any more pulled out."""
    wanted = {volume["id"]: volume for volume in task.work.machine.volumes}
    known = _known(task)
    for volume_id in known - wanted.keys():
        task.call("detach_volume", task.uuid, volume_id)
        if task.volumes is not None:
            task.volumes.release(task.uuid, volume_id)
    for volume_id in sorted(wanted.keys() - known):
        task.call("attach_volume", task.work.machine, wanted[volume_id])
    return {}


def _known(task: Task) -> set[str]:
    """Volumes that the machine was made with, or got later."""
    if not can(task.driver, DeviceTagging):
        return set()
    devices = task.call("devices", task.uuid)
    return {device["serial"] for device in devices if device["type"] == "disk"}
