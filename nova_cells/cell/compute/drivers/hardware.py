# SPDX-License-Identifier: Apache-2.0
"""What hardware a driver can give its guests: capabilities, as in `interface`.

They have no calls of their own: `define` keeps what `nova_cells.objects.hardware` reads from the
image's properties and the flavor's extra specs, and refuses what it can't keep before anything is
made. `more`: the traits of single values, those of which a host may have only some.
"""

from __future__ import annotations

from typing import ClassVar

from nova_cells.objects.hardware.wishes import WISHES


class Hardware:
    """Base of the capabilities below."""

    trait: ClassVar[str]
    more: ClassVar[tuple[str, ...]] = ()


def _values(wish: str, words: str) -> tuple[str, ...]:
    traits = (WISHES[wish].values[word] for word in words.split())
    return tuple(trait for trait in traits if trait)


class BiosBootable(Hardware):
    """Starts guests by BIOS, on the boards that images name in hw_machine_type."""

    trait = "COMPUTE_FIRMWARE_BIOS"


class UefiBootable(Hardware):
    """Starts guests by UEFI, which remembers its settings as long as the machine is there."""

    trait = "COMPUTE_FIRMWARE_UEFI"


class SecureBootable(Hardware):
    """Starts guests by UEFI that runs nothing unsigned."""

    trait = "COMPUTE_SECURITY_UEFI_SECURE_BOOT"


class TpmEmulating(Hardware):
    """Gives guests a trusted platform module, whose secrets go with the machine."""

    trait = "COMPUTE_SECURITY_TPM_2_0"
    more = ("COMPUTE_SECURITY_TPM_1_2", "COMPUTE_SECURITY_TPM_CRB", "COMPUTE_SECURITY_TPM_TIS")


class Watching(Hardware):
    """Gives guests a watchdog that resets, stops or pauses them when they feed it no longer."""

    trait = "COMPUTE_WATCHDOG"


class DiskBusChoosing(Hardware):
    """Connects disks by the bus and the controller that images name."""

    trait = "COMPUTE_STORAGE_BUS_VIRTIO"
    more = _values("hw_disk_bus", "fdc ide sata scsi usb")


class NicModelChoosing(Hardware):
    """Gives guests interfaces of the model that images name."""

    trait = "COMPUTE_NET_VIF_MODEL_VIRTIO"
    more = _values("hw_vif_model", "e1000 e1000e ne2k_pci pcnet rtl8139 vmxnet3")


class NicQueueing(Hardware):
    """Gives guests an interface queue for each processor."""

    trait = "COMPUTE_NET_VIF_MULTIQUEUE"


class VideoChoosing(Hardware):
    """Gives guests the graphics card that images name, with as much memory as flavors allow."""

    trait = "COMPUTE_GRAPHICS_MODEL_VGA"
    more = _values("hw_video_model", "bochs cirrus none qxl virtio vmvga")


class SoundChoosing(Hardware):
    """Gives guests the sound card that images or flavors name."""

    trait = "COMPUTE_SOUND_MODEL_AC97"
    more = _values("hw_sound_model", "es1370 ich6 ich9 pcspk sb16 usb")


class DiskLimiting(Hardware):
    """Holds disks to the bytes and requests a second that the flavor allows."""

    trait = "COMPUTE_DISK_LIMITS"


class NicLimiting(Hardware):
    """Holds interfaces to the average, peak and burst that the flavor allows."""

    trait = "COMPUTE_NET_LIMITS"


class CpuLimiting(Hardware):
    """Holds processors to the shares and the time that the flavor allows."""

    trait = "COMPUTE_CPU_LIMITS"


class CpuShaping(Hardware):
    """Tells guests how their processors hang together: sockets, cores, threads."""

    trait = "COMPUTE_CPU_TOPOLOGY"


class NumaShaping(Hardware):
    """Tells guests which processors are near to which memory: NUMA nodes."""

    trait = "COMPUTE_NUMA_TOPOLOGY"


class PackedRings(Hardware):
    """Gives guests virtio devices with packed rings."""

    trait = "COMPUTE_NET_VIRTIO_PACKED"


class UsbModelChoosing(Hardware):
    """Gives guests the USB controller that images or flavors name."""

    trait = "COMPUTE_USB_MODEL_QEMU_XHCI"
    more = ("COMPUTE_USB_MODEL_NEC_XHCI",)


class ViommuChoosing(Hardware):
    """Gives guests an IOMMU of the model that images or flavors name."""

    trait = "COMPUTE_VIOMMU_MODEL_AUTO"
    more = _values("hw_viommu_model", "intel virtio")


class VolumeBootable(Hardware):
    """Starts guests from a volume, without a disk of their own on the host."""

    trait = "COMPUTE_BOOT_FROM_VOLUME"


HARDWARE: tuple[type[Hardware], ...] = (
    BiosBootable,
    CpuLimiting,
    CpuShaping,
    DiskBusChoosing,
    DiskLimiting,
    NicLimiting,
    NicModelChoosing,
    NicQueueing,
    NumaShaping,
    PackedRings,
    SecureBootable,
    SoundChoosing,
    TpmEmulating,
    UefiBootable,
    UsbModelChoosing,
    VideoChoosing,
    ViommuChoosing,
    VolumeBootable,
    Watching,
)


class AllHardware(
    BiosBootable,
    CpuLimiting,
    CpuShaping,
    DiskBusChoosing,
    DiskLimiting,
    NicLimiting,
    NicModelChoosing,
    NicQueueing,
    NumaShaping,
    PackedRings,
    SecureBootable,
    SoundChoosing,
    TpmEmulating,
    UefiBootable,
    UsbModelChoosing,
    VideoChoosing,
    ViommuChoosing,
    VolumeBootable,
    Watching,
):
    """Every one; what a host lacks of it, a driver switches off."""


EVERYTHING = frozenset(trait for kind in HARDWARE for trait in (kind.trait, *kind.more))
"""The traits of a host that lacks nothing."""
