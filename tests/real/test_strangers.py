# SPDX-License-Identifier: Apache-2.0
"""Guests that are not ours: never listed, changed or removed."""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown, PowerState
from tests.real.case import RealDriverCase

STRANGER = """<domain type='qemu'><name>stranger</name><uuid>{uuid}</uuid>
<memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
<features><tcg><tb-cache unit='MiB'>16</tb-cache></tcg></features></domain>"""


class StrangersTest(RealDriverCase):
    def setUp(self) -> None:
        super().setUp()
        text = STRANGER.format(uuid=self.machine.uuid)
        self.stranger = self.connection().defineXML(text)
        self.addCleanup(self.stranger.undefine)
        self.stranger.create()
        self.addCleanup(self.stranger.destroy)

    def test_it_is_not_there_for_us(self):
        uuid = self.machine.uuid
        self.assertEqual(set(), self.driver.machines())
        self.assertEqual({}, self.driver.power_states())
        self.assertEqual(PowerState.NOSTATE, self.driver.power_state(uuid))
        with self.assertRaises(MachineUnknown):
            self.driver.reboot(uuid, hard=True)

    def test_it_is_left_as_it_is(self):
        uuid = self.machine.uuid
        text = self.stranger.XMLDesc()
        self.driver.set_power(uuid, on=False)
        self.driver.shut_down(uuid, 1.0)
        self.driver.destroy(uuid)
        with self.assertRaises(DriverRefused):
            self.driver.define(self.machine)
        self.assertEqual(libvirt.VIR_DOMAIN_RUNNING, self.stranger.state()[0])
        self.assertEqual(text, self.stranger.XMLDesc())
        self.assertEqual(set(), self.files())
