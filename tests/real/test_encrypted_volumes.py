# SPDX-License-Identifier: Apache-2.0
"""QEMU opens LUKS with a secret of libvirt's, which is forgotten with the volume."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverFailed, PowerState
from nova_cells.cell.compute.drivers.libvirt.xml.encryption import secret_id
from tests.real.case import RealDriverCase

DIGITS = "00ff" * 16


class EncryptedVolumesTest(RealDriverCase):
    def encrypted(self, number: int = 0, **changes: Any) -> dict[str, Any]:
        """As Cinder makes one: a file that is LUKS from its first byte on."""
        volume = self.make_volume(number, **changes)
        path = Path(volume["connection"]["data"]["device_path"])
        key = self.state / "key"
        key.write_text(DIGITS)
        command = ["qemu-img", "create", "-q", "-f", "luks", "-o", "key-secret=s,iter-time=200"]
        command += ["--object", f"secret,id=s,file={key}", str(path), "1M"]
        subprocess.run(command, check=True)
        return {**volume, "encryption": {"provider": "luks", "passphrase": DIGITS}}

    def secrets(self) -> set[str]:
        return set(self.connection().listSecrets())

    def test_its_key_is_with_libvirt_alone_and_as_long_as_the_volume(self) -> None:
        uuid, volume = self.running(), self.encrypted()
        locked = {**volume, "encryption": {"provider": "luks", "key_id": "k"}}
        self.assertRaises(DriverFailed, self.driver.attach_volume, self.machine, locked)
        self.driver.attach_volume(self.machine, volume)
        self.assertEqual({secret_id(volume["id"])}, self.secrets())
        capacity, *_ = self.connection().lookupByUUIDString(uuid).blockInfo("vdb")
        self.assertEqual(1 << 20, capacity, "it is opened: what is inside has this size")
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            self.assertNotIn(DIGITS.encode(), _read(line))
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.secrets())

    def test_it_is_there_when_the_guest_is_made_and_started_again(self) -> None:
        volume = self.encrypted()
        self.machine = self.make_machine(uuid=self.machine.uuid, volumes=[volume])
        uuid = self.running()
        self.driver.set_power(uuid, on=False)
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))


def _read(path: Path) -> bytes:
    """Nothing of a process that has ended meanwhile."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
