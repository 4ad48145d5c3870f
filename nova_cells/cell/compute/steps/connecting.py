# SPDX-License-Identifier: Apache-2.0
"""Has volumes be on the host before a driver is told of them: it gets paths, or what it reaches.

Connecting what is connected already costs a look, so steps that start a guest do it too: after the
host itself has started, nothing is.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.attaching import Volume, VolumeAttachable
from nova_cells.cell.compute.drivers.interface import DriverRefused, can
from nova_cells.cell.compute.steps.registry import Task
from nova_cells.cell.compute.volumes import HostConnections
from nova_cells.objects import HostWork


def with_volumes(work: HostWork, driver: Any, volumes: HostConnections | None) -> HostWork:
    """The work, its machine's volumes as they are here now."""
    machine = work.machine
    if not machine.volumes:
        return work
    here = [connected(machine.uuid, volume, driver, volumes) for volume in machine.volumes]
    changed: HostWork = work.replace(machine=machine.replace(volumes=here))
    return changed


def connected(uuid: str, volume: Volume, driver: Any, volumes: HostConnections | None) -> Volume:
    """One volume, as its driver takes it."""
    kind = (volume.get("connection") or {}).get("driver_volume_type", "")
    if not can(driver, VolumeAttachable):
        raise DriverRefused("This host can't give its machines volumes.", volume["id"])
    if not driver.reaches(kind):
        if volumes is None:
            raise DriverRefused("This host connects no volumes.", volume["id"])
        volume = volumes.connect(uuid, volume)
    driver.ready(volume)
    return volume


def volume_of(task: Task, volume_id: str) -> Volume:
    """The machine's volume of this id, on the host now."""
    found = [one for one in task.work.machine.volumes if one["id"] == volume_id]
    if not found:
        raise DriverRefused("The host was not told of the volume.", volume_id)
    return connected(task.uuid, found[0], task.driver, task.volumes)


def is_connected(task: Task, volume_id: str) -> bool:
    """Whether it was the host that connected it, and not the driver."""
    return task.volumes is not None and task.volumes.has(task.uuid, volume_id)
