# SPDX-License-Identifier: Apache-2.0
"""Real guests learn who they are from a config drive and from the metadata service, and act on it.

What they say on their consoles is the proof.
"""

from __future__ import annotations

import base64
import uuid as uuids

from nova_cells.objects import KeyFacts
from tests.real.cloud_case import RealCloudCase
from tests.unit.cell.conductor.world import wired

KEY = KeyFacts(
    name="mine",
    type="ssh",
    public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVwZGF0ZWQ= somebody@somewhere",
)
SERVICE = "http://169.254.169.254"
READS = """#!/bin/sh
echo "script: runs on $(hostname)"
"""
TALKS = (
    READS
    + f"""
post-password c2VjcmV0; post-password b3RoZXI=
name=$(wget -q -O - --header 'X-Forwarded-For: VICTIM' {SERVICE}/latest/meta-data/hostname)
echo "script: is known as $name"
for colour in blue green; do
  until wget -q -O - {SERVICE}/openstack/latest/meta_data.json | grep -q "\\"$colour\\""; do
    sleep 1
  done
  echo "script: colour $colour"
done
"""
)


class GuestDataTest(RealCloudCase):
    options = {"local_network": {"enabled": True}}

    def boot(self, name: str, script: str, **more) -> str:
        return self.cloud.boot(
            "hv1",
            name=name,
            hostname=name,
            key=KEY,
            user_data=base64.b64encode(script.encode()).decode(),
            networks=wired(tag="front"),
            **more,
        )

    def console_has(self, uuid: str, *lines: str) -> str:
        for line in lines:
            self.cloud.until(
                lambda line=line: line in self.cloud.cell.console_output(uuid, -1), line
            )
        return self.cloud.cell.console_output(uuid, -1)

    def amend(self, uuid: str, **changes) -> None:
        self.cloud.cell.amend(uuid, 1, str(uuids.uuid4()), changes)

    def test_a_drive_and_the_service(self) -> None:
        with_drive = self.boot("drive", READS, config_drive=True)
        victim = self.cloud.show(with_drive).nics[0]["addresses"][0]["address"]
        without = self.boot("serviced", TALKS.replace("VICTIM", victim))
        for uuid, name, origin in (
            (with_drive, "drive", "config drive"),
            (without, "serviced", "metadata service"),
        ):
            self.console_has(
                uuid,
                f"guest: hostname {name}",
                f"guest: instance {uuid} from {origin}",
                "guest: key ssh-ed25519 somebody@somewhere",
                "guest: keys 1",
                f"script: runs on {name}",
            )
        self.console_has(with_drive, "guest: user data script ended with 0")
        self._talks(without)

    def _talks(self, uuid: str) -> None:
        """Its password is taken once, no header makes it another, and changes show at once."""
        self.console_has(
            uuid, "guest: password posted", "guest: password not taken", "script: is known as "
        )
        self.assertIn("script: is known as serviced", self.cloud.cell.console_output(uuid, -1))
        self.assertEqual("c2VjcmV0", self.cloud.show(uuid).encrypted_password)
        [tagged] = self.cloud.cell.guest(uuid).guest_data["devices"]
        self.assertEqual((["front"], "pci"), (tagged["tags"], tagged["bus"]))
        self.amend(uuid, metadata={"colour": "blue"})
        self.console_has(uuid, "script: colour blue")
        self.cloud.stop_agent("hv1")
        self.cloud.start_agent("hv1")
        self.amend(uuid, metadata={"colour": "green"}, encrypted_password=None)
        self.console_has(uuid, "script: colour green", "guest: user data script ended with 0")
