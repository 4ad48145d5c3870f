# SPDX-License-Identifier: Apache-2.0
"""Servers made with volumes: every form of a wish, what is refused, and what stays taken."""

from __future__ import annotations

import json
from typing import Any

from tests.api.servers.volume_case import MEMBER, PROJECT, VolumeCase
from tests.api.side_case import BAD, DENIED
from tests.services.twin import GARBAGE, LOST, SILENCE

NOBODY = "11111111-2222-3333-4444-555555555555"


def given(volume: str, **more: Any) -> dict[str, Any]:
    return {"source_type": "volume", "destination_type": "volume", "uuid": volume, **more}


def new(source: str, uuid: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"uuid": uuid} if uuid else {}
    return {"source_type": source, "destination_type": "volume", **named, **more}


class FormsTest(VolumeCase):
    def test_a_volume_beside_the_image(self) -> None:
        volume = self.volume(size=3, shared_targets=True)
        uuid, mine = self.made(
            given(volume["id"], tag="data", disk_bus="scsi", delete_on_termination=True),
            imageRef=self.image,
        )
        (attachment,) = self.cinder.of_server(uuid)
        (told,) = mine.values()
        wanted = {
            "id": volume["id"],
            "attachment_id": attachment["id"],
            "boot_index": None,
            "tag": "data",
            "bus": "scsi",
            "device": None,
            "delete_on_termination": True,
            "size": 3,
            "multiattach": False,
            "encrypted": False,
            "shared_targets": True,
            "service_uuid": volume["service_uuid"],
            "made": False,
            "source": {"type": "volume", "id": volume["id"], "volume_type": None},
        }
        self.assertEqual(wanted, {k: v for k, v in told.items() if k != "bdm_uuid"})
        self.assertEqual("reserved", volume["status"])
        shown = self.get(f"/servers/{uuid}", 104, as_=MEMBER, status=200).body["server"]
        self.assertEqual(
            [{"id": volume["id"], "delete_on_termination": True}],
            shown["os-extended-volumes:volumes_attached"],
        )
        self.assertEqual(self.image, shown["image"]["id"])
        self.assertEqual((2, 0), (self.cinder.count(), self.holds()))

    def test_booting_from_each_source(self) -> None:
        image = {"hw_disk_bus": "ide", "image_id": self.image}
        disk = self.volume(bootable="true", volume_image_metadata=image, size=2)
        origin = self.volume(bootable="true", volume_image_metadata=image)
        snapshot = self.volumes.make_snapshot(self.caller, "k/0", origin["id"], "s")["id"]
        for root, bus, size in (
            (given(disk["id"], boot_index=0), "ide", 2),
            (new("snapshot", snapshot, boot_index=0), "ide", 1),
            (new("image", self.image, boot_index=0, volume_size=4), "scsi", 4),
        ):
            with self.subTest(root["source_type"]):
                uuid, mine = self.made(root)
                (volume,) = mine.values()
                self.assertEqual((0, size), (volume["boot_index"], volume["size"]))
                self.assertNotIn("image", volume)
                self.assertEqual(
                    "", self.get(f"/servers/{uuid}", status=200).body["server"]["image"]
                )
                instance = self.east.instances[uuid]
                self.assertEqual(bus, instance.image_properties["hw_disk_bus"])
                self.assertEqual(root["source_type"] != "volume", volume["made"])

    def test_blank_ones_of_a_type(self) -> None:
        blank = new("blank", volume_size=2, volume_type="fast")
        uuid, mine = self.made(blank, imageRef=self.image)
        (volume,) = mine.values()
        self.assertIsNone(volume["attachment_id"])
        made = self.cinder.volumes[volume["id"]]
        self.assertEqual(("fast", 2), (made["volume_type"], made["size"]))
        self.assertEqual({"nova_cells:made_for": f"{uuid}/0"}, made["metadata"])
        self.assertEqual(made["os-vol-tenant-attr:tenant_id"], self.caller.project_id)
        blank["volume_type"] = "slow"
        self.refused(BAD, self.make(blank, imageRef=self.image))
        self.tidied()

    def test_the_old_form(self) -> None:
        disk = self.volume(bootable="true")
        wish = self.wish()
        del wish["server"]["block_device_mapping_v2"]
        wish["server"]["block_device_mapping"] = [{"volume_id": disk["id"], "device_name": "vda"}]
        answer = self.post("/servers", wish, 104, as_=MEMBER, status=202)
        uuid = answer.body["server"]["id"]
        self.placed(uuid)
        (volume,) = self.east.instances[uuid].volumes
        self.assertEqual((0, "vda"), (volume["boot_index"], volume["device"]))

    def test_an_image_that_says_which_volumes(self) -> None:
        origin = self.volume(bootable="true")
        snapshot = self.volumes.make_snapshot(self.caller, "k/0", origin["id"], "s")["id"]
        mapping = {
            "source_type": "snapshot",
            "destination_type": "volume",
            "snapshot_id": snapshot,
            "boot_index": 0,
            "device_name": "/dev/vda",
            "delete_on_termination": True,
        }
        said = {"block_device_mapping": json.dumps([mapping]), "bdm_v2": "True", "os_type": "linux"}
        facts = self.images.find(self.caller, self.image).replace(
            id=NOBODY, size=0, properties=said
        )
        self.images.create(self.caller, facts)
        self.images.upload(NOBODY, "raw", [])
        uuid, mine = self.made(imageRef=NOBODY)
        (volume,) = mine.values()
        self.assertEqual((0, True), (volume["boot_index"], volume["made"]))
        self.assertTrue(volume["delete_on_termination"])
        properties = self.east.instances[uuid].image_properties
        self.assertEqual("linux", properties["os_type"])
        self.assertNotIn("block_device_mapping", properties)

    def test_each_of_many_has_its_own(self) -> None:
        wish = self.wish(new("image", self.image, boot_index=0, volume_size=1), min_count=3)
        wish["server"]["return_reservation_id"] = True
        self.post("/servers", wish, 104, as_=MEMBER, status=202)
        self.until(lambda: len(self.east.instances) == 3, "three servers")
        ids = {volume["id"] for one in self.east.instances.values() for volume in one.volumes}
        self.assertEqual(3, len(ids))
        volume = self.volume()
        answer = self.make(given(volume["id"]), imageRef=self.image, min_count=2)
        self.refused(BAD, answer)
        self.assertIn("multiple instances", answer.message)
        shared = self.volume(multiattach=True)
        answer = self.make(given(shared["id"]), imageRef=self.image, min_count=2)
        self.assertEqual(202, answer.status)
        self.refused(BAD, self.make(given(shared["id"]), imageRef=self.image, version=59))


