# SPDX-License-Identifier: Apache-2.0
"""Resize, confirm, revert and migrate over the whole cloud: codes, quota, actions, boundaries."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from tests.api.harness import ApiCase, cloud


class MoveCase(ApiCase):
    def act(self, server: str, body: Any, version: str = "2.104", **more: Any) -> Any:
        return self.member.post(f"/servers/{server}/action", body, version, **more)

    def by_admin(self, server: str, body: Any, version: str = "2.104", **more: Any) -> Any:
        return self.admin.post(f"/servers/{server}/action", body, version, **more)

    def flavor(self, name: str) -> str:
        return self.cloud.flavors[name]

    def resize(self, server: str, name: str = "m1.small", **more: Any) -> Any:
        return self.act(server, {"resize": {"flavorRef": self.flavor(name)}}, **more)

    def resized(self, name: str = "m1.small", **more: Any) -> str:
        server = self.boot(**more)
        self.resize(server, name, expect=202)
        return self.settled(server, "VERIFY_RESIZE")

    def shown(self, server: str) -> dict[str, Any]:
        document: dict[str, Any] = self.admin.get(f"/servers/{server}", expect=200).json["server"]
        return document

    def size(self, server: str) -> str:
        return str(self.shown(server)["flavor"]["original_name"])

    def host(self, server: str) -> str:
        return str(self.shown(server)["OS-EXT-SRV-ATTR:host"])

    def used(self) -> tuple[int, int]:
        limits = self.member.get("/limits", expect=200).json["limits"]["absolute"]
        return limits["totalCoresUsed"], limits["totalRAMUsed"]

    def migrations(self, server: str, **wanted: Any) -> list[dict[str, Any]]:
        """As soon as the newest is as wanted: the feed needs a moment."""
        until = time.monotonic() + 10
        while True:
            path = f"/os-migrations?instance_uuid={server}"
            found: list[dict[str, Any]] = self.admin.get(path, expect=200).json["migrations"]
            if found and wanted.items() <= found[0].items():
                return found
            if time.monotonic() > until:
                raise AssertionError(found)
            time.sleep(0.05)

    def events(self, server: str, action: str) -> list[tuple[str, str | None]]:
        actions = self.admin.get(f"/servers/{server}/os-instance-actions", expect=200)
        [one] = [a for a in actions.json["instanceActions"] if a["action"] == action]
        path = f"/servers/{server}/os-instance-actions/{one['request_id']}"
        events = self.admin.get(path, expect=200).json["instanceAction"]["events"]
        return [(event["event"], event["result"]) for event in events]


class ResizeTest(MoveCase):
    def test_it_is_confirmed(self) -> None:
        server = self.boot()
        answer = self.resize(server, expect=202)
        self.assertEqual(b"", answer.body)
        self.settled(server, "VERIFY_RESIZE")
        self.assertEqual("m1.small", self.size(server))
        [migration] = self.migrations(server, status="finished")
        self.assertEqual("resize", migration["migration_type"])
        self.assertEqual(self.host(server), migration["dest_compute"])
        self.assertEqual(204, self.act(server, {"confirmResize": None}).status_int)
        self.settled(server, "ACTIVE")
        self.assertEqual("m1.small", self.size(server))
        self.migrations(server, status="confirmed")
        names = ("cold_migrate", "compute_prep_resize")
        names += ("compute_resize_instance", "compute_finish_resize")
        self.assertEqual([(name, "Success") for name in names], self.events(server, "resize"))
        confirmed = self.events(server, "confirmResize")
        self.assertEqual([("compute_confirm_resize", "Success")], confirmed)

    def test_it_is_reverted(self) -> None:
        server = self.boot()
        home = self.host(server)
        self.resize(server, expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.act(server, {"revertResize": None}, expect=202)
        self.settled(server, "ACTIVE")
        self.assertEqual((home, "m1.nano"), (self.host(server), self.size(server)))
        self.migrations(server, status="reverted")
        names = ("compute_revert_resize", "compute_finish_revert_resize")
        found = self.events(server, "revertResize")
        self.assertEqual([(name, "Success") for name in names], found)

    def test_one_that_is_off_stays_off(self) -> None:
        server = self.boot()
        self.act(server, {"os-stop": None}, expect=202)
        self.settled(server, "SHUTOFF")
        for word in ("revertResize", "confirmResize"):
            self.resize(server, expect=202)
            self.settled(server, "VERIFY_RESIZE")
            self.assertEqual(4, self.shown(server)["OS-EXT-STS:power_state"])
            self.act(server, {word: None})
            self.settled(server, "SHUTOFF")

    def test_how_the_disk_is_partitioned_can_be_said(self) -> None:
        server = self.boot()
        wanted = {"flavorRef": self.flavor("m1.small"), "OS-DCF:diskConfig": "AUTO"}
        self.act(server, {"resize": wanted}, expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.assertEqual("AUTO", self.shown(server)["OS-DCF:diskConfig"])

    def test_what_can_not_be_is_a_bad_request(self) -> None:
        server = self.boot()
        none = self.admin.post(
            "/flavors", {"flavor": {"name": server, "ram": 64, "vcpus": 1, "disk": 0}}, expect=200
        ).json["flavor"]["id"]
        self.addCleanup(self.admin.delete, f"/flavors/{none}")
        answers = {
            self.flavor("m1.nano"): "must change flavor",
            "nothing": "could not be found",
            none: "zero disk",
        }
        for flavor, words in answers.items():
            answer = self.act(server, {"resize": {"flavorRef": flavor}})
            self.assertFault(answer, 400, "badRequest", words)
        bad: tuple[Any, ...] = (None, {}, {"flavorRef": None}, {"flavorRef": ""}, {"flavorRef": []})
        bad += ({"flavorRef": "1", "more": 1}, {"flavorRef": "1", "OS-DCF:diskConfig": "auto"})
        for body in bad:
            self.assertFault(self.act(server, {"resize": body}), 400, "badRequest", "resize")

    def test_a_size_not_granted_is_not_found(self) -> None:
        body = {"flavor": {"name": self.project, "ram": 64, "vcpus": 1, "disk": 1}}
        body["flavor"]["os-flavor-access:is_public"] = False
        private = self.admin.post("/flavors", body, expect=200).json["flavor"]["id"]
        self.addCleanup(self.admin.delete, f"/flavors/{private}")
        answer = self.act(self.boot(), {"resize": {"flavorRef": private}})
        self.assertFault(answer, 400, "badRequest", "could not be found")

    def test_the_state_must_allow_it(self) -> None:
        server = self.boot()
        for word in ("confirmResize", "revertResize"):
            answer = self.act(server, {word: None})
            self.assertFault(
                answer, 409, "conflictingRequest", f"Cannot '{word}'", "vm_state active"
            )
        self.act(server, {"pause": None}, expect=202)
        self.settled(server, "PAUSED")
        self.assertFault(self.resize(server), 409, "conflictingRequest", "Cannot 'resize'")
        self.act(server, {"unpause": None}, expect=202)
        self.settled(server, "ACTIVE")
        self.act(server, {"lock": None}, expect=202)
        self.assertFault(self.resize(server), 409, "conflictingRequest", "is locked")

    def test_the_state_is_looked_at_first(self) -> None:
        server = self.resized()
        self.assertFault(self.resize(server), 409, "conflictingRequest", "vm_state resized")
        answer = self.by_admin(server, {"migrate": {"host": self.host(server)}})
        self.assertFault(answer, 409, "conflictingRequest", "Cannot 'migrate'")

    def test_it_belongs_to_its_project(self) -> None:
        server = self.resized()
        for word in ("resize", "confirmResize", "revertResize"):
            body = {word: {"flavorRef": "1"} if word == "resize" else None}
            path = f"/servers/{server}/action"
            self.assertEqual(404, self.other.post(path, body).status_int)
            self.assertEqual(403, self.reader.post(path, body).status_int)

    def test_a_delete_of_one_that_waits_leaves_nothing(self) -> None:
        server = self.resized()
        self.member.delete(f"/servers/{server}", expect=204)
        until = time.monotonic() + 10
        while self.used() != (0, 0) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual((0, 0), self.used())
        self.migrations(server, status="confirmed")
        for agent in self.cloud.agents:
            for driver in agent.hosts.values():
                self.assertNotIn(server, driver.machines())


class QuotaTest(MoveCase):
    def sizes(self, *names: str) -> tuple[int, int]:
        """The larger of these in each."""
        flavors = self.member.get("/flavors/detail", expect=200).json["flavors"]
        found = [each for each in flavors if each["name"] in names]
        return max(each["vcpus"] for each in found), max(each["ram"] for each in found)

    def limit(self, **limits: int) -> None:
        self.admin.put(f"/os-quota-sets/{self.project}", {"quota_set": limits}, expect=200)

    def test_it_holds_the_larger_until_it_is_confirmed_or_reverted(self) -> None:
        nano, medium = self.sizes("m1.nano"), self.sizes("m1.medium")
        server = self.boot()
        self.assertEqual(nano, self.used())
        self.resize(server, "m1.medium", expect=202)
        self.assertEqual(medium, self.used())
        self.settled(server, "VERIFY_RESIZE")
        self.assertEqual(medium, self.used())
        self.act(server, {"revertResize": None}, expect=202)
        self.settled(server, "ACTIVE")
        self.assertEqual(nano, self.used())
        self.resize(server, "m1.medium", expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.act(server, {"confirmResize": None}, expect=204)
        self.settled(server, "ACTIVE")
        self.assertEqual(medium, self.used())
        self.resize(server, "m1.nano", expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.assertEqual(medium, self.used())
        self.act(server, {"confirmResize": None}, expect=204)
        self.settled(server, "ACTIVE")
        self.assertEqual(nano, self.used())

    def test_more_than_there_is_is_refused(self) -> None:
        server = self.boot()
        self.limit(cores=self.sizes("m1.medium")[0] - 1)
        answer = self.resize(server, "m1.medium")
        self.assertFault(answer, 403, "forbidden", "Quota exceeded for cores")
        self.assertEqual(self.sizes("m1.nano"), self.used())
        self.assertEqual("ACTIVE", self.shown(server)["status"])
        self.resize(server, "m1.tiny", expect=202)

    def test_a_refusal_gives_back_what_was_reserved(self) -> None:
        server = self.boot()
        self.act(server, {"pause": None}, expect=202)
        self.settled(server, "PAUSED")
        self.assertEqual(409, self.resize(server, "m1.medium").status_int)
        self.assertEqual(self.sizes("m1.nano"), self.used())

    def test_a_size_no_host_has_is_accepted_and_fails(self) -> None:
        body = {"flavor": {"name": self.project, "ram": 64, "vcpus": 100_000, "disk": 1}}
        huge = self.admin.post("/flavors", body, expect=200).json["flavor"]["id"]
        self.addCleanup(self.admin.delete, f"/flavors/{huge}")
        self.limit(cores=-1)
        server = self.boot()
        self.act(server, {"resize": {"flavorRef": huge}}, expect=202)
        self.settled(server, "ACTIVE")
        self.migrations(server, status="error")
        self.assertEqual(("m1.nano", self.sizes("m1.nano")), (self.size(server), self.used()))
        self.assertEqual([("cold_migrate", "Error")], self.events(server, "resize"))


class MigrateTest(MoveCase):
    def elsewhere(self, server: str) -> str:
        home = self.host(server)
        cell = home.rsplit("-", 1)[0]
        return next(f"{cell}-{n}" for n in (1, 2, 3) if f"{cell}-{n}" != home)

    def test_it_goes_to_another_host(self) -> None:
        server = self.boot()
        home = self.host(server)
        self.by_admin(server, {"migrate": None}, expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.assertNotEqual(home, self.host(server))
        self.assertEqual("m1.nano", self.size(server))
        self.act(server, {"confirmResize": None}, expect=204)
        self.settled(server, "ACTIVE")
        [migration] = self.migrations(server, status="confirmed")
        self.assertEqual("migration", migration["migration_type"])
        self.assertEqual(self.events(server, "migrate")[0], ("cold_migrate", "Success"))

    def test_from_2_56_on_the_host_may_be_named(self) -> None:
        server = self.boot()
        home, there = self.host(server), self.elsewhere(server)
        for host in (home, "nowhere"):
            answer = self.by_admin(server, {"migrate": {"host": host}}, "2.56")
            self.assertFault(answer, 400, "badRequest", host)
        for bad in ({"host": 1}, {"host": ""}, {"more": 1}, "text"):
            self.assertEqual(400, self.by_admin(server, {"migrate": bad}, "2.56").status_int)
        self.by_admin(server, {"migrate": {"host": there}}, "2.56", expect=202)
        self.settled(server, "VERIFY_RESIZE")
        self.assertEqual(there, self.host(server))
        self.act(server, {"revertResize": None}, expect=202)
        self.settled(server, "ACTIVE")
        self.by_admin(server, {"migrate": {"host": "nowhere"}}, "2.55", expect=202)
        self.settled(server, "VERIFY_RESIZE")

    def test_a_host_of_another_cell_is_refused(self) -> None:
        server = self.boot()
        mine = self.host(server).rsplit("-", 1)[0]
        answer = self.admin.get("/os-services?binary=nova-compute", expect=200)
        hosts = [each["host"] for each in answer.json["services"]]
        other = next(host for host in hosts if not host.startswith(mine))
        answer = self.by_admin(server, {"migrate": {"host": other}})
        self.assertFault(answer, 400, "badRequest", other)

    def test_members_do_not_migrate(self) -> None:
        self.assertEqual(403, self.act(self.boot(), {"migrate": None}).status_int)


class InPlaceTest(MoveCase):
    """All hosts but that of the server are closed."""

    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        home = self.host(self.server)
        services = self.admin.get("/os-services?binary=nova-compute", expect=200).json["services"]
        for service in services:
            if service["host"] != home:
                path = f"/os-services/{service['id']}"
                self.admin.put(path, {"status": "disabled"}, expect=200)
                self.addCleanup(self.admin.put, path, {"status": "enabled"}, expect=200)

    def test_it_stays(self) -> None:
        home = self.host(self.server)
        self.resize(self.server, expect=202)
        self.settled(self.server, "VERIFY_RESIZE")
        [migration] = self.migrations(self.server, status="finished")
        ends = (migration["source_compute"], migration["dest_compute"])
        self.assertEqual((home, home), ends)
        self.act(self.server, {"confirmResize": None}, expect=204)
        self.settled(self.server, "ACTIVE")
        self.assertEqual((home, "m1.small"), (self.host(self.server), self.size(self.server)))

    def test_it_does_not_where_that_is_not_allowed(self) -> None:
        for conductor in cloud().conductors:
            journal = conductor.journal
            self.addCleanup(setattr, journal, "world", journal.world)
            journal.world = dataclasses.replace(journal.world, resizes_in_place=False)
        self.resize(self.server, expect=202)
        self.settled(self.server, "ACTIVE")
        self.migrations(self.server, status="error")
