# SPDX-License-Identifier: Apache-2.0
"""Brings the copy of a disk to the image service, with the host's own credentials.

Done again it finds the image there; the copy may be gone by then and is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from nova_cells.cell.compute.drivers.image_work import Snapshotable
from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    ImageUnavailable,
    ImageUnusable,
)
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.clients.images import ImageFault
from nova_cells.clients.images import ImageUnavailable as ServiceUnavailable
from nova_cells.runtime import crash


@host_step("upload_capture", needs=Snapshotable)
def upload_capture(task: Task) -> Facts:
    """The facts of the image, as the service has them now."""
    if task.images is None:
        raise DriverRefused("This host has no image service to bring images to.")
    image = task.work.arguments["capture"]
    crash.reach("driver:before:upload")
    try:
        disk, container = _formats(task)
        facts = task.images.upload(image, disk, _watched(task, image), container)
    except ServiceUnavailable as away:
        raise ImageUnavailable(str(away)) from away
    except ImageFault as refused:
        raise ImageUnusable(str(refused)) from refused
    crash.reach("driver:after:upload")
    return {"image": facts.document()}


def _formats(task: Task) -> tuple[str, str]:
    """Of what is in it, and of what that is in."""
    assert isinstance(task.driver, Snapshotable)
    return task.driver.capture_format, task.driver.capture_container


def _watched(task: Task, image: str) -> Iterator[bytes]:
    """Stops between two pieces once nobody wants the image any more."""
    assert isinstance(task.driver, Snapshotable)
    for piece in task.driver.captured(task.uuid, image):
        task.progress(0)
        yield piece
