# SPDX-License-Identifier: Apache-2.0
"""Starts the guest from another image, so that its own disk can be repaired."""

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.rescuing import Rescuable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.objects import ImageFacts


@host_step("rescue_machine", needs=Rescuable, connects=True)
def rescue_machine(task: Task) -> Facts:
    """The argument `image` is the facts of the image to use; else it is the guest's own."""
    document, own = task.work.arguments.get("image"), task.work.machine.image
    image = ImageFacts.from_document(document) if document else own
    if image is None:
        raise DriverRefused("There is no image to rescue the machine with.")
    task.call("rescue", task.work.machine, image, task.progress)
    return {"power_state": task.driver.power_state(task.uuid)}
