# SPDX-License-Identifier: Apache-2.0
"""What tests know of volumes from inside a guest: its own words on its console.

The guest says of each disk beside its first how large it is and what is written at its beginning,
whenever that has changed. On an empty one it writes its name.
"""

from __future__ import annotations

import base64
import re
import uuid as uuids
from typing import Any

from kit.stack.rest import Refused

from tests.stack.base import StackCase

WATCH = """#!/bin/sh
(
while :; do
  for disk in vdb vdc; do
    now=gone
    if [ -b /dev/$disk ]; then
      echo 3 > /proc/sys/vm/drop_caches
      text=$(head -c 64 /dev/$disk | tr -d '\\000\\n')
      serial=$(cat /sys/block/$disk/serial | head -c 8)
      size=$(cat /sys/block/$disk/size)
      # A disk that is on its way out has a node a little longer than a size.
      if [ -n "$size" ]; then
        now="$size [$text] $serial"
        if [ -z "$text" ]; then
          printf 'written by %s' NAME > /run/text
          dd if=/run/text of=/dev/$disk conv=notrunc 2>/dev/null
          sync
        fi
      fi
    fi
    eval "before=\\$seen_$disk"
    if [ "$now" != "$before" ]; then
      echo "watch: NAME $disk $now"
      eval "seen_$disk=\\$now"
    fi
  done
  sleep 1
done
) > /dev/console 2>&1 &
"""
GIB = 1 << 30


class InsideCase(StackCase):
    """Servers with such a guest."""

    def watching(self, name: str, **more: Any) -> str:
        """A server that is up."""
        script = base64.b64encode(WATCH.replace("NAME", name).encode()).decode()
        wish = {"networks": "none", "config_drive": True, "user_data": script, **more}
        uuid = self.boot(name, **wish)
        self.wait(uuid)
        return uuid

    def give(self, uuid: str, volume: str) -> None:
        """Attach it, and wait until the guest may use it."""
        wish = {"volumeAttachment": {"volumeId": volume}}
        self.compute.post(f"/servers/{uuid}/os-volume_attachments", wish)
        self.until(lambda: self.is_in_use(uuid, volume), f"volume {volume} is in use")

    def new_type(self) -> str:
        """A type of volumes, which only administrators make; it goes after its volumes."""
        made = self.all_volumes.post("/types", {"volume_type": {"name": str(uuids.uuid4())}})
        kind: str = made["volume_type"]["id"]
        self.addCleanup(self.until, lambda: self.forgotten(kind), "the volume's type is free")
        return kind

    def forgotten(self, kind: str) -> bool:
        """Its volumes take a while to go."""
        try:
            self.all_volumes.delete(f"/types/{kind}")
        except Refused as refused:
            return refused.status == 404
        return True

    def is_in_use(self, uuid: str, volume: str) -> bool:
        """A fault of the server's is told at once."""
        self.assertIsNone(self.server(uuid).get("fault"))
        return bool(self.volume.get(f"/volumes/{volume}")["volume"]["status"] == "in-use")

    def take(self, uuid: str, volume: str) -> None:
        """Detach it, and wait until others may have it."""
        self.compute.delete(f"/servers/{uuid}/os-volume_attachments/{volume}")
        self.wait_volume(volume, "available")
        self.until(lambda: not self.has(uuid, volume), f"{uuid} is without volume {volume}")

    def has(self, uuid: str, volume: str) -> bool:
        told = self.compute.get(f"/servers/{uuid}/os-volume_attachments")["volumeAttachments"]
        return any(each["volumeId"] == volume for each in told)

    def said(self, uuid: str, disk: str = "vdb") -> list[str]:
        """What the guest has told of a disk, in its order."""
        return re.findall(rf"watch: \S+ {disk} (.*?)\s*$", self.console(uuid), re.MULTILINE)

    def reads(self, uuid: str, text: str, disk: str = "vdb", times: int = 1) -> str:
        """Its last words of a disk, once they say `text` for so many times."""

        def found() -> str | None:
            mine = [line for line in self.said(uuid, disk) if f"[{text}]" in line]
            return mine[-1] if len(mine) >= times else None

        words: str = self.until(found, f"{uuid} reads {text!r} on {disk}")
        return words
