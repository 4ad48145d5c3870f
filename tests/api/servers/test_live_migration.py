# SPDX-License-Identifier: Apache-2.0
"""os-migrateLive and /servers/{id}/migrations, on both sides of every boundary."""

from __future__ import annotations

from typing import Any

from tests.api.servers.moving_case import MovingCase

ANYWHERE = {"os-migrateLive": {"host": None, "block_migration": "auto"}}
OLD = {"host": None, "block_migration": False, "disk_over_commit": False}


class LiveMigrationCase(MovingCase):
    def migrate(self, client: Any = None, version: str = "2.104", **wanted: Any) -> Any:
        body = {"os-migrateLive": {**ANYWHERE["os-migrateLive"], **wanted}}
        return self.act(body, client, version)

    def on_the_way(self, status: str = "running") -> int:
        """A guest that is under way until somebody says otherwise; answers the migration's id."""
        self.rule("live_migrate", "delay", seconds=60)
        self.act(ANYWHERE, expect=202)
        found = self.until(lambda: [m for m in self.listed() if m["status"] == status], status)
        return int(found[0]["id"])

    def listed(self, client: Any = None, version: str = "2.104") -> list[dict[str, Any]]:
        answer = (client or self.admin).get(f"{self.path}/migrations", version, expect=200)
        return list(answer.json["migrations"])

    def statuses(self) -> list[str]:
        """Of all its migrations, the newest first."""
        answer = self.admin.get(f"/os-migrations?instance_uuid={self.server}", expect=200)
        return [each["status"] for each in answer.json["migrations"]]


class MigrateLiveTest(LiveMigrationCase):
    def test_it_goes_and_keeps_running(self) -> None:
        self.assertEqual(b"", self.act(ANYWHERE, expect=202).body)
        self.settled(self.server, "ACTIVE")
        there = self.host_of()
        self.assertIn(there, self.others())
        self.assertEqual({there: 1}, self.machines())
        self.until(lambda: self.statuses() == ["completed"], "completed")
        self.assertEqual([], self.listed())
        actions = self.admin.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        self.assertEqual("live-migration", actions[0]["action"])
        record = self.admin.get(f"{self.path}/os-instance-actions/{actions[0]['request_id']}")
        events = [(e["event"], e["result"]) for e in record.json["instanceAction"]["events"]]
        self.assertIn(("compute_live_migration", "Success"), events)

    def test_a_paused_server_goes_too_and_a_stopped_one_does_not(self) -> None:
        self.act({"pause": None}, expect=202)
        self.settled(self.server, "PAUSED")
        self.act(ANYWHERE, expect=202)
        self.settled(self.server, "PAUSED")
        self.assertIn(self.host_of(), self.others())
        self.act({"unpause": None}, expect=202)
        self.settled(self.server, "ACTIVE")
        self.act({"os-stop": None}, expect=202)
        self.settled(self.server, "SHUTOFF")
        self.assertFault(self.act(ANYWHERE), 409, "conflictingRequest", "os-migrateLive", "stopped")

    def test_to_a_named_host(self) -> None:
        first, second = self.others()
        for there, version in ((first, "2.104"), (second, "2.30"), (self.home, "2.25")):
            self.assertEqual(202, self.migrate(None, version, host=there).status_int)
            self.settled(self.server, "ACTIVE")
            self.assertEqual(there, self.host_of())

    def test_hosts_that_will_not_do(self) -> None:
        for host in (self.home, "nowhere", self.stranger()):
            for version in ("2.25", "2.33", "2.34", "2.104"):
                self.assertFault(self.migrate(None, version, host=host), 400, "badRequest")
        self.assertEqual(self.home, self.host_of())

    def test_no_room_is_a_400_until_2_33_and_an_error_afterwards(self) -> None:
        there = self.others()[0]
        self.addCleanup(self.service, there, status="enabled")
        self.service(there, status="disabled")
        answer = self.migrate(None, "2.33", host=there)
        self.assertFault(answer, 400, "badRequest", "No valid host")
        self.assertEqual([], self.statuses())
        self.assertEqual(202, self.migrate(None, "2.34", host=there).status_int)
        self.settled(self.server, "ACTIVE")
        self.until(lambda: self.statuses() == ["error"], "error")
        self.assertEqual(self.home, self.host_of())
        actions = self.admin.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        self.assertEqual(
            ("live-migration", True), (actions[0]["action"], bool(actions[0]["message"]))
        )

    def test_bodies_until_2_24(self) -> None:
        self.assertEqual(202, self.act({"os-migrateLive": OLD}, None, "2.24").status_int)
        self.settled(self.server, "ACTIVE")
        for changes in ({"disk_over_commit": None}, {"block_migration": "auto"}, {"force": True}):
            body = {"os-migrateLive": {**OLD, **changes}}
            self.assertFault(self.act(body, None, "2.24"), 400, "badRequest")
        self.assertFault(self.act(ANYWHERE, None, "2.24"), 400, "badRequest", "disk_over_commit")

    def test_bodies_from_2_25_on(self) -> None:
        refused: tuple[dict[str, Any], ...] = (
            {"disk_over_commit": False},
            {"block_migration": "never"},
            {"host": ""},
            {"host": 7},
        )
        for changes in refused:
            self.assertFault(self.migrate(None, "2.25", **changes), 400, "badRequest")
        for missing in ("host", "block_migration"):
            body = {k: v for k, v in ANYWHERE["os-migrateLive"].items() if k != missing}
            self.assertFault(self.act({"os-migrateLive": body}), 400, "badRequest", missing)

    def test_force_is_known_from_2_30_to_2_67(self) -> None:
        there = self.others()[0]
        for version in ("2.29", "2.68"):
            answer = self.migrate(None, version, host=there, force=True)
            self.assertFault(answer, 400, "badRequest", "force")
        self.assertFault(self.migrate(None, "2.30", force=True), 400, "badRequest", "destination")
        self.assertEqual(202, self.migrate(None, "2.67", host=there, force=True).status_int)
        self.settled(self.server, "ACTIVE")
        self.assertEqual(there, self.host_of())

    def test_who_may(self) -> None:
        self.assertFault(self.migrate(self.member), 403, "forbidden", "migrate_live")
        self.assertFault(self.migrate(self.other), 404, "itemNotFound")
        there = self.others()[0]
        answer = self.migrate(self.manager, host=there)
        self.assertFault(answer, 403, "forbidden", "migrate_live:host")
        self.assertEqual(202, self.migrate(self.manager).status_int)
        self.settled(self.server, "ACTIVE")

    def test_one_that_breaks_leaves_the_server_as_it_was(self) -> None:
        self.rule("live_migrate", "refuse", message="no way")
        self.act(ANYWHERE, expect=202)
        self.until(lambda: self.statuses() == ["error"], "error")
        self.settled(self.server, "ACTIVE")
        self.assertEqual({self.home: 1}, self.machines())


