# SPDX-License-Identifier: Apache-2.0
"""What a cell is told of a host so that volumes can be connected to it without asking it first."""

from __future__ import annotations

import logging
from typing import Any

from nova_cells.cell.compute.drivers.attaching import VolumeAttachable
from nova_cells.cell.compute.drivers.interface import DriverFault, can
from nova_cells.cell.compute.volumes.connections import Connections

LOG = logging.getLogger(__name__)


def facts_of(host: str, driver: Any, address: str, volumes: Connections | None) -> dict[str, Any]:
    """`connector`: what storages must know of it; absent where it takes no volumes."""
    if not can(driver, VolumeAttachable):
        return {}
    connector = driver.connector(host)
    if connector is None and volumes is not None:
        try:
            connector = volumes.brick.connector(host, address)
        except DriverFault as fault:
            LOG.warning("host %s takes no volumes now: %s (%s)", host, fault, fault.details)
    return {"connector": connector} if connector else {}
