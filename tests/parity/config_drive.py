# SPDX-License-Identifier: Apache-2.0
"""What every driver that can make config drives puts on them."""

from __future__ import annotations

import json
from typing import Any

from nova_cells.cell.compute.drivers.attaching import DeviceTagging
from nova_cells.cell.compute.drivers.config_drive import ConfigDrive
from nova_cells.cell.compute.drivers.interface import MachineUnknown, Rebuildable
from tests.parity.core import ABSENT

TOLD: dict[str, Any] = {
    "hostname": "web-1",
    "metadata": {"colour": "green"},
    "keys": [{"name": "mine", "type": "ssh", "data": "ssh-ed25519 AAAA me"}],
    "user_data": "IyEvYmluL3NoCg==",
    "vendor_data": {"proxy": "p"},
    "vendor_data2": {"static": {"proxy": "p"}, "directory": {"token": 1}},
}
LATEST = "openstack/latest"


class ConfigDriveParity:
    """Config drive: name, keys, user data, vendor data and tagged devices."""

    capability = ConfigDrive

    def _told(self, **changes: Any) -> None:
        changes = {"config_drive": True, "guest_data": TOLD, **changes}
        self.machine = self.make_machine(uuid=self.machine.uuid, **changes)
        self.driver.define(self.machine)

    def _document(self, name: str) -> Any:
        return json.loads(self.driver.config_drive(self.machine.uuid)[f"{LATEST}/{name}"])

    def test_a_guest_is_told_who_it_is(self):
        self._told()
        files = self.driver.config_drive(self.machine.uuid)
        self.assertEqual(b"#!/bin/sh\n", files[f"{LATEST}/user_data"])
        self.assertIn("ec2/latest/meta-data.json", files)
        meta = self._document("meta_data.json")
        for name, value in (
            ("uuid", self.machine.uuid),
            ("hostname", "web-1"),
            ("meta", {"colour": "green"}),
            ("public_keys", {"mine": "ssh-ed25519 AAAA me"}),
        ):
            self.assertEqual(value, meta[name], name)
        self.assertEqual(TOLD["vendor_data"], self._document("vendor_data.json"))
        self.assertEqual(TOLD["vendor_data2"], self._document("vendor_data2.json"))

    def test_a_guest_made_anew_is_told_anew(self):
        if not isinstance(self.driver, Rebuildable):
            return
        self._told()
        data = {**TOLD, "hostname": "web-2"}
        self.driver.rebuild(self.machine.replace(guest_data=data))
        self.assertEqual("web-2", self._document("meta_data.json")["hostname"])

    def test_a_guest_is_told_where_its_tagged_devices_are(self):
        if not isinstance(self.driver, DeviceTagging):
            return
        self._told(nics=[self.make_nic(0, tag="front"), self.make_nic(1)])
        [found] = [one for one in self.driver.devices(self.machine.uuid) if one["tags"]]
        self.assertEqual([found], self._document("meta_data.json")["devices"])
        self.assertEqual(["front"], found["tags"])

    def test_without_one_there_is_nothing(self):
        self.driver.define(self.machine)
        self.assertEqual({}, self.driver.config_drive(self.machine.uuid))
        self.assertRaises(MachineUnknown, self.driver.config_drive, ABSENT)
