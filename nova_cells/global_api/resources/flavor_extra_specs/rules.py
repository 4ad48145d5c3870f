# SPDX-License-Identifier: Apache-2.0
"""The extra specs this API knows by name, and what values they may have.

A new spec is one line here. A name in a known namespace that no line matches is refused; names in
other namespaces belong to whoever made them up and pass.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

import os_resource_classes
import os_traits
from oslo_utils import strutils

Check = Callable[[str], str | None]
"""What is wrong with a value, if anything."""

NAMESPACES = frozenset(
    {
        "accel",
        "aggregate_instance_extra_specs",
        "capabilities",
        "hw",
        "hw_rng",
        "hw_video",
        "os",
        "pci_passthrough",
        "powervm",
        "quota",
        "resources",
        "trait",
        "vmware",
    }
)


def anything(value: str) -> str | None:
    return None


def flag(value: str) -> str | None:
    try:
        strutils.bool_from_string(value, strict=True)
    except ValueError:
        return "it is not a boolean"
    return None


def number(least: int | None = None, most: int | None = None) -> Check:
    def check(value: str) -> str | None:
        if not re.fullmatch(r"[+-]?[0-9]{1,30}", value):
            return "it is not a whole number"
        if least is not None and int(value) < least:
            return f"it is less than {least}"
        return f"it is more than {most}" if most is not None and int(value) > most else None

    return check


def one_of(words: str) -> Check:
    allowed = words.split()

    def check(value: str) -> str | None:
        return None if value in allowed else f"it is not one of {', '.join(allowed)}"

    return check


def like(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: str) -> str | None:
        return None if compiled.fullmatch(value) else f"it does not match {pattern!r}"

    return check


_CPUS = like(r"\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*")
_COUNT = number(least=1)
_AMOUNT = number(least=0)
_SHARES = one_of("custom high normal low")

_RULES: dict[str, Check] = {
    "accel:device_profile": anything,
    "hide_hypervisor_id": flag,
    "group_policy": one_of("isolate none"),
    "hw:boot_menu": flag,
    "hw:cpu_cores": _COUNT,
    "hw:cpu_dedicated_mask": _CPUS,
    "hw:cpu_max_cores": _COUNT,
    "hw:cpu_max_sockets": _COUNT,
    "hw:cpu_max_threads": _COUNT,
    "hw:cpu_policy": one_of("dedicated mixed shared"),
    "hw:cpu_realtime": flag,
    "hw:cpu_realtime_mask": _CPUS,
    "hw:cpu_sockets": _COUNT,
    "hw:cpu_thread_policy": one_of("prefer isolate require"),
    "hw:cpu_threads": _COUNT,
    "hw:emulator_threads_policy": one_of("isolate share"),
    "hw:ephemeral_encryption": flag,
    "hw:ephemeral_encryption_format": one_of("luks"),
    "hw:hide_hypervisor_id": flag,
    "hw:locked_memory": flag,
    "hw:maxphysaddr_bits": number(least=0),
    "hw:maxphysaddr_mode": one_of("passthrough emulate"),
    "hw:mem_encryption": flag,
    "hw:mem_encryption_model": one_of("amd-sev amd-sev-es"),
    "hw:mem_page_size": like(r"(large|small|any|\d+([kMG]i?)?(b|bit|B)?)"),
    "hw:numa_cpus.*": like(r"\d+(-\d+)?(,\^?\d+(-\d+)?)*"),
    "hw:numa_mem.*": _COUNT,
    "hw:numa_nodes": _COUNT,
    "hw:pci_numa_affinity_policy": one_of("required preferred legacy socket"),
    "hw:pmem": anything,
    "hw:pmu": flag,
    "hw:redirected_ports": number(least=0, most=15),
    "hw:serial_port_count": _AMOUNT,
    "hw:sound_model": one_of("sb16 es1370 pcspk ac97 ich6 ich9 usb virtio"),
    "hw:tpm_model": one_of("tpm-tis tpm-crb"),
    "hw:tpm_secret_security": one_of("user host deployment"),
    "hw:tpm_version": one_of("1.2 2.0"),
    "hw:usb_model": one_of(
        "piix3-uhci piix4-uhci ehci ich9-ehci1 vt82c686b-uhci pci-ohci nec-xhci qemu-xhci "
        "qusb1 qusb2"
    ),
    "hw:vif_multiqueue_enabled": flag,
    "hw:viommu_model": one_of("auto intel smmuv3 virtio"),
    "hw:virtio_packed_ring": flag,
    "hw:watchdog_action": one_of("none pause poweroff reset disabled"),
    "hw_rng:allowed": flag,
    "hw_rng:rate_bytes": _AMOUNT,
    "hw_rng:rate_period": _AMOUNT,
    "hw_video:ram_max_mb": _AMOUNT,
    "os:monitors": number(least=1, most=8),
    "os:resolution": like(r"\d{3,5}x\d{3,5}"),
    "os:secure_boot": one_of("disabled optional required"),
    "os:vram": one_of("64 128 256 512 1024"),
    "pci_passthrough:alias": like(r"[^:]+:\d+(?:,\s*[^:]+:\d+)*"),
    "powervm:availability_priority": number(least=0, most=255),
    "powervm:dedicated_proc": flag,
    "powervm:max_mem": number(least=256),
    "powervm:max_proc_units": anything,
    "powervm:max_vcpu": _COUNT,
    "powervm:min_mem": number(least=256),
    "powervm:min_proc_units": anything,
    "powervm:min_vcpu": _COUNT,
    "powervm:proc_units": anything,
    "powervm:processor_compatibility": anything,
    "powervm:shared_proc_pool_name": anything,
    "powervm:shared_weight": number(least=0, most=255),
    "powervm:srr_capability": flag,
    "powervm:uncapped": flag,
    "quota:cpu_limit": _AMOUNT,
    "quota:cpu_period": _AMOUNT,
    "quota:cpu_quota": number(),
    "quota:cpu_reservation": _AMOUNT,
    "quota:cpu_shares": _AMOUNT,
    "quota:cpu_shares_level": _SHARES,
    "quota:cpu_shares_share": _AMOUNT,
    "quota:maximum_iops": _AMOUNT,
    "quota:memory_limit": _AMOUNT,
    "quota:memory_reservation": _AMOUNT,
    "quota:memory_shares_level": _SHARES,
    "quota:memory_shares_share": _AMOUNT,
    "quota:vif_limit": _AMOUNT,
    "quota:vif_reservation": _AMOUNT,
    "quota:vif_shares_level": _SHARES,
    "quota:vif_shares_share": _AMOUNT,
    "vmware:boot_retry": _AMOUNT,
    "vmware:hw_version": anything,
    "vmware:storage_policy": anything,
}

for _direction in ("inbound", "outbound"):
    for _what in ("average", "burst", "peak"):
        _RULES[f"quota:vif_{_direction}_{_what}"] = _AMOUNT
for _kind in ("read", "total", "write"):
    for _what in ("bytes", "iops"):
        for _window in ("sec", "sec_max"):
            _RULES[f"quota:disk_{_kind}_{_what}_{_window}"] = _AMOUNT
for _what, _check in (("limit", _AMOUNT), ("reservation", _AMOUNT), ("shares_share", _AMOUNT)):
    _RULES[f"quota:disk_io_{_what}"] = _check
_RULES["quota:disk_io_shares_level"] = _SHARES

_GROUPED = re.compile(r"(resources|trait)([a-zA-Z0-9_-]{1,64})?:(.*)", re.DOTALL)
_NUMBERED = re.compile(r"(hw:numa_(?:cpus|mem)\.)\d+")
_CUSTOM = re.compile(r"CUSTOM_[A-Z0-9_]{1,248}")


def fault_of(name: str, value: str) -> str | None:
    """What is wrong with an extra spec, in words for whoever sent it; None if nothing is."""
    namespace = name.split(":", 1)[0]
    check = _rule_for(name)
    if check is None:
        if not _is_known(namespace, name):
            return None
        return f"Validation failed; extra spec '{name}' does not appear to be a valid extra spec."
    wrong = check(value)
    if wrong is None:
        return None
    return f"Validation failed; '{value}' is no valid value of the extra spec '{name}': {wrong}."


def _is_known(namespace: str, name: str) -> bool:
    return ":" in name and (namespace in NAMESPACES or _GROUPED.fullmatch(name) is not None)


def _rule_for(name: str) -> Check | None:
    if name in _RULES:
        return _RULES[name]
    if name.startswith(("aggregate_instance_extra_specs:", "capabilities:")):
        return anything
    if numbered := _NUMBERED.fullmatch(name):
        return _RULES[f"{numbered[1]}*"]
    if grouped := _GROUPED.fullmatch(name):
        return _rule_for_placement(grouped[1], grouped[3])
    return None


def _rule_for_placement(kind: str, name: str) -> Check | None:
    known = _resource_classes() if kind == "resources" else _traits()
    if name not in known and not _CUSTOM.fullmatch(name):
        return None
    return _AMOUNT if kind == "resources" else one_of("required forbidden")


@functools.cache
def _traits() -> frozenset[str]:
    return frozenset(os_traits.get_traits())


@functools.cache
def _resource_classes() -> frozenset[str]:
    return frozenset(os_resource_classes.STANDARDS)
