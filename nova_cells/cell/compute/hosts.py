# SPDX-License-Identifier: Apache-2.0
"""The hosts an agent plays now. Every part of the agent looks at this one book.

Whoever goes through it sees it as it was when he began, however it changes meanwhile.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView

from nova_cells.cell.compute.drivers.interface import Driver


class Hosts(MutableMapping[str, Driver]):
    """Name → driver. Each change makes a new dictionary: there are no locks."""

    def __init__(self, hosts: Mapping[str, Driver] | None = None) -> None:
        self._now: dict[str, Driver] = dict(hosts or {})

    def become(self, hosts: Mapping[str, Driver]) -> None:
        """These from now on, at one stroke."""
        self._now = dict(hosts)

    def __getitem__(self, host: str) -> Driver:
        return self._now[host]

    def __setitem__(self, host: str, driver: Driver) -> None:
        self._now = {**self._now, host: driver}

    def __delitem__(self, host: str) -> None:
        self._now = {name: driver for name, driver in self._now.items() if name != host}

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def items(self) -> ItemsView[str, Driver]:
        return self._now.items()

    def values(self) -> ValuesView[Driver]:
        return self._now.values()
