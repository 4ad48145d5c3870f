# SPDX-License-Identifier: Apache-2.0
"""What every driver must do alike: mix-ins, one per capability. A driver's test is its constructor.

class FakeDriverTest(DriverParity, ConsoleLogParity, GracefulStopParity, DriverTestCase):
    def make_driver(self):
        return FakeDriver()
"""

from tests.parity.case import DriverTestCase
from tests.parity.console_log import ConsoleLogParity
from tests.parity.consoles import (
    MksConsoleParity,
    SerialConsoleParity,
    SpiceConsoleParity,
    VncConsoleParity,
)
from tests.parity.core import DriverParity
from tests.parity.crash_dumpable import CrashDumpableParity
from tests.parity.diagnosable import DiagnosableParity
from tests.parity.graceful_stop import GracefulStopParity
from tests.parity.image_caching import ImageCachingParity
from tests.parity.live_migratable import LiveMigratableParity
from tests.parity.password_settable import PasswordSettableParity
from tests.parity.pausable import PausableParity
from tests.parity.rebuildable import RebuildableParity
from tests.parity.rescuable import RescuableParity
from tests.parity.resizable import ResizableParity
from tests.parity.snapshotable import SnapshotableParity
from tests.parity.suspendable import SuspendableParity

__all__ = [
    "ConsoleLogParity",
    "CrashDumpableParity",
    "DiagnosableParity",
    "DriverParity",
    "DriverTestCase",
    "GracefulStopParity",
    "ImageCachingParity",
    "LiveMigratableParity",
    "MksConsoleParity",
    "PasswordSettableParity",
    "PausableParity",
    "RebuildableParity",
    "RescuableParity",
    "ResizableParity",
    "SerialConsoleParity",
    "SnapshotableParity",
    "SpiceConsoleParity",
    "SuspendableParity",
    "VncConsoleParity",
]
