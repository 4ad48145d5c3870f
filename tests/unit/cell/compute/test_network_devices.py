# SPDX-License-Identifier: Apache-2.0
"""What a host's network devices can carry is part of what it offers."""

from __future__ import annotations

import unittest
import uuid
from types import SimpleNamespace
from typing import Any

from nova_cells.cell.compute.network_devices import devices_of
from nova_cells.objects import Inventory

OVN = "5533233b-800c-11eb-b1f4-000056b2f5b8"
OUT, IN = "NET_BW_EGR_KILOBIT_PER_SEC", "NET_BW_IGR_KILOBIT_PER_SEC"


def options(**changes: Any) -> Any:
    usual = {"bandwidths": [], "packet_rate": 0, "vnic_types": ["normal"], "namespace": OVN}
    return SimpleNamespace(**{**usual, **changes})


def inventory() -> Inventory:
    return Inventory(
        vcpus=1,
        memory_mb=1,
        disk_gb=1,
        hypervisor_type="fake",
        hypervisor_version=1,
        resources={"CUSTOM_X": 1},
        traits=["T"],
    )


class NetworkDevicesTest(unittest.TestCase):
    def test_nothing_is_offered_unless_it_is_said(self) -> None:
        devices = devices_of(options())
        self.assertEqual(inventory().document(), devices.add_to(inventory()).document())
        self.assertEqual({}, devices.facts("h1"))

    def test_each_device_is_a_place_of_its_own(self) -> None:
        told = ["br-ex:physnet-0:100:200", "br-tun::7:8"]
        devices = devices_of(options(bandwidths=told, packet_rate=5))
        offered = devices.add_to(inventory())
        self.assertEqual(
            {
                "CUSTOM_X": 1,
                f"{OUT}@CUSTOM_PHYSNET_PHYSNET_0": 100,
                f"{IN}@CUSTOM_PHYSNET_PHYSNET_0": 200,
                f"{OUT}@CUSTOM_NETWORK_TUNNEL_PROVIDER": 7,
                f"{IN}@CUSTOM_NETWORK_TUNNEL_PROVIDER": 8,
                "NET_PACKET_RATE_KILOPACKET_PER_SEC": 5,
            },
            offered.resources,
        )
        self.assertEqual(["CUSTOM_VNIC_TYPE_NORMAL", "T"], offered.traits)

    def test_neutron_knows_devices_by_the_names_its_agents_tell(self) -> None:
        devices = devices_of(options(bandwidths=["br-ex:p:1:1"], packet_rate=5))
        space = uuid.UUID(OVN)
        names = {"CUSTOM_PHYSNET_P": "h1:br-ex", "": "h1"}
        told = {place: str(uuid.uuid5(space, name)) for place, name in names.items()}
        self.assertEqual({"network_providers": told}, devices.facts("h1"))

    def test_what_is_no_sense_is_said(self) -> None:
        for told in (["br-ex"], ["br-ex:p:1"], ["br-ex:p:a:1"], ["a:p:1:1", "b:p:1:1"], [":p:1:1"]):
            with self.assertRaisesRegex(ValueError, "network_devices.bandwidths"):
                devices_of(options(bandwidths=told))
