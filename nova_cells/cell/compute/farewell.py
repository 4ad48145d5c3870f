# SPDX-License-Identifier: Apache-2.0
"""An agent that is sent to another cell prepares, and goes when its host is known no more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from nova_cells.cell.compute.belonging import Belonging
from nova_cells.clients.references import SecretMissing, is_reference
from nova_cells.contracts import FaultCode, Refused

LOG = logging.getLogger(__name__)


class Farewell:
    """`busy` tells whether a host has work in hand; `forget` what is remembered of the old cell.

    Without `belonging` the bus is not this agent's alone, so it stays.
    """

    def __init__(
        self,
        hosts: Mapping[str, object],
        belonging: Belonging | None,
        *,
        busy: Callable[[str], bool],
        forget: Callable[[list[str]], None],
    ) -> None:
        self._hosts = hosts
        self._belonging = belonging
        self._busy = busy
        self._forget = forget

    def prepare(self, host: str, transport: str) -> None:
        """Be ready to go."""
        if host not in self._hosts:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {host} is not served here.")
        if self._belonging is None or len(self._hosts) > 1:
            raise Refused(
                FaultCode.NOT_SUPPORTED,
                f"The agent of host {host} serves others too, which would have to go along.",
            )
        if self._busy(host):
            raise Refused(FaultCode.HOST_IN_USE, f"Host {host} has work in hand.")
        if not is_reference(transport) and not transport.startswith("local:"):
            raise Refused(FaultCode.INVALID, "The other cell's bus must be told by reference.")
        try:
            self._belonging.send(transport)
        except SecretMissing as missing:
            raise Refused(FaultCode.INVALID, f"Host {host}: {missing}.") from None

    def stay(self) -> None:
        """It is called off."""
        if self._belonging is not None:
            self._belonging.stay()

    def is_near(self) -> bool:
        """Whether it is ready to go: ask whether the host is still known before anything else."""
        return self._belonging is not None and self._belonging.is_sent()

    def go(self) -> None:
        """The cell has let go: nothing of it counts where the host registers next."""
        if self._belonging is None:
            return
        LOG.warning("hosts %s leave their cell", ", ".join(self._hosts))
        self._forget(list(self._hosts))
        self._belonging.go()
