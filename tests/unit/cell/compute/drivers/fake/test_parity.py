# SPDX-License-Identifier: Apache-2.0
"""The fake driver passes the parity suite, with and without a folder for its machines."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nova_cells.cell.compute.drivers.fake import FakeDriver, Folder, Memory
from tests.parity import (
    ConsoleLogParity,
    CrashDumpableParity,
    DiagnosableParity,
    DriverParity,
    DriverTestCase,
    GracefulStopParity,
    ImageCachingParity,
    LiveMigratableParity,
    MksConsoleParity,
    PasswordSettableParity,
    PausableParity,
    RebuildableParity,
    RescuableParity,
    ResizableParity,
    SerialConsoleParity,
    SnapshotableParity,
    SpiceConsoleParity,
    SuspendableParity,
    VncConsoleParity,
)


class Everything(
    DriverParity,
    ConsoleLogParity,
    CrashDumpableParity,
    DiagnosableParity,
    GracefulStopParity,
    LiveMigratableParity,
    MksConsoleParity,
    ImageCachingParity,
    PasswordSettableParity,
    PausableParity,
    RebuildableParity,
    RescuableParity,
    ResizableParity,
    SerialConsoleParity,
    SpiceConsoleParity,
    SnapshotableParity,
    SuspendableParity,
    VncConsoleParity,
):
    """The fake driver has every capability there is."""


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
