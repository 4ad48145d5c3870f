# SPDX-License-Identifier: Apache-2.0
"""createImage and createBackup over the whole cloud: the image, what is in it, and who has it."""

from __future__ import annotations

import uuid
from typing import Any

from nova_cells.clients.images import ImageNotFound
from nova_cells.runtime.context import RequestContext
from tests.api.harness import ApiCase


class ImageCase(ApiCase):
    """Looks into the image directory as the service itself."""

    def setUp(self) -> None:
        super().setUp()
        self.store = self.cloud.side.images
        self.us = RequestContext(is_admin=True)

    def act(self, server: str, body: dict[str, Any], version: str = "2.104", **more: Any) -> Any:
        return self.member.post(f"/servers/{server}/action", body, version, **more)

    def image_of(self, image_id: str) -> Any:
        return self.store.find(self.us, image_id)

    def active(self, image_id: str) -> Any:
        self.until(lambda: self.image_of(image_id).status == "active", f"{image_id} not active")
        return self.image_of(image_id)

    def backups(self, server: str) -> list[str]:
        owned = self.store.owned(self.project, {"instance_uuid": server, "image_type": "backup"})
        return [image.name for image in owned if image.status == "active"]

    def console(self, server: str) -> str:
        body = {"os-getConsoleOutput": {}}
        return str(self.act(server, body, expect=200).json["output"])

    def events(self, server: str) -> list[tuple[str, list[str]]]:
        """What was done to it, oldest first, with its events."""
        path = f"/servers/{server}/os-instance-actions"
        done = self.member.get(path, expect=200).json["instanceActions"]
        found = []
        for action in reversed(done):
            shown = self.admin.get(f"{path}/{action['request_id']}", expect=200).json
            events = shown["instanceAction"]["events"]
            found.append((action["action"], [event["event"] for event in events]))
        return found


class CreateImageTest(ImageCase):
    def test_an_image_of_a_server_can_be_booted(self) -> None:
        server = self.boot(name="first")
        body = {"createImage": {"name": " mine ".strip(), "metadata": {"os_distro": "none"}}}
        image_id = self.act(server, body, expect=202).json["image_id"]
        image = self.active(image_id)
        self.settled(server, "ACTIVE")
        self.assertEqual(("mine", self.project), (image.name, image.owner))
        self.assertEqual(1, image.min_disk)
        expected = {
            "image_type": "snapshot",
            "instance_uuid": server,
            "user_id": "demo",
            "base_image_ref": self.image,
            "os_distro": "none",
        }
        self.assertEqual(expected, image.properties)
        other = self.boot(name="second", imageRef=image_id)
        self.assertIn(f"written by {server} (first) in 1 boot(s)", self.console(other))
        self.assertNotIn("written by", self.console(server))
        expected_events = ("createImage", ["compute_snapshot_instance"])
        self.assertEqual(expected_events, self.events(server)[-1])

    def test_its_maker_may_say_what_it_is_but_not_of_whom(self) -> None:
        server = self.boot()
        told = {"image_type": "golden", "instance_uuid": "another"}
        body = {"createImage": {"name": "mine", "metadata": told}}
        image = self.active(self.act(server, body, expect=202).json["image_id"])
        self.settled(server, "ACTIVE")
        self.assertEqual("golden", image.properties["image_type"])
        self.assertEqual(server, image.properties["instance_uuid"])

    def test_its_maker_may_call_it_another_type(self) -> None:
        metadata = {"image_type": "golden", "own": "value"}
        body = {"createImage": {"name": "x", "metadata": metadata}}
        server = self.boot()
        image = self.active(self.act(server, body, expect=202).json["image_id"])
        self.assertLessEqual(metadata.items(), image.properties.items())
        self.assertIn(f"written by {server}", self.console(self.boot(imageRef=image.id)))

    def test_the_image_is_the_projects_own(self) -> None:
        image_id = self.act(self.boot(), {"createImage": {"name": "x"}}, expect=202).json[
            "image_id"
        ]
        self.active(image_id)
        wish = self.wish(imageRef=image_id)
        self.assertFault(self.other.post("/servers", wish), 400, "badRequest", "could not be found")

    def test_the_id_moves_from_a_header_to_the_body(self) -> None:
        server = self.boot()
        old = self.act(server, {"createImage": {"name": "x"}}, "2.44", expect=202)
        self.assertEqual("", old.text)
        image_id = old.headers["Location"].rsplit("/", 1)[-1]
        self.assertTrue(old.headers["Location"].endswith(f"/images/{image_id}"))
        self.active(image_id)
        self.settled(server, "ACTIVE")
        new = self.act(server, {"createImage": {"name": "x"}}, "2.45", expect=202)
        self.assertEqual(["image_id"], list(new.json))
        self.assertNotIn("Location", new.headers)
        self.active(new.json["image_id"])

    def test_servers_that_are_off_or_held_are_copied_and_stay_so(self) -> None:
        for action, status in (
            ("os-stop", "SHUTOFF"),
            ("pause", "PAUSED"),
            ("suspend", "SUSPENDED"),
        ):
            server = self.boot()
            self.act(server, {action: None}, expect=202)
            self.settled(server, status)
            made = self.act(server, {"createImage": {"name": status}}, expect=202)
            self.active(made.json["image_id"])
            self.settled(server, status)

    def test_other_states_are_refused_and_leave_no_image(self) -> None:
        server = self.boot()
        self.act(server, {"rescue": None}, expect=200)
        self.settled(server, "RESCUE")
        before = len(self.store.owned(self.project, {}))
        for body in (
            {"createImage": {"name": "x"}},
            {"createBackup": {"name": "x", "backup_type": "daily", "rotation": 1}},
            {"shelve": None},
        ):
            answer = self.act(server, body)
            self.assertFault(answer, 409, "conflictingRequest", "vm_state rescued")
        self.assertEqual(before, len(self.store.owned(self.project, {})))

    def test_properties_are_limited_until_2_39(self) -> None:
        server, many = self.boot(), {f"key{n}": "x" for n in range(200)}
        body = {"createImage": {"name": "x", "metadata": many}}
        self.assertFault(self.act(server, body, "2.38"), 403, "forbidden", "metadata items")
        self.act(server, body, "2.39", expect=202)

    def test_bodies(self) -> None:
        server = self.boot()
        backup = {"name": "x", "backup_type": "daily", "rotation": 1}
        for body in (
            {"createImage": {}},
            {"createImage": {"name": ""}},
            {"createImage": {"name": "x", "more": 1}},
            {"createImage": {"name": "x", "metadata": {"key": 1}}},
            {"createBackup": {**backup, "rotation": -1}},
            {"createBackup": {**backup, "rotation": "many"}},
            {"createBackup": {**backup, "backup_type": 5}},
            {"createBackup": {"name": "x", "rotation": 1}},
        ):
            self.assertFault(self.act(server, body), 400, "badRequest")

    def test_a_delete_while_the_copy_is_made_leaves_no_image(self) -> None:
        server = self.boot()
        image = self.act(server, {"createImage": {"name": "x"}}, expect=202).json["image_id"]
        self.member.delete(f"/servers/{server}", expect=204)
        self.until(lambda: self.member.get(f"/servers/{server}").status_int == 404, "still there")

        def settled() -> bool:
            try:
                return bool(self.image_of(image).status == "active")
            except ImageNotFound:
                return True

        self.until(settled, "half an image is left")

    def test_a_server_that_is_not_there(self) -> None:
        answer = self.act(str(uuid.uuid4()), {"createImage": {"name": "x"}})
        self.assertFault(answer, 404, "itemNotFound")


