# SPDX-License-Identifier: Apache-2.0
"""Every wish by the name of its image property: its values, and the trait that each of them needs.

A wish that a flavor may have too is named with a colon there: hw_boot_menu and hw:boot_menu. A new
wish is one line in `WISHES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BUS = "COMPUTE_STORAGE_BUS_"
NIC = "COMPUTE_NET_VIF_MODEL_"
SCREEN = "COMPUTE_GRAPHICS_MODEL_"
SOUND = "COMPUTE_SOUND_MODEL_"
TPM = "COMPUTE_SECURITY_TPM_"


@dataclass(frozen=True)
class Wish:
    """`values`: those there are, each with its trait; others may match `pattern`, with `trait`.

    `image_first`: where flavor and image differ, the image's holds; else that is refused.
    """

    values: Mapping[str, str | None] = field(default_factory=dict)
    pattern: str = ""
    trait: str | None = None
    flavor: bool = False
    image_first: bool = False


def _traits(prefix: str, words: str) -> dict[str, str | None]:
    return {word: prefix + word.upper().replace("-", "_") for word in words.split()}


def _flag(trait: str | None = None, *, flavor: bool = True, image_first: bool = False) -> Wish:
    return Wish({"true": trait, "false": None}, flavor=flavor, image_first=image_first)


def _words(words: str, trait: str | None = None, *, flavor: bool = False) -> Wish:
    return Wish(dict.fromkeys(words.split(), trait), flavor=flavor)


_BUSES = _traits(BUS, "fdc ide lxc sata scsi uml usb virtio xen")
_COUNT = r"[1-9][0-9]{0,3}"
_WATCHDOG = dict.fromkeys(("none", "pause", "poweroff", "reset"), "COMPUTE_WATCHDOG")
_NICS = "e1000 e1000e igb lan9118 netfront ne2k_pci pcnet rtl8139 sriov vmxnet vmxnet3 virtio"

_SCSI = "buslogic ibmvscsi lsilogic lsisas1068 lsisas1078 virtio-scsi vmpvscsi"

_OLD_USB = "piix3-uhci piix4-uhci ehci ich9-ehci1 vt82c686b-uhci pci-ohci"

WISHES: dict[str, Wish] = {
    "hw_boot_menu": _flag(image_first=True),
    "hw_cdrom_bus": Wish(_BUSES),
    "hw_cpu_policy": Wish(
        {"shared": None, **_traits("COMPUTE_CPU_", "dedicated mixed")}, flavor=True
    ),
    "hw_cpu_realtime": _flag("COMPUTE_CPU_REALTIME"),
    "hw_ephemeral_encryption": _flag("COMPUTE_EPHEMERAL_ENCRYPTION"),
    "hw_hide_hypervisor_id": _flag(),
    "hw_locked_memory": _flag("COMPUTE_MEM_LOCKED"),
    "hw_maxphysaddr_mode": Wish(
        {
            "emulate": "COMPUTE_ADDRESS_SPACE_EMULATED",
            "passthrough": "COMPUTE_ADDRESS_SPACE_PASSTHROUGH",
        },
        flavor=True,
    ),
    "hw_mem_encryption": _flag("HW_CPU_X86_AMD_SEV"),
    "hw_mem_page_size": Wish(
        {"any": None, "small": None},
        r"large|\d{1,9}([kMG]i?)?(b|bit|B)?",
        "COMPUTE_MEM_PAGES",
        True,
    ),
    "hw_numa_nodes": Wish(pattern="[1-8]", trait="COMPUTE_NUMA_TOPOLOGY", flavor=True),
    "hw_usb_model": Wish(
        {
            **_traits("COMPUTE_USB_MODEL_", "nec-xhci qemu-xhci"),
            **dict.fromkeys(_OLD_USB.split(), "COMPUTE_USB_MODEL_QEMU_XHCI"),
        },
        flavor=True,
    ),
    "hw_virtio_packed_ring": _flag("COMPUTE_NET_VIRTIO_PACKED"),
    "hw_cpu_cores": Wish(pattern=_COUNT, flavor=True),
    "hw_cpu_max_cores": Wish(pattern=_COUNT, flavor=True),
    "hw_cpu_max_sockets": Wish(pattern=_COUNT, flavor=True),
    "hw_cpu_max_threads": Wish(pattern=_COUNT, flavor=True),
    "hw_cpu_sockets": Wish(pattern=_COUNT, flavor=True),
    "hw_cpu_threads": Wish(pattern=_COUNT, flavor=True),
    "hw_disk_bus": Wish(_BUSES),
    "hw_firmware_type": Wish(_traits("COMPUTE_FIRMWARE_", "bios uefi")),
    "hw_input_bus": _words("ps2 usb virtio"),
    "hw_machine_type": Wish(pattern=r"[A-Za-z0-9._+-]{1,64}"),
    "hw_pmu": _flag(),
    "hw_pointer_model": _words("ps2mouse usbtablet"),
    "hw_qemu_guest_agent": _flag(flavor=False),
    "hw_rescue_bus": Wish(_BUSES),
    "hw_rescue_device": _words("cdrom disk floppy"),
    "hw_rng_model": _words("virtio"),
    "hw_scsi_model": _words(
        "buslogic ibmvscsi lsilogic lsisas1068 lsisas1078 virtio-scsi vmpvscsi"
    ),
    "hw_sound_model": Wish(
        _traits(SOUND, "ac97 es1370 ich6 ich9 pcspk sb16 usb virtio"), flavor=True
    ),
    "hw_tpm_model": Wish({"tpm-tis": f"{TPM}TIS", "tpm-crb": f"{TPM}CRB"}, flavor=True),
    "hw_tpm_version": Wish({"1.2": f"{TPM}1_2", "2.0": f"{TPM}2_0"}, flavor=True),
    "hw_video_model": Wish(_traits(SCREEN, "bochs cirrus gop none qxl vga virtio vmvga xen")),
    "hw_video_ram": Wish(pattern=_COUNT),
    "hw_vif_model": Wish({**_traits(NIC, _NICS), "spapr-vlan": f"{NIC}SPAPR_VLAN"}),
    "hw_vif_multiqueue_enabled": _flag("COMPUTE_NET_VIF_MULTIQUEUE"),
    "hw_viommu_model": Wish(
        _traits("COMPUTE_VIOMMU_MODEL_", "auto intel smmuv3 virtio"), flavor=True
    ),
    "hw_watchdog_action": Wish({**_WATCHDOG, "disabled": None}, flavor=True, image_first=True),
    "os_secure_boot": Wish(
        {"required": "COMPUTE_SECURITY_UEFI_SECURE_BOOT", "optional": None, "disabled": None},
        flavor=True,
    ),
}

FLAGS = frozenset(name for name, wish in WISHES.items() if set(wish.values) == {"true", "false"})

FLAVOR_TRAITS: dict[str, str] = {
    "accel:device_profile": "COMPUTE_ACCELERATORS",
    "hw:pmem": "COMPUTE_PMEM",
    "pci_passthrough:alias": "COMPUTE_MANAGED_PCI_DEVICE",
    **dict.fromkeys(
        (
            f"quota:disk_{way}_{what}_sec"
            for way in ("read", "write", "total")
            for what in ("bytes", "iops")
        ),
        "COMPUTE_DISK_LIMITS",
    ),
    **dict.fromkeys(
        (f"quota:vif_{way}_average" for way in ("inbound", "outbound")), "COMPUTE_NET_LIMITS"
    ),
    **dict.fromkeys(
        (f"quota:cpu_{what}" for what in ("period", "quota", "shares")), "COMPUTE_CPU_LIMITS"
    ),
}
"""What only a flavor can ask for: the trait of hosts that keep it."""
