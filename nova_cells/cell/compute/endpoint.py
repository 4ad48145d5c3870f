# SPDX-License-Identifier: Apache-2.0
"""What a conductor may ask of this agent: work is taken in, and answered later by a report."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nova_cells.cell.compute.drivers.attaching import DeviceTagging
from nova_cells.cell.compute.drivers.consoles import BY_PROTOCOL
from nova_cells.cell.compute.drivers.interface import (
    ConsoleLog,
    Diagnosable,
    Driver,
    DriverFailed,
    DriverFault,
    MachineUnknown,
    can,
)
from nova_cells.cell.compute.farewell import Farewell
from nova_cells.cell.compute.gate import Gate
from nova_cells.cell.compute.image_fetches import ImageFetches
from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.objects import ConsoleTarget, Diagnostics, HostWork, ImageFacts
from nova_cells.objects.console import TYPES

LOG = logging.getLogger(__name__)


class Endpoint:
    """Implements `contracts.Agent`."""

    def __init__(
        self,
        hosts: Mapping[str, Driver],
        gate: Gate,
        image_fetches: ImageFetches,
        farewell: Farewell,
    ) -> None:
        self._farewell = farewell
        self._hosts = hosts
        self._image_fetches = image_fetches
        self._gate = gate

    def run(self, work: HostWork) -> None:
        """Take the work in. A host not served here is left to the conductor's lease."""
        driver = self._hosts.get(work.host)
        if driver is None or not driver.deployment:
            LOG.error("work %s is for host %s, not in service here", work.operation, work.host)
            return
        self._gate.submit(work)

    def console_output(self, host: str, uuid: str, lines: int) -> str:
        """The last lines of a guest's serial console."""
        driver = self._able(host, ConsoleLog, "The host keeps no console log.")
        with _told():
            text: str = driver.console_output(uuid, lines)
        return text

    def console(self, host: str, uuid: str, kind: str) -> ConsoleTarget:
        """Where a console listens."""
        capability, method = BY_PROTOCOL[TYPES[kind]]
        driver = self._able(host, capability, f"The host has no {kind} consoles.")
        with _told():
            target: ConsoleTarget = getattr(driver, method)(uuid)
        return target

    def diagnostics(self, host: str, uuid: str) -> Diagnostics:
        """What a guest uses."""
        driver = self._able(host, Diagnosable, "The host can't count what its guests use.")
        with _told():
            found: Diagnostics = driver.diagnostics(uuid)
        return found

    def devices(self, host: str, uuid: str) -> list[dict[str, Any]]:
        """Where in a guest its devices are; a host that can't say knows of none."""
        driver = self._able(host, Driver, "")
        if not can(driver, DeviceTagging):
            return []
        with _told():
            found: list[dict[str, Any]] = driver.devices(uuid)
        return found

    def leave(self, host: str, transport: str) -> bool:
        """Be ready to go to another cell."""
        self._farewell.prepare(host, transport)
        return True

    def stay(self, host: str) -> bool:
        """It is called off."""
        self._farewell.stay()
        return True

    def cache_image(self, host: str, image: ImageFacts) -> None:
        """Fetch an image beforehand."""
        self._image_fetches.submit(host, image)

    def _able(self, host: str, capability: type, otherwise: str) -> Any:
        driver = self._hosts.get(host)
        if driver is None:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {host} is not served here.")
        if not can(driver, capability):
            raise Refused(FaultCode.NOT_SUPPORTED, otherwise)
        return driver


@contextmanager
def _told() -> Iterator[None]:
    """A driver's faults, as a conductor is told them."""
    try:
        yield
    except DriverFailed as fault:
        raise Unknown(fault.message) from fault
    except MachineUnknown as fault:
        raise Refused(FaultCode.INSTANCE_NOT_FOUND, fault.message) from fault
    except DriverFault as fault:
        raise Refused(FaultCode.CONFLICT, fault.message) from fault
