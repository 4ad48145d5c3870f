# SPDX-License-Identifier: Apache-2.0
"""Fake guests that begin anew."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake.disk import read
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import (
    ImageSource,
    PowerState,
    Progress,
    Rebuildable,
)
from nova_cells.objects import Machine


class FakeRebuild(FakeMachines, Rebuildable):
    """The capability of the fake driver."""

    images: ImageSource | None

    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        content = read(machine.image, self.images)
        with self._changing("rebuild", machine.uuid, progress) as known:
            known.disk = content
            known.name = machine.name
            known.told = machine.document() if machine.config_drive else None
            known.rescued = False
            known.boots = known.dumps = 0
            known.power = int(PowerState.SHUTDOWN)
