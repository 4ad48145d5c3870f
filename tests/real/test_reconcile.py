# SPDX-License-Identifier: Apache-2.0
"""What the cell comes to know of real guests that change, vanish, or lose their host's power."""

from __future__ import annotations

import shutil
import uuid as uuids

import libvirt

from nova_cells.cell.compute.drivers.interface import PowerState
from tests.real.cloud_case import RealCloudCase
from tests.real.host_power import power_off, power_on


class ReconcileTest(RealCloudCase):
    of_host = {
        "hv1": {"compute": {"reconcile_interval": 600.0, "resume_guests_state_on_host_boot": True}}
    }

    def setUp(self):
        super().setUp()
        self.addCleanup(power_on, self.cloud, "hv1")
        self.uuid = self.cloud.boot("hv1")

    def domain(self):
        connection = libvirt.open(self.ground.uris["hv1"])
        self.addCleanup(connection.close)
        return connection.lookupByUUIDString(self.uuid)

    def until_it_is(self, **fields):
        def so():
            server = self.cloud.show(self.uuid)
            return all(getattr(server, name) == value for name, value in fields.items())

        self.cloud.until(so, str(fields))

    def restart_agent(self):
        self.cloud.stop_agent("hv1")
        self.cloud.start_agent("hv1")

    def test_power_lost_by_guest_or_host_and_a_guest_that_is_gone(self):
        self.domain().destroy()
        self.until_it_is(vm_state="stopped", power_state=int(PowerState.SHUTDOWN))
        self.cloud.act(self.uuid, "start")
        power_off(self.cloud, "hv1")
        power_on(self.cloud, "hv1")
        driver = self.cloud.driver("hv1")
        self.cloud.until(
            lambda: driver.power_state(self.uuid) == PowerState.RUNNING, "it runs again"
        )
        self.until_it_is(vm_state="active", power_state=int(PowerState.RUNNING))
        domain = self.domain()
        domain.destroy()
        domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_NVRAM)
        shutil.rmtree(self.cloud.machine_folder("hv1", self.uuid))
        self.restart_agent()
        self.until_it_is(power_state=int(PowerState.NOSTATE))
        self.assertEqual("deleted", self.cloud.act(self.uuid, "delete").vm_state)

    def test_a_host_with_another_identity_stays_out_and_touches_nothing(self):
        file = self.cloud.state("hv1") / "hosts" / "hv1"
        own = file.read_text()
        self.cloud.stop_agent("hv1")
        file.write_text(f"{uuids.uuid4()}\n")
        with self.assertLogs("nova_cells.cell.compute.registration", "ERROR") as log:
            agent = self.cloud.agents["hv1"] = self.cloud._agent("hv1")
            agent.start()
            self.cloud.until(lambda: log.output, "a refusal with instructions")
        self.assertIn("host delete", log.output[0])
        self.assertEqual(set(), agent.registration.registered())
        self.cloud.stop_agent("hv1")
        self.assertTrue(self.domain().isActive())
        file.write_text(own)
        self.cloud.start_agent("hv1")
        self.assertEqual("stopped", self.cloud.act(self.uuid, "stop").vm_state)
