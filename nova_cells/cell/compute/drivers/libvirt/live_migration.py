# SPDX-License-Identifier: Apache-2.0
"""Guests that go to another host while they run, carried by libvirt from host to host.

The guest comes to its destination stopped, and goes on there only when the source has none any
more: for an instant nobody runs it, so that never both do. What is not known is asked of both.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import libvirt

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverFault,
    DriverRefused,
    MachineUnknown,
    PowerState,
    Progress,
)
from nova_cells.cell.compute.drivers.libvirt import arrivals, marks, power
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.live_migration_disks import make_empty_disks
from nova_cells.cell.compute.drivers.libvirt.live_migration_journey import (
    Call,
    call_off,
    follow,
    is_under_way,
    transfer_of,
    until_over,
)
from nova_cells.cell.compute.drivers.libvirt.live_migration_notes import (
    Departure,
    awaiting,
    departure,
    forget_departure,
    has_come,
    is_awaited,
    note_departure,
)
from nova_cells.cell.compute.drivers.libvirt.live_migration_options import patience
from nova_cells.cell.compute.drivers.libvirt.live_migration_road import (
    check_processor,
    expected_there,
    road_to,
    send_config_drive,
    send_console,
)
from nova_cells.cell.compute.drivers.libvirt.resize import LibvirtResize
from nova_cells.cell.compute.drivers.libvirt.transport import forget_landing
from nova_cells.cell.compute.drivers.libvirt.xml.volumes import reach
from nova_cells.cell.compute.drivers.live_migration import (
    LiveMigratable,
    Ticket,
    Transfer,
    Watch,
)
from nova_cells.objects import Machine

T = TypeVar("T")
AWAKE = (PowerState.RUNNING, PowerState.PAUSED)
COMPLETED = libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED
TRIES = 5
PAUSE = 1.0


class LibvirtLiveMigration(LibvirtResize, LiveMigratable):
    """The capability of the libvirt driver."""

    @abc.abstractmethod
    def destroy(self, uuid: str) -> None:
        """As of a driver."""

    @abc.abstractmethod
    def _find(self, uuid: str) -> libvirt.virDomain | None:
        """The domain, if it is there and ours."""

    def prepare_incoming(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        uuid, mark = machine.uuid, marks.of(machine, self.deployment)
        folder, plan = self._folders.of(uuid), self._plan(machine)
        here = self._is_finished(machine, mark) and not self._ask(uuid, is_awaited)
        ticket = self._ticket(folder, uuid)
        if here:
            return {**ticket, "here": True}
        self._refuse_strangers(folder)
        self._insist_on_hardware(plan)
        for volume in machine.volumes:
            reach(volume)
        folder.open(mark)
        forget_departure(folder)
        rooted = plan.root_volume is None
        base = self._promised_base(machine, progress) if rooted else None
        folder.based_on(base.path.name if base else None)
        nonce = arrivals.expect(folder)
        make_empty_disks(machine, folder, base, self._limits, root=rooted)
        self._wire(machine)
        text = awaiting(self._definition(machine))
        with readable("prepare for the machine"):
            self._hypervisor.run(lambda connection: connection.defineXML(text))
        return {**ticket, "nonce": nonce, "base": str(base.path) if base else None}

    def live_migrate(self, uuid: str, ticket: Ticket, watch: Watch) -> None:
        folder = self._folders.of(uuid)
        with readable("move the running machine"):
            state = self._with(uuid, power.state)
            left = departure(folder)
            if state not in AWAKE and left is None:
                raise DriverRefused("The machine does not run.")
            with self._peers.connected(ticket["address"]) as there:
                fault = self._travel(uuid, folder, ticket, watch, there) if state in AWAKE else None
                self._land(uuid, folder, fault, there)

    def end_live_migration(self, uuid: str) -> bool:
        folder = self._folders.of(uuid)
        with readable("end the move of the running machine"):
            domain = self._find(uuid)
            if domain is None:
                return False
            if is_under_way(domain):
                call_off(domain, until_over(domain))
            left = departure(folder)
            if left is not None and not domain.isActive():
                with self._peers.connected(left.ticket["address"]) as there:
                    if self._arrive(there, uuid, left):
                        return False
            self._with(uuid, lambda domain: _stay(domain, left))
            forget_departure(folder)
            return True

    def finish_incoming(self, machine: Machine) -> None:
        folder, uuid = self._folders.of(machine.uuid), machine.uuid
        with readable("take in the machine"):
            if not self._is_finished(machine, marks.of(machine, self.deployment)):
                raise MachineUnknown("The machine is not on its host.")
            self._with(uuid, _take_in)
            self._hypervisor.run(lambda connection: forget_landing(connection, uuid))
            arrivals.settle(folder)

    def refuse_incoming(self, uuid: str) -> bool:
        with readable("refuse the machine"):
            arrived = self._ask(uuid, _has_arrived)
            if not arrived:
                self._hypervisor.run(lambda connection: forget_landing(connection, uuid))
                arrivals.settle(self._folders.of(uuid))
                self.destroy(uuid)
        return arrived

    def forget_departed(self, uuid: str) -> None:
        with readable("forget the machine"):
            if self._ask(uuid, lambda domain: bool(domain.isActive())):
                raise DriverRefused("The machine runs here.", uuid)
        folder = self._folders.of(uuid)
        if self._is_ours(folder):
            forget_departure(folder)
        self.destroy(uuid)

    def _insist_that_it_has_not_left(self, uuid: str) -> None:
        """Start none whose host went down in mid-journey: it may run at its destination."""
        if departure(self._folders.of(uuid)) is None:
            return
        with readable("start the machine"):
            if not self._ask(uuid, lambda domain: bool(domain.isActive())):
                raise DriverRefused("The machine is on its way to another host.", uuid)

    def _ticket(self, folder: Folder, uuid: str) -> Ticket:
        return {
            "here": False,
            "uuid": uuid,
            "address": self._peers.own_address,
            "inbound": self._options.live_migration_inbound_addr or self._peers.own_address,
            "folder": str(folder.path),
            "nonce": "",
            "base": None,
        }

    def _travel(
        self, uuid: str, folder: Folder, ticket: Ticket, watch: Watch, there: Hypervisor
    ) -> DriverFault | libvirt.libvirtError | None:
        """Have libvirt carry it, or go on with that; answers what ended it, if anything did."""
        domain, call = self._with(uuid, lambda domain: domain), None
        over = until_over(domain)
        try:
            if not (is_under_way(domain) and departure(folder)):
                watch(Transfer())  # a short journey may be over before the next look
                call = self._set_out(domain, folder, ticket, there)
                over = _joined(call)
            follow(domain, over, watch, patience(self._options))
        except DriverFault as fault:
            return fault
        with suppress(DriverFault):  # it is too late to want anything else
            watch(transfer_of(domain, COMPLETED))
        return call.error if call is not None else None

    def _set_out(
        self, domain: libvirt.virDomain, folder: Folder, ticket: Ticket, there: Hypervisor
    ) -> Call:
        """Begin the journey. All that may refuse it comes before the note."""
        options, uuid = self._options, ticket["uuid"]
        kept = there.run(lambda connection: expected_there(connection, uuid, self.deployment))
        road = road_to(domain, kept, folder, ticket)
        self._hypervisor.run(
            lambda here: there.run(lambda connection: check_processor(here, connection, domain))
        )
        if not road.shared:
            there.run(lambda connection: send_config_drive(connection, folder, ticket))
        if options.live_migration_downtime:
            domain.migrateSetMaxDowntime(options.live_migration_downtime)
        runs = power.state(domain) == PowerState.RUNNING
        note_departure(folder, Departure(dict(ticket), runs))
        target = self._peers.uri(ticket["address"])
        parameters, flags = road.parameters(options), road.flags(options)
        call = Call(lambda: domain.migrateToURI3(target, parameters, flags))
        call.start()
        return call

    def _land(
        self,
        uuid: str,
        folder: Folder,
        fault: DriverFault | libvirt.libvirtError | None,
        there: Hypervisor,
    ) -> None:
        """What has come of it: it is there and goes on there, or it is here and `fault` is why."""
        left = departure(folder)
        if left is not None and not self._with(uuid, lambda domain: domain.isActive()):
            if self._persistently(lambda: self._arrive(there, uuid, left)):
                with suppress(DriverFault, libvirt.libvirtError):  # its log is worth no failure
                    there.run(lambda connection: send_console(connection, folder, left.ticket))
                return
            forget_departure(folder)
            raise DriverRefused("The machine stopped on its way.", str(fault))
        self._with(uuid, lambda domain: _stay(domain, left))
        forget_departure(folder)
        raise fault or DriverFailed("The machine did not get to its destination.")

    def _persistently(self, work: Callable[[], T]) -> T:
        """The guest is held while the other host can't be reached: ask a few times."""
        for _ in range(TRIES - 1):
            with suppress(DriverFailed, libvirt.libvirtError):
                return work()
            time.sleep(PAUSE)
        return work()

    def _arrive(self, there: Hypervisor, uuid: str, left: Departure) -> bool:
        """Have it go on at its destination; False where it is not there. It is not here."""

        def arrive(connection: libvirt.virConnect) -> bool:
            domain = marks.find(connection, uuid, self.deployment)
            if domain is None or not domain.isActive():
                return False
            if domain.jobInfo()[0] != libvirt.VIR_DOMAIN_JOB_NONE:
                raise DriverFailed("The destination has not heard of the machine's end here yet.")
            if is_awaited(domain):
                (power.on if left.runs else power.hold)(domain)
            has_come(domain)
            return True

        return there.run(arrive)

    def _ask(self, uuid: str, question: Callable[[libvirt.virDomain], bool]) -> bool:
        """The answer of the domain; False where there is none."""

        def ask(connection: libvirt.virConnect) -> bool:
            domain = marks.find(connection, uuid, self.deployment)
            return domain is not None and question(domain)

        return self._hypervisor.run(ask)


def _joined(call: Call) -> Callable[[float], bool]:
    def over(seconds: float) -> bool:
        call.join(seconds)
        return not call.is_alive()

    return over


def _stay(domain: libvirt.virDomain, left: Departure | None) -> None:
    """Have it as it was before it was to leave: it may have been held, to hurry."""
    if left is not None and left.runs and power.state(domain) == PowerState.PAUSED:
        domain.resume()


def _take_in(domain: libvirt.virDomain) -> None:
    if is_awaited(domain) and not domain.isActive():
        raise MachineUnknown("The machine has not arrived.")
    has_come(domain)


def _has_arrived(domain: libvirt.virDomain) -> bool:
    """One that goes on here has; the source was at its end before it let it."""
    if is_awaited(domain):
        if power.state(domain) != PowerState.RUNNING:
            return False
        has_come(domain)
    return True
