# SPDX-License-Identifier: Apache-2.0
"""Snapshots of volumes that are files of a server: its cell is asked for what the service wants."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.api.servers.volume_case import ADMIN, VolumeCase

PATH = "/os-assisted-volume-snapshots"


class AssistedSnapshotsTest(VolumeCase):
    def attached(self) -> str:
        """A volume that a server has."""
        volume: str = self.volume()["id"]
        uuid = self.plain()
        body = {"volumeAttachment": {"volumeId": volume}}
        self.post(f"/servers/{uuid}/os-volume_attachments", body, as_=ADMIN, status=200)
        for each in self.cinder.attachments.values():
            each["status"] = "attached"
        self.acts.clear()
        return volume

    def test_its_cell_is_asked(self) -> None:
        volume = self.attached()
        info = {"snapshot_id": "s", "type": "qcow2", "new_file": "f.s", "id": "mine"}
        wish = {"snapshot": {"volume_id": volume, "create_info": info}}
        answer = self.post(PATH, wish, as_=ADMIN, status=200)
        self.assertEqual({"snapshot": {"id": "mine", "volumeId": volume}}, answer.body)
        self.remove(volume, 204, file_to_merge="f.s", merge_target_file="f", type="qcow2")
        about = {"volume": volume, "snapshot": "s"}
        self.assertEqual(
            [
                {"kind": "take_volume_snapshot", **about, "file": "f.s"},
                {"kind": "merge_volume_snapshot", **about, "file": "f.s", "into": "f"},
            ],
            self.acts,
        )

    def test_only_of_volumes_that_one_server_has(self) -> None:
        free, shared = self.volume()["id"], self.attached()
        self.cinder.attachments["other"] = {
            **next(iter(self.cinder.attachments.values())),
            "instance": "other",
        }
        for volume in (free, shared):
            answer = self.remove(volume, 404)
            self.assertIn("exactly one server", answer.message)
        self.assertEqual([], self.acts)

    def remove(self, volume: str, status: int, **info: Any) -> Any:
        text = quote(json.dumps({"volume_id": volume, **info}))
        return self.ask("DELETE", f"{PATH}/s?delete_info={text}", as_=ADMIN, status=status)
