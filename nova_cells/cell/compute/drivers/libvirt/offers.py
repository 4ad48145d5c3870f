# SPDX-License-Identifier: Apache-2.0
"""What hardware this host's libvirt can give its guests: read once, said as traits.

Nothing is offered because a document says that QEMU can do it: the programs and the firmware have
to be on this host.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.objects.hardware.wishes import WISHES

BOARDS = ("pc", "q35")
NICS = ("e1000", "e1000e", "ne2k_pci", "pcnet", "rtl8139", "virtio", "vmxnet3")
SOUND = ("ac97", "es1370", "ich6", "ich9", "pcspk", "sb16", "usb")
ALWAYS = (
    "COMPUTE_BOOT_FROM_VOLUME",
    "COMPUTE_CPU_TOPOLOGY",
    "COMPUTE_DISK_LIMITS",
    "COMPUTE_FIRMWARE_BIOS",
    "COMPUTE_NET_VIF_MULTIQUEUE",
    "COMPUTE_NET_VIRTIO_PACKED",
    "COMPUTE_NUMA_TOPOLOGY",
    "COMPUTE_USB_MODEL_NEC_XHCI",
    "COMPUTE_USB_MODEL_QEMU_XHCI",
    "COMPUTE_VIOMMU_MODEL_AUTO",
    "COMPUTE_VIOMMU_MODEL_INTEL",
    "COMPUTE_VIOMMU_MODEL_VIRTIO",
    "COMPUTE_WATCHDOG",
)


@dataclass(frozen=True)
class Offers:
    """`traits` of everything that may be asked of this host; the names of its `boards`."""

    traits: frozenset[str]
    boards: frozenset[str]


def offers_of(connection: libvirt.virConnect, virt_type: str, options: Any) -> Offers:
    """What there is; `options` say what the kernel can hold guests to."""
    traits = _traits(connection, virt_type)
    limits = {"COMPUTE_CPU_LIMITS": options.cpu_limits, "COMPUTE_NET_LIMITS": options.nic_limits}
    own = {trait for trait, on in limits.items() if on}
    return Offers(traits | own, _boards(connection, virt_type))


def _traits(connection: libvirt.virConnect, virt_type: str) -> frozenset[str]:
    found = set(ALWAYS)
    for board in BOARDS:
        text = connection.getDomainCapabilities(None, "x86_64", board, virt_type)
        found |= set(_of_board(ElementTree.fromstring(text)))
    found |= set(_known("hw_vif_model", NICS)) | set(_known("hw_sound_model", SOUND))
    return frozenset(found)


def _boards(connection: libvirt.virConnect, virt_type: str) -> frozenset[str]:
    capabilities = ElementTree.fromstring(connection.getCapabilities())
    path = "guest[os_type='hvm']/arch[@name='x86_64']"
    found: set[str] = set()
    for arch in capabilities.iterfind(path):
        for place in (arch, arch.find(f"domain[@type='{virt_type}']")):
            if place is not None:
                found |= {name for one in place.iterfind("machine") if (name := one.text)}
    return frozenset(found)


def _of_board(capabilities: Element) -> Iterator[str]:
    devices = "devices/"
    yield from _known("hw_disk_bus", _values(capabilities, devices + "disk/enum[@name='bus']"))
    screens = _values(capabilities, devices + "video/enum[@name='modelType']")
    yield from _known("hw_video_model", screens)
    if "efi" in _values(capabilities, "os/enum[@name='firmware']"):
        yield "COMPUTE_FIRMWARE_UEFI"
        if "yes" in _values(capabilities, "os/loader/enum[@name='secure']"):
            yield "COMPUTE_SECURITY_UEFI_SECURE_BOOT"
    tpm = devices + "tpm/enum"
    if "emulator" in _values(capabilities, f"{tpm}[@name='backendModel']"):
        yield from _known("hw_tpm_model", _values(capabilities, f"{tpm}[@name='model']"))
        yield from _known("hw_tpm_version", _values(capabilities, f"{tpm}[@name='backendVersion']"))


def _values(capabilities: Element, path: str) -> list[str]:
    return [value.text or "" for value in capabilities.iterfind(f"{path}/value")]


def _known(wish: str, values: list[str] | tuple[str, ...]) -> Iterator[str]:
    """The traits of those values that somebody can wish for."""
    traits = WISHES[wish].values
    return (trait for value in values if (trait := traits.get(value)))
