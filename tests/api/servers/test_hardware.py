# SPDX-License-Identifier: Apache-2.0
"""Servers whose image or flavor asks for hardware: kept, refused, or without a host that has it."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

from tests.api.harness import ApiCase


class HardwareTest(ApiCase):
    def image_with(self, **properties: str) -> str:
        """An image of one byte that asks for this."""
        with tempfile.NamedTemporaryFile() as content:
            content.write(b"!")
            content.flush()
            name, path = self.project, Path(content.name)
            images = self.cloud.side.images
            return images.add(path, name, disk_format="raw", properties=properties).id

    def test_a_kernel_that_is_there_and_one_that_is_not(self) -> None:
        kernel = self.image_with()
        self.boot(imageRef=self.image_with(kernel_id=kernel, ramdisk_id=kernel))
        absent = str(uuid.uuid4())
        wish = self.wish(imageRef=self.image_with(kernel_id=kernel, ramdisk_id=absent))
        answer = self.member.post("/servers", wish, expect=400)
        self.assertFault(answer, 400, "badRequest", absent)

    def test_hardware_that_hosts_have(self) -> None:
        self.boot(imageRef=self.image_with(hw_firmware_type="uefi", hw_disk_bus="scsi"))

    def test_hardware_that_no_host_has(self) -> None:
        wish = self.wish(imageRef=self.image_with(hw_disk_bus="xen"))
        made = self.member.post("/servers", wish, expect=202)
        server = self.settled(made.json["server"]["id"], "ERROR")
        shown = self.member.get(f"/servers/{server}", expect=200).json["server"]
        self.assertEqual("No valid host was found.", shown["fault"]["message"])

    def test_hardware_that_there_is_not(self) -> None:
        wish = self.wish(imageRef=self.image_with(hw_disk_bus="punch-card"))
        answer = self.member.post("/servers", wish, expect=400)
        self.assertFault(answer, 400, "badRequest", "punch-card", "hw_disk_bus")
