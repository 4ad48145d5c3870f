# SPDX-License-Identifier: Apache-2.0
"""Volumes of servers that run: attached, replaced, kept, taken away, and made images of."""

from __future__ import annotations

import json
from typing import Any

from nova_cells.clients.images import ImageUnavailable
from nova_cells.contracts import FaultCode, Refused
from tests.api.servers.volume_case import ADMIN, MEMBER, VolumeCase
from tests.api.side_case import BAD, CLASH, DENIED, MISSING


class AttachedCase(VolumeCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.plain()
        self.path = f"/servers/{self.server}/os-volume_attachments"

    def attach(self, volume: dict[str, Any], version: int = 100, **more: Any) -> Any:
        body = {"volumeAttachment": {"volumeId": volume["id"], **more}}
        return self.post(self.path, body, version, as_=MEMBER)

    def act(self, action: str, body: Any, version: int = 104) -> Any:
        return self.post(f"/servers/{self.server}/action", {action: body}, version, as_=MEMBER)


class AttachTest(AttachedCase):
    def test_attaching(self) -> None:
        volume = self.volume(size=2)
        shown = self.attach(volume, tag="t", delete_on_termination=True, device="/dev/vdq")
        self.assertEqual(200, shown.status)
        (attachment,) = self.cinder.of_server(self.server)
        wanted = {
            "serverId": self.server,
            "volumeId": volume["id"],
            "device": "/dev/vdq",
            "tag": "t",
            "delete_on_termination": True,
            "attachment_id": attachment["id"],
        }
        document = shown.body["volumeAttachment"]
        self.assertEqual(wanted, {k: v for k, v in document.items() if k != "bdm_uuid"})
        (asked,) = self.acts
        self.assertEqual(("attach_volume", "TAGGED"), (asked["kind"], asked["type"]))
        self.assertEqual("reserved", volume["status"])
        self.assertEqual(0, self.holds())
        one = self.get(f"{self.path}/{volume['id']}", 104, as_=MEMBER, status=200).body
        self.assertEqual(document, one["volumeAttachment"])
        self.assertIsNone(self.attach(self.volume(), 101).body)

    def test_what_can_not_be_attached(self) -> None:
        mine = self.volume()
        self.attach(mine)
        self.refused(BAD, self.attach(mine))
        self.refused(MISSING, self.attach({"id": self.server}))
        for changes in ({"status": "in-use"}, {"status": "error"}, {"multiattach": True}):
            with self.subTest(changes):
                self.refused(BAD, self.attach(self.volume(**changes), 59))
        self.side.conf.set_override("max_disk_devices_to_attach", 2, group="api")
        self.addCleanup(self.side.conf.clear_override, "max_disk_devices_to_attach", group="api")
        self.refused(DENIED, self.attach(self.volume()))
        self.assertEqual((1, 0), (len(self.cinder.attachments), self.holds()))

    def test_a_cell_that_refuses(self) -> None:
        def refuse(**_asked: Any) -> None:
            raise (
                Refused(code, "no", obstacle="locked")
                if code == FaultCode.CONFLICT
                else Refused(code, "no")
            )

        self.east.script["act"] = refuse
        for code, fault in (
            (FaultCode.CONFLICT, CLASH),
            (FaultCode.NOT_SUPPORTED, BAD),
            (FaultCode.HOST_DOWN, CLASH),
        ):
            with self.subTest(code):
                volume = self.volume()
                self.refused(fault, self.attach(volume))
                self.assertEqual(("available", 0), (volume["status"], self.holds()))

    def test_a_cell_that_does_not_answer(self) -> None:
        """It may have begun: the index says later what came of it."""

        def silent(**_asked: Any) -> None:
            raise AssertionError("the cell's answer is lost")

        self.east.script["act"] = silent
        lost, kept = self.volume(), self.volume()
        for volume in (lost, kept):
            body = {"volumeAttachment": {"volumeId": volume["id"]}}
            self.ask("POST", self.path, body, 104, as_=MEMBER, status=503)
        self.assertEqual((2, 2), (len(self.cinder.attachments), self.holds()))
        del self.east.script["act"]
        attached = {"id": kept["id"], "device": None, "tag": None, "delete_on_termination": False}
        self.east.publish(self.east.change(self.server, volumes=[attached]))
        self.tidied()
        self.assertEqual(("available", "reserved"), (lost["status"], kept["status"]))
        self.assertEqual(0, self.holds())

    def test_replacing(self) -> None:
        old, new, small = self.volume(size=2), self.volume(size=2), self.volume(size=1)
        self.attach(old, tag="t")
        path = f"{self.path}/{old['id']}"

        def swap(volume: Any, as_: str = ADMIN) -> Any:
            body = {"volumeAttachment": {"volumeId": volume["id"]}}
            return self.put(path, body, 104, as_=as_)

        self.refused(DENIED, swap(new, MEMBER))
        self.refused(BAD, swap(small))
        self.assertEqual(202, swap(new).status)
        asked = self.acts[-1]
        self.assertEqual(("swap_volume", old["id"]), (asked["kind"], asked["volume"]))
        self.assertEqual((new["id"], "t"), (asked["new"]["id"], asked["new"]["tag"]))
        self.assertEqual("reserved", new["status"])

    def test_ends_and_goes(self) -> None:
        volume = self.volume()
        self.attach(volume)
        path = f"{self.path}/{volume['id']}"
        for ends in (True, False):
            body = {"volumeAttachment": {"volumeId": volume["id"], "delete_on_termination": ends}}
            self.put(path, body, 85, as_=MEMBER, status=202)
            shown = self.get(path, 104, as_=MEMBER).body["volumeAttachment"]
            self.assertEqual(ends, shown["delete_on_termination"])
        volume["migration_status"] = "migrating"
        self.refused(BAD, self.delete(path, 104, as_=MEMBER))
        volume["migration_status"] = None
        self.delete(path, 104, as_=MEMBER, status=202)
        self.assertEqual("detach_volume", self.acts[-1]["kind"])
        self.refused(MISSING, self.delete(path, 104, as_=MEMBER))

    def test_one_that_its_service_lost_can_go(self) -> None:
        volume = self.volume()
        self.attach(volume)
        del self.cinder.volumes[volume["id"]]
        self.delete(f"{self.path}/{volume['id']}", 104, as_=MEMBER, status=202)


class RootVolumeTest(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = self.volume(bootable="true", size=2, volume_image_metadata={"image_id": "i"})
        device = {"source_type": "volume", "destination_type": "volume", "boot_index": 0}
        self.server, _mine = self.made({**device, "uuid": self.root["id"]})
        self.path = f"/servers/{self.server}/os-volume_attachments"
        self.root["status"] = "in-use"
        self.east.publish(self.east.change(self.server, vm_state="active", task_state=None))

    def made_snapshots(self) -> list[str]:
        return sorted(each["volume_id"] for each in self.cinder.snapshots.values())

    def test_it_stays(self) -> None:
        self.refused(DENIED, self.delete(f"{self.path}/{self.root['id']}", 104, as_=MEMBER))

    def test_an_image_of_it_can_be_booted(self) -> None:
        data = self.volume(size=3)
        self.attach(data)
        data["status"] = "in-use"
        image = self.act("createImage", {"name": "mine", "metadata": {"a": "b"}})
        self.assertEqual(202, image.status)
        found = self.images.find(self.caller, image.body["image_id"])
        self.assertEqual(("active", 0, "b"), (found.status, found.size, found.properties["a"]))
        self.assertNotIn("image_id", found.properties)
        mapping = json.loads(found.properties["block_device_mapping"])
        said = [(one["boot_index"], one["volume_size"], one["source_type"]) for one in mapping]
        self.assertEqual([(0, 2, "snapshot"), (None, 3, "snapshot")], said)
        self.assertEqual(sorted([self.root["id"], data["id"]]), self.made_snapshots())
        self.assertEqual(0, self.holds())
        uuid, mine = self.made(imageRef=found.id)
        self.assertEqual([0, None], [each["boot_index"] for each in mine.values()])
        self.assertNotEqual(self.server, uuid)

    def test_no_image_leaves_no_snapshots(self) -> None:
        data = self.volume()
        self.attach(data)
        self.refused(BAD, self.act("createImage", {"name": "x"}))  # it is only reserved
        self.assertEqual(([], 0), (self.made_snapshots(), self.holds()))
        data["status"] = "in-use"

        def away(*_some: Any) -> None:
            raise ImageUnavailable("away")

        plain, self.images.create = self.images.create, away
        body = {"createImage": {"name": "x"}}
        self.ask("POST", f"/servers/{self.server}/action", body, 104, as_=MEMBER, status=503)
        self.images.create = plain
        self.assertEqual(([], 0), (self.made_snapshots(), self.holds()))
        still = {"os_require_quiesce": "yes"}
        self.east.publish(self.east.change(self.server, image_properties=still))
        self.refused(CLASH, self.act("createImage", {"name": "x"}))
        self.assertEqual([], self.made_snapshots())
        backup = {"name": "b", "backup_type": "daily", "rotation": 1}
        self.refused(BAD, self.act("createBackup", backup))

    def test_a_process_that_dies_while_it_makes_an_image(self) -> None:
        def die(*_some: Any) -> None:
            raise MemoryError("the process is gone")

        plain, self.images.create = self.images.create, die
        body = {"createImage": {"name": "x"}}
        self.ask("POST", f"/servers/{self.server}/action", body, 104, as_=MEMBER, status=500)
        self.images.create = plain
        self.assertEqual(([self.root["id"]], 1), (self.made_snapshots(), self.holds()))
        self.tidied()
        self.assertEqual(([], 0), (self.made_snapshots(), self.holds()))

    def test_rebuilding(self) -> None:
        other = {"imageRef": self.image}
        self.refused(BAD, self.act("rebuild", other, 92))
        same = {"image_id": self.image}
        self.east.publish(self.east.change(self.server, image_properties=same))
        self.assertEqual(202, self.act("rebuild", other, 92).status)
        self.assertFalse(self.acts[-1]["reimage"])
        self.assertEqual(202, self.act("rebuild", other, 93).status)
        self.assertTrue(self.acts[-1]["reimage"])
        self.assertEqual(self.image, self.acts[-1]["image"]["id"])

    def test_rescuing(self) -> None:
        self.refused(BAD, self.act("rescue", {"rescue_image_ref": self.image}, 86))
        self.refused(BAD, self.act("rescue", {}, 87))
        self.assertEqual(200, self.act("rescue", {"rescue_image_ref": self.image}, 87).status)
