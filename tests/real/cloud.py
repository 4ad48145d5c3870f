# SPDX-License-Identifier: Apache-2.0
"""A cell in this process whose agents have the libvirt driver on the real hosts, one agent a host.

It is driven by the methods of `contracts.Cell`; what an API process would do beside that is not
here. An agent may be stopped and started at any time, as the process of a host that goes away.
"""

from __future__ import annotations

import itertools
import time
import uuid as uuids
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.drivers.interface import Driver, Surroundings
from nova_cells.cell.compute.drivers.registry import make_drivers
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cli import config, metadata
from nova_cells.clients import vendor_data
from nova_cells.objects import Flavor, Instance
from nova_cells.runtime.db import Database, schema
from nova_cells.runtime.messaging import Bus
from tests.real.ground import Ground
from tests.unit.cell.conductor.world import spec_with

PATIENCE = 120.0
QUICK = {
    "beat_interval": 0.5,
    "recovery_interval": 0.1,
    "retry_delay": 0.2,
    "shutdown_timeout": 0.0,
    "work_lease": 3.0,
}
FLAVOR = {"vcpus": 1, "memory_mb": 128, "root_gb": 1}
_numbers = itertools.count()


class RealCloud:
    """`start` it, `stop` it; `folder` keeps everything and belongs to it alone.

    `options`: group → option → value, for conductor and agents alike; `of_host` overrides them for
    one host's agent.
    """

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        hosts: tuple[str, ...] = ("hv1", "hv2"),
        *,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        of_host: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    ) -> None:
        self.ground = ground
        self.folder = folder
        self.hosts = hosts
        self.deployment = str(uuids.uuid4())
        self.agents: dict[str, Agent] = {}
        self._options = options or {}
        self._of_host = of_host or {}
        self._bus_url = f"local://real-cloud-{next(_numbers)}"
        self.conductor = self._conductor()
        self.cell = self.conductor.endpoint()

    def start(self) -> None:
        """Serve; returns when every host is in service."""
        self.conductor.start()
        for host in self.hosts:
            self.start_agent(host)

    def stop(self) -> None:
        """Agents, guests of this deployment, conductor."""
        for host in list(self.agents):
            for uuid in self.driver(host).machines():
                self.driver(host).destroy(uuid)
            self.stop_agent(host)
        self.conductor.stop()
        self.conductor.database.close()

    def bus(self) -> Bus:
        """A way of one's own to the cell's conductor."""
        return Bus(self._bus_url, self.conf())

    def start_agent(self, host: str) -> Agent:
        """The process of a host begins, on the folder it had before."""
        agent = self.agents[host] = self._agent(host)
        agent.start()
        self.until(lambda: agent.registration.registered() == {host}, f"{host} in service")
        return agent

    def stop_agent(self, host: str) -> None:
        """It ends; guests run on."""
        self.agents.pop(host).stop()

    def driver(self, host: str) -> Any:
        """The driver of a host whose agent runs."""
        return self.agents[host].hosts[host]

    def state(self, host: str) -> Path:
        """The state folder of a host's agent."""
        return self.folder / host

    def machine_folder(self, host: str, uuid: str) -> Path:
        """Where a guest's disks are on a host."""
        return self.state(host) / "libvirt" / host / "instances" / uuid

    def boot(self, host: str | None = None, **changes: Any) -> str:
        """The uuid of a server that is active; `host` names where."""
        flavor = {**FLAVOR, **{name: changes.pop(name) for name in FLAVOR if name in changes}}
        values = {"image": self.ground.guest, "forced_host": host, **changes}
        spec = spec_with(flavor=self.flavor(**flavor), **values)
        self.cell.build([spec])
        self.until(lambda: self.show(spec.uuid).vm_state in ("active", "error"), "the boot's end")
        server = self.show(spec.uuid)
        assert server.vm_state == "active", server.fault
        return str(spec.uuid)

    def flavor(self, **values: Any) -> Flavor:
        """A flavor of its own for each set of values."""
        name = "-".join(f"{key}{value}" for key, value in sorted(values.items()))
        return Flavor(flavorid=name, name=name, **{**FLAVOR, **values})

    def show(self, uuid: str) -> Instance:
        return self.cell.show(uuid)

    def act(self, uuid: str, kind: str, **arguments: Any) -> Instance:
        """Begin an operation and wait for its end; answers the server as it is then."""
        self.cell.act(uuid, self.show(uuid).epoch, kind, str(uuids.uuid4()), arguments)
        return self.at_rest(uuid)

    def at_rest(self, uuid: str) -> Instance:
        """The server once no operation has it in hand."""
        return self.until(
            lambda: next((s for s in [self.show(uuid)] if s.operation is None), None),
            f"{uuid} at rest",
        )

    def until(self, condition: Callable[[], Any], words: str, patience: float = PATIENCE) -> Any:
        """Wait until something is true, and answer it."""
        ends = time.monotonic() + patience
        while not (value := condition()):
            assert time.monotonic() < ends, f"not within {patience} s: {words}"
            time.sleep(0.05)
        return value

    def conf(self, host: str | None = None) -> Any:
        """The configuration of the conductor, or of one host's agent."""
        conf = config.load()
        chosen: list[Mapping[str, Mapping[str, Any]]] = [{"conductor": QUICK}, self._options]
        if host is not None:
            chosen += [self._for_agent(host), self._of_host.get(host, {})]
        for groups in chosen:
            for group, values in groups.items():
                for name, value in values.items():
                    conf.set_override(name, value, group=group)
        return conf

    def _for_agent(self, host: str) -> dict[str, dict[str, Any]]:
        address = self.ground.hosts[host]["address"]
        return {
            "compute": {
                "host_ip": address,
                "register_retry": 0.2,
                "report_retry": 0.5,
                "reconcile_interval": 1.0,
                "shutdown_timeout": 0.0,
            },
            "libvirt": {
                "connection_uris": self.ground.uris,
                "peer_uri": "qemu+tcp://%(host)s/system",
            },
            "image_cache": {"directory": str(self.ground.folder / "cache")},
            "metadata": {"namespaces": {host: self.ground.hosts[host]["namespace"]}},
        }

    def _agent(self, host: str) -> Agent:
        conf, state = self.conf(host), self.state(host)
        state.mkdir(parents=True, exist_ok=True)
        surroundings = Surroundings((host,), state, self.ground.images)
        drivers: dict[str, Driver] = make_drivers(conf, surroundings)
        bus = Bus(self._bus_url, conf)
        return Agent(
            conf,
            bus,
            drivers,
            address=host,
            state_dir=state,
            images=self.ground.images,
            vendor_data=vendor_data.from_conf(conf),
            guest_service=metadata.local(conf, bus),
        )

    def _conductor(self) -> Conductor:
        url = f"sqlite:///{self.folder / 'cell.db'}"
        schema.upgrade(url, "cell")
        conf = self.conf()
        return Conductor(
            conf,
            Database(url, name="real cell"),
            Bus(self._bus_url, conf),
            cell_uuid=str(uuids.uuid4()),
            cell_name="real",
            deployment=self.deployment,
            images=self.ground.images,
        )
