# SPDX-License-Identifier: Apache-2.0
"""Images come to a real host: signed or not, broken off, and only as far as there is room."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from nova_cells.cell.compute.drivers.image_types import TrustedCertificates
from nova_cells.cell.compute.drivers.interface import (
    ImageUnusable,
    OutOfSpace,
    PowerState,
    can,
)
from nova_cells.objects import ImageFacts
from tests.real.case import RealDriverCase
from tests.real.dying import killed_while
from tests.real.small_images import SmallImages
from tests.unit.cell.compute.images.signing import Signer

MIB = 1 << 20


class CacheCase(RealDriverCase):
    """With a cache of its own."""

    @property
    def cache(self) -> str:
        return str(self.state / "cache")

    def kept(self) -> list[str]:
        """What is in the cache, the notes of who uses it excepted."""
        return sorted(path.name for path in Path(self.cache).glob("*") if path.is_file())

    def large(self) -> ImageFacts:
        path = self.state / "large"
        with path.open("wb") as stream:
            for _ in range(256):
                stream.write(os.urandom(MIB))
        return self.ground.images.add(path, self.id(), disk_format="raw")


class BrokenDownloadTest(CacheCase):
    def test_what_a_killed_agent_was_fetching_is_fetched_again_or_cleared_away(self):
        self.machine = self.make_machine(image=self.large())
        killed_while(self, "cache_image", 0.15)
        self.driver.power_states()
        self.assertEqual([], [name for name in self.kept() if name.endswith(".part")])
        killed_while(self, "cache_image", 0.15)
        self.driver.cache_image(self.machine.image)
        self.assertEqual(2, len(self.kept()), "the image and its note")

    def test_a_full_disk_is_told_and_nothing_stays(self):
        Path(self.cache).mkdir(exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "none", self.cache]
        subprocess.run(mount, check=True)
        self.addCleanup(subprocess.run, ["umount", self.cache], check=True)
        image = self.large()
        with self.assertRaises(OutOfSpace):
            self.driver.cache_image(image)
        machine = self.make_machine(image=image)
        with self.assertRaises(OutOfSpace):
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(([], set()), (self.kept(), self.files()))


class SignedImagesTest(CacheCase):
    def setUp(self) -> None:
        super().setUp()
        self.small = SmallImages(self.ground.images, self.id())

    def make_conf(self):
        conf = super().make_conf()
        self.signer = Signer(self.state / "certificates")
        conf.set_override("certificates", str(self.signer.folder), group="image_signatures")
        return conf

    def signed(self, content_of: ImageFacts) -> ImageFacts:
        content = b"".join(self.ground.images.chunks(content_of.id))
        return self.small.of("raw", properties=self.signer.properties(content))

    def test_a_signed_image_starts_a_guest_that_trusts_its_signer(self):
        self.assertTrue(can(self.driver, TrustedCertificates))
        image = self.signed(self.small.of("raw"))
        self.machine = self.make_machine(image=image, trusted_certs=[self.signer.certificate])
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(self.running()))

    def test_a_forged_one_starts_none_and_leaves_nothing(self):
        forged = self.small.of("raw", properties=self.signer.properties(b"something else"))
        machine = self.make_machine(image=forged)
        with self.assertRaisesRegex(ImageUnusable, "does not match its signature"):
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(([], set()), (self.kept(), self.files()))
