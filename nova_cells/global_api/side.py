# SPDX-License-Identifier: Apache-2.0
"""The global side of one process: everything views, routers and commands need, put together here.

The roles "api" and "router" may run in one process or in many of each; an API process hands over
what it accepted itself, a router does what nobody is doing any more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from oslo_config import cfg

from nova_cells.clients import identity, network, volumes
from nova_cells.global_api.acceptance import Acceptance
from nova_cells.global_api.actions import OwnActions
from nova_cells.global_api.aggregates import Aggregates
from nova_cells.global_api.arrivals import Arrivals
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.commands import ServerCommands
from nova_cells.global_api.console_tokens import ConsoleTokens
from nova_cells.global_api.hosts import HostIndex
from nova_cells.global_api.index.purge import Purge
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.operations.engine import GlobalWorker
from nova_cells.global_api.others import OtherServices
from nova_cells.global_api.queued_changes import QueuedChanges
from nova_cells.global_api.quota import audit, limits
from nova_cells.global_api.quota.reservations import Reservations
from nova_cells.global_api.quota.usage import QuotaUsage
from nova_cells.global_api.router import process_name
from nova_cells.global_api.router.bundles import BundlePush
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.global_api.router.choose import CellChooser
from nova_cells.global_api.router.deletion import Deletion
from nova_cells.global_api.router.dispatcher import Dispatcher
from nova_cells.global_api.router.feed import ChangesEndpoint
from nova_cells.global_api.router.hand_over import HandOver
from nova_cells.global_api.router.ownership import Ownership
from nova_cells.global_api.router.router import Router
from nova_cells.global_api.unplaced import Unplaced
from nova_cells.global_api.volumes.tidying import Tidying
from nova_cells.runtime.clock import Clock, now
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

API = "api"
ROUTER = "router"
BOTH = frozenset({API, ROUTER})
BUNDLE_WAIT = 1.0  # seconds
SELDOM = 3600.0  # seconds; an API process pushes what it changed itself, routers the rest


class Service(Protocol):
    """What has a beginning and an end."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class GlobalSide:
    """`images` is the image client; `roles` says what this process does; cells of another
    `deployment` are refused (None: there can be no others).
    """

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        database: Database,
        images: Any,
        *,
        roles: Collection[str] = BOTH,
        deployment: str | None = None,
        clock: Clock = now,
    ) -> None:
        self.conf = conf
        self.database = database
        self.images = images
        self._deployment = deployment
        self._clock = clock
        self.others = OtherServices(
            network=network.from_conf(conf), volumes=volumes.from_conf(conf)
        )
        self._routes = ROUTER in roles
        self._make_parts()
        self._make_services()

    def _make_parts(self) -> None:
        conf, database, clock = self.conf, self.database, self._clock
        zone = conf.router.default_availability_zone
        timeout = conf.api.command_timeout
        self._ownership = Ownership(
            database, owner=process_name.make(), lease=conf.router.lease, clock=clock
        )
        self.cells = CellDirectory(
            database,
            silence=conf.router.cell_silence,
            deployment=self._deployment,
            conf=conf,
            changes=self._changes if self._routes else None,
        )
        self._chooser = CellChooser(
            self.cells,
            database,
            subset=conf.router.cell_subset_size,
            attempts=conf.router.max_cell_attempts,
            stack=conf.router.cell_weighing == "stack",
        )
        self._dispatcher = Dispatcher(
            HandOver(self._ownership, self.cells, self._chooser, lease=conf.router.lease),
            self._ownership,
            threads=conf.router.dispatch_threads,
        )
        self.identity = identity.from_conf(conf)
        self.limits = limits.from_conf(conf, self.identity)
        self.quota = QuotaUsage(database)
        self.reservations = Reservations(database, self.limits, clock)
        self.index = ServerIndex(database, self.cells.fresh)
        self.hosts = HostIndex(database, self.cells, default_zone=zone)
        self.aggregates = Aggregates(
            database, default_zone=zone, clock=clock, changed=self._regrouped
        )
        self.acceptance = Acceptance(
            conf, database, self.limits, self._chooser, self._dispatcher, clock=clock
        )
        self.commands = ServerCommands(
            self.index,
            self.cells,
            Deletion(database, self.cells, timeout=timeout, clock=clock),
            Unplaced(database, self.index, clock=clock),
            OwnActions(database),
            QueuedChanges(database, clock=clock),
            Arrivals(database, self.index, patience=conf.api.move_patience),
            timeout=timeout,
        )
        self.console_tokens = ConsoleTokens(self.cells, timeout=timeout)

    def _make_services(self) -> None:
        conf = self.conf
        interval = conf.router.directory_interval
        watch = Periodic("cell-directory", interval, self.cells.refresh)
        self._services: list[Service] = [self.cells, watch, self._dispatcher]
        self.router: Router | None = None
        if self._routes:
            self.router = Router(
                conf,
                self.database,
                self.cells,
                self._ownership,
                self._dispatcher,
                self.aggregates,
                reservations=self.reservations,
                purge=Purge(
                    self.database,
                    retention=conf.index.deleted_retention,
                    batch=conf.index.purge_batch,
                    clock=self._clock,
                ),
                clock=self._clock,
            )
            audited = Periodic(
                "quota-audit", conf.quota.audit_interval, lambda: audit.report(self.database)
            )
            self._services += [self.router, audited, *self._tidying(), self._between_cells()]
            self._bundles = self.router.bundles
        else:
            self._bundles = BundlePush(self.aggregates, self.cells, interval=SELDOM)
            self._services.append(self._bundles)

    def _between_cells(self) -> Service:
        section = self.conf.router
        return GlobalWorker(
            self.database,
            self.cells,
            self._chooser,
            interval=section.recovery_interval,
            timeout=section.move_timeout,
            parallel=section.drain_parallel,
            clock=self._clock,
        )

    def _tidying(self) -> list[Service]:
        """Where there is a volume service, somebody takes back what came to nothing."""
        if not self.others.volumes.offered:
            return []
        interval = self.conf.router.volume_tidy_interval
        parts = (self.database, self.others.volumes, self.index, self.images)
        return [Tidying(*parts, interval=interval, clock=self._clock)]

    def _changes(self, cell: CellHandle) -> ChangesEndpoint:
        return ChangesEndpoint(
            cell,
            self.database,
            self._ownership,
            returned=self._returned,
            default_zone=self.conf.router.default_availability_zone,
            clock=self._clock,
        )

    def _returned(self) -> None:
        if self.router is not None:
            self.router.recovery.kick()

    def _regrouped(self) -> None:
        """A server wished for next may already be wished into the new zone."""
        self._bundles.hurry(BUNDLE_WAIT)

    def start(self) -> None:
        """Open the cells and begin."""
        for service in self._services:
            service.start()

    def stop(self) -> None:
        """End in reverse order; what is unfinished is found by its lease."""
        for service in reversed(self._services):
            service.stop()
