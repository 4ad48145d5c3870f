# SPDX-License-Identifier: Apache-2.0
"""The steps that make an image of a guest, each of them done twice and broken off."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverRefused,
    ImageUnavailable,
    ImageUnusable,
)
from nova_cells.cell.compute.steps import Task, step_named
from nova_cells.clients.images import ImageNotFound
from nova_cells.clients.images import ImageUnavailable as ServiceUnavailable
from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.unit.cell.compute.worlds import a_machine, some_work

IMAGE = "33333333-3333-4333-8333-333333333333"
OWNER = RequestContext(project_id="p1")


class CapturesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.images = LocalStore(Path(folder.name))
        facts = ImageFacts(id=IMAGE, name="copy", properties={"base_image_ref": ""})
        self.images.create(OWNER, facts)
        self.driver = FakeDriver(images=self.images)
        self.driver.adopt("captures")
        self.machine = a_machine()
        self.run_step("create_machine")
        self.run_step("power_on")

    def run_step(self, name: str, progress: Any = lambda percent: None, **more: Any) -> Any:
        work = some_work(self.machine, name, arguments={"capture": IMAGE})
        values = {"images": self.images, **more}
        return step_named(name).run(Task(self.driver, work, progress, **values))

    def test_a_guest_becomes_an_image_and_the_image_a_guest(self) -> None:
        for name in ("capture_disk", "upload_capture", "upload_capture", "drop_capture"):
            facts = self.run_step(name)
            if name == "upload_capture":
                self.assertEqual("active", facts["image"]["status"])
        copy = a_machine(uuid=IMAGE, image=self.images.find(OWNER, IMAGE))
        self.driver.define(copy)
        self.driver.set_power(IMAGE, on=True)
        self.assertIn(f"written by {self.machine.uuid}", self.driver.console_output(IMAGE, -1))

    def test_an_upload_done_again_needs_no_copy(self) -> None:
        for name in ("capture_disk", "upload_capture", "drop_capture", "upload_capture"):
            self.run_step(name)

    def test_a_copy_that_is_gone_is_told(self) -> None:
        self.assertRaises(DriverRefused, self.run_step, "upload_capture")
        self.assertEqual("queued", self.images.find(OWNER, IMAGE).status)

    def test_what_the_image_service_says_is_told_in_a_drivers_words(self) -> None:
        self.run_step("capture_disk")
        self.assertRaises(DriverRefused, self.run_step, "upload_capture", images=None)
        self.images.delete(IMAGE)
        self.assertRaises(ImageUnusable, self.run_step, "upload_capture")

        def away(*_arguments: Any) -> None:
            raise ServiceUnavailable("away")

        self.images.upload = away  # type: ignore[assignment, method-assign]
        self.assertRaises(ImageUnavailable, self.run_step, "upload_capture")

    def test_an_upload_nobody_wants_any_more_stops(self) -> None:
        self.run_step("capture_disk")

        def unwanted(_percent: int) -> None:
            raise Cancelled("not wanted")

        self.assertRaises(Cancelled, self.run_step, "upload_capture", unwanted)
        self.assertEqual("queued", self.images.find(OWNER, IMAGE).status)

    def test_an_image_that_is_gone_makes_no_guest(self) -> None:
        facts = ImageFacts(id="gone", properties={"base_image_ref": ""})
        with self.assertRaises(ImageUnusable):
            self.driver.define(a_machine(uuid=IMAGE, image=facts))
        with self.assertRaises(ImageNotFound):
            self.images.upload("gone", "raw", iter([b"x"]))
