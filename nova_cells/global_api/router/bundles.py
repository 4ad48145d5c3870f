# SPDX-License-Identifier: Apache-2.0
"""Gives each cell the newest bundle of zones and aggregates; its facts say which one it has."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from nova_cells.contracts import Outcome
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.objects import PolicyBundle
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)


class BundleSource(Protocol):
    """Where bundles come from."""

    def bundle(self) -> PolicyBundle: ...

    def generation(self) -> int: ...


class BundlePush:
    """A router's loop. An API process has one too, which only does what it is hurried to."""

    def __init__(self, source: BundleSource, directory: CellDirectory, *, interval: float) -> None:
        self._source = source
        self._directory = directory
        self._given: dict[str, int] = {}
        self._loop = Periodic("bundle-push", interval, self.round)
        self._running = False
        self._rounds = threading.Condition()
        self._begun = self._ended = 0

    def start(self) -> None:
        self._running = True
        self._loop.start()

    def stop(self) -> None:
        self._running = False
        self._loop.stop()

    def hurry(self, wait: float) -> None:
        """There is a newer bundle: push it now, and wait a little for the cells to have it."""
        if not self._running:
            return
        with self._rounds:
            wanted = self._begun + 1
            self._loop.kick()
            self._rounds.wait_for(lambda: self._ended >= wanted, timeout=wait)

    def round(self) -> None:
        """Push to the cells that are behind."""
        with self._rounds:
            self._begun += 1
            number = self._begun
        try:
            self._push()
        finally:
            with self._rounds:
                self._ended = number
                self._rounds.notify_all()

    def _push(self) -> None:
        generation = self._source.generation()
        behind = [
            cell
            for cell in self._directory.all()
            if cell.answers and cell.facts is not None and self._has(cell) < generation
        ]
        if not behind:
            return
        bundle = self._source.bundle()
        for cell in behind:
            try:
                self._given[cell.uuid] = cell.call("put_bundle", deadline=3.0, bundle=bundle)
            except Outcome as outcome:
                LOG.warning("Cell %s did not take the policy bundle: %s", cell.name, outcome)

    def _has(self, cell: CellHandle) -> int:
        facts = cell.facts
        told = facts.bundle_generation if facts is not None else 0
        return max(told, self._given.get(cell.uuid, 0))
