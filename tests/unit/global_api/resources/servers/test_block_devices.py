# SPDX-License-Identifier: Apache-2.0
"""Named disks: which go together, which fit, and which are the business of a volume service."""

from __future__ import annotations

import unittest

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.servers import block_devices
from nova_cells.global_api.volumes.wishes import VolumeWish
from nova_cells.objects import Flavor

IMAGE = "11111111-2222-3333-4444-555555555555"
OTHER = "11111111-2222-3333-4444-666666666666"
ROOT = {"source_type": "image", "destination_type": "local", "boot_index": 0, "uuid": IMAGE}
BLANK = {"source_type": "blank", "destination_type": "local", "boot_index": -1}
SWAP = {**BLANK, "guest_format": "swap"}
VOLUME = {"source_type": "volume", "destination_type": "volume", "uuid": OTHER}


def flavor(**more):
    size = {"vcpus": 1, "memory_mb": 64, "root_gb": 1, "ephemeral_gb": 3, "swap_mb": 512, **more}
    return Flavor(id=1, flavorid="f", name="f", **size)


class ReadTest(unittest.TestCase):
    def read(self, *devices, **server):
        return block_devices.read({"block_device_mapping_v2": list(devices), **server})

    def refused(self, words, *devices, **server):
        with self.assertRaisesRegex(BadRequest, words):
            self.read(*devices, **server)

    def test_an_image_said_both_ways(self):
        for found in (
            self.read(imageRef=IMAGE),
            self.read(ROOT),
            self.read(ROOT, imageRef=f"http://glance/images/{IMAGE}"),
            self.read({**ROOT, "boot_index": "0"}),
        ):
            self.assertEqual((IMAGE, [], []), (found.image, found.local, found.volumes))
        self.assertIsNone(self.read(VOLUME | {"boot_index": 0}).image)
        self.refused("Boot sequence", ROOT, imageRef=OTHER)

    def test_local_disks(self):
        found = self.read(ROOT, SWAP | {"volume_size": "64"}, BLANK, BLANK | {"volume_size": 1})
        kinds = [(each["kind"], each["size"]) for each in found.local]
        self.assertEqual([("swap", 64), ("ephemeral", None), ("ephemeral", 1)], kinds)
        bare = {"source_type": "blank", "boot_index": None}
        self.assertEqual("ephemeral", self.read(ROOT, bare).local[0]["kind"])

    def test_volumes_are_handed_on(self):
        devices = [
            VOLUME,
            {"source_type": "snapshot", "uuid": OTHER},
            {"source_type": "image", "destination_type": "volume", "uuid": IMAGE},
            {"source_type": "blank", "destination_type": "volume", "volume_size": 1},
        ]
        found = self.read(*devices, imageRef=IMAGE)
        said = [(each.source, each.id, each.size) for each in found.volumes]
        wanted = [
            (each["source_type"], each.get("uuid"), each.get("volume_size")) for each in devices
        ]
        self.assertEqual((IMAGE, wanted), (found.image, said))

    def test_old_forms(self):
        old = {"volume_id": OTHER, "device_name": "vdb", "delete_on_termination": "1"}
        found = block_devices.read({"block_device_mapping": [old], "imageRef": IMAGE})
        self.assertEqual([VolumeWish("volume", OTHER, device="vdb", ends=True)], found.volumes)
        snapshot = {"snapshot_id": IMAGE, "device_name": "/dev/vda", "volume_size": "3"}
        found = block_devices.read({"block_device_mapping": [old, snapshot]})
        self.assertEqual([None, 0], [each.boot_index for each in found.volumes])
        self.assertEqual(
            0, block_devices.read({"block_device_mapping": [old]}).volumes[0].boot_index
        )
        with self.assertRaisesRegex(BadRequest, "legacy"):
            block_devices.read({"block_device_mapping": [{"device_name": "vda"}]})

    def test_a_root_volume_is_made_of_the_image(self):
        root = {**ROOT, "destination_type": "volume", "volume_size": 2}
        for found in (self.read(root), self.read(root, imageRef=IMAGE)):
            self.assertEqual((None, 0), (found.image, found.volumes[0].boot_index))
        self.refused("Boot sequence", root, imageRef=OTHER)

    def test_a_root_volume_is_booted_from_in_place_of_the_image(self):
        found = self.read(VOLUME | {"boot_index": 0}, VOLUME | {"boot_index": 1}, imageRef=IMAGE)
        self.assertEqual((None, 2), (found.image, len(found.volumes)))
        blank = {"source_type": "blank", "destination_type": "volume", "volume_size": 1}
        found = self.read(blank | {"boot_index": "0"}, imageRef=IMAGE)
        self.assertEqual((None, "blank"), (found.image, found.volumes[0].source))

    def test_what_is_left_out(self):
        for value in (True, "true", {}, "1"):
            self.assertEqual([], self.read(VOLUME | {"no_device": value}, imageRef=IMAGE).volumes)
        for value in (False, "false", None):
            found = self.read(VOLUME | {"no_device": value}, imageRef=IMAGE)
            self.assertEqual(1, len(found.volumes))

    def test_what_contradicts_itself(self):
        self.refused("source_type", {"destination_type": "local"})
        self.refused("Missing device UUID", {**ROOT, "uuid": ""})
        self.refused("Invalid device UUID", BLANK | {"uuid": OTHER}, imageRef=IMAGE)
        self.refused("local disk", VOLUME | {"destination_type": "local"}, imageRef=IMAGE)
        self.refused("image to local", ROOT | {"boot_index": -1})
        self.refused("how large the root disk", ROOT | {"volume_size": 4})
        self.refused("volume_type", BLANK | {"volume_type": "fast"}, imageRef=IMAGE)
        self.refused("More than one swap", SWAP, SWAP, imageRef=IMAGE)
        self.refused("guest_format", BLANK | {"guest_format": "ntfs"}, imageRef=IMAGE)
        self.refused(
            "Using different", ROOT, block_device_mapping=[{"volume_id": OTHER}], imageRef=IMAGE
        )

    def test_the_order_of_booting(self):
        self.read(VOLUME | {"boot_index": 1}, imageRef=IMAGE)
        self.refused("Boot sequence", ROOT, ROOT)
        self.refused("Boot sequence", VOLUME | {"boot_index": 2}, imageRef=IMAGE)
        self.refused("Boot sequence", BLANK | {"boot_index": 0})
        self.refused("Boot sequence", VOLUME | {"boot_index": 1})


