# SPDX-License-Identifier: Apache-2.0
"""What the driver makes of nodes that others use, that fail, or that nobody finds any more."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverFailed,
    DriverRefused,
    MachineUnknown,
    PowerState,
)
from nova_cells.cell.compute.drivers.ironic.marks import KEY
from nova_cells.clients.service_faults import Unavailable
from tests.unit.cell.compute.drivers.ironic.twin import UUID, Twin, drivers, machine

NODE = UUID.format(0)


class NodeCase(unittest.TestCase):
    def setUp(self):
        self.twin = Twin()
        self.driver = drivers(self.twin)[NODE]
        self.machine = machine()

    @property
    def node(self):
        return self.twin.known[NODE]

    def asked(self, name):
        return [what for kind, what in self.twin.asked if kind == name]


class DeployTest(NodeCase):
    def test_a_node_is_reserved_told_and_deployed(self):
        image = self.machine.image
        self.driver.define(
            self.machine.replace(
                config_drive=True,
                image=image,
                extra_specs={
                    **self.machine.extra_specs,
                    "trait:CUSTOM_GPU": "required",
                    "trait:COMPUTE_RESCUE": "required",
                    "capabilities:boot_mode": "s== uefi",
                },
            )
        )
        info = self.node.instance_info
        self.assertEqual(self.machine.uuid, self.node.instance_uuid)
        self.assertEqual(("image", "parity"), (info["image_source"], info["display_name"]))
        self.assertEqual(["CUSTOM_GPU"], info["traits"])
        self.assertEqual({"boot_mode": "uefi"}, info["capabilities"])
        self.assertEqual(b"parity", b"parity" if "configdrive" in info else b"")
        self.assertEqual("mine", info[KEY]["deployment"])

    def test_a_deployed_node_counts_as_off_until_it_is_switched_on(self):
        self.driver.define(self.machine)
        self.assertEqual("power on", self.node.power_state)
        self.assertEqual({self.machine.uuid: PowerState.SHUTDOWN}, self.driver.power_states())
        self.driver.set_power(self.machine.uuid, on=True)
        self.assertEqual([], self.asked("power"))
        self.assertEqual({self.machine.uuid: PowerState.RUNNING}, self.driver.power_states())

    def test_another_agent_goes_on_with_what_one_has_begun(self):
        self.twin.slow = 10**9
        with self.assertRaises(Cancelled):
            self.driver.define(self.machine, self.cancel)
        self.twin.slow = 0
        self.twin.put(NODE, provision_state="active", power_state="power on")
        self.twin._pending.clear()
        other = drivers(self.twin)[NODE]
        other.define(self.machine)
        self.assertEqual(1, len(self.asked("provision")))

    def cancel(self, _percent):
        raise Cancelled("not wanted")

    def test_a_node_that_fails_says_why_and_can_be_given_back(self):
        self.twin.failing = {"active"}
        with self.assertRaises(DriverRefused) as raised:
            self.driver.define(self.machine)
        self.assertEqual("it burns", raised.exception.details)
        self.driver.destroy(self.machine.uuid)
        self.assertEqual(("available", None), (self.node.provision_state, self.node.instance_uuid))

    def test_nobodys_node_is_taken(self):
        for changes in (
            {"maintenance": True, "maintenance_reason": "a fan"},
            {"instance_uuid": UUID.format(99)},
            {"provision_state": "manageable"},
            {"retired": True},
        ):
            with self.subTest(changes):
                self.twin = Twin(**changes)
                self.driver = drivers(self.twin)[NODE]
                self.assertRaises(DriverRefused, self.driver.define, self.machine)
                self.assertEqual([], self.asked("change"))
                self.assertEqual({}, self.driver.inventory().resources)
                self.assertTrue(self.driver.inventory().unavailable)

    def test_a_race_for_a_node_has_one_winner(self):
        self.twin.trouble = self.somebody_is_faster
        self.assertRaises(DriverRefused, self.driver.define, self.machine)
        self.assertEqual(UUID.format(99), self.node.instance_uuid)
        self.assertEqual([], self.asked("provision"))

    def somebody_is_faster(self, _number, name):
        if name == "change":
            self.twin.put(NODE, instance_uuid=UUID.format(99))

    def test_a_flavor_that_asks_for_no_node_gets_none(self):
        plain = self.machine.replace(extra_specs={})
        self.assertRaises(DriverRefused, self.driver.define, plain)
        self.assertEqual([], self.asked("change"))

    def test_images_by_their_own_address_come_with_their_digest(self):
        driver = drivers(self.twin, image_url="http://images/{id}.img")[NODE]
        image = self.machine.image.obj_clone()
        image.hash_algo, image.hash_value = "sha512", "ab"
        driver.define(self.machine.replace(image=image))
        info = self.node.instance_info
        self.assertEqual("http://images/image.img", info["image_source"])
        told = info["image_os_hash_algo"], info["image_os_hash_value"]
        self.assertEqual(("sha512", "ab"), told)

    def test_ports_of_the_network_service_are_attached_and_left(self):
        self.twin.ports[NODE] = {"stale"}
        wired = self.machine.replace(nics=[{"id": "p1", "service": "neutron"}, {"id": "local"}])
        self.driver.define(wired)
        self.assertEqual({"p1"}, self.twin.ports[NODE])
        self.driver.destroy(wired.uuid)
        self.assertEqual(set(), self.twin.ports[NODE])

    def test_a_config_drive_tells_the_address_of_the_device(self):
        nic = {"id": "p", "service": "neutron", "mac": "fa:16:3e:00:00:01", "network_id": "n"}
        shown = {"label": "net", "addresses": [], "mtu": 1500, "gateway": None, "dns": []}
        self.driver.define(self.machine.replace(config_drive=True, nics=[{**nic, **shown}]))
        told = self.driver.config_drive(self.machine.uuid)
        network = told["openstack/latest/network_data.json"]
        self.assertIn(b"52:54:00:00:00:00", network)
        self.assertNotIn(b"fa:16:3e", network)


class RebuildTest(NodeCase):
    def test_a_rebuild_asked_for_twice_is_done_once(self):
        self.driver.define(self.machine)
        self.driver.set_power(self.machine.uuid, on=True)
        for _ in range(2):
            self.driver.rebuild(self.machine)
        self.assertEqual(["active", "rebuild"], [what for what, _ in self.asked("provision")])
        self.driver.set_power(self.machine.uuid, on=True)
        self.driver.rebuild(self.machine)
        self.assertEqual(3, len(self.asked("provision")))

    def test_a_rebuild_that_was_not_taken_is_asked_for_again(self):
        self.driver.define(self.machine)
        self.twin.trouble = self.one_refusal
        self.assertRaises(DriverFailed, self.driver.rebuild, self.machine.replace(name="new"))
        self.driver.rebuild(self.machine.replace(name="new"))
        self.assertEqual(3, len(self.asked("provision")))

    def one_refusal(self, _number, name):
        if name == "provision":
            self.twin.trouble = lambda _number, _name: None
            raise Unavailable("away", detail="500")

    def test_a_server_that_was_off_is_off_after_its_rebuild(self):
        self.driver.define(self.machine)
        self.driver.set_power(self.machine.uuid, on=False)
        self.driver.rebuild(self.machine.replace(name="new"))
        self.driver.set_power(self.machine.uuid, on=False)
        self.assertEqual("power off", self.node.power_state)


class UndeployTest(NodeCase):
    def test_a_node_is_nobodys_before_it_is_clean(self):
        self.twin.cleans = True
        self.driver.define(self.machine)
        self.driver.destroy(self.machine.uuid)
        inventory = self.driver.inventory()
        self.assertEqual(({}, "The node is not available but cleaning."), (
            inventory.resources,
            inventory.unavailable,
        ))  # fmt: skip

    def test_a_node_that_is_gone_holds_nothing(self):
        self.driver.define(self.machine)
        self.twin.known.clear()
        self.driver.destroy(self.machine.uuid)
        self.assertRaises(MachineUnknown, self.driver.set_power, self.machine.uuid, True)
        self.assertRaises(MachineUnknown, self.driver.define, self.machine)

    def test_a_node_that_can_not_be_undeployed_is_asked_again(self):
        self.driver.define(self.machine)
        self.twin.put(NODE, provision_state="error", last_error="stuck")
        self.twin.provision = lambda uuid, target: None
        with self.assertRaises(DriverFailed) as raised:
            self.driver.destroy(self.machine.uuid)
        self.assertEqual("stuck", raised.exception.details)
        self.assertEqual(self.machine.uuid, self.node.instance_uuid)


class PowerTest(NodeCase):
    def setUp(self):
        super().setUp()
        self.driver.define(self.machine)
        self.driver.set_power(self.machine.uuid, on=True)

    def test_power_that_does_not_come_is_told(self):
        self.twin.failing = {"power off"}
        with self.assertRaises(DriverFailed) as raised:
            self.driver.set_power(self.machine.uuid, on=False)
        self.assertEqual("no power", raised.exception.details)

    def test_a_guest_that_can_not_be_asked_is_switched_off(self):
        self.twin.failing = {"soft power off"}
        self.assertFalse(self.driver.shut_down(self.machine.uuid, 0.01))
        self.assertEqual("power on", self.node.power_state)

    def test_a_soft_reboot_that_fails_becomes_a_hard_one(self):
        self.twin.failing = {"soft rebooting"}
        self.driver.reboot(self.machine.uuid, hard=False)
        self.assertEqual(["soft rebooting", "rebooting"], self.asked("power"))

    def test_a_console_is_where_the_service_says(self):
        self.twin.put(NODE, console_interface="ipmitool-socat")
        driver = drivers(self.twin)[NODE]
        target = driver.serial_console(self.machine.uuid)
        self.assertEqual(("10.0.0.9", 8023), (target.host, target.port))
        self.assertIn("COMPUTE_CONSOLE_SERIAL", driver.inventory().traits)
        self.assertNotIn("COMPUTE_CONSOLE_SERIAL", self.driver.inventory().traits)

    def test_what_a_node_can_not_do_is_not_claimed(self):
        driver = drivers(Twin(rescue_interface="no-rescue"))[NODE]
        self.assertNotIn("COMPUTE_RESCUE", driver.inventory().traits)
