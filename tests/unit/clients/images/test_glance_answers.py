# SPDX-License-Identifier: Apache-2.0
"""Whatever Glance answers at whichever request: a fault of ours that can be read, and a log."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.clients.images import ImageFault
from nova_cells.clients.images.glance_store import GlanceStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.services.glance import Glance
from tests.services.twin import new_id
from tests.unit.clients.answers_case import AnswersCase

PROJECT = "99999999-9999-4999-8999-999999999999"
CALLER = RequestContext(project_id=PROJECT, is_admin=True)


class GlanceAnswersTest(AnswersCase):
    faults = (ImageFault,)

    def setUp(self) -> None:
        self.twin: Glance = Glance()
        conf = config.load()
        told = {"auth_type": "none", "endpoint_override": self.twin.url, "connect_retries": 0}
        more = {"breaker_failures": 1000, "breaker_requests": 1000}
        for name, value in {**told, **more}.items():
            conf.set_override(name, value, group="glance")
        self.store = GlanceStore(conf)
        self.store.close()
        self.store._glance = Service(
            conf.glance, service_type="image", name="image", http=self.twin.session()
        )

    def test_reading(self) -> None:
        image = self.twin.image(PROJECT, status="active")["id"]
        for deed in (lambda: self.store.find(CALLER, image), lambda: self.store.list(CALLER)):
            for what, fault in self.each(deed):
                self.assertIsNotNone(fault, what)

    def test_a_download_leaves_no_part_of_it(self) -> None:
        made = self.twin.image(PROJECT, status="active")
        self.twin.bytes[made["id"]] = b"disk"
        digest = hashlib.sha256(b"disk").hexdigest()
        facts = ImageFacts(id=made["id"], size=4, hash_algo="sha256", hash_value=digest)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "disk"
            for what, fault in self.each(lambda: self.store.download(facts, target)):
                self.assertIsNotNone(fault, what)
                self.assertFalse(target.exists(), what)

    def test_an_upload_is_told_to_be_done_only_if_it_is(self) -> None:
        def upload() -> None:
            image = self.twin.image(PROJECT)["id"]
            self.store.upload(image, "raw", iter([b"disk"]))
            self.assertEqual((b"disk", "active"), (self.twin.bytes[image], self.status(image)))

        for what, fault in self.each(upload):
            self.assertIsNotNone(fault, what)

    def test_records_and_their_end(self) -> None:
        def life() -> None:
            image = ImageFacts(id=new_id(), name="one")
            self.store.create(CALLER, image)
            self.store.owned(PROJECT, {"name": "one"})
            self.store.delete(image.id)
            self.assertNotIn(image.id, self.twin.images)

        for _what, _fault in self.each(life):
            self.twin.images.clear()

    def status(self, image: str) -> str:
        return str(self.twin.images[image]["status"])
