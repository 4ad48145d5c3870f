# SPDX-License-Identifier: Apache-2.0
"""A real cell with real hosts: servers come, do as they are told, and leave nothing."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.cloud_case import RealCloudCase


class CloudTest(RealCloudCase):
    def test_a_server_boots_where_it_is_told_stops_and_goes(self) -> None:
        uuid = self.cloud.boot("hv2")
        self.assertEqual("hv2", self.cloud.show(uuid).host)
        driver = self.cloud.driver("hv2")
        self.assertEqual(PowerState.RUNNING, driver.power_state(uuid))
        self.assertEqual("stopped", self.cloud.act(uuid, "stop").vm_state)
        self.assertEqual(PowerState.SHUTDOWN, driver.power_state(uuid))
        self.assertEqual("deleted", self.cloud.act(uuid, "delete").vm_state)
        self.assertEqual(set(), driver.machines())
        self.assertFalse(self.cloud.machine_folder("hv2", uuid).exists())
