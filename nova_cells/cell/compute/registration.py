# SPDX-License-Identifier: Apache-2.0
"""Makes hosts known to their cell and keeps them known: register, beat, register again.

One beat carries all hosts of the agent. A host is served from the moment its cell has welcomed it;
after a restart the mark of the deployment is known from the disk, so that work need not wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault
from nova_cells.cell.compute.farewell import Farewell
from nova_cells.cell.compute.identity import CHANGED, Identities
from nova_cells.cell.compute.network_devices import NetworkDevices
from nova_cells.contracts import FaultCode, Outcome, Refused, interface_versions
from nova_cells.objects import HostBeat, HostReport, Inventory, Welcome, newest_versions
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

InHand = Callable[[], Mapping[str, set[str]]]
Numbers = Callable[[], Mapping[str, Mapping[str, Any]]]
LONGEST_SILENCE = 10.0
FEW, AT_ONCE = 3, 50
"""Fewer hosts register one by one, more together, so many in one call."""
NEWS_EVERY = 2.0
"""Seconds between two beats that only tell how far work is."""


class Registration:
    """`in_hand` tells the operations each host has in hand, `numbers` how far some of them are.

    `welcomed` hears of new hosts; `facts` tells what services must know of one. `devices` is what
    each offers beside its driver.
    """

    def __init__(
        self,
        conductor: Any,
        hosts: Mapping[str, Driver],
        identities: Identities,
        in_hand: InHand,
        *,
        address: str,
        host_ip: str = "127.0.0.1",
        retry: float = 5.0,
        welcomed: Callable[[], None] = lambda: None,
        numbers: Numbers = dict,
        facts: Callable[[str], dict[str, Any]] = lambda _host: {},
        devices: NetworkDevices | None = None,
        farewell: Farewell | None = None,
    ) -> None:
        self._farewell = farewell
        self._conductor = conductor
        self._hosts = hosts
        self._identities = identities
        self._in_hand = in_hand
        self._address = address
        self._host_ip = host_ip
        self._retry = retry
        self._welcomed = welcomed
        self._numbers = numbers
        self._facts = facts
        self._devices = devices or NetworkDevices()
        self._told_at = 0.0
        self._shapes: dict[str, dict[str, Any]] = {}
        self._names = {host: self._identity(host) for host in hosts}
        self._inside: set[str] = set()
        self._leaving: set[str] = set()
        self._lock = threading.Lock()
        self._rounds = Periodic(f"beat {address}", retry, self.round)
        self._beat_interval = 10.0
        self._heard_at = time.monotonic()

    def start(self) -> None:
        """Register and beat from now on."""
        if mark := self._identities.deployment():
            for driver in self._hosts.values():
                driver.adopt(mark)
        self._rounds.start()

    def stop(self) -> None:
        """End the beats; the cell notices by itself."""
        self._rounds.stop()

    def news(self) -> None:
        """Work in hand tells how far it is: do not keep that till the next beat."""
        if time.monotonic() - self._told_at >= NEWS_EVERY:
            self._told_at = time.monotonic()
            self._rounds.kick()

    def silence(self) -> tuple[float, float]:
        """Seconds since the cell was heard, and how many of them are usual."""
        usual = max(LONGEST_SILENCE, 3 * self._beat_interval)
        return time.monotonic() - self._heard_at, usual

    def registered(self) -> set[str]:
        """Hosts their cell has welcomed."""
        with self._lock:
            return set(self._hosts) & self._inside - self._leaving

    def _outside(self) -> list[str]:
        """Hosts that are to be welcomed."""
        with self._lock:
            ours = {host for host in self._hosts if host in self._names}
            return sorted(ours - self._inside - self._leaving)

    def take_in(self, hosts: Iterable[str]) -> None:
        """These came to the agent: register them soon."""
        hosts, mark = list(hosts), self._identities.deployment()
        for host in hosts:
            self._names[host] = self._identity(host)
            if mark:
                self._hosts[host].adopt(mark)
        with self._lock:
            self._leaving.difference_update(hosts)
        self._rounds.kick()

    def let_go(self, hosts: Iterable[str]) -> None:
        """These are another agent's: say nothing more of them."""
        hosts = list(hosts)
        with self._lock:
            self._inside.difference_update(hosts)
            self._leaving.update(hosts)
        for host in hosts:
            self._shapes.pop(host, None)

    def round(self) -> None:
        """Beat for who is inside, register who is outside."""
        before = self.registered()
        near = self._farewell is not None and self._farewell.is_near()
        if asked := before or (self._outside() if near else ()):
            self._beat(sorted(asked))
        self._register_all(self._outside())
        inside = self.registered()
        self._rounds.interval = self._retry if near or self._outside() else self._beat_interval
        if inside - before:
            self._welcomed()

    def refresh(self, host: str) -> None:
        """Register again if the host's shape has changed since it was told."""
        if host in self.registered() and _shape(self._inventory(host)) != self._shapes.get(host):
            self._register(host)

    def refresh_all(self) -> None:
        """The same of all hosts."""
        self._register_all(
            [
                host
                for host in sorted(self.registered())
                if _shape(self._inventory(host)) != self._shapes.get(host)
            ]
        )

    def _register_all(self, hosts: list[str]) -> None:
        """One by one where they are few, or where together they are refused.

        Who is about to leave never does: a cell that has let go would have it again.
        """
        if self._farewell is not None and self._farewell.is_near():
            return
        if len(hosts) < FEW:
            for host in hosts:
                if not self._register(host):
                    return
            return
        for some in _in_groups(hosts):
            try:
                if not self._register_some(some):
                    return
            except Refused:
                for host in some:
                    self._register(host)

    def _register_some(self, hosts: list[str]) -> bool:
        """False when there is nobody to register with just now."""
        inventories: dict[str, Inventory] = {}
        for host in hosts:
            try:
                inventories[host] = self._inventory(host)
            except DriverFault as fault:
                LOG.warning("host %s can't register: %s (%s)", host, fault.message, fault.details)
        reports = [self._report(host, inventory) for host, inventory in inventories.items()]
        try:
            welcomes = self._conductor.register_many(reports=reports)
        except Refused:
            raise
        except Outcome as outcome:
            LOG.warning("%d hosts not registered yet: %s", len(hosts), outcome)
            return False
        for (host, inventory), welcome in zip(inventories.items(), welcomes, strict=True):
            self._is_welcome(host, inventory, welcome)
        LOG.info("%d hosts are welcome", len(welcomes))
        return True

    def _register(self, host: str) -> bool:
        """False when there is nobody to register with just now."""
        try:
            inventory = self._inventory(host)
            welcome = self._conductor.register(report=self._report(host, inventory))
        except Refused as refused:
            self._explain(host, refused)
            return True
        except Outcome as outcome:
            LOG.warning("host %s not registered yet: %s", host, outcome)
            return False
        except DriverFault as fault:
            LOG.warning("host %s can't register: %s (%s)", host, fault.message, fault.details)
            return True
        self._is_welcome(host, inventory, welcome)
        LOG.info("host %s is welcome in cell %s", host, welcome.cell)
        return True

    def _is_welcome(self, host: str, inventory: Inventory, welcome: Welcome) -> None:
        self._heard_at = time.monotonic()
        self._identities.join(welcome.deployment)
        self._hosts[host].adopt(welcome.deployment)
        self._beat_interval = welcome.beat_interval
        self._shapes[host] = _shape(inventory)
        with self._lock:
            self._inside.add(host)

    def _identity(self, host: str) -> str:
        return self._hosts[host].identity() or self._identities.of(host)

    def _beat(self, inside: list[str]) -> None:
        in_hand, numbers = self._in_hand(), self._numbers()
        beats = [
            HostBeat(
                name=host,
                identity=self._names[host],
                address=self._address,
                in_hand=sorted(in_hand.get(host, ())),
                progress=dict(numbers.get(host, {})),
            )
            for host in inside
        ]
        try:
            unknown = self._conductor.beat(beats=beats)
        except Outcome as outcome:
            LOG.warning("no beat taken: %s", outcome)
            return
        self._heard_at = time.monotonic()
        if unknown:
            with self._lock:
                self._inside.difference_update(unknown)
            if self._farewell is not None and self._farewell.is_near():
                self._farewell.go()

    def _inventory(self, host: str) -> Inventory:
        return self._devices.add_to(self._hosts[host].inventory())

    def _report(self, host: str, inventory: Inventory) -> HostReport:
        return HostReport(
            name=host,
            node=host,
            identity=self._names[host],
            address=self._address,
            host_ip=self._host_ip,
            driver=self._hosts[host].name,
            inventory=inventory,
            versions=own_versions(),
            facts=self._facts(host),
        )

    def _explain(self, host: str, refused: Refused) -> None:
        if refused.code != FaultCode.HOST_IDENTITY_CHANGED:
            LOG.error("the cell refuses host %s: %s", host, refused.message)
            return
        words = {"host": host, "identity": self._names[host], "path": self._identities.path(host)}
        LOG.error(CHANGED, words)


def own_versions() -> dict[str, Any]:
    """What this agent serves and speaks, for senders to step down to."""
    return {
        "interfaces": {name: list(span) for name, span in interface_versions().items()},
        "objects": newest_versions(),
    }


def _shape(inventory: Inventory) -> dict[str, Any]:
    """What schedulers look at: uptime is told, but its change is no reason to tell again."""
    return {name: value for name, value in inventory.document().items() if name != "uptime"}


def _in_groups(hosts: list[str]) -> list[list[str]]:
    return [hosts[start : start + AT_ONCE] for start in range(0, len(hosts), AT_ONCE)]