class ServerMigrationsTest(LiveMigrationCase):
    def test_what_is_shown(self) -> None:
        number = self.on_the_way()
        self.until(lambda: self.listed()[0]["memory_total_bytes"], "told how far it is")
        [listed] = self.listed()
        shown = self.admin.get(f"{self.path}/migrations/{number}", expect=200).json["migration"]
        self.assertEqual(sorted(listed), sorted(shown))
        self.assertEqual(
            ("running", self.server, self.home, self.project),
            tuple(shown[k] for k in ("status", "server_uuid", "source_compute", "project_id")),
        )
        self.assertEqual(64 << 20, shown["memory_total_bytes"])
        self.assertIn(shown["dest_compute"], self.others())
        for version, missing in (
            ("2.79", {"user_id", "project_id"}),
            ("2.59", {"user_id", "project_id"}),
            ("2.58", {"user_id", "project_id", "uuid"}),
            ("2.23", {"user_id", "project_id", "uuid"}),
        ):
            [older] = self.listed(None, version)
            self.assertEqual(missing, set(shown) - set(older), version)
        self.admin.delete(f"{self.path}/migrations/{number}", expect=202)

    def test_before_2_23_there_is_nothing(self) -> None:
        for path in ("migrations", "migrations/1"):
            answer = self.admin.get(f"{self.path}/{path}", "2.22")
            self.assertFault(answer, 404, "itemNotFound")
            for version, code in (("2.101", 200 if path == "migrations" else 404), ("2.102", 400)):
                answer = self.admin.get(f"{self.path}/{path}?unknown=1", version)
                self.assertEqual(code, answer.status_int)

    def test_only_what_is_under_way_is_shown(self) -> None:
        number = self.on_the_way()
        self.admin.delete(f"{self.path}/migrations/{number}", expect=202)
        self.settled(self.server, "ACTIVE")
        self.until(lambda: self.statuses() == ["cancelled"], "cancelled")
        self.assertEqual([], self.listed())
        answer = self.admin.get(f"{self.path}/migrations/{number}")
        self.assertFault(answer, 404, "itemNotFound", "not in progress")
        for absent in ("999999", "x", "99999999999999999999"):
            self.assertFault(
                self.admin.get(f"{self.path}/migrations/{absent}"), 404, "itemNotFound"
            )

    def test_who_may_see(self) -> None:
        number = self.on_the_way()
        [seen] = self.listed(self.manager)
        hosts = ("source_compute", "source_node", "dest_compute", "dest_node", "dest_host")
        self.assertEqual({None}, {seen[name] for name in hosts})
        one = f"{self.path}/migrations/{number}"
        self.assertFault(self.manager.get(one), 403, "forbidden", "migrations:show")
        self.assertFault(self.member.get(f"{self.path}/migrations"), 403, "forbidden")
        self.assertFault(self.other.get(f"{self.path}/migrations"), 404, "itemNotFound")
        self.assertFault(self.member.delete(one), 403, "forbidden", "migrations:delete")
        self.manager.delete(one, expect=202)


