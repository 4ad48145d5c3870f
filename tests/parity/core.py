# SPDX-License-Identifier: Apache-2.0
"""What every driver does: the core of the interface, which needs no trait."""

from __future__ import annotations

import uuid

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    Driver,
    MachineUnknown,
    PowerState,
    traits,
)
from tests.parity.case import mixing_faults

ABSENT = "00000000-0000-4000-8000-000000000000"


class BootParity:
    """A machine is made, off, and making it again changes nothing."""

    capability = Driver

    def test_the_mix_ins_are_those_of_exactly_its_capabilities(self):
        self.assertEqual(set(), mixing_faults(type(self), type(self.driver)))

    def test_define_makes_one_machine_that_is_off(self):
        self.driver.define(self.machine)
        self.assertEqual({self.machine.uuid}, self.driver.machines())
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))

    def test_define_twice_is_one_machine(self):
        self.driver.define(self.machine)
        self.driver.define(self.machine)
        self.assertEqual({self.machine.uuid}, self.driver.machines())

    def test_define_leaves_a_running_machine_alone(self):
        uuid = self.running()
        self.driver.define(self.machine)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_define_says_how_far_it_is_and_takes_no_for_an_answer(self):
        def stop(percent):
            self.assertTrue(0 <= percent <= 100)
            raise Cancelled("not wanted any more")

        try:
            self.driver.define(self.machine, stop)
        except Cancelled:
            self.driver.destroy(self.machine.uuid)
            self.assertEqual(set(), self.driver.machines())
        self.driver.define(self.machine)
        self.assertEqual({self.machine.uuid}, self.driver.machines())

    def test_names_that_only_a_person_would_choose(self):
        odd = self.make_machine(uuid=str(uuid.uuid4()), name="Ünï <b>&amp; 'quoted' \"𝕏\" ")
        self.addCleanup(self.driver.destroy, odd.uuid)
        self.driver.define(odd)
        self.assertIn(odd.uuid, self.driver.machines())


class DeleteParity:
    """A machine is taken away and leaves nothing."""

    capability = Driver

    def test_destroy_leaves_nothing(self):
        uuid = self.running()
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.driver.machines())
        self.assertEqual(PowerState.NOSTATE, self.driver.power_state(uuid))
        self.assertEqual({}, self.driver.power_states())

    def test_destroy_of_an_unknown_machine_is_silent(self):
        self.driver.destroy(ABSENT)
        self.driver.destroy(ABSENT)
        self.assertEqual(set(), self.driver.machines())


class PowerParity:
    """A guest is switched on and off, and its state told."""

    capability = Driver

    def test_power_goes_on_and_off_and_twice_is_once(self):
        uuid = self.running()
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=False)
        self.driver.set_power(uuid, on=False)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_is_started_held_goes_on(self):
        self.driver.define(self.machine)
        uuid = self.machine.uuid
        for _ in range(2):
            self.driver.start_held(uuid)
            held = self.driver.power_state(uuid)
            self.assertIn(held, (PowerState.PAUSED, PowerState.RUNNING))
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.start_held(uuid)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid), "it is left alone")
        with self.assertRaises(MachineUnknown):
            self.driver.start_held(ABSENT)

    def test_power_of_an_unknown_machine(self):
        self.driver.set_power(ABSENT, on=False)
        self.assertEqual(PowerState.NOSTATE, self.driver.power_state(ABSENT))
        with self.assertRaises(MachineUnknown):
            self.driver.set_power(ABSENT, on=True)

    def test_power_states_tells_of_all_machines(self):
        uuid = self.running()
        self.assertEqual({uuid: PowerState.RUNNING}, self.driver.power_states())


class HardRebootParity:
    """A guest is restarted whether it wants or not."""

    capability = Driver

    def test_a_hard_reboot_ends_with_a_running_guest(self):
        uuid = self.running()
        self.driver.reboot(uuid, hard=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_hard_reboot_starts_a_guest_that_was_off(self):
        self.driver.define(self.machine)
        self.driver.reboot(self.machine.uuid, hard=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(self.machine.uuid))

    def test_reboot_of_an_unknown_machine_is_refused(self):
        for hard in (True, False):
            with self.assertRaises(MachineUnknown):
                self.driver.reboot(ABSENT, hard=hard)


class SoftRebootParity:
    """A guest is asked to restart, and made to when it does not answer."""

    capability = Driver

    def test_a_soft_reboot_ends_with_a_running_guest(self):
        uuid = self.running()
        self.driver.reboot(uuid, hard=False)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))


class OwnGuestsParity:
    """Guests without the deployment's mark are left alone."""

    capability = Driver

    def test_another_driver_of_the_host_sees_the_same_machines(self):
        uuid = self.running()
        again = self.make_driver()
        self.addCleanup(again.close)
        again.adopt(self.deployment)
        self.assertEqual({uuid}, again.machines())
        self.assertEqual(PowerState.RUNNING, again.power_state(uuid))

    def test_a_guest_of_another_deployment_is_left_alone(self):
        uuid = self.running()
        self.driver.adopt("somebody-else")
        self.addCleanup(self.driver.adopt, self.deployment)
        self.assertEqual(set(), self.driver.machines())
        self.driver.destroy(uuid)
        self.driver.set_power(uuid, on=False)
        self.driver.adopt(self.deployment)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))


class InventoryParity:
    """A host says what it has and what it can do."""

    capability = Driver

    def test_inventory_offers_something_and_names_the_capabilities(self):
        inventory = self.driver.inventory()
        self.assertGreater(inventory.vcpus, 0)
        self.assertGreater(inventory.memory_mb, 0)
        self.assertGreaterEqual(inventory.disk_gb, 0)
        self.assertTrue(inventory.hypervisor_type)
        self.assertTrue(inventory.architectures)
        self.assertLessEqual(set(traits(self.driver)), set(inventory.traits))