class CreateBackupTest(ImageCase):
    def back_up(self, server: str, name: str, keep: Any, kind: str = "daily") -> Any:
        body = {
            "name": name,
            "backup_type": kind,
            "rotation": keep,
            "metadata": {"by": "me", "image_type": "x"},
        }
        answer = self.act(server, {"createBackup": body}, expect=202)
        self.settled(server, "ACTIVE")
        return answer

    def test_only_the_newest_are_kept(self) -> None:
        server = self.boot()
        for number in range(1, 4):
            self.back_up(server, f"b{number}", "2")
        self.until(lambda: self.backups(server) == ["b3", "b2"], "not rotated")
        self.back_up(server, "weekly", 1, kind="weekly")
        self.until(lambda: len(self.backups(server)) == 3, "rotated among other kinds")
        found = self.store.owned(self.project, {"backup_type": "weekly"})
        self.assertEqual("me", found[0].properties["by"])
        self.assertEqual(("createBackup", ["compute_backup_instance"]), self.events(server)[-1])

    def test_to_keep_none_discards_all(self) -> None:
        server = self.boot()
        self.back_up(server, "one", 3)
        self.until(lambda: self.backups(server) == ["one"], "not made")
        for version in ("2.44", "2.104"):
            body = {"createBackup": {"name": "n", "backup_type": "daily", "rotation": 0}}
            answer = self.act(server, body, version, expect=202)
            self.assertEqual("", answer.text)
            self.assertNotIn("Location", answer.headers)
            self.settled(server, "ACTIVE")
        self.until(lambda: not self.backups(server), "not discarded")

    def test_anothers_servers_backups_stay(self) -> None:
        first, second = self.boot(), self.boot()
        self.back_up(first, "first", 1)
        self.back_up(second, "second", 1)
        self.until(lambda: self.backups(second) == ["second"], "not made")
        self.assertEqual(["first"], self.backups(first))

    def test_before_2_45_it_answers_a_location(self) -> None:
        server = self.boot()
        body = {"createBackup": {"name": "n", "backup_type": "daily", "rotation": 1}}
        answer = self.act(server, body, "2.44", expect=202)
        self.active(answer.headers["Location"].rsplit("/", 1)[-1])
        self.settled(server, "ACTIVE")
        answer = self.act(server, body, "2.45", expect=202)
        self.active(answer.json["image_id"])
