# SPDX-License-Identifier: Apache-2.0
"""A cell in one thread whose hosts are nodes of Ironic's twin: real steps, the real driver.

An agent that dies is not started again: another one, which remembers nothing, takes its nodes over.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverFault, PowerState
from nova_cells.cell.compute.drivers.ironic.source import Nodes
from nova_cells.cell.compute.steps.registry import Task, step_named
from nova_cells.objects import HostBeat, HostReport, HostWork
from nova_cells.runtime import crash
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database
from tests.crash.served import PROJECT, Twins
from tests.unit.cell.compute.drivers.ironic.twin import UUID as NAMES
from tests.unit.cell.compute.drivers.ironic.twin import Twin, options
from tests.unit.cell.conductor import travel
from tests.unit.cell.conductor.test_crashes import UUID, MortalWorld
from tests.unit.cell.conductor.world import SimHost

Document = dict[str, Any]
HOSTS = (NAMES.format(0), NAMES.format(1))
FLAVOR = {f"resources:{name}": "0" for name in ("VCPU", "MEMORY_MB", "DISK_GB")}
FLAVOR |= {"resources:CUSTOM_BAREMETAL": "1"}
LOOKS = frozenset({"node", "nodes", "vifs", "console"})


class MortalTwin(Twin):
    """Whoever asks it to change something may die before, and after it was done.

    `burns`: the node that is tried first can't be deployed.
    """

    def __init__(self, *, burns: bool = False) -> None:
        super().__init__(len(HOSTS))
        self._burns = burns
        self._burnt = ""
        self.trouble = self._before

    def _before(self, _number: int, name: str) -> None:
        if name not in LOOKS:
            crash.reach(f"ironic:before:{name}")

    def change(self, uuid: str, patch: list[Document]) -> Any:
        answer = super().change(uuid, patch)
        crash.reach("ironic:after:change")
        return answer

    def provision(self, uuid: str, target: str, **more: Any) -> None:
        if self._burns:
            self._burnt = self._burnt or uuid
            self.failing = {"active"} if uuid == self._burnt else set()
        super().provision(uuid, target, **more)
        crash.reach(f"ironic:after:{target}")

    def power(self, uuid: str, target: str, timeout: int | None = None) -> None:
        super().power(uuid, target, timeout)
        crash.reach("ironic:after:power")

    def attach_vif(self, uuid: str, port_id: str) -> None:
        super().attach_vif(uuid, port_id)
        crash.reach("ironic:after:attach_vif")

    def detach_vif(self, uuid: str, port_id: str) -> None:
        super().detach_vif(uuid, port_id)
        crash.reach("ironic:after:detach_vif")


class NodeHost(SimHost):
    """One node and the agent that serves it now."""

    def __init__(self, world: Any, name: str, twin: Twin) -> None:
        self._twin = twin
        self._agents = 0
        self.driver = self._seen_anew()
        super().__init__(world, name)
        self.name = self.identity = name

    @property
    def machines(self) -> Document:
        """What is on the node; whether it runs."""
        driver = self._seen_anew()
        return {uuid: state == PowerState.RUNNING for uuid, state in driver.power_states().items()}

    @machines.setter
    def machines(self, found: Document) -> None:
        assert not found, "nodes remember their machines"

    def register(self) -> Any:
        """As another agent than before, which has never seen the node."""
        self._agents += 1
        for memory in (self.ledger, self.forbidden, self.pending):
            memory.clear()
        self.driver = self._seen_anew()
        report = HostReport(
            name=self.name,
            node=self.name,
            identity=self.name,
            address=self._address,
            driver="ironic",
            inventory=self.driver.inventory(),
        )
        return self.world.agents_side().register(report)

    def beat(self) -> None:
        beat = HostBeat(name=self.name, identity=self.name, address=self._address)
        self.world.agents_side().beat([beat])

    @property
    def _address(self) -> str:
        return f"agent-{self._agents}"

    def _seen_anew(self) -> Any:
        mortal, self._twin.trouble = self._twin.trouble, lambda _number, _name: None
        try:
            found = Nodes(self._twin, options()).look()[self.__dict__.get("name") or HOSTS[0]]
        finally:
            self._twin.trouble = mortal
        found.adopt("mine")
        return found

    def _effect(self, name: str, work: HostWork) -> Document:
        self.ran.append(name)
        step = step_named(name)
        assert step is not None
        try:
            return step.run(Task(self.driver, work, lambda _percent: None, shutdown_timeout=0.0))
        except DriverFailed:
            raise
        except DriverFault as fault:
            raise travel.Impossible(fault.message) from fault


class NodeWorld(MortalWorld):
    """`twins` are the services beside it: of its network, the server has a port of its own and one
    that was there before."""

    def __init__(self, database: Database, twin: Twin, twins: Twins) -> None:
        self.twins = twins
        super().__init__(database, network=twins.ports)
        self.hosts = {name: NodeHost(self, name, twin) for name in HOSTS}
        for host in self.hosts.values():
            host.register()

    @property
    def wish(self) -> Any:
        return self.spec(
            extra_specs=FLAVOR,
            networks=[{**wish, "service": "neutron"} for wish in self.twins.wishes()],
            config_drive=True,
            uuid=UUID,
            project_id=PROJECT,
            created_at=1,
            deadline=self.clock() + seconds(3600),
        )
