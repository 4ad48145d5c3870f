# SPDX-License-Identifier: Apache-2.0
"""Starts again what ran when its host went down, if the operator wants that.

Only what the cell has just confirmed, only after a new boot of the host: a guest that stopped by
itself stays off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault, PowerState
from nova_cells.objects import GuestVerdict
from nova_cells.objects.verdict import YOURS
from nova_cells.runtime import crash

LOG = logging.getLogger(__name__)


class HostBoot:
    """`folder` keeps which boot of a host was seen last; `connect` has a guest's volumes there."""

    def __init__(
        self,
        hosts: Mapping[str, Driver],
        folder: Path,
        *,
        resume: bool,
        connect: Callable[[str, str], None] = lambda _host, _uuid: None,
    ) -> None:
        self._hosts = hosts
        self._connect = connect
        self._folder = folder
        self._resume = resume

    def resume(
        self, host: str, verdicts: Iterable[GuestVerdict], busy: Collection[str]
    ) -> list[str]:
        """Answers which guests were started; a boot counts as seen when all had their turn."""
        driver, seen = self._hosts[host], self._seen(host)
        boot = driver.boot_id()
        if not boot or seen == boot:
            return []
        started = []
        if self._resume and seen is not None:
            mine = [one.uuid for one in verdicts if one.verdict == YOURS and one.runs]
            started = [uuid for uuid in mine if uuid not in busy and self._start(host, uuid)]
        self._path(host).parent.mkdir(parents=True, exist_ok=True)
        self._path(host).write_text(boot)
        return started

    def _start(self, host: str, uuid: str) -> bool:
        driver = self._hosts[host]
        if driver.power_state(uuid) != PowerState.SHUTDOWN:
            return False
        try:
            self._connect(host, uuid)
            crash.reach("driver:before:set_power")
            driver.set_power(uuid, True)
            crash.reach("driver:after:set_power")
        except DriverFault as fault:
            LOG.warning("guest %s does not start after the boot of %s: %s", uuid, host, fault)
            return False
        LOG.info("guest %s runs again after the boot of %s", uuid, host)
        return True

    def _seen(self, host: str) -> str | None:
        path = self._path(host)
        return path.read_text() if path.exists() else None

    def _path(self, host: str) -> Path:
        return self._folder / f"{quote(host, safe='')}.boot"
