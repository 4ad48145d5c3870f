# SPDX-License-Identifier: Apache-2.0
"""A live migration under way in an agent: watched, hurried, called off, and found again."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.fake import Rule
from tests.unit.cell.compute.worlds import AgentCase, a_machine, some_work


class LiveMigrationTest(AgentCase):
    hosts = ("h1", "h2")

    def setUp(self):
        super().setUp()
        self.start()
        self.machine = a_machine()
        self.there = self.agent.hosts["h2"]
        self.done(some_work(self.machine, "create_machine", "power_on"))
        prepare = some_work(self.machine, "prepare_live_migration", host="h2")
        [self.prepared] = self.done(prepare).results
        self.ticket = {"ticket": self.prepared.facts["ticket"]}

    def lasting(self, seconds=60):
        self.script.add(Rule(call="live_migrate", act="delay", seconds=seconds))

    def begun(self, **changes):
        """Work that is under way."""
        work = some_work(self.machine, "live_migrate", arguments=self.ticket, **changes)
        self.client.run(work=work)
        self.cell.wait(lambda: [b for b in self.cell.beats if work.operation in b.progress])
        return work

    def states(self):
        return tuple(self.agent.hosts[host].power_state(self.machine.uuid) for host in self.hosts)

    def test_it_tells_how_far_it_is(self):
        self.lasting()
        work = self.begun()
        beat = next(b for b in self.cell.beats if work.operation in b.progress)
        numbers = beat.progress[work.operation]
        self.assertEqual(64 << 20, numbers["memory_total"])
        self.assertEqual(
            numbers["memory_total"], numbers["memory_processed"] + numbers["memory_remaining"]
        )
        self.assertEqual((1, 3), self.states())
        self.agent.executor.stop(0)

    def test_asked_again_with_a_wish_to_hurry_it_ends_soon(self):
        self.lasting()
        work = self.begun()
        self.client.run(work=work.replace(generation=2, arguments={**self.ticket, "hurry": True}))
        report = self.cell.report_of(work)
        self.assertEqual((2, "done"), (report.generation, report.results[0].outcome))
        self.assertEqual((4, 1), self.states())

    def test_a_late_asking_does_not_take_the_wish_back(self):
        self.lasting()
        work = self.begun(generation=3)
        hurried = work.replace(generation=4, arguments={**self.ticket, "hurry": True})
        self.client.run(work=hurried)
        self.client.run(work=work)
        self.assertEqual("done", self.cell.report_of(work).results[0].outcome)

    def test_others_wait_for_it_only_if_they_leave_too(self):
        self.lasting()
        work = self.begun()
        for _ in range(3):
            self.begun_for_another()
        waiting = self.begun_for_another(wait=False)
        other = a_machine()
        self.done(some_work(other, "create_machine", "power_on"))
        self.assertIn(waiting.operation, self.agent.in_hand()["h1"])
        steps = [{"name": "end_live_migration", "position": 1, "undo": True}]
        undo = self.done(waiting.replace(generation=2, steps=steps))
        self.assertTrue(undo.results[0].facts["stayed"])
        self.assertIn(work.operation, self.agent.in_hand()["h1"])

    def begun_for_another(self, wait=True):
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        prepare = some_work(machine, "prepare_live_migration", host="h2")
        [prepared] = self.done(prepare).results
        ticket = {"ticket": prepared.facts["ticket"]}
        work = some_work(machine, "live_migrate", arguments=ticket)
        self.client.run(work=work)
        if wait:
            self.cell.wait(lambda: [b for b in self.cell.beats if work.operation in b.progress])
        return work

    def test_its_undo_ends_it_and_the_guest_stays(self):
        self.lasting()
        work = self.begun()
        steps = [{"name": "end_live_migration", "position": 1, "undo": True}]
        undo = work.replace(generation=2, steps=steps)
        self.client.run(work=undo)
        report = self.cell.wait(
            lambda: next((r for r in self.cell.reports if r.results[0].undo), 0)
        )
        self.assertEqual([True], [result.facts["stayed"] for result in report.results])
        refuse = some_work(self.machine, "refuse_live_migration", host="h2", undo=True)
        self.assertFalse(self.done(refuse).results[0].facts["arrived"])
        self.assertEqual((1, 0), self.states())

    def test_an_undo_that_comes_too_late_says_so_on_both_hosts(self):
        self.done(some_work(self.machine, "live_migrate", arguments=self.ticket))
        end = some_work(self.machine, "end_live_migration", undo=True)
        refuse = some_work(self.machine, "refuse_live_migration", host="h2", undo=True)
        self.assertFalse(self.done(end).results[0].facts["stayed"])
        self.assertTrue(self.done(refuse).results[0].facts["arrived"])
        self.assertEqual((4, 1), self.states())

    def test_what_is_known_to_run_elsewhere_is_taken_away_here(self):
        for name in ("owed", "stayed"):
            refuse = some_work(
                self.machine,
                "refuse_live_migration",
                host="h2",
                undo=True,
                arguments={name: True},
            )
            self.assertEqual({"arrived": False, "node": "h2"}, self.done(refuse).results[0].facts)
            self.assertEqual(set(), self.there.machines())

    def test_its_end(self):
        self.done(some_work(self.machine, "live_migrate", arguments=self.ticket))
        finish = some_work(self.machine, "finish_live_migration", host="h2")
        self.assertEqual(1, self.done(finish).results[0].facts["power_state"])
        self.done(some_work(self.machine, "forget_departed"))
        self.agent.reconciliation.round()
        self.assertEqual((0, 1), self.states())
        back = some_work(self.machine, "prepare_live_migration")
        self.done(back)
        self.agent.reconciliation.round()
        self.assertEqual((3, 1), self.states())

    def test_a_guest_lost_on_its_way_is_told_and_not_refused(self):
        self.there.destroy(self.machine.uuid)
        finish = some_work(self.machine, "finish_live_migration", host="h2")
        self.assertEqual(0, self.done(finish).results[0].facts["power_state"])
