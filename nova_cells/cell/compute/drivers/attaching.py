# SPDX-License-Identifier: Apache-2.0
"""What can be plugged into a guest, running or not: capabilities, as in `interface`.

A device has a name of its own (a MAC, a volume's id), so that plugging twice is plugging once. What
is plugged stays plugged over restarts.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any, ClassVar

from nova_cells.objects import Machine

Nic = dict[str, Any]
"""A document of `Machine.nics`."""

Volume = dict[str, Any]
"""A document of `Machine.volumes`."""

Progress = Callable[[int], None]
"""As in `interface`."""

Device = dict[str, Any]
"""type, bus, address, mac or serial, tags: as the metadata service shows it."""


class NicAttachable(abc.ABC):
    """Can give a guest another network interface, and take one away."""

    trait: ClassVar[str] = "COMPUTE_NET_ATTACH_INTERFACE"

    @abc.abstractmethod
    def attach_nic(self, machine: Machine, nic: Nic) -> None:
        """Plug it in; `machine` may know of it already. `MachineUnknown`.

        `DriverRefused` for one that this host can't make; then nothing is changed.
        """

    @abc.abstractmethod
    def detach_nic(self, uuid: str, mac: str) -> None:
        """Pull it out, and wait until the guest has let go. `MachineUnknown`.

        Silent about one that is not there. `DriverFailed` where the guest holds on to it.
        """


class NicTagging(NicAttachable):
    """Can tell a guest the tag of an interface that was plugged in while it ran."""

    trait: ClassVar[str] = "COMPUTE_NET_ATTACH_INTERFACE_WITH_TAG"


class VolumeAttachable(abc.ABC):
    """Can give a guest another disk that is kept elsewhere, and take it away."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_ATTACH"

    def reaches(self, kind: str) -> bool:
        """Whether volumes of this `driver_volume_type` need not be connected to the host first."""
        return kind == "local"

    def ready(self, volume: Volume) -> None:
        """A guest that has it is about to start: what its definition does not hold is told now."""
        return

    def connector(self, host: str) -> dict[str, Any] | None:
        """What storages must know of the host; None: what os-brick finds."""
        return None

    @abc.abstractmethod
    def attach_volume(self, machine: Machine, volume: Volume) -> str:
        """Plug it in; answers what the guest is likely to call it: vdb. `MachineUnknown`.

        `DriverRefused` for a connection that this host can't make; then nothing is changed.
        """

    @abc.abstractmethod
    def detach_volume(self, uuid: str, volume_id: str) -> None:
        """Pull it out, and wait until the guest has let go. `MachineUnknown`.

        Silent about one that is not there. `DriverFailed` where the guest holds on to it.
        """


class VolumeTagging(VolumeAttachable):
    """Can tell a guest the tag of a volume that was plugged in while it ran."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_ATTACH_WITH_TAG"


class VolumeSharing(VolumeAttachable):
    """Can plug a volume that says it is `shared` into several guests at once."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_MULTI_ATTACH"


class VolumeExtendable(VolumeAttachable):
    """Can have a running guest see that a volume has grown."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_EXTEND"

    @abc.abstractmethod
    def extend_volume(self, uuid: str, volume_id: str, size: int) -> None:
        """It has `size` bytes now. `MachineUnknown`; `DriverRefused` for one not plugged in."""


class VolumeSwappable(VolumeAttachable):
    """Can have a running guest use another volume in place of one of its own."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_SWAP"

    @abc.abstractmethod
    def swap_volume(
        self, machine: Machine, old_id: str, volume: Volume, progress: Progress | None = None
    ) -> None:
        """Copy the one to the other, and have the guest go on with that, under its own id.

        Nothing to do where it has it already. `MachineUnknown`; `DriverRefused` for a guest that
        does not run, or has no such volume.
        """

    @abc.abstractmethod
    def unswap_volume(self, uuid: str, old_id: str) -> None:
        """Give up a copy that is under way; silent about one that is not."""


class VolumeSnapshotAssisting(VolumeAttachable):
    """Can have a guest go on in another file of a volume, and merge such files, for its service."""

    trait: ClassVar[str] = "COMPUTE_VOLUME_ASSISTED_SNAPSHOT"

    @abc.abstractmethod
    def snapshot_volume(self, machine: Machine, volume_id: str, file: str) -> None:
        """The guest writes to `file`, which lies beside the one it has and leans on it.

        At one moment, with its file systems at rest where its image asks for that. Nothing to do
        where it has that file already. `MachineUnknown`; `DriverRefused` for a volume that is no
        file, or not plugged in.
        """

    @abc.abstractmethod
    def unsnapshot_volume(self, uuid: str, volume_id: str, file: str) -> None:
        """It writes to the one before again, which has all by then. Silent where it never left."""

    @abc.abstractmethod
    def merge_volume(
        self,
        uuid: str,
        volume_id: str,
        file: str | None,
        into: str | None,
        progress: Progress | None = None,
    ) -> None:
        """Move the contents of `file` into the file `into` below it, which then stands for both.

        Without `into` the file in use takes in all above `file`, which it leans on then: on none
        where that is None. Nothing to do where it is so already. `MachineUnknown`; `DriverRefused`
        as above, and for a guest that does not run.
        """


class DeviceTagging(abc.ABC):
    """Can say where in a guest its interfaces and volumes are, and under which tags."""

    trait: ClassVar[str] = "COMPUTE_DEVICE_TAGGING"

    @abc.abstractmethod
    def devices(self, uuid: str) -> list[Device]:
        """All of them, those without a tag too: their `tags` are empty. `MachineUnknown`."""


ATTACHING: tuple[type, ...] = (
    DeviceTagging,
    NicAttachable,
    NicTagging,
    VolumeAttachable,
    VolumeExtendable,
    VolumeSharing,
    VolumeSnapshotAssisting,
    VolumeSwappable,
    VolumeTagging,
)
