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
    VolumeSnapshotAssisting,
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


class FakeVolumes(
    FakeMachines,
    VolumeTagging,
    VolumeExtendable,
    VolumeSharing,
    VolumeSnapshotAssisting,
    VolumeSwappable,
):
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

    def snapshot_volume(self, machine: Machine, volume_id: str, file: str) -> None:
        with self._changing("snapshot_volume", machine.uuid) as known:
            files = _files_of(known.volumes, volume_id)
            if file not in files:
                files.append(file)

    def unsnapshot_volume(self, uuid: str, volume_id: str, file: str) -> None:
        with self._changing("unsnapshot_volume", uuid) as known:
            files = _files_of(known.volumes, volume_id)
            if files[-1:] == [file]:
                files.pop()

    def merge_volume(
        self,
        uuid: str,
        volume_id: str,
        file: str | None,
        into: str | None,
        progress: Progress | None = None,
    ) -> None:
        with self._changing("merge_volume", uuid) as known:
            files = _files_of(known.volumes, volume_id)
            if known.state == PowerState.SHUTDOWN:
                raise DriverRefused("Only a running guest's files can be merged.", volume_id)
            if into is not None:
                files[:] = [one for one in files if one != file]
            else:
                files[:] = [*files[: files.index(file) + 1 if file in files else 0], files[-1]]


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


def _files_of(volumes: list[Volume], volume_id: str) -> list[str]:
    """Each leans on the one before it; the guest writes to the last."""
    found = [one for one in volumes if one["id"] == volume_id]
    if not found:
        raise DriverRefused("The volume is not attached to the machine.", volume_id)
    files: list[str] = found[0].setdefault("files", ["volume"])
    return files


def _free_name(taken: set[str]) -> str:
    return next(name for letter in "bcdefghijklmnop" if (name := f"vd{letter}") not in taken)
