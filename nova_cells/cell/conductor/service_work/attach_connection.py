# SPDX-License-Identifier: Apache-2.0
"""Has the one volume an operation is about connected to the host of the instance.

One that an image is written to is left alone until it is whole: the event that it is may be that of
an earlier asking, after which the service was asked once more.
"""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import NotYet, service_work
from nova_cells.cell.conductor.service_work.reimage_volume import WRITING
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import connected, of_server

LOOK_AGAIN = 5.0


@service_work("attach_connection")
def attach_connection(task: ServiceTask) -> Facts:
    """The argument `volume` is its id."""
    volume = task.arguments["volume"]
    if "reimage_with" in task.arguments and task.volumes.volume(volume)["status"] == WRITING:
        raise NotYet(LOOK_AGAIN, begun=False)
    return connected(task, [one for one in of_server(task) if one["id"] == volume])