class AbortTest(LiveMigrationCase):
    def test_one_that_runs_from_2_24(self) -> None:
        number = self.on_the_way()
        one = f"{self.path}/migrations/{number}"
        self.assertFault(self.admin.delete(one, "2.23"), 404, "itemNotFound")
        self.assertEqual(b"", self.admin.delete(one, "2.24", expect=202).body)
        self.settled(self.server, "ACTIVE")
        self.until(lambda: self.statuses() == ["cancelled"], "cancelled")
        self.assertEqual({self.home: 1}, self.machines())
        answer = self.admin.delete(one)
        self.assertFault(answer, 409, "conflictingRequest")

    def test_one_that_waits_from_2_65(self) -> None:
        self.rule("prepare_incoming", "delay", seconds=60)
        self.act(ANYWHERE, expect=202)
        [found] = self.until(self.listed, "listed")
        self.assertEqual("preparing", found["status"])
        one = f"{self.path}/migrations/{found['id']}"
        self.assertFault(self.admin.delete(one, "2.64"), 400, "badRequest", "preparing")
        self.admin.delete(one, "2.65", expect=202)
        self.settled(self.server, "ACTIVE")
        self.until(lambda: self.statuses() == ["cancelled"], "cancelled")
        self.assertEqual({self.home: 1}, self.machines())

    def test_what_is_not_there(self) -> None:
        one = f"{self.path}/migrations/999999"
        number = self.on_the_way()
        self.assertFault(self.admin.delete(one), 404, "itemNotFound", "999999")
        self.admin.delete(f"{self.path}/migrations/{number}", expect=202)


class ForceCompleteTest(LiveMigrationCase):
    def force(
        self, number: Any, version: str = "2.104", client: Any = None, value: Any = None
    ) -> Any:
        path = f"{self.path}/migrations/{number}/action"
        return (client or self.admin).post(path, {"force_complete": value}, version)

    def test_it_is_there_soon(self) -> None:
        number = self.on_the_way()
        self.assertFault(self.force(number, "2.21"), 404, "itemNotFound")
        self.assertFault(self.force(number, value={}), 400, "badRequest")
        self.assertFault(self.force(number, client=self.member), 403, "forbidden")
        answer = self.force(number, "2.22", self.manager)
        self.assertEqual((202, b""), (answer.status_int, answer.body))
        self.settled(self.server, "ACTIVE")
        self.assertIn(self.host_of(), self.others())
        self.until(lambda: self.statuses() == ["completed"], "completed")
        self.assertFault(self.force(number), 409, "conflictingRequest")

    def test_one_that_waits_can_not(self) -> None:
        self.rule("prepare_incoming", "delay", seconds=60)
        self.act(ANYWHERE, expect=202)
        [found] = self.until(self.listed, "listed")
        self.assertFault(self.force(found["id"]), 400, "badRequest", "preparing")
        self.assertFault(self.force(999999), 404, "itemNotFound")
        unknown = self.admin.post(f"{self.path}/migrations/{found['id']}/action", {"halt": None})
        self.assertFault(unknown, 400, "badRequest")
        self.admin.delete(f"{self.path}/migrations/{found['id']}", expect=202)

    def test_a_delete_of_the_server_interrupts_it(self) -> None:
        self.on_the_way()
        self.member.delete(self.path, expect=204)
        self.until(lambda: self.member.get(self.path).status_int == 404, "gone")
        self.until(lambda: not self.machines(), "nothing left")
