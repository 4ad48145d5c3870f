# SPDX-License-Identifier: Apache-2.0
"""Brings the services of one state folder up and down, each with its endpoint and account."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from kit import glance, keystone, say
from kit.catalog import Catalog
from kit.daemon import Daemon
from kit.mariadb import MariaDB
from kit.rabbitmq import RabbitMQ
from kit.stack import access, cinder, fleet, gateway, ironic, neutron, ovn, seed
from kit.stack.plan import Plan
from kit.stack.rest import Rest

# In starting order; what a service cannot do without is started with it.
NEEDS = {
    "keystone": (),
    "glance": ("keystone",),
    "neutron": ("keystone",),
    "cinder": ("keystone", "glance"),
    "ironic": ("keystone",),
}
TYPES = {
    "glance": ("image",),
    "neutron": ("network",),
    "cinder": ("block-storage", "volumev3"),
    "ironic": ("baremetal",),
}
DAEMONS = (*ironic.DAEMONS, *cinder.DAEMONS, *neutron.DAEMONS, "glance", "keystone")


class Stack:
    """One stack; `compute`: the endpoint that the catalogue gives for our API."""

    def __init__(self, state: Path, compute: str = "") -> None:
        self.state = state
        self.plan = Plan.ensure(state, compute)
        self.urls: dict[str, str] = {}
        self._database = MariaDB(state)
        self._broker = RabbitMQ(state)
        self._ovn = ovn.Ovn(state)

    def up(self, names: Iterable[str]) -> None:
        """Start what of these does not run; each can be used as soon as it is told."""
        # What runs already stays part of what others are told.
        wanted = {*names, *(name for name in NEEDS if Daemon(name, self.state).pid)}
        wanted |= {need for name in wanted for need in NEEDS[name]} | {"keystone"}
        self._database.start()
        self.keystone = keystone.up(self.state, self.plan.password, self._url_of("keystone"))
        catalog = self._accounts()
        for name, start in self._services().items():
            if name in wanted:
                self.urls[name] = start()
                for type_ in TYPES[name]:
                    catalog.service(type_, name, self.urls[name])
                access.write(self)
        access.write(self)
        if "neutron" in self.urls:
            self._connect(catalog)

    def catalog(self) -> Catalog:
        """A session with Keystone that knows projects and gives tokens."""
        return Catalog(self.keystone)

    def attach(self, hosts: Path) -> dict[str, str]:
        """Make the hosts of a fleet chassis; host → its switch's socket."""
        # Others may have attached theirs meanwhile.
        self.plan = Plan.ensure(self.state)
        return fleet.attach(self.state, self.plan, self._ovn, hosts)

    def detach(self, *names: str) -> None:
        """Take the switches of these hosts away, before the hosts themselves go."""
        self.plan = Plan.ensure(self.state)
        fleet.detach(self.state, self.plan, *names)

    def down(self) -> None:
        """End every process and take away what the machine was given; data stays."""
        fleet.detach(self.state, self.plan)
        gateway.down(self.state, self.plan)
        for name in DAEMONS:
            Daemon(name, self.state).stop()
        self._ovn.down()
        self._broker.stop()
        self._database.daemon.stop()

    def forget(self) -> None:
        """Remove all data too."""
        self.down()
        shutil.rmtree(self.state)
        say.line(f"{self.state} is gone")

    def pids(self) -> dict[str, int | None]:
        """Process → pid, nothing for one that does not run."""
        made = gateway.chassis(self.state, self.plan)
        daemons = [Daemon(name, self.state) for name in reversed((*DAEMONS, *ovn.DAEMONS))]
        daemons += [*made.daemons(), self._database.daemon, self._broker.daemon]
        return {daemon.name: daemon.pid for daemon in daemons}

    def _services(self) -> dict[str, Callable[[], str]]:
        return {
            "glance": lambda: glance.up(self.state, self.keystone).url,
            "neutron": self._network,
            "ironic": lambda: ironic.up(self.state, self.keystone),
            "cinder": self._volumes,
        }

    def _network(self) -> str:
        self._ovn.up()
        with say.step("starting the gateway's switch"):
            gateway.up(self.state, self.plan, self._ovn.remote("sb"))
        return neutron.up(self.state, self.keystone, self._ovn, self._url_of("neutron"))

    def _volumes(self) -> str:
        self._broker.start()
        transport = self._broker.vhost("cinder", self.plan.password)
        database = self._url_of("cinder")
        return cinder.up(self.state, self.keystone, self.urls["glance"], transport, database)

    def _connect(self, catalog: Catalog) -> None:
        projects = {name: catalog.project(name) for name in seed.RANGES}
        with say.step("networks"):
            network = Rest(self.urls["neutron"], catalog.token("admin", "admin"))
            seed.networks(network, self.plan, projects)

    def _url_of(self, name: str) -> str:
        return self._database.database(name, self.plan.password)

    def _accounts(self) -> Catalog:
        catalog = self.catalog()
        service = catalog.project("service")
        for user in (*TYPES, "nova"):
            catalog.user(user, service, "admin", "service")
        for name in ("demo", "alt_demo"):
            catalog.user(name, catalog.project(name), "member", "reader")
        catalog.service("compute", "nova", self.plan.compute)
        return catalog
