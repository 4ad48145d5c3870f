# SPDX-License-Identifier: Apache-2.0
"""A small world for an agent: configuration, a bus, a cell that listens, and work to hand out."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
import unittest
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oslo_config import cfg

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.drivers.fake import FakeDriver, Folder, Script
from nova_cells.cell.compute.opts import OPTIONS
from nova_cells.contracts import Agent as AgentInterface
from nova_cells.contracts import Conductor, FaultCode, Refused
from nova_cells.objects import GuestVerdict, HostWork, Machine, Welcome, WorkReport
from nova_cells.runtime.clock import now, seconds
from nova_cells.runtime.messaging import Bus

CELL = "11111111-1111-4111-8111-111111111111"
_buses = itertools.count()


def configuration(**compute: Any) -> cfg.ConfigOpts:
    """The agent's options; quick where the defaults are patient."""
    conf = cfg.ConfigOpts()
    for group, options in OPTIONS.items():
        conf.register_opts(options, group)
    conf([], default_config_files=[])
    quick = {"driver": "fake", "register_retry": 0.05, "report_retry": 0.1, "workers": 4}
    for name, value in {**quick, **compute}.items():
        conf.set_override(name, value, "compute")
    return conf


def a_machine(machine_uuid: str | None = None, **changes: Any) -> Machine:
    """A machine."""
    values: dict[str, Any] = {
        "uuid": machine_uuid or str(uuid.uuid4()),
        "epoch": 1,
        "name": "guest",
        "project_id": "p",
        "user_id": "u",
        "vcpus": 1,
        "memory_mb": 64,
        "root_gb": 1,
    }
    return Machine(**{**values, **changes})


def some_work(machine: Machine, *steps: str, undo: bool = False, **changes: Any) -> HostWork:
    """Work of the steps named, at positions 1, 2, …"""
    values: dict[str, Any] = {
        "operation": str(uuid.uuid4()),
        "kind": "build",
        "generation": 1,
        "epoch": machine.epoch,
        "host": "h1",
        "machine": machine,
        "steps": [
            {"name": name, "position": position, "undo": undo}
            for position, name in enumerate(steps, 1)
        ],
        "deadline": now() + seconds(600),
        "request_id": "req-1",
    }
    return HostWork(**{**values, **changes})


class ListeningCell:
    """Implements `contracts.Conductor` as a cell that writes down what it hears."""

    def __init__(self) -> None:
        self.registered: list[Any] = []
        self.beats: list[Any] = []
        self.reports: list[WorkReport] = []
        self.power: dict[str, int] = {}
        self.power_calls = 0
        self.cached: list[tuple[str, str, str | None, bool]] = []
        self.unknown: list[str] = []
        self.joined: list[tuple[str, str, bool]] = []
        self.members: set[str] = set()
        self.asked: list[tuple[str, dict[str, list[int]]]] = []
        self.verdicts: list[GuestVerdict] = []
        self.guests: dict[tuple[str, str], Machine] = {}
        self.refuse: Refused | None = None
        self.deaf = threading.Event()
        self._heard = threading.Condition()

    def register(self, report: Any) -> Welcome:
        if self.refuse is not None:
            raise self.refuse
        self._note(self.registered, report)
        return Welcome(
            deployment="world", cell=CELL, host_uuid=str(uuid.uuid4()), beat_interval=0.05
        )

    def register_many(self, reports: list[Any]) -> list[Welcome]:
        return [self.register(report) for report in reports]

    def join_group(self, group: str, address: str, leaving: bool) -> list[str]:
        """Whoever said so lately, and `members`."""
        self._note(self.joined, (group, address, leaving))
        return sorted({*self.members, *(() if leaving else (address,))})

    def beat(self, beats: list[Any]) -> list[str]:
        self._note(self.beats, *beats)
        unknown, self.unknown = self.unknown, []
        return unknown

    def report(self, reports: list[WorkReport]) -> list[str]:
        if self.deaf.is_set():
            raise RuntimeError("deaf")
        self._note(self.reports, *reports)
        return [report.operation for report in reports]

    def power_states(self, host: str, states: dict[str, int]) -> int:
        self.power.update(states)
        self.power_calls += 1
        return len(states)

    def confirm(self, host: str, guests: dict[str, list[int]]) -> list[GuestVerdict]:
        """Everything is as its agent says, unless `verdicts` say otherwise."""
        self._note(self.asked, (host, guests))
        if self.deaf.is_set():
            raise RuntimeError("deaf")
        return self.verdicts

    def confirm_many(
        self, guests: dict[str, dict[str, list[int]]]
    ) -> dict[str, list[dict[str, Any]]]:
        return {
            host: [each.document() for each in self.confirm(host, of_host)]
            for host, of_host in guests.items()
        }

    def image_cached(self, host: str, image_id: str, message: str | None, again: bool) -> int:
        self.cached.append((host, image_id, message, again))
        return 0

    def guest_at(self, host: str, address: str) -> Machine:
        if (host, address) not in self.guests:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, "There is no such guest.")
        return self.guests[host, address]

    def take_password_at(self, host: str, address: str, password: str) -> bool:
        data = self.guest_at(host, address).guest_data
        taken = not data.get("password")
        data["password"] = data.get("password") or password
        return taken

    def report_of(self, work: HostWork) -> WorkReport:
        """The newest report of a work, waited for."""
        return self.wait(
            lambda: next(
                (one for one in reversed(self.reports) if one.operation == work.operation), None
            )
        )

    def wait(self, condition: Callable[[], Any], timeout: float = 30.0) -> Any:
        """Wait until something true has been heard."""
        until = time.monotonic() + timeout
        with self._heard:
            while not (value := condition()):
                if time.monotonic() > until:
                    raise AssertionError("not heard in time")
                self._heard.wait(0.02)
        return value

    def _note(self, where: list[Any], *what: Any) -> None:
        with self._heard:
            where.extend(what)
            self._heard.notify_all()


