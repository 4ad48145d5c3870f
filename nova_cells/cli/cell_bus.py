# SPDX-License-Identifier: Apache-2.0
"""The bus of a process's own cell, followed when what [cell] transport_url refers to changes.

Only a reference is followed: a URL that stands in the configuration file itself is read once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from nova_cells.cli.config import ConfigurationIncomplete
from nova_cells.clients import references
from nova_cells.runtime.messaging import Bus
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
LOOK_EVERY = 2.0


class CellBus:
    """`bus` is the same for good, wherever it leads. A service: it looks as long as it runs.

    `where` answers the URL or a reference to it.
    """

    def __init__(self, conf: Any, where: Callable[[], str] | None = None) -> None:
        self._conf = conf
        self._where = where or (lambda: str(conf.cell.transport_url))
        try:
            self._url = self._found()
        except references.SecretMissing as missing:
            raise ConfigurationIncomplete(f"[cell] transport_url: {missing}") from None
        self._said: str | None = None
        self.bus = Bus(self._url, conf)
        self._looks = Periodic("where the bus is", LOOK_EVERY, self.look)

    def start(self) -> None:
        self._looks.start()

    def stop(self) -> None:
        self._looks.stop()

    def look(self) -> None:
        """Go where the cell's bus is now; what can't be found out changes nothing."""
        try:
            url = self._found()
        except references.SecretMissing as missing:
            if self._said != str(missing):
                LOG.error("the cell's bus stays as it was: %s", missing)
            self._said = str(missing)
            return
        self._said = None
        if url != self._url:
            self.bus.move_to(url)
            self._url = url
            LOG.warning("the cell's bus is %s now", self.bus)

    def _found(self) -> str:
        return references.resolve(self._where(), self._conf)
