# SPDX-License-Identifier: Apache-2.0
"""All roles put together in one process, and what clients need written beside them."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cli import access, metadata, roles, seed
from nova_cells.cli.http_server import HttpServer
from nova_cells.cli.standalone.consoles import make_proxy
from nova_cells.cli.standalone.host_names import host_names
from nova_cells.cli.standalone.layout import CellPlace, Layout
from nova_cells.cli.standalone.lookups import Lookups
from nova_cells.clients import images, keys, network, volumes
from nova_cells.global_api import cell_registry
from nova_cells.global_api.app import make_app
from nova_cells.global_api.side import GlobalSide
from nova_cells.runtime import process
from nova_cells.runtime.db import Database, schema
from nova_cells.runtime.messaging import Bus

LOG = logging.getLogger(__name__)

HOSTS_WITHIN = 15.0


class Cloud:
    """A service: `cells` cells of `hosts` hosts each, behind one API on 127.0.0.1."""

    def __init__(
        self,
        conf: Any,
        layout: Layout,
        *,
        cells: int,
        hosts: int,
        driver: str,
        auth: str,
        port: int,
        image_files: tuple[Path, ...] = (),
        console_port: int | None = None,
    ) -> None:
        self._conf = conf
        self._layout = layout
        self._hosts = hosts
        self._image_files = image_files
        self._auth = auth
        self._port = port
        self._console_port = console_port
        self.endpoint = f"http://127.0.0.1:{port}/v2.1"
        self._places = layout.cells(cells)
        conf.set_override("driver", driver, group="compute")
        conf.set_override("auth", auth, group="api")
        if conf.images.source == "local":
            conf.set_override("directory", str(layout.images), group="images")
        conf.set_default("enabled", _can_wire(conf), group="local_network")
        self._group = process.Group([])
        self._agents: list[Agent] = []

    def start(self) -> None:
        """Bring schemas up to date, start every role, write the client files."""
        database = self._prepare()
        side = GlobalSide(
            self._conf,
            database,
            images.from_conf(self._conf),
            roles=("api", "router"),
            deployment=self._layout.deployment(),
        )
        services: list[process.Service] = []
        self._agents.clear()
        for number, place in enumerate(self._places):
            services += self._cell(number, place)
        if self._console_port is not None:
            services.append(make_proxy(self._conf, self._console_port, side.console_tokens))
        if self._conf.metadata.shared_secret:
            services.append(metadata.of_all_cells(self._conf, side.cells, side.index))
        services.append(side)
        services.append(HttpServer(self._application(side), "127.0.0.1", self._port, 8))
        self._group = process.Group(services)
        self._group.start()
        self._describe(database)
        self._wait_for_hosts(side)

    def stop(self) -> None:
        """Stop all roles; everything is on disk."""
        self._group.stop()

    def _prepare(self) -> Database:
        schema.upgrade(self._layout.database_url, "global_api")
        database = Database(self._layout.database_url, name="global")
        for place in self._places:
            schema.upgrade(place.database_url, "cell")
            cell_registry.create(database, place.uuid, place.name, place.transport_url)
        return database

    def _cell(self, number: int, place: CellPlace) -> list[process.Service]:
        bus = Bus(place.transport_url, self._conf)
        conductor = Conductor(
            self._conf,
            Database(place.database_url, name=f"cell {place.name}"),
            bus,
            cell_uuid=place.uuid,
            cell_name=place.name,
            deployment=self._layout.deployment(),
            images=images.from_conf(self._conf),
            network=network.ports_from_conf(self._conf),
            volumes=volumes.attachments_from_conf(self._conf),
            keys=keys.from_conf(self._conf),
        )
        hosts = host_names(self._conf, place.name, number, len(self._places), self._hosts)
        agent = roles.make_agent(
            self._conf, bus, hosts, f"{place.name}-agent", place.folder / "compute"
        )
        self._agents.append(agent)
        return [conductor, agent]

    def _application(self, side: GlobalSide) -> Any:
        application = make_app(side)
        return application if self._auth == "keystone" else Lookups(application, side.images)

    def _wait_for_hosts(self, side: GlobalSide) -> None:
        """Ready means that a boot works; a host that is not there in time comes when it comes."""
        wanted = sum(len(agent.hosts) for agent in self._agents)
        until = time.monotonic() + HOSTS_WITHIN
        while not self._complete(side, wanted):
            if time.monotonic() > until:
                LOG.warning("not all of %s hosts registered within %s s", wanted, HOSTS_WITHIN)
                return
            time.sleep(0.05)

    def _complete(self, side: GlobalSide, wanted: int) -> bool:
        registered = sum(len(agent.registration.registered()) for agent in self._agents)
        if registered < wanted or not all(cell.known for cell in side.cells.all()):
            return False
        return len(side.hosts.list()) >= wanted

    def _describe(self, database: Database) -> None:
        flavors = seed.flavors(database)
        noauth = self._auth == "noauth"
        found = seed.images(self._layout.images, *self._image_files) if noauth else {}
        document = access.document(self.endpoint, found, flavors, noauth=noauth)
        self._layout.write("standalone.json", document)
        if noauth:
            clouds = access.noauth_clouds(self.endpoint, document["tokens"])
            self._layout.write("clouds.yaml", clouds)


def _can_wire(conf: Any) -> bool:
    """Whether all hosts can make a network; nodes and a user's own libvirt can't."""
    if conf.compute.driver == "ironic":
        return False
    options = conf.lxc if conf.compute.driver == "lxc" else conf.libvirt
    uris = [options.connection_uri, *options.connection_uris.values()]
    if conf.compute.driver == "fake" or not any(uri.endswith("/session") for uri in uris):
        return True
    LOG.warning("libvirt of a user can't make networks: servers get no addresses")
    return False
