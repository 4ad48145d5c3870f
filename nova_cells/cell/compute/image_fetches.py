# SPDX-License-Identifier: Apache-2.0
"""Fetches images beforehand, a few at a time, beside the work for guests; tells what came of each.

Nothing is kept: the cell asks again for what it has not been told of.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from nova_cells.cell.compute.drivers.image_work import ImageCaching
from nova_cells.cell.compute.drivers.interface import Driver, DriverFailed, DriverFault
from nova_cells.cell.compute.workers import Workers
from nova_cells.contracts import Outcome
from nova_cells.objects import ImageFacts

LOG = logging.getLogger(__name__)
AT_ONCE = 2


class ImageFetches:
    """`conductor` is the client that is told."""

    def __init__(self, hosts: Mapping[str, Driver], conductor: Any, *, name: str) -> None:
        self._hosts = hosts
        self._conductor = conductor
        self._workers = Workers(f"images {name}", AT_ONCE)
        self._lock = threading.Lock()
        self._under_way: set[tuple[str, str]] = set()

    def submit(self, host: str, image: ImageFacts) -> None:
        """Take it in, unless it is under way."""
        key = (host, image.id)
        with self._lock:
            if key in self._under_way:
                return
            self._under_way.add(key)
        self._workers.submit(lambda: self._fetch(host, image))

    def stop(self, timeout: float) -> None:
        self._workers.stop(timeout)

    def _fetch(self, host: str, image: ImageFacts) -> None:
        try:
            message, again = self._try(host, image)
            self._conductor.image_cached(host=host, image_id=image.id, message=message, again=again)
        except Outcome as outcome:
            LOG.warning("the cell was not told of image %s on %s: %s", image.id, host, outcome)
        finally:
            with self._lock:
                self._under_way.discard((host, image.id))

    def _try(self, host: str, image: ImageFacts) -> tuple[str | None, bool]:
        driver = self._hosts.get(host)
        if not isinstance(driver, ImageCaching):
            return "This host keeps no images.", False
        try:
            fetched = driver.cache_image(image)
        except DriverFault as fault:
            return fault.message, isinstance(fault, DriverFailed)
        LOG.info("image %s %s on %s", image.id, "is now" if fetched else "was already", host)
        return None, False
