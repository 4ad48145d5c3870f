# SPDX-License-Identifier: Apache-2.0
"""What every driver that can hand running guests over does, on two hosts of its kind."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverRefused,
    LiveMigratable,
    MachineUnknown,
    PowerState,
)
from tests.parity.core import ABSENT


class LiveMigratableParity:
    """A guest that runs is handed over to another host.

    Needs `make_neighbour`: a driver on another empty host.
    """

    capability = LiveMigratable

    def neighbour(self):
        other = self.make_neighbour()
        other.adopt(self.deployment)
        self.addCleanup(other.close)
        self.addCleanup(other.destroy, self.machine.uuid)
        return other

    def states(self, other):
        uuid = self.machine.uuid
        return self.driver.power_state(uuid), other.power_state(uuid)

    def assertRunsHereOnly(self, other):
        here, there = self.states(other)
        self.assertEqual(PowerState.RUNNING, here)
        self.assertNotEqual(PowerState.RUNNING, there)

    def test_a_guest_goes_to_another_host_and_nothing_is_left_behind(self):
        uuid, other, seen = self.running(), self.neighbour(), []
        for _ in range(2):
            ticket = other.prepare_incoming(self.machine)
        self.assertRunsHereOnly(other)
        for _ in range(2):
            self.driver.live_migrate(uuid, ticket, seen.append)
        other.finish_incoming(self.machine)
        self.assertNotEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        for _ in range(2):
            self.driver.forget_departed(uuid)
        self.assertEqual(set(), self.driver.machines())
        self.assertEqual((PowerState.NOSTATE, PowerState.RUNNING), self.states(other))
        self.assertTrue(all(0 <= transfer.percent <= 100 for transfer in seen))
        self.assertGreater(seen[-1].memory_total, 0)

    def test_and_back_again(self):
        uuid, other = self.running(), self.neighbour()
        self.driver.live_migrate(uuid, other.prepare_incoming(self.machine), lambda _: False)
        self.driver.forget_departed(uuid)
        other.live_migrate(uuid, self.driver.prepare_incoming(self.machine), lambda _: False)
        other.forget_departed(uuid)
        self.assertEqual((PowerState.RUNNING, PowerState.NOSTATE), self.states(other))

    def test_one_that_is_called_off_stays(self):
        uuid, other = self.listening(), self.neighbour()  # so much memory is not there at once
        ticket = other.prepare_incoming(self.machine)

        def stop(_transfer):
            raise Cancelled("not wanted any more")

        with self.assertRaises(Cancelled):
            self.driver.live_migrate(uuid, ticket, stop)
        for _ in range(2):
            self.assertTrue(self.driver.end_live_migration(uuid))
        self.assertRunsHereOnly(other)
        for _ in range(2):
            self.assertFalse(other.refuse_incoming(uuid))
        self.assertEqual(set(), other.machines())
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_one_that_is_refused_stays(self):
        uuid, other = self.running(), self.neighbour()
        ticket = other.prepare_incoming(self.machine)
        other.refuse_incoming(uuid)
        with self.assertRaises(DriverRefused):
            self.driver.live_migrate(uuid, ticket, lambda _: False)
        self.assertRunsHereOnly(other)

    def test_one_that_has_arrived_is_neither_refused_nor_called_off(self):
        uuid, other = self.running(), self.neighbour()
        self.driver.live_migrate(uuid, other.prepare_incoming(self.machine), lambda _: True)
        for _ in range(2):
            self.assertTrue(other.refuse_incoming(uuid))
            self.assertFalse(self.driver.end_live_migration(uuid))
        self.assertEqual(PowerState.RUNNING, other.power_state(uuid))
        self.assertNotEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_only_a_guest_that_runs_can_leave(self):
        other = self.neighbour()
        self.driver.define(self.machine)
        ticket = other.prepare_incoming(self.machine)
        for uuid, fault in ((self.machine.uuid, DriverRefused), (ABSENT, MachineUnknown)):
            with self.assertRaises(fault):
                self.driver.live_migrate(uuid, ticket, lambda _: False)
        with self.assertRaises(MachineUnknown):
            other.finish_incoming(self.make_machine(uuid=ABSENT))
        self.assertFalse(other.refuse_incoming(ABSENT))
        self.driver.forget_departed(ABSENT)
