# SPDX-License-Identifier: Apache-2.0
"""Who knows the guests: a cell's conductors, asked with a deadline.

A key is what a guest is known by: its uuid behind a proxy, its address on a host.
"""

from __future__ import annotations

from typing import Protocol

from nova_cells.contracts import Cell, Conductor, FaultCode, Outcome, Refused
from nova_cells.objects import Machine
from nova_cells.runtime.messaging import Bus


class NoGuest(Exception):
    """Nobody of that name is there."""


class NoAnswer(Exception):
    """It can't be told now."""


class NoPassword(Exception):
    """What was handed in is none."""


class Source(Protocol):
    """All of it may raise NoGuest and NoAnswer."""

    def guest(self, key: str) -> Machine: ...

    def take_password(self, key: str, password: str) -> bool:
        """False where one is kept already. NoPassword."""
        ...


class CellSource:
    """The guests of a cell, by uuid."""

    def __init__(self, bus: Bus, timeout: float) -> None:
        self._cell = bus.client(Cell)
        self._timeout = timeout

    def guest(self, key: str) -> Machine:
        try:
            machine: Machine = self._cell.guest(uuid=key, _deadline=self._timeout)
        except Outcome as outcome:
            raise meaning(outcome) from outcome
        return machine

    def take_password(self, key: str, password: str) -> bool:
        try:
            taken: bool = self._cell.take_password(
                uuid=key, password=password, _deadline=self._timeout
            )
        except Outcome as outcome:
            raise meaning(outcome) from outcome
        return taken


class HostSource:
    """The guests on a host's local network, by address."""

    def __init__(self, bus: Bus, host: str, timeout: float) -> None:
        self._conductor = bus.client(Conductor)
        self._host = host
        self._timeout = timeout

    def guest(self, key: str) -> Machine:
        try:
            machine: Machine = self._conductor.guest_at(
                host=self._host, address=key, _deadline=self._timeout
            )
        except Outcome as outcome:
            raise meaning(outcome) from outcome
        return machine

    def take_password(self, key: str, password: str) -> bool:
        try:
            taken: bool = self._conductor.take_password_at(
                host=self._host, address=key, password=password, _deadline=self._timeout
            )
        except Outcome as outcome:
            raise meaning(outcome) from outcome
        return taken


def meaning(outcome: Outcome) -> Exception:
    """What a call that gave no value comes to for a guest."""
    if isinstance(outcome, Refused):
        if outcome.code == FaultCode.INSTANCE_NOT_FOUND:
            return NoGuest()
        if outcome.code == FaultCode.INVALID:
            return NoPassword(outcome.message)
    return NoAnswer(str(outcome))