class RefusalsTest(VolumeCase):
    def refused_with(self, words: str, *devices: Any, fault: Any = BAD, **server: Any) -> None:
        answer = self.make(*devices, **server)
        self.refused(fault, answer)
        self.assertRegex(answer.message, words)
        self.assertEqual(0, self.holds())
        self.assertEqual({}, self.cinder.attachments)

    def test_what_is_not_to_be_had(self) -> None:
        with_image = {"imageRef": self.image}
        self.refused_with("failed to get volume", given(NOBODY), **with_image)
        self.refused_with("failed to get snapshot", new("snapshot", NOBODY), **with_image)
        theirs = self.cinder.volume("somebody")
        self.refused_with("failed to get volume", given(theirs["id"]), **with_image)
        busy = self.volume(status="in-use")
        self.refused_with("Currently in 'in-use'", given(busy["id"]), **with_image)
        moving = self.volume(migration_status="migrating")
        self.refused_with("status must be", given(moving["id"]), **with_image)
        plain = self.volume()
        self.refused_with("not bootable", given(plain["id"], boot_index=0))
        twice = [given(plain["id"]), given(plain["id"])]
        self.refused_with("named twice", *twice, **with_image)
        self.refused_with("Boot sequence", given(plain["id"]))

    def test_sizes(self) -> None:
        with_image = {"imageRef": self.image}
        self.refused_with("non-zero size", new("image", self.image, boot_index=0))
        self.refused_with("need to have non-zero", new("blank"), **with_image)
        large = self.volume(size=5)
        snapshot = self.volumes.make_snapshot(self.caller, "k/0", large["id"], "s")["id"]
        self.refused_with("larger than 2", new("snapshot", snapshot, volume_size=2), **with_image)
        needs = self.images.find(self.caller, self.image).replace(id=NOBODY, min_disk=3)
        self.images.create(self.caller, needs)
        self.images.upload(NOBODY, "raw", [])
        root = new("image", NOBODY, boot_index=0, volume_size=2)
        self.refused_with("Volume is smaller than the minimum", root)
        hungry = {"min_ram": "128", "image_id": NOBODY}
        disk = self.volume(bootable="true", volume_image_metadata=hungry)
        self.refused_with("memory is too small", given(disk["id"], boot_index=0))

    def test_quota_of_the_other_service(self) -> None:
        self.cinder.quota = 1
        first = new("blank", volume_size=1)
        answer = self.make(first, first, imageRef=self.image)
        self.refused(DENIED, answer)
        self.tidied()
        self.assertEqual({}, self.cinder.volumes)
        self.assertEqual(0, self.holds())

    def test_quota_of_ours(self) -> None:
        quota = {"quota_set": {"instances": 0}}
        self.put(f"/os-quota-sets/{PROJECT}", quota, 104, status=200)
        volume = self.volume()
        answer = self.make(given(volume["id"]), imageRef=self.image)
        self.assertEqual((403, 0), (answer.status, self.holds()))
        self.assertEqual("available", volume["status"])


