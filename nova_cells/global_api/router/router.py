# SPDX-License-Identifier: Apache-2.0
"""A router process: the loops that finish what nobody is doing any more. Any number may run."""

from __future__ import annotations

from oslo_config import cfg

from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.index.purge import Purge
from nova_cells.global_api.quota.reservations import Reservations
from nova_cells.global_api.router.adoption import Adoption
from nova_cells.global_api.router.bundles import BundlePush, BundleSource
from nova_cells.global_api.router.deliveries import Deliveries
from nova_cells.global_api.router.dispatcher import Dispatcher, Recovery
from nova_cells.global_api.router.marks import Marks
from nova_cells.global_api.router.ownership import Ownership
from nova_cells.global_api.router.verification import Verification
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

EXPIRE_EVERY = 30.0  # seconds


class Router:
    """Recovery of builds, delivery of promises, bundles to cells, adoption, marks, verification."""

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        database: Database,
        directory: CellDirectory,
        ownership: Ownership,
        dispatcher: Dispatcher,
        bundles: BundleSource,
        *,
        reservations: Reservations,
        purge: Purge,
        clock: Clock = now,
    ) -> None:
        interval = conf.router.recovery_interval
        self.recovery = Recovery(ownership, directory, dispatcher, interval=interval)
        self.deliveries = Deliveries(database, directory, interval=interval, clock=clock)
        self.bundles = BundlePush(bundles, directory, interval=interval)
        self.adoption = Adoption(
            database,
            directory,
            interval=interval,
            default_zone=conf.router.default_availability_zone,
        )
        self.marks = Marks(database, directory, interval=interval, every=conf.router.mark_interval)
        self.verification = Verification(
            database, directory, interval=interval, every=conf.index.verify_interval
        )
        loops = (
            self.recovery,
            self.deliveries,
            self.bundles,
            self.adoption,
            self.marks,
            self.verification,
        )
        self._services = (
            *loops,
            Periodic("index-purge", conf.index.purge_interval, purge.run),
            Periodic("quota-reservations", EXPIRE_EVERY, reservations.expire),
        )

    def start(self) -> None:
        for service in self._services:
            service.start()

    def stop(self) -> None:
        for service in reversed(self._services):
            service.stop()
