# SPDX-License-Identifier: Apache-2.0
"""Fake guests with interfaces and volumes: they let go of anything at once."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.attaching import (
    Device,
    DeviceTagging,
    Nic,
    NicTagging,
    Progress,
    Volume,
    VolumeExtendable,
    VolumeSharing,
    VolumeSwappable,
    VolumeTagging,
)
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState
from nova_cells.objects import Machine

FIRST_SLOT = 3


class FakeNics(FakeMachines, NicTagging):
    """The capability of the fake driver."""

    def attach_nic(self, machine: Machine, nic: Nic) -> None:
        with self._changing("attach_nic", machine.uuid) as known:
            if nic["mac"] not in [one["mac"] for one in known.nics]:
                known.nics.append(dict(nic))

    def detach_nic(self, uuid: str, mac: str) -> None:
        with self._changing("detach_nic", uuid) as known:
            known.nics = [one for one in known.nics if one["mac"] != mac]


class FakeVolumes(FakeMachines, VolumeTagging, VolumeExtendable, VolumeSharing, VolumeSwappable):
    """The capabilities of the fake driver. A volume's letter stays its own while it is plugged."""

    def reaches(self, kind: str) -> bool:
        return True

    def connector(self, host: str) -> dict[str, Any] | None:
        return {"host": host, "ip": "127.0.0.1", "initiator": f"iqn.2010-10.org.example:{host}"}

    def attach_volume(self, machine: Machine, volume: Volume) -> str:
        with self._changing("attach_volume", machine.uuid) as known:
            for one in known.volumes:
                if one["id"] == volume["id"]:
                    return str(one["name"])
            name = _free_name({str(one["name"]) for one in known.volumes})
            known.volumes.append({**volume, "name": name})
            return name

    def detach_volume(self, uuid: str, volume_id: str) -> None:
        with self._changing("detach_volume", uuid) as known:
            known.volumes = [one for one in known.volumes if one["id"] != volume_id]

    def extend_volume(self, uuid: str, volume_id: str, size: int) -> None:
        with self._changing("extend_volume", uuid) as known:
            found = [one for one in known.volumes if one["id"] == volume_id]
            if not found:
                raise DriverRefused("The volume is not attached to the machine.", volume_id)
            found[0]["size"] = size

    def swap_volume(
        self, machine: Machine, old_id: str, volume: Volume, progress: Progress | None = None
    ) -> None:
        with self._changing("swap_volume", machine.uuid) as known:
            ids = {one["id"] for one in known.volumes}
            if volume["id"] in ids and old_id not in ids:
                return
            if known.state != PowerState.RUNNING or old_id not in ids:
                raise DriverRefused("The machine does not use the volume now.", old_id)
            known.volumes = [
                {**volume, "name": one["name"]} if one["id"] == old_id else one
                for one in known.volumes
            ]

    def unswap_volume(self, uuid: str, old_id: str) -> None:
        return


class FakeDevices(FakeMachines, DeviceTagging):
    """The capability of the fake driver."""

    def devices(self, uuid: str) -> list[Device]:
        with self._changing("devices", uuid) as known:
            found = [("nic", "mac", nic["mac"], nic) for nic in known.nics]
            found += [("disk", "serial", volume["id"], volume) for volume in known.volumes]
            return [
                {
                    "type": kind,
                    "bus": "pci",
                    "address": f"0000:00:{slot:02x}.0",
                    name: value,
                    "tags": [document["tag"]] if document.get("tag") else [],
                }
                for slot, (kind, name, value, document) in enumerate(found, FIRST_SLOT)
            ]


def _free_name(taken: set[str]) -> str:
    return next(name for letter in "bcdefghijklmnop" if (name := f"vd{letter}") not in taken)