class SizesTest(unittest.TestCase):
    def fitted(self, *devices, **more):
        found = block_devices.read({"block_device_mapping_v2": [ROOT, *devices]})
        return [each["size"] for each in block_devices.fitted(found.local, flavor(**more))]

    def test_what_is_not_said_is_all_there_is(self):
        self.assertEqual([512, 3], self.fitted(SWAP, BLANK))
        self.assertEqual(
            [1, 2], self.fitted(BLANK | {"volume_size": 1}, BLANK | {"volume_size": 2})
        )

    def test_what_does_not_fit(self):
        for words, devices, more in (
            ("Swap drive", [SWAP | {"volume_size": 513}], {}),
            ("Ephemeral disks", [BLANK | {"volume_size": 4}], {}),
            ("Ephemeral disks", [BLANK, BLANK | {"volume_size": 1}], {}),
            ("no swap", [SWAP], {"swap_mb": 0}),
            ("no ephemeral", [BLANK], {"ephemeral_gb": 0}),
        ):
            with self.subTest(words, more=more), self.assertRaisesRegex(BadRequest, words):
                self.fitted(*devices, **more)

    def test_how_many(self):
        plain = block_devices.read({"imageRef": IMAGE})
        block_devices.few_enough(plain, flavor(), 1)
        named = block_devices.read({"block_device_mapping_v2": [ROOT, BLANK]})
        block_devices.few_enough(named, flavor(), 3)
        block_devices.few_enough(named, flavor(), -1)
        with self.assertRaisesRegex(BadRequest, "at most 2"):
            block_devices.few_enough(named, flavor(), 2)
        block_devices.few_enough(named, flavor(swap_mb=0), 2)
