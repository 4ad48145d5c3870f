# SPDX-License-Identifier: Apache-2.0
"""The libvirt driver does on a real host what every driver does."""

from __future__ import annotations

from tests.parity.console_log import ConsoleLogParity
from tests.parity.core import DriverParity
from tests.parity.crash_dumpable import CrashDumpableParity
from tests.parity.graceful_stop import GracefulStopParity
from tests.parity.pausable import PausableParity
from tests.parity.rebuildable import RebuildableParity
from tests.parity.rescuable import RescuableParity
from tests.parity.suspendable import SuspendableParity
from tests.real.case import RealDriverCase


class LibvirtParityTest(
    ConsoleLogParity,
    CrashDumpableParity,
    GracefulStopParity,
    PausableParity,
    RebuildableParity,
    RescuableParity,
    SuspendableParity,
    DriverParity,
    RealDriverCase,
):
    soft_reboot_timeout = 0.5  # the guest may not listen yet: here only the end counts
