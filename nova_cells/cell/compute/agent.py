# SPDX-License-Identifier: Apache-2.0
"""One compute agent process: wires ledger, executor, reporter, registration and reconciliation.

It opens no database. All it must not forget is in its ledger, in `state_dir`, which belongs to this
agent alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.belonging import Belonging
from nova_cells.cell.compute.confirmation import Confirmation
from nova_cells.cell.compute.drivers.interface import Driver, HostSource
from nova_cells.cell.compute.endpoint import Endpoint
from nova_cells.cell.compute.executor import Executor, Job
from nova_cells.cell.compute.farewell import Farewell
from nova_cells.cell.compute.fleet import Fleet
from nova_cells.cell.compute.gate import Gate
from nova_cells.cell.compute.host_boot import HostBoot
from nova_cells.cell.compute.hosts import Hosts
from nova_cells.cell.compute.identity import Identities
from nova_cells.cell.compute.image_fetches import ImageFetches
from nova_cells.cell.compute.ledger import Ledger
from nova_cells.cell.compute.local_guests import GuestService, LocalGuests
from nova_cells.cell.compute.network_devices import devices_of
from nova_cells.cell.compute.power_book import PowerBook
from nova_cells.cell.compute.reconcile import Reconciliation
from nova_cells.cell.compute.registration import Registration
from nova_cells.cell.compute.reporter import Reporter
from nova_cells.cell.compute.runner import Runner, lasts
from nova_cells.cell.compute.volumes import Connections, facts_of
from nova_cells.clients.images import ImageStore
from nova_cells.clients.vendor_data import VendorData
from nova_cells.contracts import Agent as AgentInterface
from nova_cells.contracts import Conductor
from nova_cells.objects import GuestVerdict
from nova_cells.runtime.clock import now
from nova_cells.runtime.periodic import Periodic

STOP_WITHIN = 1.0


class Agent:
    """A service with `start` and `stop`.

    `hosts` are the hosts it plays: name → driver, or where to learn of those it shares with others.
    """

    def __init__(
        self,
        conf: Any,
        bus: Any,
        hosts: dict[str, Driver] | HostSource,
        *,
        address: str,
        state_dir: Path | str,
        images: ImageStore | None = None,
        vendor_data: VendorData | None = None,
        guest_service: GuestService | None = None,
        volumes: Connections | None = None,
        belonging: Belonging | None = None,
        clock: Callable[[], int] = now,
    ) -> None:
        options, state_dir = conf.compute, Path(state_dir)
        conductor, devices = bus.client(Conductor), devices_of(conf.network_devices)
        source, hosts = (hosts, Hosts()) if isinstance(hosts, HostSource) else (None, Hosts(hosts))
        self.hosts = hosts
        self.address = address
        self.ledger = Ledger(state_dir / "ledger", retention=options.ledger_retention, clock=clock)
        self.power = PowerBook()
        self.reporter = Reporter(
            conductor,
            self.ledger.taken,
            name=f"report {address}",
            longest_pause=options.report_retry,
        )
        self.local_guests = LocalGuests(hosts, guest_service, address)
        runner = Runner(
            hosts,
            self.ledger,
            self.power,
            self.reporter.add,
            shutdown_timeout=options.shutdown_timeout,
            images=images,
            vendor_data=vendor_data,
            volumes=volumes,
            news=lambda: self.registration.news(),
            unmade=self._unmade,
            clock=clock,
        )
        self.executor = Executor(
            lambda job: self._perform(runner, job),
            self.ledger.raise_generation,
            name=f"work {address}",
            workers=options.workers,
            lasts=lasts,
            travellers=options.live_migrations,
        )
        farewell = Farewell(hosts, belonging, busy=self.executor.busy, forget=self._forget)
        self.registration = Registration(
            conductor,
            hosts,
            Identities(state_dir),
            self.in_hand,
            address=address,
            host_ip=options.host_ip,
            retry=options.register_retry,
            numbers=lambda: self.executor.numbers(),
            welcomed=self._welcomed,
            facts=lambda host: {
                **facts_of(host, hosts[host], options.host_ip, volumes),
                **devices.facts(host),
            },
            devices=devices,
            farewell=farewell,
        )
        self.reconciliation = Reconciliation(
            conductor,
            hosts,
            self.ledger,
            self.power,
            self.executor,
            self.registration,
            is_sure=lambda host: self.confirmation.is_sure(host),
            answers_again=lambda host: self.confirmation.ask_again(host),
            volumes=volumes,
        )
        self.confirmation = Confirmation(
            conductor,
            hosts,
            self.ledger,
            welcomed=self.registration.registered,
            silence=self.registration.silence,
            answered=self._take_verdicts,
            opened=self._open,
            name=address,
            retry=options.register_retry,
        )
        self.gate = Gate(self.executor.submit, self.confirmation.is_sure)
        self._boots = HostBoot(
            hosts,
            state_dir / "hosts",
            resume=options.resume_guests_state_on_host_boot,
            connect=volumes.again if volumes is not None else lambda _host, _uuid: None,
        )
        self._quick = Periodic(f"events {address}", 3600.0, self.reconciliation.quick_round)
        self._reconciling = Periodic(
            f"reconcile {address}", options.reconcile_interval, self.reconciliation.round
        )
        self.image_fetches = ImageFetches(hosts, conductor, name=address)
        self._server = bus.serve(
            AgentInterface,
            Endpoint(hosts, self.gate, self.image_fetches, farewell),
            address=address,
            threads=4,
        )

        self._fleet = None if source is None else self._fleet_of(source, conductor)

    def _fleet_of(self, source: HostSource, conductor: Any) -> Fleet:
        return Fleet(
            source,
            self.hosts,
            conductor,
            address=self.address,
            busy=self.executor.busy,
            taken=self._taken,
            let_go=self._let_go,
            seen=self._seen,
        )

    def start(self) -> None:
        """Read the ledger, serve, register; returns before the cell has welcomed all hosts."""
        self.ledger.load()
        self.reporter.start(self.ledger.pending())
        self._server.start()
        self.registration.start()
        self.confirmation.start()
        self._quick.start()
        for host, driver in self.hosts.items():
            driver.watch(lambda uuid, host=host: self._changed(host, uuid))  # type: ignore[misc]
        self._reconciling.start()
        self.local_guests.start()
        if self._fleet is not None:
            self._fleet.start()

    def stop(self) -> None:
        """End within a few seconds; work under way is asked for again by the cell."""
        if self._fleet is not None:
            self._fleet.stop()
        self.local_guests.stop()
        self._reconciling.stop()
        self._quick.stop()
        self.confirmation.stop()
        self.registration.stop()
        self._server.stop()
        self.executor.stop(STOP_WITHIN)
        self.image_fetches.stop(STOP_WITHIN)
        self.reporter.stop()
        self.ledger.close()
        for driver in self.hosts.values():
            driver.close()

    def _perform(self, runner: Runner, job: Job) -> None:
        self.local_guests.wired(job.work)
        runner.perform(job)

    def _taken(self, hosts: list[str]) -> None:
        """Hosts came to this agent: what it remembers of them is another agent's past."""
        self._forget(hosts)
        self.registration.take_in(hosts)

    def _let_go(self, hosts: list[str]) -> None:
        self.registration.let_go(hosts)
        self._forget(hosts)

    def _forget(self, hosts: list[str]) -> None:
        self.ledger.forget_hosts(hosts)
        self.power.forget(hosts)
        self.confirmation.forget(hosts)

    def _seen(self) -> None:
        """All hosts were looked at: tell what has changed of them, and of their guests."""
        self.registration.refresh_all()
        self._reconciling.kick()

    def _unmade(self, host: str) -> None:
        """A host that offers less until it is clean says so before its claim is given back."""
        if self.hosts[host].shared:
            self.registration.refresh(host)

    def _welcomed(self) -> None:
        self.confirmation.kick()
        self.local_guests.welcomed()

    def _take_verdicts(self, host: str, verdicts: list[GuestVerdict]) -> None:
        """Before any work begins: what ran before the host's boot, what is not here at all."""
        self._boots.resume(host, verdicts, self.executor.busy(host))
        self.reconciliation.judge(host, verdicts)

    def _open(self, host: str) -> None:
        self.gate.pass_on(host)
        self._reconciling.kick()

    def _changed(self, host: str, uuid: str) -> None:
        self.reconciliation.changed(host, uuid)
        self._quick.kick()

    def in_hand(self) -> dict[str, set[str]]:
        """Host → operations it is working on, or has to report."""
        found = self.executor.in_hand()
        for host, operation in self.reporter.in_hand():
            found.setdefault(host, set()).add(operation)
        return found
