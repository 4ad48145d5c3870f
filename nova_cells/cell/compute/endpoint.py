# SPDX-License-Identifier: Apache-2.0
"""What a conductor may ask of this agent: work is taken in, and answered later by a report."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from nova_cells.cell.compute.drivers.interface import (
    ConsoleLog,
    Driver,
    DriverFailed,
    DriverFault,
)
from nova_cells.cell.compute.executor import Executor
from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.objects import HostWork

LOG = logging.getLogger(__name__)


class Endpoint:
    """Implements `contracts.Agent`."""

    def __init__(self, hosts: Mapping[str, Driver], executor: Executor) -> None:
        self._hosts = hosts
        self._executor = executor

    def run(self, work: HostWork) -> None:
        """Take the work in. A host not served here is left to the conductor's lease."""
        driver = self._hosts.get(work.host)
        if driver is None or not driver.deployment:
            LOG.error("work %s is for host %s, not in service here", work.operation, work.host)
            return
        self._executor.submit(work)

    def console_output(self, host: str, uuid: str, lines: int) -> str:
        """The last lines of a guest's serial console."""
        driver = self._hosts.get(host)
        if driver is None:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {host} is not served here.")
        if not isinstance(driver, ConsoleLog):
            raise Refused(FaultCode.NOT_SUPPORTED, "The host keeps no console log.")
        try:
            return driver.console_output(uuid, lines)
        except DriverFailed as fault:
            raise Unknown(fault.message) from fault
        except DriverFault as fault:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, fault.message) from fault
