# SPDX-License-Identifier: Apache-2.0
"""What every driver that gives guests disks of their own does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.local_disks import EphemeralDisks, SwapDisk


class WithDisks:
    """What the mix-ins below have in common."""

    def lives_with(self, **disks):
        """A machine with these disks runs, is made anew and goes, and nothing of it stays."""
        self.machine = self.make_machine(uuid=self.machine.uuid, **disks)
        uuid = self.running()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.rebuild(self.machine)
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.driver.machines())


class EphemeralDisksParity(WithDisks):
    """Ephemeral disks, one or several, as flavor and request say."""

    capability = EphemeralDisks

    def test_a_guest_has_ephemeral_disks(self):
        self.lives_with(ephemeral_gb=3, ephemerals=[2, 1])


class SwapDiskParity(WithDisks):
    """A disk to swap to, as flavor or request say."""

    capability = SwapDisk

    def test_a_guest_has_a_swap_disk(self):
        self.lives_with(swap_mb=64)
