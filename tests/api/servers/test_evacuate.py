# SPDX-License-Identifier: Apache-2.0
"""Evacuate, on both sides of every boundary, and the service of the host that was left."""

from __future__ import annotations

from typing import Any

from tests.api.servers.moving_case import MovingCase


class EvacuateCase(MovingCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.up)

    def down(self) -> None:
        """The operator says that its host is gone; its agent is deaf, as far as it is concerned."""
        self.assertEqual(200, self.service(self.home, forced_down=True).status_int)

    def up(self) -> None:
        def tried() -> bool:
            self.beat()
            return bool(self.service(self.home, forced_down=False).status_int == 200)

        self.until(tried, "the host is up again")

    def evacuate(self, version: str = "2.104", client: Any = None, **wanted: Any) -> Any:
        return self.act({"evacuate": wanted}, client, version)

    def statuses(self) -> list[str]:
        path = f"/os-migrations?instance_uuid={self.server}&migration_type=evacuation"
        return [each["status"] for each in self.admin.get(path, expect=200).json["migrations"]]


class EvacuateTest(EvacuateCase):
    def test_until_2_94_it_lands_as_it_was(self) -> None:
        self.down()
        answer = self.evacuate("2.94")
        self.assertEqual((200, b""), (answer.status_int, answer.body))
        self.settled(self.server, "ACTIVE")
        self.assertIn(self.host_of(), self.others())

    def test_from_2_95_on_it_lands_stopped(self) -> None:
        self.down()
        self.assertEqual(200, self.evacuate("2.95").status_int)
        self.settled(self.server, "SHUTOFF")
        self.assertIn(self.host_of(), self.others())
        self.member.post(f"{self.path}/action", {"os-start": None}, expect=202)
        self.settled(self.server, "ACTIVE")

    def test_the_old_host_cleans_up_before_it_is_up_again(self) -> None:
        self.rule("destroy", "delay", seconds=1, times=1)
        self.down()
        self.evacuate("2.94")
        self.settled(self.server, "ACTIVE")
        self.until(self.statuses, "known")
        answer = self.service(self.home, forced_down=False)
        self.assertFault(answer, 400, "badRequest", "evacuations", "done")
        self.up()
        self.until(lambda: self.statuses() == ["completed"], "completed")
        self.assertEqual({self.host_of(): 1}, self.machines())

    def test_a_host_that_works_is_not_left(self) -> None:
        self.assertFault(self.evacuate(), 400, "badRequest", "still in use")
        self.assertFault(self.evacuate("2.1", onSharedStorage=False), 400, "badRequest")

    def test_to_a_named_host(self) -> None:
        there = self.others()[-1]
        self.down()
        for host in (self.home, "nowhere", self.stranger()):
            self.assertFault(self.evacuate(host=host), 400, "badRequest", "host")
        self.assertEqual(200, self.evacuate(host=there).status_int)
        self.settled(self.server, "SHUTOFF")
        self.assertEqual(there, self.host_of())

    def test_bodies_and_answers_until_2_13(self) -> None:
        self.down()
        self.assertFault(self.evacuate("2.13"), 400, "badRequest", "onSharedStorage")
        answer = self.evacuate("2.13", onSharedStorage=True, adminPass="new")
        self.assertFault(answer, 400, "badRequest", "password")
        answer = self.evacuate("2.13", onSharedStorage="False", adminPass="new")
        self.assertEqual((200, {"adminPass": "new"}), (answer.status_int, answer.json))
        self.settled(self.server, "ACTIVE")

    def test_a_password_is_made_up_until_2_13(self) -> None:
        self.down()
        answer = self.evacuate("2.1", onSharedStorage=False)
        self.assertEqual(["adminPass"], list(answer.json))
        self.settled(self.server, "ACTIVE")

    def test_bodies_from_2_14_on(self) -> None:
        self.down()
        for wrong in ({"onSharedStorage": False}, {"host": ""}, {"adminPass": 1}, {"more": 1}):
            self.assertFault(self.evacuate("2.14", **wrong), 400, "badRequest")
        answer = self.evacuate("2.14", adminPass="new")
        self.assertEqual((200, b""), (answer.status_int, answer.body))
        self.settled(self.server, "ACTIVE")

    def test_force_is_known_from_2_29_to_2_67(self) -> None:
        there = self.others()[0]
        self.down()
        for version in ("2.28", "2.68"):
            answer = self.evacuate(version, host=there, force=True)
            self.assertFault(answer, 400, "badRequest", "force")
        self.assertFault(self.evacuate("2.29", force=True), 400, "badRequest", "destination")
        self.assertEqual(200, self.evacuate("2.67", host=there, force=True).status_int)
        self.settled(self.server, "ACTIVE")
        self.assertEqual(there, self.host_of())

    def test_no_room_is_found_out_later(self) -> None:
        there = self.others()[0]
        self.addCleanup(self.service, there, status="enabled")
        self.service(there, status="disabled")
        self.down()
        self.assertEqual(200, self.evacuate(host=there).status_int)
        self.settled(self.server, "ACTIVE")
        self.until(lambda: self.statuses() == ["failed"], "failed")
        self.assertEqual(self.home, self.host_of())

    def test_states_that_do_not_allow_it(self) -> None:
        self.act({"pause": None}, expect=202)
        self.settled(self.server, "PAUSED")
        self.down()
        self.assertFault(self.evacuate(), 409, "conflictingRequest", "evacuate", "paused")

    def test_who_may(self) -> None:
        for client in (self.manager, self.member, self.reader):
            self.assertFault(self.evacuate(client=client), 403, "forbidden", "os-evacuate")
        self.assertFault(self.evacuate(client=self.other), 404, "itemNotFound")

    def test_the_words_of_an_old_client_about_a_service(self) -> None:
        self.rule("destroy", "delay", seconds=1, times=1)
        body = {"host": self.home, "binary": "nova-compute", "forced_down": True}
        self.admin.put("/os-services/force-down", body, "2.11", expect=200)
        self.evacuate("2.11", onSharedStorage=False)
        self.settled(self.server, "ACTIVE")
        answer = self.admin.put("/os-services/force-down", {**body, "forced_down": False}, "2.11")
        self.assertFault(answer, 400, "badRequest", "evacuations")
