# SPDX-License-Identifier: Apache-2.0
"""An encrypted volume is plain in the guest, and nowhere else."""

from __future__ import annotations

import uuid as uuids

from kit.stack.rest import Refused

from tests.stack.inside import InsideCase


class EncryptedTest(InsideCase):
    def test_an_encrypted_volume_is_plain_in_the_guest_alone(self) -> None:
        volume = self.new_volume(volume_type=self.encrypted_type())
        uuid = self.watching("bob")
        self.give(uuid, volume)
        self.reads(uuid, "written by bob")
        self.act(uuid, "reboot", {"type": "HARD"})
        self.wait(uuid)
        self.reads(uuid, "written by bob", times=2)
        self.take(uuid, volume)
        share = self.ground.stack.state / "cinder" / "data" / "share"
        kept = (share / f"volume-{volume}").read_bytes()
        self.assertIn(b"LUKS\xba\xbe", kept[: 1 << 20])
        self.assertNotIn(b"written by bob", kept)

    def encrypted_type(self) -> str:
        """Only administrators make these."""
        made = self.all_volumes.post("/types", {"volume_type": {"name": str(uuids.uuid4())}})
        kind: str = made["volume_type"]["id"]
        self.addCleanup(self.until, lambda: self.forgotten(kind), "the volume's type is free")
        luks = {"provider": "luks", "control_location": "front-end"}
        luks |= {"cipher": "aes-xts-plain64", "key_size": 256}
        self.all_volumes.post(f"/types/{kind}/encryption", {"encryption": luks})
        return kind

    def forgotten(self, kind: str) -> bool:
        """Its volumes take a while to go."""
        try:
            self.all_volumes.delete(f"/types/{kind}")
        except Refused as refused:
            return refused.status == 404
        return True
