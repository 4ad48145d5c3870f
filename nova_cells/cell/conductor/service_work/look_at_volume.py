# SPDX-License-Identifier: Apache-2.0
"""How large a volume is that has grown, or that its host is to have grow."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask


@service_work("look_at_volume")
def look_at_volume(task: ServiceTask) -> Facts:
    """The facts `size`, in GiB, and `grows_here`: the service leaves it to the host, and waits."""
    volume = task.volumes.volume(task.arguments["volume"])
    wanted = volume["grows_to"]
    return {"size": wanted or volume["size"], "grows_here": wanted is not None}
