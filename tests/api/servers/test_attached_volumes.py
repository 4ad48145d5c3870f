# SPDX-License-Identifier: Apache-2.0
"""A server with a volume, in a deployment whose volume service is not there any more."""

from __future__ import annotations

from tests.api.host_case import HostCase
from tests.api.side_case import ADMIN, BAD, DENIED, MEMBER, MISSING, NEWEST

VOLUME = "6f70656e-7374-6163-6b20-6e6f76610000"
OTHER = "6f70656e-7374-6163-6b20-6e6f76610001"


class AttachedVolumesTest(HostCase):
    def setUp(self) -> None:
        super().setUp()
        uuid = self.boot()
        self.placed(uuid)
        attached = {"id": VOLUME, "device": "/dev/vdb", "tag": "t", "delete_on_termination": False}
        self.east.publish(self.east.change(uuid, volumes=[attached], task_state=None))
        self.path = f"/servers/{uuid}/os-volume_attachments/{VOLUME}"
        self.asked = []
        self.east.script["allows"] = lambda **question: self.asked.append(question)

    def change(self, volume: str, version: int = NEWEST, as_: str = MEMBER, **more):
        body = {"volumeAttachment": {"volumeId": volume, **more}}
        return self.put(self.path, body, version, as_=as_)

    def test_it_is_shown(self) -> None:
        shown = self.get(self.path, 88, as_=MEMBER, status=200).body["volumeAttachment"]
        self.assertEqual((VOLUME, VOLUME, "t"), (shown["id"], shown["volumeId"], shown["tag"]))
        self.assertNotIn("id", self.get(self.path, 89, as_=MEMBER).body["volumeAttachment"])

    def test_its_attachment(self) -> None:
        self.refused(BAD, self.change(VOLUME, 84))
        self.assertEqual(202, self.change(VOLUME, 85).status)
        self.assertEqual(202, self.change(VOLUME, 85, delete_on_termination=True).status)
        self.assertEqual([], self.asked)
        shown = self.get(self.path, 85, as_=MEMBER).body["volumeAttachment"]
        self.assertTrue(shown["delete_on_termination"])

    def test_another_in_its_place(self) -> None:
        self.refused(DENIED, self.change(OTHER))
        self.refused(MISSING, self.change(OTHER, as_=ADMIN))
        self.assertEqual(["swap_volume"], [each["kind"] for each in self.asked])

    def test_taking_it_away(self) -> None:
        for version, variant in ((19, {"type": "UNSHELVED"}), (20, {})):
            answer = self.delete(self.path, version, as_=MEMBER)
            self.refused(MISSING, answer)
            self.assertIn("no volume service", answer.message)
            self.assertEqual(variant, self.asked[-1]["arguments"])