class ZonesTest(VolumeCase):
    crosses_zones = False

    def test_servers_and_volumes_are_in_one_zone(self) -> None:
        near, far = self.volume(), self.volume(availability_zone="far")
        answer = self.make(given(far["id"]), imageRef=self.image, availability_zone="nova")
        self.refused(BAD, answer)
        self.assertIn("not in the same availability_zone", answer.message)
        self.refused(BAD, self.make(given(near["id"]), given(far["id"]), imageRef=self.image))
        uuid, _mine = self.made(given(near["id"]), imageRef=self.image)
        self.assertEqual("nova", self.east.instances[uuid].pinned_availability_zone)
        _uuid, mine = self.made(
            new("blank", volume_size=1), imageRef=self.image, availability_zone="nova"
        )
        (volume,) = mine
        self.assertEqual("nova", self.cinder.volumes[volume]["availability_zone"])


class NothingStaysTakenTest(VolumeCase):
    def left(self) -> tuple[int, int, int]:
        return len(self.cinder.attachments), len(self.cinder.volumes), self.holds()

    def test_faults_at_every_request(self) -> None:
        volume = self.volume()
        devices = (given(volume["id"]), new("blank", volume_size=1))
        for number in (1, 2, 3):
            for answer in (401, 403, 404, 409, 413, 500, GARBAGE, SILENCE, LOST):
                with self.subTest(number=number, answer=answer):
                    self.volumes.service.breaker.answered()
                    self.cinder.fault(number, answer)
                    made = self.asked(self.wish(*devices, imageRef=self.image))
                    self.cinder.switch = lambda _asked: None
                    if made.status == 202:
                        self._end_server(made.body["server"]["id"])
                    else:
                        self.assertIn(made.status, (400, 403, 404, 409, 503))
                        self.assertNotIn("Traceback", made.message)
                    self.tidied()
                    self.assertEqual((0, 1, 0), self.left())
                    self.assertEqual("available", volume["status"])

    def _end_server(self, uuid: str) -> None:
        for attachment in self.cinder.of_server(uuid):
            self.volumes.release(attachment["id"])
        self.placed(uuid)
        for volume in self.east.instances[uuid].volumes:
            if volume["made"]:
                self.volumes.discard(volume["id"])

    def test_a_process_that_died_in_between(self) -> None:
        volume = self.volume()

        def die(*_some: Any, **_more: Any) -> None:
            raise MemoryError("the process is gone")

        plain, self.side.acceptance.accept = self.side.acceptance.accept, die
        devices = (given(volume["id"]), new("blank", volume_size=1))
        self.assertEqual(500, self.asked(self.wish(*devices, imageRef=self.image)).status)
        self.side.acceptance.accept = plain
        self.assertEqual((1, 2, 1), self.left())
        self.tidied()
        self.assertEqual((0, 1, 0), self.left())

    def test_one_who_comes_too_late(self) -> None:
        volume = self.volume()
        plain = self.side.acceptance.accept

        def late(*some: Any, **more: Any) -> None:
            self.tidied()
            plain(*some, **more)

        self.side.acceptance.accept = late
        answer = self.asked(self.wish(given(volume["id"]), imageRef=self.image))
        self.assertEqual(503, answer.status)
        self.assertEqual((0, 1, 0), self.left())

    def test_a_server_that_no_cell_took(self) -> None:
        self.east.places = 0
        ends, stays = self.volume(), self.volume()
        answer = self.make(
            given(ends["id"], delete_on_termination=True), given(stays["id"]), imageRef=self.image
        )
        uuid = answer.body["server"]["id"]
        self.failed(uuid)
        self.assertEqual((2, 2, 0), self.left())
        self.delete(f"/servers/{uuid}", as_=MEMBER, status=204)
        self.assertEqual(1, self.holds())
        self.tidied()
        self.assertEqual((0, 1, 0), self.left())
        self.assertEqual("available", stays["status"])

    def test_a_volume_that_can_not_go_yet(self) -> None:
        self.cinder.quota = 1
        self.cinder.making = "creating"
        blank = new("blank", volume_size=1)
        self.refused(DENIED, self.make(blank, blank, imageRef=self.image))
        self.assertEqual((0, 1, 1), self.left())
        self.tidied()
        self.assertEqual((0, 1, 1), self.left())
        for volume in self.cinder.volumes.values():
            volume["status"] = "available"
        self.tidied()
        self.assertEqual((0, 0, 0), self.left())
