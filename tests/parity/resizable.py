# SPDX-License-Identifier: Apache-2.0
"""What every driver that can resize guests does, on one host and from one host to another."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PowerState,
    Resizable,
)
from tests.parity.core import ABSENT


class ResizableParity:
    """A guest gets another size, here or on another host, for good or not.

    Needs `make_neighbour`: a driver on another empty host.
    """

    capability = Resizable

    def destination(self):
        other = self.make_neighbour()
        other.adopt(self.deployment)
        self.addCleanup(other.close)
        self.addCleanup(other.destroy, self.machine.uuid)
        return other

    def off(self):
        uuid = self.running()
        self.driver.set_power(uuid, on=False)
        return uuid

    def larger(self):
        return self.machine.replace(memory_mb=self.machine.memory_mb * 2)

    def assertStarts(self, driver):
        driver.set_power(self.machine.uuid, on=True)
        self.assertEqual(PowerState.RUNNING, driver.power_state(self.machine.uuid))
        driver.set_power(self.machine.uuid, on=False)

    def test_a_guest_is_sent_and_taken_over_and_the_source_keeps_its_own(self):
        uuid, other = self.off(), self.destination()
        for _ in range(2):
            ticket = other.receive(self.larger())
        self.assertNotEqual(PowerState.RUNNING, other.power_state(uuid))
        for _ in range(2):
            self.driver.send(uuid, ticket)
        for _ in range(2):
            other.take_over(self.larger())
            self.assertEqual(PowerState.SHUTDOWN, other.power_state(uuid))
        self.assertStarts(other)
        self.assertEqual({uuid}, other.machines())
        self.assertStarts(self.driver)

    def test_what_was_received_goes_and_can_be_received_again(self):
        uuid, other = self.off(), self.destination()
        for sent in (False, True):
            ticket = other.receive(self.machine)
            if sent:
                self.driver.send(uuid, ticket)
            other.destroy(uuid)
            self.assertEqual(set(), other.machines())
        self.driver.send(uuid, other.receive(self.machine))
        other.take_over(self.machine)
        self.assertStarts(other)

    def test_nothing_is_sent_that_runs_or_is_not_expected(self):
        uuid, other = self.running(), self.destination()
        ticket = other.receive(self.machine)
        with self.assertRaises(DriverRefused):
            self.driver.send(uuid, ticket)
        with self.assertRaises(MachineUnknown):
            self.driver.send(ABSENT, ticket)
        with self.assertRaises(MachineUnknown):
            other.take_over(self.machine)
        self.driver.set_power(uuid, on=False)
        other.destroy(uuid)
        with self.assertRaises(DriverRefused):
            self.driver.send(uuid, ticket)
        self.assertStarts(self.driver)

    def test_a_guest_is_resized_in_place_and_back(self):
        uuid = self.off()
        for _ in range(2):
            self.driver.resize(self.larger())
            self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.assertStarts(self.driver)
        for _ in range(2):
            self.driver.unresize(self.machine)
            self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.assertStarts(self.driver)
        self.assertEqual({uuid}, self.driver.machines())

    def test_a_size_that_was_kept_is_not_taken_back(self):
        uuid = self.off()
        self.driver.resize(self.larger())
        for _ in range(2):
            self.driver.keep_size(uuid)
        self.driver.set_power(uuid, on=True)
        self.driver.unresize(self.machine)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.keep_size(ABSENT)

    def test_only_a_guest_that_is_off_is_resized(self):
        uuid = self.running()
        with self.assertRaises(DriverRefused):
            self.driver.resize(self.larger())
        with self.assertRaises(MachineUnknown):
            self.driver.resize(self.make_machine(uuid=ABSENT))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
