# SPDX-License-Identifier: Apache-2.0
"""One conductor process of a cell: wires the stores, the journal, the endpoints and the loops.

`conf` has the groups of `nova_cells.cell.opts` and of the scheduler; `database` is the cell's own.
Any number of conductors may run on one cell; none is special.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid as uuids
from collections.abc import Callable
from typing import Any

from nova_cells.cell.conductor import operations
from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.addressing import Addressing
from nova_cells.cell.conductor.amendments import Amendments
from nova_cells.cell.conductor.builds import Builds
from nova_cells.cell.conductor.consoles import Consoles
from nova_cells.cell.conductor.endpoint_cell import CellEndpoint
from nova_cells.cell.conductor.endpoint_hosts import HostsEndpoint
from nova_cells.cell.conductor.external_events import ExternalEvents
from nova_cells.cell.conductor.facts import FactsPublisher
from nova_cells.cell.conductor.figures import CellFigures
from nova_cells.cell.conductor.guest_data import GuestData
from nova_cells.cell.conductor.guests import Guests
from nova_cells.cell.conductor.histories import Histories
from nova_cells.cell.conductor.host_admin import HostAdmin
from nova_cells.cell.conductor.host_leaving import HostLeaving
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.image_caching import CacheWishes
from nova_cells.cell.conductor.image_chores import ImageChores
from nova_cells.cell.conductor.network_healing import NetworkHealing
from nova_cells.cell.conductor.outbox import Publisher
from nova_cells.cell.conductor.overdue import CONFIRM, OFFLOAD, RECLAIM, Overdue, Sequel
from nova_cells.cell.conductor.oversight import Oversight
from nova_cells.cell.conductor.passages import Passages
from nova_cells.cell.conductor.placement import Placement
from nova_cells.cell.conductor.power_sync import PowerSync
from nova_cells.cell.conductor.readings import Readings
from nova_cells.cell.conductor.registration import Registration
from nova_cells.cell.conductor.retention import Retention
from nova_cells.cell.conductor.returning import Returning
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.conductor.service_work.chores import ServiceChores
from nova_cells.cell.conductor.service_work.desk import Desk
from nova_cells.cell.conductor.service_work.task import Surroundings
from nova_cells.cell.conductor.service_work.threads import Job
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.cell.conductor.tending import Tending
from nova_cells.cell.conductor.unlocking import Unlocking
from nova_cells.cell.conductor.world import PortPolicy, World
from nova_cells.cell.conductor.zones import Zones
from nova_cells.cell.db import singletons
from nova_cells.cell.db.tables import journal as journal_tables
from nova_cells.cell.scheduler import Settings
from nova_cells.clients.images import ImageStore
from nova_cells.clients.keys import KeyService
from nova_cells.clients.network import local_range
from nova_cells.clients.network.ports import PortService
from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.contracts import Cell
from nova_cells.contracts import Conductor as ConductorInterface
from nova_cells.journal.engine import Journal
from nova_cells.journal.progress import Patience
from nova_cells.journal.recovery import Recovery
from nova_cells.journal.store import JournalStore
from nova_cells.objects import PolicyBundle
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.db import Database, DatabaseFault
from nova_cells.runtime.messaging import Bus
from nova_cells.runtime.process import Group

LOG = logging.getLogger(__name__)
START_PATIENCE = 30.0


class Conductor:
    """A service with `start` and `stop`. `deployment` is the mark of this deployment."""

    def __init__(
        self,
        conf: Any,
        database: Database,
        bus: Bus,
        *,
        cell_uuid: str,
        cell_name: str,
        deployment: str = "nova-cells",
        name: str | None = None,
        images: ImageStore | None = None,
        network: PortService | None = None,
        volumes: AttachmentService | None = None,
        keys: KeyService | None = None,
        put: Callable[[Job], None] | None = None,
        clock: Clock = now,
    ) -> None:
        """`name` is this process's own, shown among services; made of host and pid if absent.
        `put` has a job with services done; on threads of the conductor's own if absent.
        """
        self.images = images
        self.network = network
        self.volumes = volumes
        self.keys = keys
        self._put = put
        self.conf = conf
        self.database = database
        self.bus = bus
        self.cell_uuid = cell_uuid
        self.cell_name = cell_name
        self.deployment = deployment
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self.clock = clock
        self._wire()
        self._services = Group([])
        self.figures = CellFigures(self.database, self.journal, cell_name)

    def start(self) -> None:
        """Refuse a foreign database, then serve."""
        self._take_identity()
        self.tending.load()
        loops: list[Any] = [self.publisher, self.facts, self.tending, self.recovery, self.retention]
        loops += [self.network_healing, self.reclaim, self.offload, self.confirm, self.image_chores]
        loops += [self.desk, self.service_chores]
        self._services = Group([*self._servers(), *loops])
        self._services.start()
        LOG.info("conductor %s of cell %s serves", self.name, self.cell_name)

    def stop(self) -> None:
        """Stop serving; what is unfinished another conductor, or the next start, goes on with."""
        self._services.stop()

    def _wire(self) -> None:
        section = self.conf.conductor
        self._known_as = f"{self.cell_name}/{self.name}"
        self._patience = Patience(
            lease=seconds(section.work_lease),
            retry=seconds(section.retry_delay),
            attempts=section.step_attempts,
            service_attempts=section.service_attempts,
        )
        self.state = HostState(Zones(), down_after=section.service_down_time, clock=self.clock)
        self.agents = Agents(self.bus, self.state, Unlocking(self.keys, self.clock))
        self._wire_feed()
        self._wire_journal()
        self._wire_loops()

    def _wire_feed(self) -> None:
        self.publisher = Publisher(
            self.database,
            self.bus,
            self.state,
            cell_uuid=self.cell_uuid,
            deployment=self.deployment,
            name=self._known_as,
            clock=self.clock,
        )
        self.facts = FactsPublisher(
            self.database,
            self.bus,
            self.state,
            cell_uuid=self.cell_uuid,
            deployment=self.deployment,
            name=self.name,
            keepalive=self.conf.conductor.facts_keepalive,
            clock=self.clock,
        )

    def _wire_journal(self) -> None:
        self.subjects = InstanceSubjects(self.state, self.publisher.kick, self.clock)
        self.store = JournalStore(journal_tables)
        self.around = Surroundings(
            self.network, self.volumes, self.state.facts, self.keys, parallel=self._put is None
        )
        self.desk = self._desk()
        self.journal = Journal(
            self.database,
            self.store,
            operations.registry(),
            self.subjects,
            world=self._world(),
            send=self.agents.send,
            clock=self.clock,
            patience=self._patience,
            serve=self.desk.serve,
        )

        section = self.conf.conductor
        self.actions = Actions(
            self.journal,
            timeout=section.action_timeout,
            shutdown_timeout=section.shutdown_timeout,
            snapshot_timeout=section.snapshot_timeout,
            reclaim=section.reclaim_instance_interval,
        )

    def _desk(self) -> Desk:
        return Desk(
            self.database,
            self.store,
            self.around,
            report=lambda report: self.journal.take_report(report),
            lease=self._patience.lease,
            threads=self.conf.conductor.service_threads,
            clock=self.clock,
            put=self._put,
        )

    def _wire_loops(self) -> None:
        section = self.conf.conductor
        self.guests = Guests(self.database, self.agents, self.subjects.down)
        self.guest_data = GuestData(self.journal, self.subjects, self.agents)
        self.consoles = Consoles(self.conf, self.database, self.guests, self.cell_uuid, self.clock)
        self.recovery = Recovery(
            self.journal, interval=section.recovery_interval, name=self._known_as
        )
        self.tending = Tending(
            self.database,
            self.store,
            self.state,
            lease=self._patience.lease,
            name=self._known_as,
            connected=self.facts.connected,
            changed=self._news,
            recover=self.recovery.kick,
            clock=self.clock,
        )
        self.retention = Retention(
            self.database, self.store, days=section.deleted_retention_days, clock=self.clock
        )
        self.reclaim = self._overdue(RECLAIM, section.reclaim_instance_interval)
        self.offload = self._overdue(OFFLOAD, section.shelved_offload_time)
        self.confirm = self._overdue(CONFIRM, section.resize_confirm_window)
        self.image_chores = ImageChores(
            self.database,
            self.images,
            self.agents,
            self.state,
            interval=section.image_chores_interval,
            clock=self.clock,
        )

        self.service_chores = ServiceChores(
            self.database,
            self.actions,
            self.around,
            interval=section.service_chores_interval,
            clock=self.clock,
        )

        self.network_healing = NetworkHealing(
            self.database,
            self.actions,
            self.network,
            interval=self.conf.neutron.heal_interval,
            clock=self.clock,
        )

    def _overdue(self, sequel: Sequel, interval: float) -> Overdue:
        return Overdue(self.database, self.actions, sequel, interval=interval, clock=self.clock)

    def _world(self) -> World:
        placement = Placement(self.state, Settings.from_conf(self.conf))
        attempts = self.conf.scheduler.max_attempts
        return World(
            self.state,
            placement,
            attempts,
            lambda turn, held, change: self.journal.steer(turn, held, change),
            self.publisher.kick,
            image_work=lambda: self.image_chores.kick(),
            shelved_offload_time=self.conf.conductor.shelved_offload_time,
            resizes_in_place=self.conf.conductor.allow_resize_to_same_host,
            addressing=Addressing(local_range.from_conf(self.conf)),
            network=self.network,
            ports=PortPolicy(
                patience=seconds(self.conf.neutron.vif_plugging_timeout),
                fatal=self.conf.neutron.vif_plugging_is_fatal,
                before_it_comes=self.conf.neutron.live_migration_wait_for_vif_plug,
            ),
            volumes=self.volumes,
        )

    def _servers(self) -> list[Any]:
        address = f"{self.name}-{uuids.uuid4().hex[:8]}"
        threads = self.conf.conductor.rpc_threads
        return [
            self.bus.serve(ConductorInterface, self._hosts(), address=address, threads=threads),
            self.bus.serve(Cell, self.endpoint(), address=address, threads=threads),
        ]

    def _hosts(self) -> HostsEndpoint:
        registration = Registration(
            self.conf,
            self.journal,
            self.state,
            self.agents,
            cell_uuid=self.cell_uuid,
            deployment=self.deployment,
            joined=self._host_changed,
        )
        power = PowerSync(self.journal, self.subjects)
        return HostsEndpoint(
            self.journal,
            registration,
            self.tending,
            power,
            registration.settle_debts,
            self.image_chores.cached,
            self.guest_data,
        )

    def endpoint(self) -> CellEndpoint:
        """What is served as `contracts.Cell`."""
        host_admin = HostAdmin(self.journal, self.state, self._host_changed)
        return CellEndpoint(
            builds=Builds(self.journal, self.actions, self.journal.world.placement),
            doings=self.actions,
            amendments=Amendments(self.journal, self.subjects),
            readings=Readings(self.journal, self.agents),
            guests=self.guests,
            guest_data=self.guest_data,
            consoles=self.consoles,
            host_admin=host_admin,
            cache_wishes=CacheWishes(self.database, self.state, self.image_chores.kick, self.clock),
            outside=ExternalEvents(self.journal, self.subjects, self.service_chores.kick),
            passages=Passages(self.journal, self.actions),
            returning=Returning(self.journal, self.actions, self.subjects),
            histories=Histories(self.journal),
            host_leaving=HostLeaving(self.database, self.agents, host_admin),
            oversight=Oversight(self.journal, self.journal.world.placement),
            current_facts=self.facts.current,
            take_bundle=self._take_bundle,
            take_mark=self._take_mark,
        )

    def _take_bundle(self, bundle: PolicyBundle) -> int:
        document = bundle.document()
        generation = self.database.write(lambda c: singletons.put_bundle(c, document))
        if generation == bundle.generation and self.state.zones.take(document):
            self.state.show_all()
            self.facts.kick()
        return generation

    def _take_mark(self, least: int, mark: int) -> int:
        return self.database.write(lambda c: singletons.take_mark(c, least, mark))

    def _host_changed(self) -> None:
        self._news()
        self.image_chores.hosts_changed()
        self.recovery.kick()

    def _news(self) -> None:
        self.publisher.kick()
        self.facts.kick()

    def _take_identity(self) -> None:
        """A database that is just starting too is waited for; a foreign one is refused."""
        until = time.monotonic() + START_PATIENCE
        moment = self.clock()
        while True:
            try:
                self.database.write(
                    lambda c: singletons.take_identity(c, self.deployment, self.cell_uuid, moment)
                )
                return
            except DatabaseFault:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
