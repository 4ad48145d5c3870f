# SPDX-License-Identifier: Apache-2.0
"""Where devices are, in OpenStack's words, from what libvirt tells of them."""

from __future__ import annotations

import unittest
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.libvirt.device_list import devices_of

DOMAIN = """<domain><metadata>
<d:devices xmlns:d="urn:nova-cells:devices:1"><d:device name="two" tag="data"/></d:devices>
</metadata><devices>
<disk type="file"><target dev="vda" bus="virtio"/>
<address type="pci" domain="0x0000" bus="0x00" slot="0x04" function="0x0"/></disk>
<disk type="file"><target dev="sda" bus="scsi"/><serial>one</serial>
<address type="drive" controller="1" bus="0" target="2" unit="3"/></disk>
<disk type="file"><target dev="hdb" bus="ide"/><serial>two</serial>
<address type="drive" controller="0" bus="0" target="0" unit="1"/></disk>
<disk type="file"><target dev="sdb" bus="usb"/><serial>three</serial>
<address type="usb" bus="0" port="2"/></disk>
<interface type="bridge"><mac address="fa:16:3e:00:00:01"/>
<address type="pci" domain="0x0000" bus="0x01" slot="0x1f" function="0x7"/></interface>
</devices></domain>"""


class DeviceListTest(unittest.TestCase):
    def test_every_bus(self):
        found = devices_of(ElementTree.fromstring(DOMAIN))
        self.assertEqual(
            [
                ("nic", "pci", "0000:01:1f.7", "fa:16:3e:00:00:01", []),
                ("disk", "scsi", "1:0:2:3", "one", []),
                ("disk", "ide", "0:1", "two", ["data"]),
                ("disk", "usb", "0:2", "three", []),
            ],
            [
                (
                    one["type"],
                    one["bus"],
                    one["address"],
                    one.get("mac") or one["serial"],
                    one["tags"],
                )
                for one in found
            ],
        )
        self.assertEqual(["/dev/sda", "/dev/hdb", "/dev/sdb"], [one["path"] for one in found[1:]])
