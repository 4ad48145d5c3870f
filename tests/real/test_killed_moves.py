# SPDX-License-Identifier: Apache-2.0
"""Agents that are killed while they move or resize a real guest: the next one goes on."""

from __future__ import annotations

import os

import libvirt

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.drivers.libvirt.overlays import virtual_size
from nova_cells.cell.compute.drivers.libvirt.sparse import fingerprint
from tests.real.case import RealDriverCase
from tests.real.dying import killed_while
from tests.real.marks_in_disks import has_mark, write_mark

MIB, GIB = 1 << 20, 1 << 30
MOMENTS = (0.0, 0.05, 0.2)


class KilledOnTheMoveTest(RealDriverCase):
    def setUp(self):
        super().setUp()
        self.machine = self.make_machine(ephemeral_gb=1, swap_mb=8)
        self.driver.define(self.machine)
        self.here = self.folder(self.state, "hv1")
        write_mark(self.here / "root.qcow2")
        with (self.here / "ephemeral0.raw").open("r+b") as stream:
            stream.seek(100 * MIB)
            stream.write(os.urandom(24 * MIB))
        self.there = self.make_neighbour()
        self.there.adopt(self.deployment)
        self.addCleanup(self.there.close)
        self.addCleanup(self.there.destroy, self.machine.uuid)
        self.away = self.folder(self.state / "neighbour", "hv2")

    def folder(self, state, host):
        return state / "libvirt" / host / "instances" / self.machine.uuid

    def assertWholeThere(self):
        self.there.take_over(self.machine)
        self.assertTrue(has_mark(self.away / "root.qcow2"))
        for name in ("ephemeral0.raw", "swap.raw"):
            self.assertEqual(fingerprint(self.here / name), fingerprint(self.away / name), name)
        self.assertEqual(PowerState.SHUTDOWN, self.there.power_state(self.machine.uuid))
        self.there.destroy(self.machine.uuid)
        self.assertFalse(self.away.exists())

    def test_while_it_sends(self):
        for seconds in MOMENTS:
            with self.subTest(seconds=seconds):
                ticket = self.there.receive(self.machine)
                killed_while(self, "send", seconds, ticket=ticket)
                self.driver.send(self.machine.uuid, ticket)
                self.assertWholeThere()
        killed_while(self, "send", 0.1, ticket=self.there.receive(self.machine))
        self.there.destroy(self.machine.uuid)
        with libvirt.open(self.ground.uris["hv2"]) as connection:
            pools = [pool.name() for pool in connection.listAllStoragePools()]
        self.assertEqual([], [name for name in pools if self.machine.uuid in name])
        self.driver.set_power(self.machine.uuid, on=True)

    def test_while_it_takes_over(self):
        beyond = {"host": "hv2", "state": str(self.state / "neighbour")}
        for seconds in MOMENTS:
            with self.subTest(seconds=seconds):
                self.driver.send(self.machine.uuid, self.there.receive(self.machine))
                killed_while(self, "take_over", seconds, **beyond)
                self.assertWholeThere()

    def test_while_it_resizes_in_place_and_back(self):
        larger = self.machine.replace(root_gb=2, ephemeral_gb=2, ephemerals=[1, 1], swap_mb=16)
        for seconds in MOMENTS:
            with self.subTest(seconds=seconds):
                killed_while(self, "resize", seconds, machine=larger.document())
                self.driver.resize(larger)
                self.assertEqual(2 * GIB, virtual_size(self.here / "root.qcow2"))
                killed_while(self, "unresize", seconds)
                self.driver.unresize(self.machine)
                self.assertEqual(GIB, virtual_size(self.here / "root.qcow2"))
                self.assertTrue(has_mark(self.here / "root.qcow2"))
                self.assertFalse((self.here / "ephemeral1.raw").exists())
                self.assertFalse((self.here / "old-size").exists())
        self.driver.set_power(self.machine.uuid, on=True)
