# SPDX-License-Identifier: Apache-2.0
"""A guest's definition with the places of another host: what it sees stays, what hosts see goes."""

from __future__ import annotations

import unittest
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.live_migration_notes import NAMESPACE, awaiting
from nova_cells.cell.compute.drivers.libvirt.live_migration_xml import disks_in, grafted

GUEST = """
<domain type='qemu'><uuid>u</uuid>
  <metadata><mark epoch='1'/></metadata>
  <os><type machine='pc-i440fx-7.2'>hvm</type><nvram template='/t'>/here/nvram.fd</nvram></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='/here/root.qcow2' index='2'/><backingStore><source file='/base'/></backingStore>
      <target dev='vda' bus='virtio'/><address slot='0x05'/></disk>
    <disk type='file' device='cdrom'><source file='/here/config.iso'/>
      <target dev='hda' bus='ide'/><readonly/></disk>
    <disk type='block' device='disk'><source dev='/dev/x'/><target dev='vdb'/></disk>
    <interface type='bridge'><mac address='FA:16:3e:00:00:01'/>
      <source bridge='br-here'/><target dev='vnet3'/><model type='virtio'/></interface>
    <serial type='tcp'><source mode='bind' host='10.0.0.1' service='20001'/>
      <log file='/here/console.log' append='on'/><target port='0'/></serial>
    <console type='tcp'><source mode='bind' host='10.0.0.1' service='20001'/></console>
    <channel type='unix'><source mode='bind' path='/run/here/1.sock'/><target name='a'/></channel>
    <graphics type='vnc' port='5900' autoport='yes' listen='10.0.0.1'>
      <listen type='address' address='10.0.0.1'/></graphics>
  </devices></domain>"""
HOME = """
<domain type='qemu'><uuid>u</uuid>
  <metadata><mark epoch='2'/></metadata>
  <os><type machine='pc'>hvm</type><nvram>/there/nvram.fd</nvram></os>
  <devices>
    <disk type='file' device='disk'><source file='/there/root.qcow2'/><target dev='vda'/></disk>
    <disk type='file' device='cdrom'><source file='/there/config.iso'/><target dev='hda'/></disk>
    <disk type='block' device='disk'><source dev='/dev/y'/><target dev='vdb'/></disk>
    <interface type='bridge'><mac address='fa:16:3e:00:00:01'/>
      <source bridge='br-there'/></interface>
    <serial type='file'><source path='/there/console.log' append='on'/><target port='0'/></serial>
    <graphics type='vnc' port='-1' autoport='yes'>
      <listen type='address' address='10.0.0.2'/></graphics>
  </devices></domain>"""


PORT = """<domain type='qemu'><devices><interface type='bridge'>
  <mac address='fa:16:3e:00:00:01'/><source bridge='{bridge}'/>{switch}
  <target dev='tap11111111-11'/><model type='virtio'/></interface></devices></domain>"""
SWITCH = "<virtualport type='openvswitch'><parameters interfaceid='11111111'/></virtualport>"


class GraftedPortTest(unittest.TestCase):
    def test_a_port_is_plugged_as_its_new_host_has_it(self):
        switched = PORT.format(bridge="br-int", switch=SWITCH)
        filtered = PORT.format(bridge="qbr1", switch="")
        for guest, home in ((switched, filtered), (filtered, switched)):
            found = ElementTree.fromstring(grafted(guest, home)).find("devices/interface")
            there = ElementTree.fromstring(home).find("devices/interface")
            for part in ("source", "virtualport", "target"):
                with self.subTest(part):
                    mine, its = found.find(part), there.find(part)
                    self.assertEqual(its is None, mine is None)
                    self.assertEqual(its is None or its.attrib, mine is None or mine.attrib)


class GraftTest(unittest.TestCase):
    def setUp(self):
        self.text = grafted(GUEST, HOME)
        self.domain = ElementTree.fromstring(self.text)

    def test_nothing_of_the_source_is_left(self):
        for word in ("here/", "br-here", "10.0.0.1", "vnet3", "/dev/x", "backingStore", "20001"):
            self.assertNotIn(word, self.text.replace("/there/", ""), word)
        self.assertEqual([], self.domain.findall("devices/console"))

    def test_what_the_guest_sees_is_its_own(self):
        self.assertEqual("pc-i440fx-7.2", self.domain.find("os/type").get("machine"))
        disk = self.domain.find("devices/disk")
        self.assertEqual("0x05", disk.find("address").get("slot"))
        self.assertEqual("qcow2", disk.find("driver").get("type"))
        self.assertEqual("virtio", self.domain.find("devices/interface/model").get("type"))

    def test_its_places_are_the_destinations(self):
        self.assertEqual("/there/root.qcow2", self.domain.find("devices/disk/source").get("file"))
        self.assertEqual("/there/nvram.fd", self.domain.find("os/nvram").text)
        self.assertEqual("br-there", self.domain.find("devices/interface/source").get("bridge"))
        self.assertEqual("file", self.domain.find("devices/serial").get("type"))
        self.assertEqual("-1", self.domain.find("devices/graphics").get("port"))
        self.assertEqual("2", self.domain.find("metadata/mark").get("epoch"))

    def test_a_device_the_destination_does_not_know_is_refused(self):
        for device in ("vdb", "fa:16:3e:00:00:01"):
            with self.assertRaises(DriverRefused):
                grafted(GUEST, HOME.replace(device, "other"))

    def test_only_its_own_disks_are_carried(self):
        self.assertEqual(["vda"], disks_in(GUEST, "/here"))
        self.assertEqual([], disks_in(GUEST, "/her"))

    def test_one_that_is_awaited_says_so(self):
        for text in (HOME, "<domain/>"):
            domain = ElementTree.fromstring(awaiting(text))
            self.assertIsNotNone(domain.find(f"metadata/{{{NAMESPACE}}}awaited"))
