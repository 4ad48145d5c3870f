# SPDX-License-Identifier: Apache-2.0
"""Each role from its configuration: the one place where parts are put together.

The parts of a role are imported when it is made: an agent has no use for a database's library.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.belonging import Belonging
from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.registry import make_drivers
from nova_cells.cell.compute.volumes import Connections
from nova_cells.cell.metadata.local import LocalMetadata
from nova_cells.cli import metadata
from nova_cells.cli.config import require
from nova_cells.clients import images, keys, network, vendor_data, volumes
from nova_cells.runtime.messaging import Bus

if TYPE_CHECKING:
    from nova_cells.cell.conductor.conductor import Conductor
    from nova_cells.global_api.side import GlobalSide


def global_side(conf: Any, *, roles: tuple[str, ...]) -> GlobalSide:
    """The API's or router's half, from [database]."""
    from nova_cells.global_api.side import GlobalSide
    from nova_cells.runtime.db import Database

    require(conf, "database.connection")
    if conf.quota.driver == "unified":
        require(conf, "keystone.auth_url")
    database = Database(conf.database.connection, name="global")
    return GlobalSide(
        conf, database, images.from_conf(conf), roles=roles, deployment=conf.deployment.id
    )


def conductor(conf: Any, bus: Bus) -> Conductor:
    """A conductor of the cell that [cell] names."""
    from nova_cells.cell.conductor.conductor import Conductor
    from nova_cells.runtime.db import Database

    require(conf, "cell.connection", "cell.uuid", "cell.name")
    return Conductor(
        conf,
        Database(conf.cell.connection, name=f"cell {conf.cell.name}"),
        bus,
        cell_uuid=conf.cell.uuid,
        cell_name=conf.cell.name,
        deployment=conf.deployment.id,
        images=images.from_conf(conf),
        network=network.ports_from_conf(conf),
        volumes=volumes.attachments_from_conf(conf),
        keys=keys.from_conf(conf),
    )


def agent(conf: Any, bus: Bus, belonging: Belonging | None = None) -> Agent:
    """An agent with the hosts that [compute] names, or this machine."""
    hosts = tuple(conf.compute.hosts) or (socket.gethostname(),)
    address = conf.compute.address or hosts[0]
    return make_agent(conf, bus, hosts, address, Path(conf.compute.state_dir), belonging)


def make_agent(
    conf: Any,
    bus: Bus,
    hosts: tuple[str, ...],
    address: str,
    state_dir: Path,
    belonging: Belonging | None = None,
) -> Agent:
    """An agent named `address` with these hosts; `state_dir` is its alone.

    `belonging`: the bus is too, so it may go to another cell.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    store = images.from_conf(conf)
    surroundings = Surroundings(hosts=hosts, state_dir=state_dir, images=store)
    drivers = make_drivers(conf, surroundings)
    return Agent(
        conf,
        bus,
        drivers,
        address=address,
        state_dir=state_dir,
        images=store,
        vendor_data=vendor_data.from_conf(conf),
        belonging=belonging,
        guest_service=_guest_service(conf, bus),
        volumes=None if conf.compute.driver == "fake" else Connections.from_conf(conf, state_dir),
    )


def _guest_service(conf: Any, bus: Bus) -> LocalMetadata | None:
    """For real guests only: what pretends to be one asks nobody."""
    return None if conf.compute.driver == "fake" else metadata.local(conf, bus)
