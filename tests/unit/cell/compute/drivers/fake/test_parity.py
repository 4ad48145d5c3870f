# SPDX-License-Identifier: Apache-2.0
"""The fake driver passes the parity suite, with and without a folder for its machines."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.fake import FakeDriver, Folder, Memory
from tests.parity.case import DriverTestCase
from tests.parity.suite import parity_of

Everything = parity_of(FakeDriver)


class FakeDriverTest(Everything, DriverTestCase):
    def setUp(self):
        self._driver = FakeDriver(store=Memory())
        super().setUp()

    def make_driver(self):
        return self._driver

    def make_neighbour(self):
        return FakeDriver("neighbour")


class KeptFakeDriverTest(Everything, DriverTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self._folder = Path(folder.name)
        super().setUp()

    def make_driver(self):
        return FakeDriver(store=Folder(self._folder))

    def make_neighbour(self):
        return FakeDriver("neighbour", store=Folder(self._folder / "neighbour"))