class AgentCase(unittest.TestCase):
    """An agent with host h1 on a bus with a listening cell."""

    hosts = ("h1",)
    options: dict[str, Any] = {}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls._stopping: list[threading.Thread] = []
        cls.addClassCleanup(lambda: [thread.join() for thread in cls._stopping])

    def setUp(self) -> None:
        super().setUp()
        self.state_dir = self.folder / self.id().rpartition(".")[2]
        self.bus = Bus(f"local://agent-world-{next(_buses)}")
        self.cell = ListeningCell()
        server = self.bus.serve(Conductor, self.cell, address="cell")
        server.start()
        self.addCleanup(self.stop_aside, server)
        self.script = Script()
        self.agent = self.new_agent()
        self.client = self.bus.client(AgentInterface, address="a1")

    def new_agent(self) -> Agent:
        """An agent on the same folder, as after a restart; not started."""
        drivers = {
            host: FakeDriver(host, script=self.script, store=Folder(self.state_dir / "fake" / host))
            for host in self.hosts
        }
        conf = configuration(**self.options)
        return Agent(conf, self.bus, drivers, address="a1", state_dir=self.state_dir)

    def start(self) -> None:
        """Start the agent and wait until it is welcome."""
        self.agent.start()
        self.addCleanup(self.stop_aside, self.agent)
        self.cell.wait(lambda: self.agent.registration.registered() == set(self.hosts))

    def restart(self) -> None:
        """Stop it, and start another on the same folder."""
        self.agent.stop()
        self.agent = self.new_agent()
        self.start()

    def done(self, work: HostWork) -> WorkReport:
        """Hand out work and wait for its report."""
        heard = len(self.cell.reports)
        self.client.run(work=work)
        return self.cell.wait(
            lambda: next(
                (one for one in self.cell.reports[heard:] if one.operation == work.operation), None
            )
        )

    def stop_aside(self, service: Any) -> None:
        """A server takes a second to stop: the next test need not wait for it."""
        thread = threading.Thread(target=service.stop)
        thread.start()
        self._stopping.append(thread)

    @property
    def driver(self) -> Any:
        """The driver of h1."""
        return self.agent.hosts["h1"]


__all__ = [
    "CELL",
    "AgentCase",
    "FaultCode",
    "ListeningCell",
    "a_machine",
    "configuration",
    "some_work",
]
