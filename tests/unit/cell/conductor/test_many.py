# SPDX-License-Identifier: Apache-2.0
"""Many wishes of one request: one pass over the hosts, one transaction, groups and limits kept."""

from __future__ import annotations

import uuid as uuids
from collections import Counter
from typing import Any

from sqlalchemy import event

from nova_cells.cell.db.tables import metadata
from nova_cells.contracts import FaultCode
from nova_cells.runtime import crash
from tests.unit.cell.conductor.world import WorldCase, group


class ManyCase(WorldCase):
    def ask(self, number: int, least: int = 0, **values: Any) -> list[Any]:
        """Sixteen of the small ones fit on each of the three hosts."""
        request = self.world.spec(wished=number, **values)
        self.servers = [
            {"uuid": str(uuids.uuid4()), "name": f"web-{n + 1}", "launch_index": n}
            for n in range(number)
        ]
        return list(self.world.cell.build_many(request, self.servers, least))

    def by_host(self) -> Counter[str]:
        return Counter(row["host"] for row in self.world.rows("claims"))


class ManyTest(ManyCase):
    def test_all_are_begun_in_one_commit_and_run(self):
        before = self.world.database.commits
        replies = self.ask(20, least=20)
        self.assertEqual(1, self.world.database.commits - before)
        self.assertEqual({(True, None)}, {(r.accepted, r.instance) for r in replies})
        self.assertEqual(20, self.world.wire.calls["agent.run"])
        self.world.deliver()
        shown = [self.world.cell.show(server["uuid"]) for server in self.servers]
        self.assertEqual({"active"}, {each.vm_state for each in shown})
        names = [(each.name, each.launch_index) for each in shown]
        self.assertEqual([(f"web-{n + 1}", n) for n in range(20)], names)
        self.assertEqual([6, 7, 7], sorted(self.by_host().values()))

    def test_the_news_of_them_goes_out_at_once(self):
        self.ask(20)
        self.world.conductor.publisher.publish()
        told = {item.key for item in self.world.wire.feed if item.kind == "instance"}
        self.assertEqual({server["uuid"] for server in self.servers}, told)

    def test_statements_grow_with_hosts_not_with_servers(self):
        self.ask(1)
        few = self._statements(lambda: self.ask(3))
        many = self._statements(lambda: self.ask(40))
        self.assertLessEqual(few, many)
        self.assertLessEqual(many, 16, "one a host, one a table, and a few to begin with")

    def _statements(self, work: Any) -> int:
        seen: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        for engine in self.world.database._engines:
            event.listen(engine, "before_cursor_execute", count)
        work()
        for engine in self.world.database._engines:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    def test_places_for_fewer_than_needed_begin_nothing(self):
        replies = self.ask(49, least=49)
        codes = {(reply.accepted, reply.fault_code) for reply in replies}
        self.assertEqual({(False, FaultCode.NO_VALID_HOST)}, codes)
        self.assertEqual(49, len(replies))
        for table in ("instances", "specs", "operations", "claims", "outbox"):
            self.assertEqual([], self.world.rows(table), table)
        self.assertTrue(all(self._accepted(self.ask(48, least=48))), "and nothing is held back")

    def test_places_for_enough_are_taken_and_the_others_refused(self):
        replies = self.ask(60, least=20)
        self.assertEqual(48, sum(self._accepted(replies)))
        self.assertEqual({"h1": 16, "h2": 16, "h3": 16}, self.by_host())
        refused = [reply for reply in replies if not reply.accepted]
        self.assertIn(["ResourceFilter", 0], refused[0].trail)

    def test_anti_affinity_holds_within_the_pass(self):
        replies = self.ask(5, group=group("anti-affinity"))
        self.assertEqual(3, sum(self._accepted(replies)))
        self.assertEqual({"h1": 1, "h2": 1, "h3": 1}, self.by_host())

    def test_affinity_keeps_all_on_one_host(self):
        replies = self.ask(8, least=8, group=group("affinity"))
        self.assertTrue(all(self._accepted(replies)))
        self.assertEqual([8], list(self.by_host().values()))

    def test_what_another_conductor_took_meanwhile_costs_another_pass_only(self):
        self._book_elsewhere("h1", memory_mb_used=8192)
        replies = self.ask(32, least=32)
        self.assertTrue(all(self._accepted(replies)))
        self.assertEqual({"h2": 16, "h3": 16}, self.by_host())

    def _book_elsewhere(self, host: str, **used: int) -> None:
        """A change this conductor has not heard of."""
        table = metadata.tables["hosts"]
        self.world.database.write(
            lambda c: c.execute(table.update().where(table.c.name == host).values(**used))
        )

    def test_asked_again_they_are_the_same_servers(self):
        request = self.world.spec(wished=3)
        servers = [{"uuid": str(uuids.uuid4()), "name": f"w{n}"} for n in range(3)]
        for _time in range(2):
            replies = self.world.cell.build_many(request, servers, 3)
            self.assertTrue(all(self._accepted(replies)))
        self.assertEqual(3, len(self.world.rows("claims")))
        single = self.world.build(request.replace(**servers[0]))
        self.assertTrue(single.accepted)
        self.assertEqual(3, len(self.world.rows("claims")))

    def test_a_cancelled_one_is_refused_and_the_others_run(self):
        request = self.world.spec(wished=3)
        servers = [{"uuid": str(uuids.uuid4())} for _ in range(3)]
        self.world.cell.cancel(servers[1]["uuid"], 1, "key")
        replies = self.world.cell.build_many(request, servers, 0)
        self.assertEqual([True, False, True], self._accepted(replies))
        self.assertEqual(FaultCode.TOMBSTONED, replies[1].fault_code)

    def test_a_conductor_that_dies_at_any_point_leaves_all_or_none(self):
        for point in ("commit:before:cell", "commit:after:cell", "rpc:before:agent.run"):
            with self.subTest(point):
                request = self.world.spec(wished=4)
                servers = [{"uuid": str(uuids.uuid4())} for _ in range(4)]
                dies = crash.AtVisit(point, 1, _die)
                with crash.armed(dies), self.assertRaises(crash.Crash):
                    self.world.cell.build_many(request, servers, 4)
                self.world.wire.inbox.clear()
                self.world.reborn()
                replies = self.world.cell.build_many(request, servers, 4)
                self.assertTrue(all(self._accepted(replies)))
                self.world.settle()
                shown = [self.world.cell.show(server["uuid"]).vm_state for server in servers]
                self.assertEqual(["active"] * 4, shown)
        self.assertEqual(12, len(self.world.rows("claims")))
        used = [row["vcpus_used"] for row in self.world.rows("hosts")]
        self.assertEqual(12, sum(used))

    @staticmethod
    def _accepted(replies: list[Any]) -> list[bool]:
        return [reply.accepted for reply in replies]


def _die() -> None:
    raise crash.Crash
