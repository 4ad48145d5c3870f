# SPDX-License-Identifier: Apache-2.0
"""An encrypted volume is plain in the guest, and nowhere else."""

from __future__ import annotations

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
        kind = self.new_type()
        luks = {"provider": "luks", "control_location": "front-end"}
        luks |= {"cipher": "aes-xts-plain64", "key_size": 256}
        self.all_volumes.post(f"/types/{kind}/encryption", {"encryption": luks})
        return kind
