# SPDX-License-Identifier: Apache-2.0
"""What a guest writes to a volume is on it: wherever that is attached, whatever becomes of it."""

from __future__ import annotations

from tests.stack.inside import GIB, InsideCase

SECTORS = GIB // 512


class ContentsTest(InsideCase):
    def test_a_pattern_comes_back_and_survives_snapshots(self) -> None:
        uuid, volume = self.watching("alice"), self.new_volume()
        self.give(uuid, volume)
        self.assertIn(f"{SECTORS} [", self.reads(uuid, "written by alice"))
        self.take(uuid, volume)
        self.until(lambda: self.said(uuid)[-1] == "gone", "the guest has let go")
        self.give(uuid, volume)
        self.reads(uuid, "written by alice", times=2)
        snapshots = [self.snapshot(volume) for _ in range(2)]
        for snapshot in snapshots:
            self.drop_snapshot(snapshot)
        self.act(uuid, "reboot", {"type": "HARD"})
        self.wait(uuid)
        self.reads(uuid, "written by alice", times=3)
        self.take(uuid, volume)

    def test_two_guests_share_a_volume(self) -> None:
        kind = self.new_type()
        specs = {"extra_specs": {"multiattach": "<is> True"}}
        self.all_volumes.post(f"/types/{kind}/extra_specs", specs)
        volume = self.new_volume(volume_type=kind)
        first, second = self.watching("erin"), self.watching("frank")
        self.give(first, volume)
        self.reads(first, "written by erin")
        self.give(second, volume)
        self.reads(second, "written by erin")
        self.assertEqual(2, len(self.volume.get(f"/volumes/{volume}")["volume"]["attachments"]))
        self.compute.delete(f"/servers/{first}/os-volume_attachments/{volume}")
        self.until(lambda: self.said(first)[-1] == "gone", "the first has let go")
        self.assertTrue(self.is_in_use(second, volume))
        self.take(second, volume)

    def snapshot(self, volume: str) -> str:
        """Of one that is in use: its service asks for a new file."""
        wish = {"volume_id": volume, "force": True}
        made: str = self.volume.post("/snapshots", {"snapshot": wish})["snapshot"]["id"]

        def there() -> bool:
            status = self.volume.get(f"/snapshots/{made}")["snapshot"]["status"]
            self.assertNotEqual("error", status)
            return bool(status == "available")

        self.until(there, "the snapshot is taken")
        return made

    def drop_snapshot(self, snapshot: str) -> None:
        self.volume.delete(f"/snapshots/{snapshot}")

        def gone() -> bool:
            known = {each["id"]: each for each in self.volume.get("/snapshots")["snapshots"]}
            self.assertNotIn("error", known.get(snapshot, {"status": ""})["status"])
            return snapshot not in known

        self.until(gone, "the snapshot is gone")
