# SPDX-License-Identifier: Apache-2.0
"""An agent is sent to another cell: through restarts, with its name, never without a cell."""

from __future__ import annotations

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.belonging import Belonging
from nova_cells.contracts import Agent as AgentInterface
from nova_cells.contracts import Conductor, FaultCode, Refused
from nova_cells.runtime.messaging import Bus
from tests.unit.cell.compute.worlds import (
    AgentCase,
    ListeningCell,
    _buses,
    a_machine,
    configuration,
    some_work,
)


class FarewellTest(AgentCase):
    def setUp(self) -> None:
        self.other_url = f"local://agent-world-other-{next(_buses)}"
        self.other = ListeningCell()
        super().setUp()
        bus = Bus(self.other_url)
        server = bus.serve(Conductor, self.other, address="cell")
        server.start()
        self.addCleanup(self.stop_aside, server)

    def new_agent(self) -> Agent:
        """With a bus of its own, as each process has."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self.belonging = Belonging(self.state_dir, "local://configured")
        made = super().new_agent()
        own = Bus(repr(self.bus)[5:-1])
        if self.belonging.reference() == self.other_url:
            own.move_to(self.other_url)
        self.belonging.follow = lambda: own.move_to(self.belonging.reference())
        return Agent(
            configuration(**self.options),
            own,
            dict(made.hosts),
            address="a1",
            state_dir=self.state_dir,
            belonging=self.belonging,
        )

    def gone(self) -> bool:
        return self.other.wait(lambda: any(r.name == "h1" for r in self.other.registered))

    def test_it_goes_when_its_cell_has_let_go(self) -> None:
        self.start()
        identity = self.cell.registered[-1].identity
        self.assertTrue(self.client.leave(host="h1", transport=self.other_url))
        beats = len(self.cell.beats)
        self.cell.wait(lambda: len(self.cell.beats) > beats + 2)
        self.assertEqual([], self.other.registered, "its cell still knows it")
        before = len(self.cell.registered)
        self.cell.unknown = ["h1"]
        self.assertTrue(self.gone())
        self.assertEqual(identity, self.other.registered[0].identity)
        self.assertEqual(before, len(self.cell.registered), "it does not come back")
        work = some_work(a_machine(), "create_machine")
        Bus(self.other_url).client(AgentInterface, address="a1").run(work=work)
        self.other.wait(lambda: any(r.operation == work.operation for r in self.other.reports))

    def test_it_remembers_through_restarts(self) -> None:
        self.start()
        self.client.leave(host="h1", transport=self.other_url)
        self.agent.stop()
        registered = len(self.cell.registered)
        self.cell.unknown = ["h1"]
        self.agent = self.new_agent()
        self.agent.start()
        self.addCleanup(self.stop_aside, self.agent)
        self.assertTrue(self.gone())
        self.assertEqual(registered, len(self.cell.registered), "it asks before it registers")
        self.agent.stop()
        heard = len(self.other.registered)
        self.agent = self.new_agent()
        self.agent.start()
        self.addCleanup(self.stop_aside, self.agent)
        self.other.wait(lambda: len(self.other.registered) > heard)
        self.assertEqual(registered, len(self.cell.registered))

    def test_it_stays_when_it_is_called_off(self) -> None:
        self.start()
        self.client.leave(host="h1", transport=self.other_url)
        self.client.stay(host="h1")
        registered = len(self.cell.registered)
        self.cell.unknown = ["h1"]
        self.cell.wait(lambda: len(self.cell.registered) > registered)
        self.assertEqual([], self.other.registered)

    def test_what_it_can_not_look_up_it_refuses(self) -> None:
        self.start()
        for transport, said in (
            ("file:/not/here", "file:/not/here can't be read"),
            ("rabbit://u:secret@b/v", "by reference"),
        ):
            with self.assertRaisesRegex(Refused, said) as caught:
                self.client.leave(host="h1", transport=transport)
            self.assertEqual(FaultCode.INVALID, caught.exception.code)
            self.assertNotIn("secret", str(caught.exception))
        self.assertFalse(self.belonging.is_sent())

    def test_a_new_configuration_counts_for_more(self) -> None:
        self.belonging.send(self.other_url)
        self.belonging.go()
        self.assertEqual(self.other_url, self.belonging.reference())
        self.assertEqual("env:X", Belonging(self.state_dir, "env:X").reference())


class SharedTest(AgentCase):
    hosts = ("h1", "h2")

    def test_one_of_several_stays(self) -> None:
        self.start()
        with self.assertRaisesRegex(Refused, "serves others too"):
            self.client.leave(host="h1", transport="env:X")
